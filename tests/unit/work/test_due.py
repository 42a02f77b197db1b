"""When a task is due, and how a day is named."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from bot.reading import Entity
from bot.work.due import day_text, due_in, put_off_to
from bot.work.rhythm import Day
from bot.zh.extract import extract

NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
TODAY = NOW.date()


def entities(text: str) -> list[Entity]:
    return [Entity(s.type, s.text, s.start, s.end, s.value) for s in extract(text, NOW)]


@pytest.mark.parametrize(
    ("text", "day", "at", "part"),
    [
        ("下周三", date(2026, 11, 25), None, ""),
        ("下周三下午", date(2026, 11, 25), time(14), "下午"),
        ("明天下午三点", date(2026, 11, 23), time(15), ""),
        ("月底前", date(2026, 11, 30), None, ""),
        ("下周", date(2026, 11, 23), None, ""),
        ("元旦后", date(2027, 1, 4), None, ""),
        ("今天", TODAY, None, ""),
    ],
)
def test_a_day_of_the_calendar_is_a_due_day(text, day, at, part):
    found = due_in(entities(text), TODAY)
    assert found is not None
    assert (found[0].day, found[0].at, found[0].part) == (day, at, part)


def test_a_day_that_has_passed_is_no_due_day():
    assert due_in(entities("昨天"), TODAY) is None


def test_the_new_day_stands_behind_the_word_that_puts_off():
    text = "把下周三的回访推到下周五"
    due = put_off_to(text, entities(text), date(2026, 11, 25), TODAY)
    assert due is not None
    assert due.day == date(2026, 11, 27)


def test_so_many_days_count_from_the_old_day_or_from_today_when_that_has_passed():
    text = "往后推三天"
    later = [put_off_to(text, entities(text), old, TODAY) for old in (date(2026, 11, 25), date(2026, 11, 1), None)]
    assert [d.day.day if d else None for d in later] == [28, 25, 25]


def test_no_new_day_is_none():
    assert put_off_to("推迟一下", [], TODAY, TODAY) is None


def test_near_days_have_names_and_other_years_their_number():
    assert day_text(TODAY, TODAY) == "今天（周日）"
    assert day_text(date(2026, 11, 25), TODAY) == "11月25日（周三）"
    assert day_text(date(2027, 1, 4), TODAY) == "2027年1月4日（周一）"


@pytest.mark.parametrize("day", [Day(), Day(1, 0, 2), Day(2, 3, 4)])
def test_the_rhythm_is_told_without_reproach(day):
    assert f"新客户{day.new}/2" in day.line
    assert not any(word in day.word for word in ("没", "不足", "差", "落后", "！"))
