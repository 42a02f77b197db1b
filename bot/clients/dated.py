"""Time in a sentence about clients: not visited for three months, due next month, birthdays, assessments run out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from bot.clients.query import Condition
from bot.clients.words import Scan
from bot.reading import Entity

Period = tuple[date, date]
CONTACT = r"(?:拜访|联系|联络|走访|见过面|见面|见|跑|走动|上过?门|打过?电话|通过?电话|回访|碰过?面|碰头|沟通|互动|维护|跟进|接触|露面|去)"
UNTOUCHED = re.compile(
    rf"(?:没有?|未|冇|从没有?|从未|从来没有?|好久没|很久没|还没有?|一直没有?|没怎么)(?:有|再|怎么|人)?{CONTACT}(?:过|了|着)?|没(?:有)?动静|没露过面|没联系记录|没有联系记录"
)
NEVER = re.compile(rf"(?:从没|从未|从来没|没有?联系记录|一次都?没|还没有?{CONTACT}过)")
TOUCHED = re.compile(rf"(?<![没未不]){CONTACT}(?:过|了|的)")
ASSESSMENT = re.compile(r"风险承受能力评估|风险评估|风险测评|风评|测评")
RUN_OUT = re.compile(r"已?经?过期|失效|已到期|超期|过了期")
NOT_DONE = re.compile(r"(?:没有?|未|还没)(?:做过|测过|做|测|评)?(?:的)?")
DUE = re.compile(r"(?:要|快|就|会|将|该)*到期|到日子|该续|要续")
PAST = re.compile(r"已经?到期|过期|到期了?没|超期")
LINE_OF_CREDIT = re.compile(r"授信(?:额度)?|额度")
BIRTHDAY = re.compile(r"过?生日|寿星")
OPENED = re.compile(r"新开户?|开户|新开的?户")
USUAL = 31  # days ahead that 到期 without a day means
LONG = 90  # days that 好久没 means
NEAR = 12  # characters between a time and what it belongs to


def period_of(entity: Entity, today: date, ahead: bool) -> Period | None:
    """Return the days an entity stands for; a duration counts from today."""
    value: Any = entity.value
    if entity.type == "date":
        start, end = (value.get("start"), value.get("end")) if isinstance(value, dict) else (value, value)
        return (date.fromisoformat(str(start)[:10]), date.fromisoformat(str(end)[:10])) if start and end else None
    if entity.type == "duration" and isinstance(value, dict):
        days = timedelta(days=int(value.get("days") or value.get("max_days") or 0))
        return (today, today + days) if ahead else (today - days, today)
    return None


def _nearest(scan: Scan, entities: Sequence[Entity], start: int, end: int) -> Entity | None:
    """The free date or duration next to a span."""
    near = [
        (max(start - e.end, e.start - end), e)
        for e in entities
        if e.type in ("date", "duration") and scan.free(e.start, e.end) and max(start - e.end, e.start - end) <= NEAR
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def dated_conditions(
    scan: Scan,
    entities: Sequence[Entity],
    today: date,
    products: Sequence[tuple[int, int, str, tuple[str, ...]]],
    told: list[str],
) -> Iterator[Condition]:
    """Yield what the sentence says with time. `products`: (start, end, name, codes) of what is named in it."""
    yield from _assessment(scan, entities, today)
    yield from _untouched(scan, entities, today, told)
    yield from _birthday(scan, entities, today)
    yield from _due(scan, entities, today, products, told)
    yield from _touched(scan, entities, today)
    yield from _opened(scan, entities, today)


def _assessment(scan: Scan, entities: Sequence[Entity], today: date) -> Iterator[Condition]:
    named = ASSESSMENT.search(scan.text)
    if named is None:
        return
    out, due, missing = RUN_OUT.search(scan.text), DUE.search(scan.text), NOT_DONE.search(scan.text)
    when = _nearest(scan, entities, named.start(), named.end())
    if out and not when:
        state = "valid" if scan.text[max(0, out.start() - 2) : out.start()].endswith(("没", "未", "不")) else "expired"
        yield Condition("risk_state", state, "风险测评已过期" if state == "expired" else "风险测评没过期")
        hits = [named, out]
    elif due or when:
        start, end = (when and period_of(when, today, True)) or (today, today + timedelta(USUAL))
        yield Condition("risk_until", _days(start, end), f"风险测评{_shown(start, end)}到期")
        hits = [named, *([due] if due else [])]
        if when:
            scan.take(when.start, when.end)
    elif (missing and abs(missing.start() - named.end()) <= 4) or (missing and missing.end() == named.start()):
        yield Condition("risk_state", "none", "没做过风险测评")
        hits = [named, missing]
    elif "有效" in scan.text:
        yield Condition("risk_state", "valid", "风险测评有效")
        hits = [named]
    else:
        return
    for hit in hits:
        scan.take(hit.start(), hit.end())


def _untouched(scan: Scan, entities: Sequence[Entity], today: date, told: list[str]) -> Iterator[Condition]:
    found = UNTOUCHED.search(scan.text)
    if found is None or "最久" in scan.text[max(0, found.start() - 3) : found.start()]:
        return
    scan.take(found.start(), found.end())
    if NEVER.search(scan.text) and not _nearest(scan, entities, found.start(), found.end()):
        yield Condition("untouched", "", "没有联系记录")
        return
    when = _nearest(scan, entities, found.start(), found.end())
    period = when and period_of(when, today, False)
    if not when or not period:
        told.append("没说多久没联系，按三个月看")
        yield Condition("untouched", (today - timedelta(LONG)).isoformat(), "三个月没联系")
        return
    scan.take(when.start, when.end)
    yield Condition("untouched", period[0].isoformat(), f"{when.text}没联系")


def _touched(scan: Scan, entities: Sequence[Entity], today: date) -> Iterator[Condition]:
    for found in TOUCHED.finditer(scan.text):
        when = _nearest(scan, entities, found.start(), found.end()) if scan.free(found.start(), found.end()) else None
        period = when and period_of(when, today, False)
        if when and period and period[0] <= today:
            scan.take(found.start(), found.end())
            scan.take(when.start, when.end)
            yield Condition("contacted", _days(*period), f"{when.text}联系过")
            return


def _birthday(scan: Scan, entities: Sequence[Entity], today: date) -> Iterator[Condition]:
    found = BIRTHDAY.search(scan.text)
    if found is None:
        return
    scan.take(found.start(), found.end())
    when = _nearest(scan, entities, found.start(), found.end())
    start, end = (when and period_of(when, today, True)) or (today, today + timedelta(USUAL))
    if when:
        scan.take(when.start, when.end)
    yield Condition("birthday", _days(start, end), f"{_shown(start, end)}过生日")


def _due(
    scan: Scan,
    entities: Sequence[Entity],
    today: date,
    products: Sequence[tuple[int, int, str, tuple[str, ...]]],
    told: list[str],
) -> Iterator[Condition]:
    found = DUE.search(scan.text)
    past = PAST.search(scan.text)
    found = past or found
    if found is None or not scan.free(found.start(), found.end()):
        return
    scan.take(found.start(), found.end())
    when = _nearest(scan, entities, found.start(), found.end())
    period = when and period_of(when, today, True)
    if when and period:
        scan.take(when.start, when.end)
        start, end = (max(period[0], today), period[1]) if not past and period[1] >= today else period
        title = _shown(start, end)
    elif past:
        start, end, title = date(1990, 1, 1), today - timedelta(1), "今天以前"
    else:
        start, end, title = today, today + timedelta(USUAL), f"{USUAL}天内"
        told.append(f"没说哪天到期，按{USUAL}天内看")
    line = LINE_OF_CREDIT.search(scan.text)
    if line:
        scan.take(line.start(), line.end())
        yield Condition("credit_until", _days(start, end), f"授信{title}到期")
        return
    named = [p for p in products if scan.free(p[0], p[1])]
    for place in named:
        scan.take(place[0], place[1])
    codes = tuple(sorted({c for p in named for c in p[3]}))
    what = "、".join(dict.fromkeys(p[2] for p in named))
    yield Condition("maturing", (*_days(start, end), codes), f"{what}{title}到期")


def _opened(scan: Scan, entities: Sequence[Entity], today: date) -> Iterator[Condition]:
    found = OPENED.search(scan.text)
    if found is None or not scan.free(found.start(), found.end()):
        return
    when = _nearest(scan, entities, found.start(), found.end())
    period = (when and period_of(when, today, False)) or None
    if period is None and "新开" not in found[0]:
        return
    start, end = period or (today - timedelta(LONG), today)
    scan.take(found.start(), found.end())
    if when:
        scan.take(when.start, when.end)
    yield Condition("opened", _days(start, end), f"{_shown(start, end)}新开户")


def _days(start: date, end: date) -> tuple[str, str]:
    return start.isoformat(), end.isoformat()


def _shown(start: date, end: date) -> str:
    def day(d: date) -> str:
        return f"{d.month}月{d.day}日"

    return day(start) if start == end else f"{day(start)}到{day(end)}"
