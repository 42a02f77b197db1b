"""What the extractors hand to each other, and how dates are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["Found", "Value", "iso", "moment", "period"]

Value = str | int | float | Mapping[str, str] | Mapping[str, int] | Mapping[str, float] | Mapping[str, "int | float"]


@dataclass(frozen=True)
class Found:
    """A span of normalised text: what `Span` is, before the text is cut out."""

    type: str
    start: int
    end: int
    value: Value


def iso(day: date) -> str:
    """The ISO date, of a datetime too."""
    return date(day.year, day.month, day.day).isoformat()


def moment(time: datetime) -> str:
    """ISO datetime to the minute, with the offset if `now` had one."""
    return time.isoformat(timespec="minutes")


def period(start: date, end: date) -> str | dict[str, str]:
    """One ISO date, or {"start", "end"}, both included."""
    return iso(start) if iso(start) == iso(end) else {"start": iso(start), "end": iso(end)}
