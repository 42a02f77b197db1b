"""When a task is due: a day and, where it was said, an hour. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.reading import Entity

WEEKDAYS = "一二三四五六日"
UNTIL = re.compile(r"(?:前|底|末|内)$")
LATER = re.compile(r"(?:推|延|顺|拖|缓|晚|往后|挪)")


@dataclass(frozen=True)
class Due:
    """`part`: the words for the part of the day (下午) when no exact hour was said."""

    day: date
    at: time | None = None
    part: str = ""


def due_of(entity: Entity, today: date) -> Due | None:
    """Return what a date means as a due day: the end of 月底前 and of 这周, the beginning of 下周 and of 国庆后."""
    value = entity.value
    if isinstance(value, str):
        return Due(date.fromisoformat(value[:10]), _hour(value))
    if not isinstance(value, dict) or not value.get("start"):
        return None
    start, end = date.fromisoformat(str(value["start"])[:10]), date.fromisoformat(str(value["end"])[:10])
    if start == end:
        part = re.search(r"凌晨|早上|上午|中午|下午|傍晚|晚上|早|晚", entity.text)
        return Due(start, _hour(str(value["start"])), part[0] if part else "")
    late = UNTIL.search(entity.text) or start <= today
    return Due(end if late else start)


def _hour(text: str) -> time | None:
    return datetime.fromisoformat(text).time().replace(tzinfo=None) if "T" in text else None


def due_in(entities: Sequence[Entity], today: date) -> tuple[Due, Entity] | None:
    """Return the first day from today on, with the words that say it."""
    for entity in entities:
        if entity.type == "date" and (due := due_of(entity, today)) and due.day >= today:
            return due, entity
    return None


def put_off_to(text: str, entities: Sequence[Entity], old: date | None, today: date) -> Due | None:
    """Return the new day: the last one named (把周三的回访推到下周一), or so many days later (往后推三天)."""
    mark = max((m.end() for m in LATER.finditer(text)), default=0)
    days = [d for e in entities if e.type == "date" and (d := due_of(e, today)) and d.day >= today and e.end > mark]
    if days:
        return days[-1]
    lengths = [e.value for e in entities if e.type == "duration" and isinstance(e.value, dict)]
    if not lengths:
        return None
    return Due(
        max(old or today, today) + timedelta(days=int(lengths[-1].get("days") or lengths[-1].get("max_days") or 0))
    )


def period_in(entities: Sequence[Entity]) -> tuple[date, date, str] | None:
    """Return (from, to, words) of the first date named: 今天, 这周, 下个月."""
    for entity in entities:
        value = entity.value
        if entity.type == "date" and value:
            start, end = (value["start"], value["end"]) if isinstance(value, dict) else (value, value)
            return date.fromisoformat(str(start)[:10]), date.fromisoformat(str(end)[:10]), entity.text
    return None


def day_text(day: date, today: date) -> str:
    """Write a day as people say it: 今天, 明天, 11月25日（周三）."""
    near = {0: "今天", 1: "明天", 2: "后天"}.get((day - today).days)
    full = f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
    return (
        f"{near}（周{WEEKDAYS[day.weekday()]}）" if near else full if day.year == today.year else f"{day.year}年{full}"
    )
