"""Read figures out of a reply: which fact of facts.yml each number is.

A number is taken only when the words around it, or the open question, say what it is; otherwise it stays in the quote.
Nothing is guessed: two facts that fit equally well mean that neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.reading import Entity, Reading
from bot.visit.bank import FactSpec
from bot.visit.model import Known
from bot.zh.numerals import figures
from bot.zh.scripts import normalise

PAID_FOR = re.compile(r"(?:块钱?|元)?的?(利息|手续费|罚息|罚款|损失|运费|工资|奖金|房租|税)")
ON_TOPIC = 0.5  # decides between two facts that the words fit equally well
ENTITY_KIND = {"amount": "money", "count": "count", "duration": "duration", "rate": "rate"}
CLAUSE = re.compile(r"[^，,。.；;！!？?、\n]+")
FIGURE = re.compile(r"^[\d.,\s零〇一二两三四五六七八九十百千万亿廿几多来半俩仨]+")
TIME_UNITS = {"分钟": 1440, "小时": 24, "个月": 1 / 30, "年": 1 / 365}  # counted units of time, to the day
YEARS_OLD = re.compile(r"(?:周)?岁")


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the clause that holds [start, end); a decimal point is no border inside the span."""
    left, right = 0, len(text)
    for match in CLAUSE.finditer(text):
        if match.start() <= start < match.end():
            left = match.start()
        if match.start() < end <= match.end():
            right = match.end()
    return left, right


def midpoint(value: Any) -> Any:
    """Return a single figure for a value of the contract; a range gives its lower end, the careful one."""
    if isinstance(value, Mapping):
        for low in ("min", "days", "min_days"):
            if low in value:
                return value[low]
        return None
    return value


def read_facts(
    reading: Reading,
    specs: Iterable[FactSpec],
    open_fills: Collection[str],
    turn: int,
    today: str,
    topic: Collection[str] = (),
) -> tuple[Known, ...]:
    """Return the facts that the reply states, each with the clause it was read from.

    `open_fills`: what the open question asks for. `topic`: what belongs to the matter it is about (账期 means another
    figure when receivables are spoken of than when suppliers are).
    """
    found: dict[str, Known] = {}
    specs = list(specs)
    for entity in (*reading.entities, *_ages(reading.text)):
        if entity.type not in ENTITY_KIND or midpoint(entity.value) is None:
            continue
        left, right = clause_around(reading.text, entity.start, entity.end)
        spec = spec_for(entity, reading.text, left, right, specs, open_fills, topic)
        if spec is not None and spec.code not in found:
            quote = reading.text[left:right].strip()
            found[spec.code] = Known(spec.code, value_of(entity, spec), "client", today, quote, turn)
    return tuple(found.values())


def _ages(text: str) -> Iterator[Entity]:
    """Ages are no counts of the contract, yet some facts are ages."""
    plain = normalise(text)
    for figure in figures(plain):
        unit = YEARS_OLD.match(plain, figure.end)
        if unit and figure.low == int(figure.low):
            yield Entity("count", text[figure.start : unit.end()], figure.start, unit.end(), int(figure.low))


def value_of(entity: Entity, spec: FactSpec) -> Any:
    """Return the entity's figure as the fact holds it; 三分钟 is a duration in days, and 3 where minutes are counted."""
    if entity.type != "duration" or spec.kind != "count":
        return figure_of(spec, midpoint(entity.value))
    exact = list(figures(normalise(entity.text)))
    if len(exact) == 1 and "半" not in entity.text:
        return figure_of(spec, exact[0].low)
    return figure_of(spec, round(float(midpoint(entity.value)) * TIME_UNITS[spec.unit] * 2) / 2)


def figure_of(spec: FactSpec, figure: Any) -> Any:
    """Return the figure in the fact's unit: money as a decimal string, counts as int, rates as float."""
    if spec.kind == "money":
        return str(Decimal(str(figure)))
    if spec.kind == "count" and spec.unit not in TIME_UNITS:
        return int(figure)
    return float(figure) if spec.kind == "rate" or not float(figure).is_integer() else int(figure)


def spec_for(
    entity: Entity,
    text: str,
    left: int,
    right: int,
    specs: list[FactSpec],
    open_fills: Collection[str],
    topic: Collection[str] = (),
) -> FactSpec | None:
    fitting = [s for s in specs if fits(entity, s) and not _of_something_else(entity, s, text)]
    asked = [(_cue_score(entity, s, text, left, right) + (2 if s.code in open_fills else 0), s) for s in fitting]
    scored = sorted(
        ((score + (ON_TOPIC if s.code in topic else 0), s) for score, s in asked if score > 0),
        key=lambda pair: -pair[0],
    )
    if not scored:
        return None
    if len(scored) > 1 and scored[0][0] == scored[1][0]:
        return None
    return scored[0][1]


def fits(entity: Entity, spec: FactSpec) -> bool:
    """Return whether the fact can hold such a figure: kind and measure word."""
    if spec.kind == "count" and entity.type == "duration":
        return spec.unit in TIME_UNITS and any(m in entity.text for m in spec.measures)
    if ENTITY_KIND[entity.type] != spec.kind:
        return False
    if spec.kind != "count" or not spec.measures:
        return True
    measure = FIGURE.sub("", entity.text)
    return not measure or any(measure.startswith(m) or m.startswith(measure) for m in spec.measures)


def _of_something_else(entity: Entity, spec: FactSpec, text: str) -> bool:
    """好几万利息 is no balance, even when the balance was asked for."""
    said = PAID_FOR.match(normalise(text), entity.end)
    return said is not None and not any(said[1] in word for word in (*spec.cues, spec.name))


def _cue_score(entity: Entity, spec: FactSpec, text: str, left: int, right: int) -> float:
    """Longer cues count more, nearer ones count more; a cue right behind the figure (12家分公司) counts most."""
    best = 0.0
    after = text[entity.end : right]
    before = text[left : entity.start]
    for cue in spec.cues:
        if after.startswith(cue):
            best = max(best, 4 + len(cue) / 10)
        elif cue in after:
            best = max(best, 1.5 + len(cue) / 10 - after.index(cue) / 50)
        elif cue in before:
            distance = len(before) - before.rindex(cue) - len(cue)
            best = max(best, 2 + len(cue) / 10 - distance / 20)
    return best
