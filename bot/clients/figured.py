"""Figures of a sentence set against a measure: 营收超过五千万, 200人以上, 存款50到100万, 六家银行以上, 65岁以上."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.clients.query import Condition
from bot.clients.words import ClientWords, Measure, Scan
from bot.reading import Entity
from bot.zh.numerals import figures

BORDER = re.compile(r"[，,。；;、！!？?]")
AFTER = re.compile(
    r"\s*(?:元|块钱|块|钱|人|家|个|户|名|天|岁|周岁|美元|美金)?(?:的)?(以上|往上|及以上|朝上|开外|不止|起步|起|以下|往下|以内|之内|之间|左右|上下|打底)"
)
BEFORE = re.compile(
    r"(不超过|不高于|不多于|没超过|最多|至多|超过|大于|高于|多于|超出|超|破|不低于|不少于|不小于|至少|起码|不到|低于|小于|少于|不足|没到|未到|不满|没过|过|满|达到|达)[了有]?\s*$"
)
MORE, LEAST = {"超过", "大于", "高于", "多于", "超出", "超", "破", "过", "不止", "开外"}, {
    "不低于", "不少于", "不小于", "至少", "起码", "满", "达到", "达", "以上", "往上", "及以上", "朝上", "起步", "起", "打底",
}  # fmt: skip
LESS = {"不到", "低于", "小于", "少于", "不足", "没到", "未到", "不满", "以下", "往下"}
MOST = {"不超过", "不高于", "不多于", "没超过", "最多", "至多", "没过", "以内", "之内"}
SAID = {">": "超过", ">=": "不少于", "<": "不到", "<=": "不超过"}
YEARS = re.compile(r"\s*(?:周岁|岁)")
TO = re.compile(r"\s*(?:到|至|-|~|—)\s*")
FAR = 10  # characters between a measure's name and its figure
ABOUT = Decimal("0.1")  # 一个亿的企业: within a tenth


def figure_conditions(
    scan: Scan, entities: Sequence[Entity], words: ClientWords, told: list[str]
) -> Iterator[Condition]:
    """Yield a condition for every figure that has a measure; what was read is taken from the scan."""
    last: Measure | None = None  # 营收超过五千万、不到两个亿: the second figure is of the same measure
    for entity in (*_ages(scan), *entities):
        if entity.type not in ("amount", "count", "duration", "age") or not scan.free(entity.start, entity.end):
            continue
        left, right = _clause(scan.text, entity.start, entity.end)
        found = _measure(scan, entity, left, right, words)
        op, low, high, start, end = _compared(scan.text, entity, found[1][1] if found else entity.end)
        if found is None and last is not None and _fits(entity, last):
            found = last, (entity.start, entity.end)
        if found is None:
            if entity.type != "amount":
                continue
            told.append("金额没说是哪一项，按存款余额看")
            measure, span = words.measures["deposits"], (entity.start, entity.end)
        else:
            measure, span = found
        last = measure
        scan.take(*span)
        scan.take(start, end)
        yield Condition(
            "measure", (measure.code, op, str(low), str(high)), measure.name + shown(measure, op, low, high)
        )


def _ages(scan: Scan) -> Iterator[Entity]:
    """Ages are no counts of the contract; 40岁到50岁 is one."""
    found: list[Entity] = []
    for number in figures(scan.text):
        unit = YEARS.match(scan.text, number.end)
        if not unit:
            continue
        low, high, start = int(number.low), int(number.high), number.start
        if found and TO.fullmatch(scan.text, found[-1].end, start):
            last = found.pop()
            low, start = int(last.value["min"]), last.start
        found.append(Entity("age", scan.text[start : unit.end()], start, unit.end(), {"min": low, "max": high}))
    yield from found


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    left = max((m.end() for m in BORDER.finditer(text, 0, start)), default=0)
    right = BORDER.search(text, end)
    return left, right.start() if right else len(text)


def _measure(
    scan: Scan, entity: Entity, left: int, right: int, words: ClientWords
) -> tuple[Measure, tuple[int, int]] | None:
    """The measure named before the figure, behind it, or by its measure word."""
    by_word = {w: m for m in words.measures.values() for w in m.words if _fits(entity, m)}
    hits = [h for h in scan.find(by_word) if left <= h[0] and h[1] <= right]
    before = [h for h in hits if h[1] <= entity.start and entity.start - h[1] <= FAR]
    after = [h for h in hits if h[0] >= entity.end and h[0] - entity.end <= 6]
    inside = entity.type == "age"
    if inside:
        hit = before[-1] if before else None
        span = (hit[0], hit[1]) if hit else (entity.start, entity.end)
        return words.measures["age"], span
    for start, end, word in (*before[-1:], *after[:1]):
        return by_word[word], (start, end)
    if entity.type == "count":
        for measure in words.measures.values():
            if any(scan.text[entity.start : entity.end].endswith(unit) for unit in measure.measures):
                return measure, (entity.start, entity.end)
    return None


def _fits(entity: Entity, measure: Measure) -> bool:
    money, days = measure.unit in ("元", "美元"), measure.unit == "天"
    if entity.type == "age":
        return measure.unit == "岁"
    if entity.type == "amount":
        return money
    if entity.type == "duration":
        return days
    return not money and not days and measure.unit != "岁"


def _compared(text: str, entity: Entity, named_until: int) -> tuple[str, Decimal, Decimal, int, int]:
    """Return (op, low, high, start, end) with the comparing words around the figure, or behind the measure: 六家银行以上."""
    low, high = _ends(entity.value)
    before, after = (
        BEFORE.search(text, 0, entity.start),
        AFTER.match(text, entity.end) or AFTER.match(text, named_until),
    )
    start = before.start() if before else entity.start
    end = after.end() if after else entity.end
    for word in (after[1] if after else "", before[1] if before else ""):
        for op, said in ((">", MORE), (">=", LEAST), ("<", LESS), ("<=", MOST)):
            if word in said:
                figure = low if op in (">", ">=") else high
                return op, figure, figure, start, end
    if low != high:
        return "between", low, high, start, end
    if entity.type == "amount":
        return "between", low * (1 - ABOUT), low * (1 + ABOUT), start, end
    return "=", low, low, start, end


def _ends(value: Any) -> tuple[Decimal, Decimal]:
    if isinstance(value, Mapping):
        low = value.get("min", value.get("min_days", value.get("days")))
        high = value.get("max", value.get("max_days", value.get("days")))
        return Decimal(str(low)), Decimal(str(high))
    return Decimal(str(value)), Decimal(str(value))


def shown(measure: Measure, op: str, low: Decimal, high: Decimal) -> str:
    if op == "between":
        return f"在{figure(measure, low)}到{figure(measure, high)}之间"
    return f"{SAID.get(op, '')}{figure(measure, low)}"


def figure(measure: Measure, value: Decimal) -> str:
    """Write a figure as managers do: 5000万元, 1.2亿元, 200人."""
    if measure.unit in ("元", "美元"):
        for size, unit in ((Decimal(10**8), "亿"), (Decimal(10**4), "万")):
            if abs(value) >= size:
                return f"{_plain((value / size).quantize(Decimal('0.01')))}{unit}{measure.unit}"
    return f"{_plain(value)}{measure.unit}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
