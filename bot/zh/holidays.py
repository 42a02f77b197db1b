"""Holidays and lunar days 2024 to 2032, the years a reminder can fall in."""

from __future__ import annotations

from datetime import date, timedelta

__all__ = ["HOLIDAY_NAMES", "holiday", "lunar_new_year"]

# (month, day) of each year from 2024 on, from the astronomical calendar.
_FIRST_YEAR = 2024
_LUNAR = {
    "春节": ((2, 10), (1, 29), (2, 17), (2, 6), (1, 26), (2, 13), (2, 3), (1, 23), (2, 11)),
    "清明": ((4, 4), (4, 4), (4, 5), (4, 5), (4, 4), (4, 4), (4, 5), (4, 5), (4, 4)),
    "端午": ((6, 10), (5, 31), (6, 19), (6, 9), (5, 28), (6, 16), (6, 5), (6, 24), (6, 12)),
    "七夕": ((8, 10), (8, 29), (8, 19), (8, 8), (8, 26), (8, 16), (8, 5), (8, 24), (8, 12)),
    "中秋": ((9, 17), (10, 6), (9, 25), (9, 15), (10, 3), (9, 22), (9, 12), (10, 1), (9, 19)),
    "重阳": ((10, 11), (10, 29), (10, 18), (10, 8), (10, 26), (10, 16), (10, 5), (10, 24), (10, 12)),
}
_SOLAR = {
    "元旦": (1, 1), "情人节": (2, 14), "三八": (3, 8), "妇女节": (3, 8), "五一": (5, 1), "劳动节": (5, 1),
    "六一": (6, 1), "儿童节": (6, 1), "618": (6, 18), "六一八": (6, 18), "教师节": (9, 10), "国庆": (10, 1),
    "十一": (10, 1), "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12),
    "平安夜": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
_FROM_NEW_YEAR = {
    "除夕": -1,
    "大年三十": -1,
    "年三十": -1,
    "过年": 0,
    "过大年": 0,
    "新春": 0,
    "大年": 0,
    "元宵": 14,
    "正月十五": 14,
}
_LENGTH = {
    "春节": 8,
    "过年": 8,
    "新春": 8,
    "国庆": 7,
    "十一": 7,
    "五一": 5,
    "劳动节": 5,
    "清明": 3,
    "端午": 3,
    "中秋": 3,
    "元旦": 3,
}

HOLIDAY_NAMES = tuple(sorted((*_LUNAR, *_SOLAR, *_FROM_NEW_YEAR), key=len, reverse=True))


def lunar_new_year(year: int) -> date:
    """First day of the first lunar month; outside the table, its usual time of the year."""
    return holiday("春节", year)[0]


def holiday(name: str, year: int) -> tuple[date, date]:
    """First and last day off of a holiday in a year."""
    if name in _FROM_NEW_YEAR:
        first = lunar_new_year(year) + timedelta(days=_FROM_NEW_YEAR[name])
    elif name in _SOLAR:
        first = date(year, *_SOLAR[name])
    else:
        days = _LUNAR[name]
        place = min(max(year - _FIRST_YEAR, 0), len(days) - 1)
        first = date(year, *days[place])
    return first, first + timedelta(days=_LENGTH.get(name, 1) - 1)
