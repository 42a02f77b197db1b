"""From a sentence to conditions, order and number; what is not understood is kept."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clients.asked import read_asked
from bot.clients.changes import read_change
from bot.clients.following import leans, nth, paging, replacing
from bot.clients.query import ClientQuery, Condition, Order, from_json, narrowed, to_json
from bot.clients.read import read_query
from bot.clients.words import Terms
from bot.reading import Entity
from bot.zh.extract import extract
from tests.support.talk import library

NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
TERMS = Terms(("半导体封测",), ("沈阳", "大连"), {"刘洋": 2})


def read(text: str, *entities: Entity) -> ClientQuery:
    found = [Entity(s.type, s.text, s.start, s.end, s.value) for s in extract(text, NOW)]
    book = library().book
    named = lambda plain: [(n.start, n.end, n.text, n.codes) for n in book.named(plain) if n.sure]  # noqa: E731
    return read_query(text, [*entities, *found], NOW.date(), library().client_words, TERMS, named)


def conditions(text: str) -> set[tuple[str, bool]]:
    return {(c.field, c.negated) for c in read(text).conditions}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("制造业里闲置资金最多的前十", "制造业·活期余额从高到低·前10"),
        ("我的A类客户有哪些", "A类（按总行级、一级分行级看）"),
        ("三个月没拜访的", "三个月没联系"),
        ("谁的定存下个月到期", "定期存款12月1日到12月31日到期"),
        ("营收前三", "年营收从高到低·前3"),
        ("营收超过5000万、不到2个亿的企业", "年营收超过5000万元·年营收不到2亿元·公司客户"),
        ("除了沈阳以外的客户", "不是沈阳"),
        ("我的客户", "全部客户"),
    ],
)
def test_the_title_says_how_the_sentence_was_read(text, title):
    assert read(text).title == title


@pytest.mark.parametrize("text", ["没开企业网银", "企业网银没开的", "不要有企业网银的"])
def test_what_a_client_does_not_have_is_negated(text):
    assert ("holds", True) in conditions(text)


def test_a_negation_reaches_over_and_to_the_next_product():
    assert [c.negated for c in read("没有网银和代发的客户").of("holds")] == [True, True]


def test_having_one_and_not_having_another_are_kept_apart():
    assert [(c.shown, c.negated) for c in read("有贷款没存款的").of("holds")] == [("有贷款", False), ("没有存款", True)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("员工200人以上", ("headcount", ">=", "200", "200")),
        ("员工不到100人", ("headcount", "<", "100", "100")),
        ("六家银行以上的户", ("bank_count", ">=", "6", "6")),
        ("40岁到50岁的", ("age", "between", "40", "50")),
        ("账期90天以上", ("receivables_days", ">=", "90", "90")),
    ],
)
def test_a_figure_belongs_to_the_measure_beside_it(text, value):
    assert [c.value for c in read(text).of("measure")] == [value]


def test_a_figure_without_a_measure_is_taken_for_deposits_and_that_is_said():
    query = read("100万以上的客户")
    assert query.of("measure")[0].value[0] == "deposits"
    assert any("存款余额" in t for t in query.told)


def test_words_that_nobody_understands_are_kept():
    assert "喝茶" in read("爱喝茶的客户").rest[0]


def test_what_the_record_does_not_hold_is_said_and_not_filtered():
    query = read("沈阳的民企")
    assert [c.field for c in query.conditions] == ["region"]
    assert any("企业性质没有记录" in t for t in query.told)


def test_an_industry_of_the_book_needs_no_vocabulary():
    assert read("半导体封测的客户").of("industry")[0].value == ("半导体封测",)


def test_an_industry_found_by_the_reader_alone_is_used():
    text = "假发行业的客户"
    assert read(text, Entity("industry", "假发行业", 0, 4, "假发")).of("industry")[0].value == ("假发",)


def test_a_list_is_narrowed_and_another_order_takes_the_place():
    before = read("我的对公客户按营收排")
    after = narrowed(before, read("其中沈阳的按员工人数排"))
    assert [c.field for c in after.conditions] == ["segment", "region"]
    assert after.order == Order("headcount", True, "员工人数从高到低")


def test_what_about_another_city_replaces_the_city():
    after = narrowed(read("沈阳的对公客户"), read("那大连的呢"), replacing("那大连的呢"))
    assert after.of("region")[0].value == ("大连",)


def test_only_known_fields_are_conditions():
    with pytest.raises(ValueError, match="unknown field"):
        Condition("password", "x", "x")


@pytest.mark.parametrize(
    "text", ["三个月没拜访的A类客户", "存款最多的前五个个人客户", "40岁到50岁的", "谁有对账的需求", "沈阳和大连的"]
)
def test_a_query_survives_being_stored(text):
    query = read(text)
    again = from_json(json.loads(json.dumps(to_json(query))))
    assert (again.conditions, again.order, again.limit) == (query.conditions, query.order, query.limit)


@given(
    st.text(
        alphabet="我的客户谁有没存款前十三最多少沈阳以上不到100万定期下个月到期按排联系个人企业,，A类c3 ", max_size=30
    )
)
def test_any_sentence_is_read_without_an_error(text):
    read(text)


@pytest.mark.parametrize(
    ("text", "step"), [("下一页", 1), ("还有吗", 1), ("上一页", -1), ("下一个", None), ("第二个", None)]
)
def test_pages_are_turned_by_words(text, step):
    assert paging(text) == step


@pytest.mark.parametrize(("text", "number"), [("第2个", 2), ("第十二位", 12), ("最后一个", -1), ("第一季度", None)])
def test_one_of_the_list_is_named_by_its_number(text, number):
    assert nth(text) == number


def test_in_a_visit_only_what_no_client_says_belongs_to_the_list():
    assert leans("其中沈阳的", "idle")
    assert not leans("其中沈阳的", "visit")
    assert leans("下一页", "visit")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("海达上次去是什么时候", "last"), ("多久没联系海达了", "last"), ("上回跟海达聊了什么", "words"), ("海达的财务总监电话", "people"),
        ("海达谁拍板", "people"), ("海达还有什么没办完的", "open"), ("海达的备注", "note"), ("陈秀兰生日哪天", "born"), ("海达的资料", "whole"),
    ],
)  # fmt: skip
def test_the_part_of_the_record_is_read_from_the_sentence(text, kind):
    assert read_asked(text, "海达", [("headcount", ("员工人数", "员工"))]).kind == kind


def test_a_change_without_anything_to_change_is_none():
    assert read_change("把海达的员工人数改成260人", "海达", []) is None


@pytest.mark.parametrize(
    ("text", "name", "title", "phone"),
    [
        ("海达的财务总监换成王芳了", "王芳", "财务总监", ""),
        ("海达财务总监的电话改成13900001111", "", "财务总监", "13900001111"),
        ("海达联系人：李明，13900001111", "李明", "联系人", "13900001111"),
    ],
)
def test_contacts_are_read_with_title_and_phone(text, name, title, phone):
    change = read_change(text, "海达", [])
    assert (change.kind, change.name, change.code, change.phone) == ("contact", name, title, phone)


def test_the_day_does_not_come_from_the_clock():
    assert read("三个月没拜访的").of("untouched")[0].value == date(2026, 8, 24).isoformat()
