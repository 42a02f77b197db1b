"""Durations: 三四天, 一年半, 两三个礼拜, 十天半个月, 仨月; and dates counted from now: 三天后, 半个月内."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

from bot.zh.numerals import Figure
from bot.zh.spans import Found, moment, period

__all__ = ["counted_date", "duration", "fixed_durations"]

_DAYS = {
    "年": Decimal(365), "季度": Decimal(90), "月": Decimal(30), "周": Decimal(7), "星期": Decimal(7), "礼拜": Decimal(7),
    "天": Decimal(1), "日": Decimal(1), "工作日": Decimal(1), "交易日": Decimal(1), "自然日": Decimal(1),
    "小时": Decimal(1) / 24, "钟头": Decimal(1) / 24, "刻钟": Decimal(1) / 96, "分钟": Decimal(1) / 1440,
}  # fmt: skip
_UNIT = re.compile(
    r" ?(?P<gap>个?(?P<vague>[多来半])?个?)"
    r"(?P<unit>(?:工作|交易|自然)日|季度|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|小时|钟头|刻钟|分钟"
    r"|年(?!级|轮|代|度|货|薪|终|报|会|糕|龄|夜|味|化)|月(?!薪|饼|亮|报|份)|周(?!岁|年|转|边|末)|天(?!天|津|气|然|猫)"
    r"|日(?=[之以]?内|[之以]?后|期|账期)|(?<=[4-9]\d)日|(?<=\d\d\d)日|(?<=十)日(?=账))"
    r"(?P<tail>多(?!出|少|给|拿|赚|挣|花|亏|存|交|付|要|跑|掏|省|收|加)|半(?!年|天|个|月|载))?"
)
_IDIOM_BEFORE = re.compile(r"(?:第|有|哪|某|[这那头]一?|每一|这两|同|当)$")
_IDIOM_AFTER = re.compile(r"两头|到晚|到头|一度|不如|一天|如一日")
_WAITED = re.compile(r"[等聊找说扯讲弄搞问看想谈磨算](?:了老?|老)$")
_FIXED = {
    "十天半个月": (10, 15), "十天半月": (10, 15), "十天半拉月": (10, 15), "十天八天": (8, 10), "三天五天": (3, 5),
    "一年半载": (180, 365), "三年五载": (1095, 1825), "一年两年": (365, 730), "三年两年": (730, 1095),
}  # fmt: skip
_FIXED_PATTERN = re.compile("|".join(_FIXED))
_NO_HALF = re.compile(r"[上下前后零一二两三四五六七八九十百几\d]个?$")  # 一个半月 is a figure with its unit
_HALF = re.compile(r"[大小]?半(?:个?(月|小时|钟头|礼拜|星期|季度)|个多(月|小时|钟头)|([年天])(?!报|假|薪))")


def days_value(low: Decimal, high: Decimal) -> dict[str, int | float]:
    """{"days": n}, or {"min_days", "max_days"}: whole where they are, else to 3 places."""
    one, two = (int(day) if day == int(day) else round(float(day), 3) for day in (low, high))
    return {"days": one} if low == high else {"min_days": one, "max_days": two}


def fixed_durations(text: str) -> list[Found]:
    """Set phrases and halves, which are not a figure with a unit."""
    found = [
        Found("duration", match.start(), match.end(), days_value(*map(Decimal, _FIXED[match[0]])))
        for match in _FIXED_PATTERN.finditer(text)
    ]
    for match in _HALF.finditer(text):
        before = text[max(0, match.start() - 4) : match.start()]
        if _NO_HALF.search(before):
            continue
        if match[3] == "天" and _WAITED.search(before):
            continue
        unit = match[1] or match[2] or match[3]
        half = {"年": Decimal(180), "天": Decimal("0.5")}.get(unit, _DAYS[unit] / 2)
        high = _DAYS[unit] if match[2] else half
        found.append(Found("duration", match.start(), match.end(), days_value(half, high)))
    return found


def duration(text: str, figure: Figure, low: Decimal, start: int) -> Found | None:
    """The duration whose figure ends at `figure.end`; `low` and `start` differ in a range."""
    match = _UNIT.match(text, figure.end)
    if not match or figure.text in ("半", "几"):
        return None
    unit, vague, tail = match["unit"], match["vague"], match["tail"]
    if unit == "月" and "个" not in match["gap"] and figure.text not in ("俩", "仨") and "把" not in figure.text:
        return None
    if unit in ("年", "天") and "个" in match["gap"]:
        return None
    before = text[max(0, start - 2) : start]
    if _IDIOM_BEFORE.search(before) and (figure.text in ("一", "两") or before.endswith("第")):
        return None
    if before.endswith("第") or (unit in ("天", "年") and _IDIOM_AFTER.match(text, match.end())):
        return None
    if unit == "年" and 1900 <= figure.low <= 2100:
        return None
    if match["gap"] == "半" or (vague == "半" and not match["gap"].startswith("个")):
        return None
    each = _DAYS[unit]
    half = {"年": Decimal(180)}.get(unit, each / 2)
    least, most = low * each, figure.high * each
    if vague == "半" or tail == "半":
        least, most = least + half, most + half
    elif (vague == "多" or tail == "多") and figure.low == figure.high:
        most += each
    return Found("duration", start, match.end(), days_value(least, most))


_COUNTED = re.compile(
    r" ?(?:[之以]?(?P<after>后)(?![悔来续果台面勤备援端付])|[之以]?(?P<within>内)(?![部容控地心外蒙存])"
    r"|[之以]?(?P<before>前)(?![台面期提置景往端途]))"
)
_TENOR = re.compile(r"(?:期限|账期|短期|周期|年限|期)[^，。；？！]{0,4}$")
_BACKWARD = re.compile(r"(?:最?近|过去|之前|这)的?$")
_PASSED = re.compile(r"(?:再?过个?|再等)$")


def counted_date(text: str, span: Found, now: datetime) -> Found | None:
    """三天后, 两周内, 半个月前, 过两天: the duration read as a date, if the words around it say so."""
    match = _COUNTED.match(text, span.end)
    value = span.value
    assert isinstance(value, dict)
    least = float(value.get("days", value.get("min_days", 0)))  # type: ignore[arg-type]
    most = float(value.get("days", value.get("max_days", 0)))  # type: ignore[arg-type]
    if not match:
        if not (passed := _PASSED.search(text, max(0, span.start - 3), span.start)) or least > 60:
            return None
        if re.match(r"没|都没|还没|了|不|就", text[span.end : span.end + 2]) and not text.startswith("就", span.end):
            return None
        end = _shifted(now, most) if most > least or least != 2 else _shifted(now, 3)
        return Found("date", passed.start(), span.end, period(_shifted(now, least), end))
    if match["within"]:
        if _TENOR.search(text, max(0, span.start - 7), span.start) or (
            least >= 30 and text.startswith("的", match.end())
        ):
            return None
        if _BACKWARD.search(text, max(0, span.start - 3), span.start):
            return Found("date", span.start, match.end(), period(_shifted(now, -most), now))
        return Found("date", span.start, match.end(), period(now, _shifted(now, most)))
    sign = 1 if match["after"] else -1
    ends = sorted((_shifted(now, sign * least), _shifted(now, sign * most)))
    if most < 1:
        near = ends[0].replace(second=0, microsecond=0) + timedelta(minutes=2)  # 0.083 of a day is not quite two hours
        return Found("date", span.start, match.end(), moment(near - timedelta(minutes=near.minute % 5)))
    return Found("date", span.start, match.end(), period(*ends))


def _shifted(now: datetime, days: float) -> datetime:
    """Whole months and years by the calendar, the rest by days."""
    sign, size = (1, days) if days >= 0 else (-1, -days)
    years, months = (int(size // 365), 0) if size >= 365 and size % 365 in (0, 180) else (0, 0)
    rest = size - years * 365
    if rest == 180:
        months, rest = 6, 0
    elif not years and rest % 30 == 0 and rest < 365:
        months, rest = int(rest // 30), 0
    month = now.month - 1 + sign * (months + 12 * years)
    year, month = now.year + month // 12, month % 12 + 1
    last = (datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return now.replace(year=year, month=month, day=min(now.day, last)) + timedelta(days=sign * rest)
