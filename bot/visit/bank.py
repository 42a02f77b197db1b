"""The question bank: needs, facts and questions, as data files give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bot.visit.model import Known, days_old

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Need:
    code: str
    name: str
    segment: str  # corporate | personal
    means: str


@dataclass(frozen=True)
class FactSpec:
    """One kind of fact. `kind`: count | money | rate | duration | text | choice | bool."""

    code: str
    name: str
    segment: str  # corporate | personal | both
    kind: str
    unit: str = ""
    stale_after_days: int | None = None
    measures: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    source: str = ""

    def is_stale(self, known: Known, today: date) -> bool:
        """A fact of unknown date counts as fresh: the record does not say otherwise."""
        age = days_old(known, today)
        return self.stale_after_days is not None and age is not None and age > self.stale_after_days


@dataclass(frozen=True)
class Condition:
    """A test of one fact. `op`: = != >= <= > < known unknown."""

    fact: str
    op: str
    value: Any = None

    def holds(self, facts: Mapping[str, Known]) -> bool:
        """A fact that is not known satisfies `unknown` and `= false` of a holding only."""
        known = facts.get(self.fact)
        if self.op == "known":
            return known is not None
        if self.op == "unknown":
            return known is None
        if known is None:
            return False
        return _compare(known.value, self.op, self.value)


def _compare(left: Any, op: str, right: Any) -> bool:
    if op == "=":
        return bool(left == right) or str(left) == str(right)
    if op == "!=":
        return not _compare(left, "=", right)
    try:
        a, b = Decimal(str(left)), Decimal(str(right))
    except ArithmeticError:
        return False
    return {">=": a >= b, "<=": a <= b, ">": a > b, "<": a < b}[op]


@dataclass(frozen=True)
class Likely:
    """A record figure that makes a need likely before anyone asked."""

    when: Condition
    weight: float
    say: str


@dataclass(frozen=True)
class Question:
    id: str
    need: str
    kind: str
    asks: tuple[str, ...]
    why: str
    fills: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    follow_up: str = ""
    confirm: str = ""


@dataclass(frozen=True)
class Opening:
    id: str
    segment: str
    text: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Impact:
    """A formula that puts a difficulty into a figure. `formula` is arithmetic over `inputs` and `assumptions`."""

    code: str
    need: str
    name: str
    formula: str
    shown: str  # the formula in words
    unit: str  # money | hours | usd
    inputs: tuple[str, ...]
    result: str  # sentence with {result}
    assumptions: tuple[tuple[str, str, str, str], ...] = ()  # code, name, value, why
    unless: tuple[str, ...] = ()  # facts that, once known, make a better formula possible


@dataclass(frozen=True)
class Bank:
    """Everything a visit asks from."""

    needs: Mapping[str, Need]
    facts: Mapping[str, FactSpec]
    questions: Mapping[str, Question]
    likely: Mapping[str, tuple[Likely, ...]] = field(default_factory=dict)
    openings: tuple[Opening, ...] = ()
    impacts: tuple[Impact, ...] = ()

    def of(self, need: str, kind: str) -> tuple[Question, ...]:
        """Return the questions of one need and kind, in the order of the file."""
        return self._by_need_kind.get((need, kind), ())

    @property
    def _by_need_kind(self) -> dict[tuple[str, str], tuple[Question, ...]]:
        index: dict[tuple[str, str], tuple[Question, ...]] | None = self.__dict__.get("_index")
        if index is None:
            grouped: dict[tuple[str, str], list[Question]] = {}
            for question in self.questions.values():
                grouped.setdefault((question.need, question.kind), []).append(question)
            index = {key: tuple(group) for key, group in grouped.items()}
            object.__setattr__(self, "_index", index)  # a cache on a frozen value: same input, same output
        return index

    def needs_of(self, segment: str) -> tuple[Need, ...]:
        return tuple(n for n in self.needs.values() if n.segment == segment)


def fill(text: str, facts: Mapping[str, Known], specs: Mapping[str, FactSpec], **extra: str) -> str | None:
    """Replace {placeholders} by extra names and fact values with their unit; None if one is not known."""
    out = text
    for name in PLACEHOLDER.findall(text):
        if name in extra:
            shown = extra[name]
        elif name in facts and name in specs:
            shown = show(specs[name], facts[name].value)
        else:
            return None
        out = out.replace("{" + name + "}", shown)
    return out


def show(spec: FactSpec, value: Any) -> str:
    """Write a value as people say it: 2300万元, 12家, 4.35%, 是."""
    if spec.kind == "money":
        return f"{money(Decimal(str(value)))}{'美元' if spec.unit == '美元' else '元'}"
    if spec.kind == "rate":
        return f"{plain(Decimal(str(value)) * 100)}%"
    if spec.kind == "bool":
        return "是" if value else "否"
    if isinstance(value, (int, float, Decimal)):
        return f"{plain(Decimal(str(value)))}{spec.unit}"
    return f"{value}{spec.unit}"


def money(amount: Decimal) -> str:
    """Write yuan the way people say them: 2300万, 1.6亿, 8500."""
    for size, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        if abs(amount) >= size:
            return f"{plain(round(amount / size, 2))}{name}"
    return plain(round(amount, 2))


def plain(number: Decimal) -> str:
    """Write a number without trailing zeros or an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
