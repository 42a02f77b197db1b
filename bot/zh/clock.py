"""Parts of the day and clock times: 下午, 今晚八点, 三点一刻, 15:30."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.zh.numerals import interval

__all__ = ["ALONE", "CLOCK_ALONE", "WITH_DAY", "WITH_PART", "at_time"]

# First and last hour of each part of the day.
_PARTS = {
    "凌晨": (0, 6), "大清早": (6, 9), "清早": (6, 9), "清晨": (6, 9), "一大早": (7, 9), "一早": (7, 9), "早上": (7, 9),
    "早晨": (7, 9), "早": (7, 9), "晨": (7, 9), "上午": (9, 12), "中午": (12, 14), "午后": (13, 15), "下午": (14, 18), "傍晚": (17, 19),
    "晚上": (18, 22), "晚间": (18, 22), "晚": (18, 22), "夜里": (20, 23), "夜": (20, 23), "半夜": (0, 3), "下昼": (14, 18), "上昼": (9, 12),
    "后晌": (14, 18), "头晌": (9, 12), "晌午": (11, 13),
}  # fmt: skip
_LATER = {"下午", "傍晚", "晚上", "晚间", "晚", "夜里", "夜", "午后", "下昼", "后晌"}

_NAMES = sorted(_PARTS, key=len, reverse=True)
_LONG_NAMES = "|".join(name for name in _NAMES if len(name) > 1)
_HOUR = r"(?:[01]?\d|2[0-4]|二?十[一二三四]?|二十|[零一二两三四五六七八九])"
_MINUTE = (
    r"(?:半|[一三]刻|[0-5]?\d分?(?!\d)|(?:[二三四五]?十[一二三四五六七八九]?|零?[一二三四五六七八九])分?|整|多|来钟|钟)"
)
_CLOCK = rf"(?:(?P<h24>[01]?\d|2[0-4])[:：](?P<m24>[0-5]\d)(?!\d)|(?P<hour>{_HOUR})(?:点钟?|时(?!间|候|常|不))(?P<minute>{_MINUTE})?)(?![\d个])"
_TO = rf"(?: ?(?:到|至|-|~) ?(?P<to>{_HOUR})点半?)?"

WITH_DAY = re.compile(rf" ?的?,?(?:(?P<part>{'|'.join(_NAMES)})(?!期|茶|饭|会|安))? ?(?:{_CLOCK}{_TO})?")
WITH_PART = re.compile(rf"(?P<part>{_LONG_NAMES}|早|晚) ?{_CLOCK}{_TO}")
ALONE = re.compile(
    r"(?<![每天个周日早上一二三四五六])(?P<part>上午|下午|下昼|傍晚)(?!好|茶|班|场)(?P<hour>(?!))?"
    r"|(?:^|(?<=[，。！？；, ]))(?P<part2>中午|晚上|早上|一早|一大早)(?=[要去约见跟和给提陪拜我咱](?!们))(?!我们)"
)
CLOCK_ALONE = re.compile(
    rf"(?<![\d:：.第每{'零一二两三四五六七八九十百千'}早晚])(?:(?P<h24>[01]?\d|2[0-3])[:：](?P<m24>[0-5]\d)(?![\d:])"
    rf"|(?P<hour>[1-9]|1\d|2[0-3]|十[一二]?|[一二两三四五六七八九])点(?P<minute>半|钟|整|[一三]刻|(?=[提叫去见约]|之?前|以前|之后|开会|到[^\d]))(?!个))"
)


def at_time(match: re.Match[str], day: date, now: datetime) -> tuple[datetime, datetime]:
    """The moment said (twice), or the first and last moment of the part of the day."""
    groups = match.groupdict()
    part = groups.get("part") or groups.get("part2")
    hour_text, minute_text = groups.get("hour") or groups.get("h24"), groups.get("minute") or groups.get("m24")
    if not hour_text:
        opens, closes = _PARTS[part or "上午"]
        return _at(day, opens, 0, now), _at(day, closes, 0, now)
    hour = _hour(hour_text, part, bool(groups.get("h24")))
    first = _at(day, hour, _minute(minute_text), now)
    if until := groups.get("to"):
        last_hour = _hour(until, part, False)
        last = _at(day, last_hour if last_hour > hour else last_hour + 12, 30 if match[0].endswith("半") else 0, now)
        return first, last
    return first, first


def _at(day: date, hour: int, minute: int, now: datetime) -> datetime:
    start = now.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(hours=hour, minutes=minute)


def _figure(text: str) -> int:
    found = interval(text)
    return int(found[0]) if found else 0


def _hour(text: str, part: str | None, exact: bool) -> int:
    """三点 without a part of the day is in the afternoon: nobody visits a client at night."""
    hour = _figure(text)
    if part in _LATER and (hour < 12 or (hour == 12 and part.startswith(("晚", "夜")))):
        return hour + 12
    if part == "中午" and hour < 3:
        return hour + 12
    if part == "半夜":
        return hour if hour < 6 else hour + 12
    return hour + 12 if not part and not exact and 1 <= hour <= 6 else hour


def _minute(text: str | None) -> int:
    if not text:
        return 0
    fixed = {"半": 30, "一刻": 15, "三刻": 45}
    return (
        fixed[text]
        if text in fixed
        else _figure(text.removesuffix("分"))
        if text not in ("整", "多", "钟", "来钟")
        else 0
    )
