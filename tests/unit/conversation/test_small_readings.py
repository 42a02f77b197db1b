"""The small things the conversation layer reads by itself: picks, stage names, filters, titles."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.gateway import _choice
from bot.conversation.starting import COMPANY
from bot.conversation.tasks import _title
from bot.conversation.visits import named_stage
from tests.support.talk import said

PENDING = {
    "kind": "choose",
    "options": [f"/o{i}" for i in range(1, 11)],
    "titles": [f"第{i}位客户" for i in range(1, 11)],
}


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", "/o1"),
        ("10", "/o10"),
        ("十", "/o10"),
        ("第三个", "/o3"),
        ("２", "/o2"),
        (" 4、", "/o4"),
        ("5号", "/o5"),
        ("第2位客户", "/o2"),
        ("第 7 条", "/o7"),
    ],
)
def test_a_pick_is_a_number_or_the_title_itself(text, picked):
    assert _choice(text, PENDING) == picked


@pytest.mark.parametrize("text", ["0", "11", "99", "零", "一家", "3家分公司", "1.5", "二十", "都行", "", "第"])
def test_anything_else_picks_nothing(text):
    assert _choice(text, PENDING) is None


@given(st.text(max_size=8))
def test_without_a_list_nothing_is_picked(text):
    assert _choice(text, None) is None
    assert _choice(text, {"kind": "restart"}) is None


@given(st.text(max_size=8))
def test_a_pick_is_always_one_of_the_list(text):
    assert _choice(text, PENDING) in (None, *PENDING["options"])


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("直接到影响", "implication"), ("进入影响性问题", "implication"), ("问暗示性问题", "implication"), ("说说牵连", "implication"), ("后果那块", "implication"),
        ("到权衡得失", "need_payoff"), ("需求-效益", "need_payoff"), ("需求—回报问题", "need_payoff"), ("讲价值", "need_payoff"),
        ("回到背景", "situation"), ("情境问题", "situation"), ("先问现状", "situation"), ("问难点", "problem"), ("困难是什么", "problem"),
        ("出方案", "proposal"), ("要承诺", "commitment"), ("下一阶段", None), ("往下走", None),
    ],
)  # fmt: skip
def test_stages_are_known_by_all_their_names(text, stage):
    assert named_stage(text) == stage


@pytest.mark.parametrize(
    ("text", "is_company"),
    [("大禹水泥公司", True), ("王记饭店", True), ("第一医院", True), ("陈秀兰", False), ("周明", False)],
)
def test_a_company_is_told_from_a_person(text, is_company):
    assert bool(COMPANY.search(text)) is is_company


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("下周三提醒我回访海达", "回访海达"), ("帮我记个待办：给海达送材料", "给海达送材料"), ("明天别忘了给陈阿姨打电话", "给陈阿姨打电话"), ("提醒我一下十二月五号交报表", "交报表"),
        ("记一条任务，联系王总", "联系王总"), ("待办", "待办"),
    ],
)  # fmt: skip
def test_a_tasks_title_is_the_sentence_without_the_asking_and_the_day(text, title):
    assert _title(SimpleNamespace(text=text, reading=said(text))) == title
