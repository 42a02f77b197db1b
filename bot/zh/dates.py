"""Calendar dates: 明儿下午三点, 下周三, 年底前, 国庆后, 下月15号, 2026-11-21.

A day that does not say which (周三, 15号, 三月) is the next one, or the last one
where the sentence tells of the past. 现在, 以前 and whatever recurs (每月底) are
no dates. Dates counted from now (三天后) are in `durations`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from bot.zh.clock import ALONE, CLOCK_ALONE, WITH_DAY, WITH_PART, at_time
from bot.zh.holidays import HOLIDAY_NAMES, holiday, lunar_new_year
from bot.zh.numerals import interval
from bot.zh.spans import Found, iso, moment, period

__all__ = ["dates"]

Days = tuple[date, date]
_H = "零〇一二两三四五六七八九"
_DAY_NUMBER = (
    r"(?:[12]?\d|3[01]|三十一?|二?十[一二三四五六七八九]?|二十|廿[一二三四五六七八九]?|初?[一二三四五六七八九])"
)
_MONTH_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|元|腊)"
_PART_OF_MONTH = r"初|中旬|上旬|下旬|底|末|中(?![国])"
_NOT_DAY = r"(?!楼|线|店|门|厂|机|车|库|仓|院|人|员工|职工|文|令|柜|窗|桌|票|子|群|码|位|产品|方案|客户|池|地块|井|炉|通知|[之以]?内|期(?!前)|游|元|常|产|利|均|报|历|本|用|薪|后?市)"
_YEAR = rf"(?P<year>今年|明年|后年|去年|大?前年|本年度?|(?:19|20)\d\d年|[二2][零〇][{_H}]{{2}}年|\d\d年(?=\d|底|初|末|上半|下半|[一二三四]季|[一二三四五六七八九十]))(?:度|的)?"

_WEEKDAYS = (
    {char: place for place, char in enumerate("一二三四五六日")}
    | {"天": 6, "末": 5}
    | dict(zip("1234567", range(7), strict=False))
)
_NEAR_DAYS = {"大前": -3, "前": -2, "昨": -1, "琴": -1, "寻": -1, "今": 0, "明": 1, "听": 1, "后": 2, "大后": 3}
_WEEK_SHIFT = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_PAST = re.compile(
    r"了(?![吗没不，。]|$)|过(?![来去一两几程户会桥年完目滤])|补录|补记|那次|上次|上回|刚|见的|聊的|去的|签的|已经|曾"
)

_AHEAD = re.compile(r"提醒|待办|跟进|约|到期|安排|记得|[之以]?前")


class _Context:
    """What a rule needs besides its match: today, and whether the sentence looks back."""

    def __init__(self, text: str, now: datetime) -> None:
        self.today = date(now.year, now.month, now.day)
        self.past = bool(_PAST.search(text))
        self.ahead = bool(_AHEAD.search(text))


def _number(text: str) -> int:
    found = interval(text.removeprefix("初"))
    return int(found[0]) if found else 0


def _month(year: int, month: int, part: str | None = None) -> Days:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    last = monthrange(year, month)[1]
    first, end = {"初": (1, 5), "上旬": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, last)}.get(
        part or "", (1, last)
    )
    return date(year, month, last - 5 if part in ("底", "末") else first), date(year, month, end)


def _day(year: int, month: int, number: int) -> date | None:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, number) if 1 <= number <= monthrange(year, month)[1] else None


def _year(text: str | None, today: date) -> int | None:
    if not text:
        return None
    words = {"今年": 0, "本年": 0, "本年度": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2, "大前年": -3}
    if text in words:
        return today.year + words[text]
    digits = "".join(char if char.isascii() else str(_number(char)) for char in text[:-1])
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _either(past: Days, future: Days, context: _Context) -> Days:
    """The future one, unless the sentence looks back; what holds today is neither."""
    return past if context.past and past[0] <= context.today else future


def _full(match: re.Match[str], context: _Context) -> Days | None:
    day = _day(int(match["y"]), int(match["m"]), int(match["d"])) if 1 <= int(match["m"]) <= 12 else None
    return (day, day) if day else None


def _near(match: re.Match[str], context: _Context) -> Days:
    day = context.today + timedelta(days=_NEAR_DAYS[match["near"] or match["near2"]])
    return day, day


def _week(match: re.Match[str], context: _Context) -> Days | None:
    shift, weekday = match["shift"], match["weekday"]
    monday = context.today - timedelta(days=context.today.weekday())
    if weekday is None:
        start = monday + timedelta(weeks=_WEEK_SHIFT[shift])
        return start, start + timedelta(days=6)
    if shift is None:
        place = _WEEKDAYS[weekday[0]]
        ahead = context.today + timedelta(days=(place - context.today.weekday()) % 7 or 7)
        back = context.today - timedelta(days=(context.today.weekday() - place) % 7 or 7)
        day = back if context.past else ahead
        if weekday[-1] == "末":
            day = monday + timedelta(days=5)
    else:
        day = monday + timedelta(weeks=_WEEK_SHIFT[shift], days=_WEEKDAYS[weekday[0]])
    return day, day + timedelta(days=1 if weekday[-1] in "末" or len(weekday) > 1 else 0)


def _month_day(match: re.Match[str], context: _Context) -> Days | None:
    today, month = context.today, {"元": 1, "腊": 12}.get(match["month"]) or _number(match["month"])
    year = _year(match["year"], today)

    def in_year(number: int) -> Days | None:
        if match["day"]:
            day = _day(number, month, _number(match["day"]))
            return (day, day) if day else None
        return _month(number, month, match["part"])

    return _in_year(in_year, year, context)


def _in_year(in_year: Callable[[int], Days | None], year: int | None, context: _Context) -> Days | None:
    """What the phrase means in the year said, or else in the one that fits the sentence."""
    this = in_year(year or context.today.year)
    if year or this is None:
        return this
    if this[1] < context.today and not context.past:
        recent = (context.today - this[1]).days <= 31 and not context.ahead
        return this if recent else in_year(context.today.year + 1)
    if this[0] > context.today and context.past and (this[0] - context.today).days > 120:
        return in_year(context.today.year - 1)
    return this


def _near_month(match: re.Match[str], context: _Context) -> Days | None:
    shift = {"上上": -2, "上": -1, "下": 1, "次": 1, "下下": 2}.get(match["shift"] or "", 0)
    year, month = context.today.year, context.today.month + shift
    if match["day"]:
        day = _day(year, month, _number(match["day"]))
        return (day, day) if day else None
    return _month(year, month, match["part"])


def _month_part(match: re.Match[str], context: _Context) -> Days:
    this = _month(context.today.year, context.today.month, match["part"])
    if this[1] < context.today and not context.past:
        return _month(context.today.year, context.today.month + 1, match["part"])
    return this


def _bare_day(match: re.Match[str], context: _Context) -> Days | None:
    number, today = _number(match["day"]), context.today
    shift = 0
    if number < today.day and not context.past:
        shift = 1
    elif number > today.day and re.search("补录|上次|那次|聊过|见过|去过", match.string):
        shift = -1
    day = _day(today.year, today.month + shift, number) or _day(today.year, today.month + shift + 1, number)
    return (day, day) if day else None


def _holiday(match: re.Match[str], context: _Context) -> Days | None:
    name = re.sub("节$", "", match["name"]) if match["name"] not in HOLIDAY_NAMES else match["name"]
    return _in_year(lambda year: holiday(name, year), _year(match["year"], context.today), context)


def _lunar(match: re.Match[str], context: _Context) -> Days | None:
    number = _number(match["day"])
    return _in_year(lambda year: (lunar_new_year(year) + timedelta(days=number - 1),) * 2, None, context)


def _year_part(match: re.Match[str], context: _Context) -> Days | None:
    year, part = _year(match["year"], context.today), match["part"]
    if part is None:
        assert year
        return date(year, 1, 1), date(year, 12, 31)
    months = {"上半年": (1, 6), "前半年": (1, 6), "下半年": (7, 12), "后半年": (7, 12), "初": (1, 2), "中": (6, 7)}
    first, last = months.get(part.removeprefix("年"), (12, 12))
    if part == "开年":
        first, last = 1, 2
    year = year or context.today.year
    return _month(year, first)[0], _month(year, last)[1]


def _old_year(match: re.Match[str], context: _Context) -> Days:
    """八三年, 零八年: two digits that are no figure are a year."""
    number = int("".join(str(_number(char)) for char in match["year"]))
    year = number + (1900 if number > context.today.year % 100 + 5 else 2000)
    return date(year, 1, 1), date(year, 12, 31)


def _quarter(match: re.Match[str], context: _Context) -> Days | None:
    year, number, today = _year(match["year"], context.today), match["number"], context.today
    now = (today.month - 1) // 3 + 1
    shift = {"上": -1, "下": 1}.get(match["shift"] or "", 0)
    quarter = {"一": 1, "二": 2, "三": 3, "四": 4}.get(number or "") or (int(number) if number else now + shift)
    first, last = _month(year or today.year, quarter * 3 - 2)[0], _month(year or today.year, quarter * 3)[1]
    if match["part"]:
        return (first, first + timedelta(days=9)) if match["part"] == "初" else (last - timedelta(days=9), last)
    return first, last


def _around_new_year(match: re.Match[str], context: _Context) -> Days:
    """年前 and 年后 are reckoned from 春节."""
    today = context.today
    first, last = holiday("春节", today.year if holiday("春节", today.year)[1] >= today else today.year + 1)
    return (today, first - timedelta(days=1)) if match[0] == "年前" else (last, last + timedelta(days=20))


def _these_days(match: re.Match[str], context: _Context) -> Days:
    ahead = {
        "今明": (0, 1),
        "明后": (1, 2),
        "这两": (0, 1),
        "这几": (0, 3),
        "过几": (3, 7),
        "过两": (2, 3),
        "前两": (-2, -1),
        "前几": (-5, -2),
    }
    first, last = ahead[match["which"]]
    return context.today + timedelta(days=first), context.today + timedelta(days=last)


_BEFORE = rf"(?<![\d.第每逢个{_H}十/])(?<!每个)"
_RULES: list[tuple[re.Pattern[str], Callable[[re.Match[str], _Context], Days | None]]] = [
    (
        re.compile(r"(?<!\d)(?P<y>20\d\d) ?(?:[-/.年]) ?(?P<m>\d{1,2}) ?(?:[-/.月]) ?(?P<d>\d{1,2})(?!\d) ?[号日]?"),
        _full,
    ),
    (re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>0\d|1[0-2])(?P<d>[0-2]\d|3[01])(?!\d)"), _full),
    (re.compile(r"(?P<which>今明|明后|这两|这几|过几|前两|前几)两?天"), _these_days),
    (re.compile(rf"(?:{_YEAR})?(?P<name>{'|'.join(HOLIDAY_NAMES)})节?"), _holiday),
    (
        re.compile(
            rf"(?:大年|正月|年|(?<![年月最当起开{_H}]))初(?P<day>[一二三四五六七八九]|十[一二三四五]?)(?![级中小次创期])"
        ),
        _lunar,
    ),
    (
        re.compile(
            rf"{_BEFORE}(?:{_YEAR})?(?P<month>{_MONTH_NUMBER})月(?!薪|饼|亮)(?:份?的?(?:(?P<day>{_DAY_NUMBER})[号日]?(?![\d点万千百%])|(?P<part>{_PART_OF_MONTH}))|份)?"
        ),
        _month_day,
    ),
    (
        re.compile(
            rf"(?<!每)(?P<shift>上上|上|下下|下|这|本|当|次)个?月(?:份?的?(?:(?P<day>{_DAY_NUMBER})[号日]|(?P<part>{_PART_OF_MONTH}))|份)?"
        ),
        _near_month,
    ),
    (re.compile(rf"(?<![每到个逢{_H}\d岁年])(?<!每个)月(?P<part>初|中旬|底|末|中(?![国]))"), _month_part),
    (
        re.compile(rf"(?:{_YEAR})?(?:(?P<shift>[本这上下])个?|第?(?P<number>[一二三四1-4]))?季度?(?P<part>[初末底])"),
        _quarter,
    ),
    (
        re.compile(rf"(?:{_YEAR})?(?:(?P<shift>[本这上下])个?|(?<!\d)第?(?P<number>[一二三四1-4]))季度(?P<part>(?!))?"),
        _quarter,
    ),
    (re.compile(rf"(?:{_YEAR})?(?<![a-z])q(?P<number>[1-4])(?![a-z\d])(?P<shift>(?!))?(?P<part>[初末底])?"), _quarter),
    (re.compile(rf"{_YEAR}(?P<part>年?[初中底末](?!国)|[上下前后]半年)?"), _year_part),
    (re.compile(rf"(?<![{_H}\d十百千])(?P<year>[零〇九八七][{_H}])年(?P<part>(?!))?"), _old_year),
    (
        re.compile(rf"(?<![每{_H}\d十])(?P<year>(?!))?(?P<part>年[初底末关]|年中(?!国)|[上下]半年|岁末|开年)"),
        _year_part,
    ),
    (
        re.compile(
            rf"(?<![\d{_H}十百几半今明去前后全多当同往每这那哪成周青老整来提好少新常近早晚生过])年[前后](?![任卫缀])"
        ),
        _around_new_year,
    ),
    (
        re.compile(
            r"(?<!每)(?P<shift>上上|下下|[上这本下])?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末](?![次个家年月周些部般共起点亩鸣鸿])|(?<=周)[1-7](?![\d.年个家%])|(?<=期)[1-7](?!\d)|(?<=拜)[1-7](?!\d))"
        ),
        _week,
    ),
    (re.compile(r"(?P<shift>上上|下下|[上这本下])个?(?:周|星期|礼拜)(?P<weekday>(?!))?(?![围边转年岁])"), _week),
    (
        re.compile(
            r"(?P<near>大前|大后)天|(?<![以今之此往])(?P<near2>[前后])(?:天(?![性台])|日(?![子常期后前内益])|儿个?(?=[早晚上下一去见约，。 ]|$))"
        ),
        _near,
    ),
    (
        re.compile(
            r"(?P<near>[昨今明琴寻听])(?P<near2>(?!))?(?:天(?![津气])|日(?!头条|之星|内|报)|儿个?|朝(?!廷|代)|(?=早|晚|夜|晨))"
        ),
        _near,
    ),
    (
        re.compile(rf"(?<![\d.第每逢{_H}十月百千a-z-])(?<!每月)(?<!每个月)(?P<day>{_DAY_NUMBER})[号日]{_NOT_DAY}"),
        _bare_day,
    ),
]

_EDGE = re.compile(
    r"的?(?:(?P<before>(?:之|以)?前)(?![天儿年两三几日台面期提置景往端途])|(?P<after>(?:之|以)?后)(?![天儿年两日悔续果台面勤备援端付门晌])"
    r"|(?P<during>期间|当天|当日|假期|长假|放假|那天|那阵))"
)
_RECURS = re.compile(
    r"(?:每|逢|每个|每到|(?<![周期拜])一到|每[年月周天季回次][^，。！？；,]{0,3}|每个[周月季][^，。！？；,]{0,2}|平时|回回|总是)$"
)
_NAMES = re.compile(r"[王李张刘陈杨赵黄吴徐孙胡朱高林郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕]$")
_PERSONAL = {"国庆", "中秋", "元旦", "重阳", "新春", "圣诞", "春节"}
_FIGURES = f"十{_H}0123456789"
_STREET = re.compile(r"(?:路|街|广场|商场|村|小学|新区|大厦|酒店|大道|总|经理|厂|三方)")


def dates(text: str, now: datetime) -> list[Found]:
    """All dates in normalised text; the rule that stands earlier wins where two overlap."""
    context, found, taken = _Context(text, now), [], [False] * len(text)
    for pattern, resolve in _RULES:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]) or _excluded(text, match):
                continue
            if not (days := resolve(match, context)):
                continue
            one = _completed(text, match, days, now)
            found.append(one)
            taken[one.start : one.end] = [True] * (one.end - one.start)
    for pattern in (WITH_PART, ALONE, CLOCK_ALONE):
        for match in pattern.finditer(text):
            if (
                match[0]
                and not any(taken[match.start() : match.end()])
                and not _RECURS.search(text, max(0, match.start() - 7), match.start())
            ):
                found.append(_timed(text, match, (context.today, context.today), match.start(), now))
                taken[match.start() : match.end()] = [True] * len(match[0])
    return found


def _excluded(text: str, match: re.Match[str]) -> bool:
    """What recurs (每周三, 一到月底), people (张国庆) and streets (五一路)."""
    start, name = match.start(), match.groupdict().get("name")
    if _RECURS.search(text, max(0, start - 7), start):
        return True
    if not name:
        return False
    if (
        name in ("十一", "三八", "618", "大年")
        and not re.match(r"节|[之以]?[前后]|期间|假|长假|放假|黄金周|大促|当天|三十", text[match.end() :])
        and not (match[0].endswith("节") or (name == "618" and not re.match(r"\d|万|元|块", text[match.end() :])))
    ):
        return True
    # 三点十一, 第五一: part of a figure; 网点国庆 is not.
    if name[0] in _FIGURES and re.search(rf"[\d.第a-z块毛点千百万亿{_H}十]$", text[max(0, start - 1) : start]):
        return True
    return bool(
        _STREET.match(text, match.end()) or (name in _PERSONAL and _NAMES.search(text, max(0, start - 1), start))
    )


def _completed(text: str, match: re.Match[str], days: Days, now: datetime) -> Found:
    """The day with the part of it and the clock time that follow, and with 前 or 后."""
    if days[0] == days[1] or match[0].endswith("末"):
        timed = WITH_DAY.match(text, match.end())
        if timed and timed[0].strip(" 的,"):
            return _timed(text, timed, days, match.start(), now)
    edge = _EDGE.match(text, match.end())
    if edge and (
        re.match(r"年前|年后", match[0]) or (edge["during"] and days[0] == days[1] and edge["during"][0] == "那")
    ):
        edge = None
    if not edge:
        return Found("date", match.start(), match.end(), period(*days))
    if edge["before"]:
        last = days[1] if not match.groupdict().get("name") else days[0] - timedelta(days=1)
        today = date(now.year, now.month, now.day)
        return Found("date", match.start(), edge.end(), {"start": iso(min(today, last)), "end": iso(last)})
    if edge["after"]:
        first = days[1] + timedelta(days=1)
        return Found("date", match.start(), edge.end(), {"start": iso(first), "end": iso(first + timedelta(days=13))})
    return Found("date", match.start(), edge.end(), period(*days))


def _timed(text: str, match: re.Match[str], days: Days, start: int, now: datetime) -> Found:
    """A clock time of the day, or the hours of a part of it."""
    first, last = at_time(match, days[0], now)
    edge = _EDGE.match(text, match.end())
    if edge and first == last and not edge["during"]:
        ends = (now, first) if edge["before"] else (first, first.replace(hour=23, minute=59))
        return Found("date", start, edge.end(), {"start": moment(min(ends)), "end": moment(max(ends))})
    if first == last:
        return Found("date", start, match.end(), moment(first))
    return Found("date", start, match.end(), {"start": moment(first), "end": moment(last)})
