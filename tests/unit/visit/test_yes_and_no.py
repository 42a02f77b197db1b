"""Short answers: yes, no, and no change."""

from __future__ import annotations

import pytest

from bot.visit.yesno import agrees, denies, unchanged


@pytest.mark.parametrize(
    "text",
    [
        "没变",
        "没变化",
        "还是这样",
        "还是那样",
        "一样",
        "老样子",
        "还是老样子",
        "对",
        "是的",
        "嗯",
        "没动",
        "还是",
        "没怎么变",
        "照旧",
        "没錯，還是這樣",
        "对，没变",
    ],
)
def test_an_unchanged_fact_is_confirmed(text):
    assert unchanged(text)


@pytest.mark.parametrize(
    "text",
    [
        "变了",
        "是变了，又开了几户",
        "对账行换了",
        "还是不一样了",
        "一样的多了去了",
        "不是了",
        "多了两家",
        "嗯，换过一家",
        "对公那边改了",
        "不清楚",
        "",
    ],
)
def test_a_changed_fact_is_not_confirmed(text):
    assert not unchanged(text)


@pytest.mark.parametrize("text", ["", "。。。", "哦", "再说", "看情况", "不好说", "说不准", "可以", "对账"])
def test_what_is_neither_is_neither(text):
    assert not agrees(text) or text == "可以"
    assert not denies(text)


@pytest.mark.parametrize(
    "text", ["没有", "是的", "还行", "不麻烦", "影响很大", "当然想", "不太会", "没啥问题", "巴不得"]
)
def test_no_answer_is_both(text):
    assert agrees(text) != denies(text)
