"""How a visit ended, by the client's words. Sentences written for this test."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intelligence.commitment import GRADE_NAMES, Said, grade, judge, kept

TODAY = date(2026, 11, 22)
WEDNESDAY = date(2026, 11, 25)


def said(text: str, stance: str = "fact", when: str = "", due: date | None = WEDNESDAY) -> Said:
    return Said(text, stance, due if when else None, TODAY, when)


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        (said("就这么定了，合同拿来签"), "order"),
        (said("行，办吧"), "order"),
        (said("现在就开户吧", "advance"), "order"),
        (said("下周三上午带产品经理来给财务讲", "advance", "下周三上午"), "advance"),
        (said("下周三签吧", "advance", "下周三"), "advance"),
        (said("周三我让王会计把账户清单发给你", "advance", "周三"), "advance"),
        (said("让财务总监跟你们对接", "advance"), "advance"),
        (said("好啊好啊", "advance"), "continuation"),
        (said("挺好的，回头再联系", "continuation"), "continuation"),
        (said("我们考虑考虑"), "continuation"),
        (said("资料先放这儿吧"), "continuation"),
        (said("下周三再说吧", "continuation", "下周三"), "continuation"),
        (said("算了，我们不需要", "refusal"), "refusal"),
        (said("没兴趣"), "refusal"),
        (said("你们利率多少？"), ""),
        (said("费用高不高"), ""),
        (said("手续费有点贵", "objection"), ""),
        (said("如果利息低我们就办了", "objection"), ""),
    ],
)
def test_one_sentence_is_graded_by_what_it_binds_to(sentence, wanted):
    assert judge(sentence).grade == wanted


def test_a_promise_names_who_what_and_when():
    ended = grade([said("下周三上午你们带产品经理来给财务总监讲一下", "advance", "下周三上午")])
    assert (ended.who, ended.what, ended.due) == ("财务总监", "你们带产品经理来给财务总监讲一下", WEDNESDAY)
    assert ended.missing == ()


def test_what_a_promise_leaves_open_is_said():
    assert grade([said("让财务总监跟你们对接", "advance")]).missing == ("什么时候",)


def test_a_day_named_afterwards_belongs_to_the_promise():
    ended = grade([said("让财务总监跟你们对接", "advance"), said("那就下周三", "fact", "下周三")])
    assert (ended.grade, ended.due) == ("advance", WEDNESDAY)


def test_the_last_word_counts():
    assert grade([said("没兴趣"), said("周三我让王会计把清单发给你", "advance", "周三")]).grade == "advance"
    assert (
        grade([said("周三我让王会计把清单发给你", "advance", "周三"), said("算了，不办了", "refusal")]).grade
        == "refusal"
    )


def test_nothing_said_is_no_outcome():
    assert grade([]).grade == ""


@pytest.mark.parametrize(
    ("status", "due", "wanted"),
    [
        ("done", TODAY - timedelta(days=9), "kept"),
        ("open", TODAY - timedelta(days=1), "overdue"),
        ("open", TODAY, "open"),
        ("open", None, "open"),
        ("cancelled", TODAY, "dropped"),
        (None, TODAY, ""),
    ],
)
def test_a_promise_is_kept_when_its_task_is_done(status, due, wanted):
    assert kept(status, due, TODAY) == wanted


@given(
    st.lists(
        st.tuples(st.text(max_size=30), st.sampled_from(["fact", "advance", "continuation", "refusal", "objection"]))
    )
)
def test_any_words_get_a_grade_and_a_promise_always_binds_to_something(talk):
    ended = grade([said(text, stance) for text, stance in talk])
    assert ended.grade in {"", *GRADE_NAMES}
    if ended.grade == "advance":
        assert sum(bool(x) for x in (ended.who, ended.what, ended.due)) >= 2
