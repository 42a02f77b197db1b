"""Amounts, rates, counts, durations and dates in a sentence.

Rules over figures (`numerals`), one module for each family. JioNLP was tried:
its times and money lack the colloquial half of ours (仨月, 三千来万, 四个多点)
and need rules on top for spans, so it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.zh.dates import dates
from bot.zh.durations import counted_date, duration, fixed_durations
from bot.zh.numerals import Figure, figures, interval
from bot.zh.quantities import amount, count, fee_shorthand, rate
from bot.zh.scripts import normalise
from bot.zh.spans import Found

__all__ = ["Span", "extract"]

_TO = re.compile(r" ?(?:到|至|-|~|—{1,2}|–|或者?) ?")
_LARGE = re.compile(r"(?:[万亿kw]|千万|百万)+$")


@dataclass(frozen=True)
class Span:
    """`text[start:end]` of the sentence as given, in code points, and what it stands for.

    type      value
    amount    "30000000.00", or {"min", "max"} of such; the currency is not in the value
    rate      0.035, or {"min", "max"}
    count     36, or {"min", "max"}
    duration  {"days": 90}, or {"min_days", "max_days"}; hours are parts of a day
    date      "2026-11-25", "2026-11-25T15:00" with the offset of `now`, or {"start", "end"} of such
    """

    type: str
    start: int
    end: int
    text: str
    value: Any


def extract(text: str, now: datetime) -> list[Span]:
    """Non-overlapping spans in order of appearance; dates are reckoned from `now`.

    `text` may be Traditional or full-width; offsets are code points of it as given.
    """
    plain = normalise(text)
    found = _apart([*dates(plain, now), *fixed_durations(plain), *fee_shorthand(plain)])
    found = _apart([*found, *_quantities(plain, found)])
    found = _dated(plain, _joined(plain, found), now)
    return [Span(one.type, one.start, one.end, text[one.start : one.end], one.value) for one in found]


def _apart(found: Iterable[Found]) -> list[Found]:
    """Earlier ones win over later ones that overlap them; sorted by place."""
    kept: list[Found] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _quantities(plain: str, taken: list[Found]) -> list[Found]:
    free = [
        figure
        for figure in figures(plain)
        if all(figure.end <= other.start or other.end <= figure.start for other in taken)
    ]
    found: list[Found] = []
    for place, figure in enumerate(free):
        low, start = figure.low, figure.start
        if place and (borrowed := _range_start(plain, free[place - 1], figure)) is not None:
            low, start = borrowed, free[place - 1].start
        if one := _first(plain, figure, low, start):
            if start < figure.start and found and found[-1].end > start:
                found.pop()
            found.append(one)
    return found


def _first(plain: str, figure: Figure, low: Decimal, start: int) -> Found | None:
    for read in (rate, duration, amount, count):
        if one := read(plain, figure, low, start):
            return one
    return None


def _range_start(plain: str, first: Figure, second: Figure) -> Decimal | None:
    """The low end of 50到80万, with the unit that it borrows; None if they are no range."""
    between = plain[first.end : second.start]
    if (
        not _TO.fullmatch(between)
        or first.low != first.high
        or plain[max(0, first.start - 1) : first.start] in ("第", "-")
    ):
        return None
    low = first.low
    if (unit := _LARGE.search(second.text)) and not _LARGE.search(first.text):
        # 五到八百万 borrows 百万, 两百到五百万 only 万.
        for borrowed in (unit[0], unit[0][-1]):
            multiplier = interval("一" + borrowed)
            if multiplier and low * multiplier[0] < second.high:
                low *= multiplier[0]
                break
    return low if low < second.high else None


def _joined(plain: str, found: list[Found]) -> list[Found]:
    """三天到五天, 3%到5%, 26号到28号: two of a kind with 到 between them become one."""
    joined: list[Found] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and last.type == one.type != "count" and _TO.fullmatch(plain, last.end, one.start):
            value = _span_of(last, one)
            if value is not None:
                joined[-1] = Found(one.type, last.start, one.end, value)
                continue
        joined.append(one)
    return joined


_ENDS = {"duration": ("min_days", "max_days", "days"), "date": ("start", "end", ""), "": ("min", "max", "")}


def _span_of(first: Found, second: Found) -> Any:
    """The interval from the first's low end to the second's high end, if that is not backwards."""
    low_key, high_key, both = _ENDS.get(first.type, _ENDS[""])

    def end(one: Found, key: str) -> Any:
        return one.value.get(key, one.value.get(both)) if isinstance(one.value, dict) else one.value

    low, high = end(first, low_key), end(second, high_key)
    ordered = Decimal(str(low)) < Decimal(str(high)) if first.type != "date" else str(low) < str(high)
    return {low_key: low, high_key: high} if ordered else None


def _dated(plain: str, found: list[Found], now: datetime) -> list[Found]:
    dated = [(one.type == "duration" and counted_date(plain, one, now)) or one for one in found]
    return _apart(dated)
