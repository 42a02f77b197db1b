"""What one reply of the client changes, and on what evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Clause
from bot.visit.hear import Heard, hear, quote_of
from bot.visit.model import VisitState
from tests.support.talk import TODAY, asking, entry, library, said

BANK = library().bank
FRESH = VisitState(segment="corporate")


def heard(state: VisitState, reading) -> Heard:
    return hear(state, reading, BANK, 7, TODAY)


def after(state: VisitState, reading, need: str = "reconciliation") -> str | None:
    return heard(state, reading).state.status(need)


def asked_about(kind: str, status: str | None = None, need: str = "reconciliation") -> VisitState:
    state = asking(need, kind, BANK.of(need, kind)[0].id)
    return replace(state, ledger=(entry(need, status),)) if status else state


# --- difficulties and wishes ---------------------------------------------------------------------------------------


def test_a_difficulty_raises_an_implied_need_with_the_clients_words():
    result = heard(FRESH, said("财务说每个月对账要花三四天，经常对不上", "implied_need", {"reconciliation": 0.95}))
    entry_ = result.state.entry("reconciliation")
    assert (entry_.status, entry_.quote, entry_.turn) == ("implied", "每个月对账要花三四天，经常对不上", 7)


def test_a_wish_makes_a_need_explicit_at_once():
    assert after(FRESH, said("想要自动对账", "explicit_need", {"reconciliation": 0.9})) == "explicit"


def test_a_second_difficulty_does_not_move_a_need_without_a_question_about_its_consequence():
    state = asked_about("problem", "implied")
    assert after(state, said("回单也老丢", "implied_need", {"reconciliation": 0.9})) == "implied"


def test_a_difficulty_named_in_answer_to_a_consequence_develops_the_need():
    state = asked_about("implication", "implied")
    assert after(state, said("一年下来三个会计都搭进去", "implied_need", {"reconciliation": 0.8})) == "developed"


def test_a_figure_in_answer_to_a_consequence_develops_the_need():
    state = asked_about("implication", "implied")
    assert after(state, said("对账的会计有4个人，全搭进去了", "fact")) == "developed"


def test_a_bare_fact_without_a_figure_does_not_develop_a_need():
    assert after(asked_about("implication", "implied"), said("都是老王在弄", "fact")) == "implied"


def test_a_wish_in_answer_to_the_value_question_makes_the_need_explicit_with_the_newer_words():
    result = heard(
        asked_about("need_payoff", "developed"), said("能自动对最好", "explicit_need", {"reconciliation": 0.9})
    )
    assert (result.state.entry("reconciliation").status, result.state.entry("reconciliation").quote) == (
        "explicit",
        "能自动对最好",
    )
    assert result.state.entry("reconciliation").trail[-1] == ("explicit", "能自动对最好", 7)


@pytest.mark.parametrize("status", ["explicit", "matched", "committed"])
def test_an_explicit_need_never_falls_back_to_a_difficulty(status):
    state = replace(FRESH, ledger=(entry("reconciliation", status),))
    for stance in ("implied_need", "explicit_need", "objection"):
        assert after(state, said("对账真烦人", stance, {"reconciliation": 0.95})) == status


def test_a_need_the_reader_is_unsure_of_is_not_taken_down():
    assert after(FRESH, said("月底是忙一点", "implied_need", {"reconciliation": 0.45})) is None


def test_an_unasked_need_must_be_surer_than_the_asked_one():
    reading = said("月底几天都在弄", "implied_need", {"reconciliation": 0.55})
    assert after(asked_about("problem"), reading) == "implied"
    assert after(asked_about("problem", need="payroll"), reading) is None


def test_a_need_of_the_other_segment_is_not_taken_down():
    assert heard(FRESH, said("怕亏本金", "implied_need", {"capital_safety": 0.99})).changes == ()


def test_several_needs_in_one_reply_are_each_taken_down_with_their_own_words_in_order():
    text = "钱散在各地调不动，每月对账还要三四天"
    reading = said(
        text,
        "implied_need",
        clauses=[
            ("钱散在各地调不动", "implied_need", {"fund_pooling": 0.9}),
            ("每月对账还要三四天", "implied_need", {"reconciliation": 0.9}),
        ],
    )
    assert [(c.need, c.after, c.quote) for c in heard(FRESH, reading).changes] == [
        ("fund_pooling", "implied", "钱散在各地调不动"),
        ("reconciliation", "implied", "每月对账还要三四天"),
    ]


def test_one_reply_can_complain_of_one_thing_and_wish_for_another():
    reading = said(
        "对账是麻烦，我更想总部一把管起来",
        "explicit_need",
        clauses=[
            ("对账是麻烦", "implied_need", {"reconciliation": 0.9}),
            ("我更想总部一把管起来", "explicit_need", {"fund_pooling": 0.9}),
        ],
    )
    state = heard(FRESH, reading).state
    assert (state.status("reconciliation"), state.status("fund_pooling")) == ("implied", "explicit")


def test_neighbouring_clauses_of_the_same_need_are_quoted_together():
    text = "会计三个人，天天对，月底还对不平"
    reading = said(
        text,
        "implied_need",
        clauses=[
            ("会计三个人", "fact", {}),
            ("天天对", "fact", {"reconciliation": 0.6}),
            ("月底还对不平", "implied_need", {"reconciliation": 0.95}),
        ],
    )
    assert heard(FRESH, reading).changes[0].quote == "天天对，月底还对不平"


# --- negation ------------------------------------------------------------------------------------------------------


def test_a_denied_difficulty_raises_nothing():
    assert heard(FRESH, said("对账没什么问题", "no_problem", {"reconciliation": 0.9})).changes == ()


def test_a_denial_of_the_asked_problem_dismisses_the_need():
    result = heard(asked_about("problem"), said("没有，财务都弄得挺顺", "no_problem"))
    assert result.state.status("reconciliation") == "dismissed"
    assert result.state.entry("reconciliation").quote == "没有，财务都弄得挺顺"


def test_no_problem_said_to_a_situation_question_dismisses_nothing():
    assert after(asked_about("situation"), said("都挺好的", "no_problem")) is None


def test_a_consequence_that_is_denied_leaves_the_need_where_it_was():
    assert after(asked_about("implication", "implied"), said("影响不大", "no_problem")) == "implied"


def test_a_denied_consequence_read_as_a_mere_fact_does_not_develop_the_need_either():
    assert after(asked_about("implication", "implied"), said("影响不大", "fact")) == "implied"


def test_a_value_that_is_denied_does_not_make_the_need_explicit():
    assert after(asked_about("need_payoff", "developed"), said("不需要，现在这样就行", "refusal")) == "developed"


def test_a_denial_about_another_need_does_not_dismiss_the_asked_one():
    state = asked_about("problem")
    assert after(state, said("发工资倒没什么问题", "no_problem", {"payroll": 0.92})) is None


@pytest.mark.parametrize(
    "text", ["不方便，老要跑柜台", "不太好弄", "没少加班", "没法弄", "不少会计为这个走了", "没人说得清差在哪"]
)
def test_a_difficulty_that_begins_with_a_negation_is_a_difficulty(text):
    assert after(asked_about("problem"), said(text, "implied_need")) == "implied"


def test_a_dismissed_need_comes_back_when_the_client_voices_it():
    state = replace(FRESH, ledger=(entry("reconciliation", "dismissed"),))
    assert after(state, said("上个月对账还真出了岔子", "implied_need", {"reconciliation": 0.9})) == "implied"


# --- replies about something else ----------------------------------------------------------------------------------


def test_a_reply_about_another_need_says_nothing_of_the_asked_one():
    state = asked_about("implication", "implied")
    result = heard(state, said("发工资才烦，月月有人卡号错", "implied_need", {"payroll": 0.95}))
    assert result.state.status("reconciliation") == "implied"
    assert result.state.status("payroll") == "implied"


def test_a_wish_about_another_need_does_not_make_the_asked_one_explicit():
    state = asked_about("need_payoff", "developed")
    result = heard(state, said("我想把工资代发换个行", "explicit_need", {"payroll": 0.95}))
    assert result.state.status("reconciliation") == "developed"


def test_a_reply_that_faintly_speaks_of_the_asked_need_too_counts_for_it():
    state = asked_about("problem")
    result = heard(state, said("回款也乱，账更是理不清", "implied_need", {"receivables": 0.8, "reconciliation": 0.4}))
    assert result.state.status("reconciliation") == "implied"


# --- short answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "是的",
        "对",
        "对啊",
        "嗯嗯",
        "有啊",
        "那当然",
        "可不是",
        "确实",
        "会的",
        "没错",
        "肯定的",
        "是啊，影响很大",
        "影响很大",
        "挺大的",
        "对对对",
    ],
)
def test_a_short_yes_answers_the_open_consequence(text):
    assert after(asked_about("implication", "implied"), said(text, "fact")) == "developed"


@pytest.mark.parametrize(
    "text", ["想啊", "要", "需要", "当然好", "那敢情好", "巴不得", "求之不得", "有用", "谁不想", "那肯定好啊"]
)
def test_a_short_yes_answers_the_open_value_question(text):
    assert after(asked_about("need_payoff", "developed"), said(text, "fact")) == "explicit"


@pytest.mark.parametrize(
    "text",
    [
        "没有",
        "没",
        "不会",
        "还好",
        "不麻烦",
        "没问题",
        "没啥问题",
        "挺顺的",
        "不大",
        "还行吧",
        "没有啊",
        "无所谓",
        "不是",
        "没什么影响",
    ],
)
def test_a_short_no_dismisses_the_asked_problem(text):
    assert after(asked_about("problem"), said(text, "fact")) == "dismissed"


@pytest.mark.parametrize(
    "text",
    [
        "对账是老王管着",
        "会计三个人在做",
        "要三四天",
        "行里的回单自己打",
        "有12家分公司",
        "好多年都这么做",
        "是手工弄的",
        "想想啊，大概月底",
        "需要先问问财务",
        "嗯，这个得问会计",
    ],
)
def test_words_that_only_begin_like_a_yes_are_no_evidence_of_a_difficulty(text):
    assert after(asked_about("problem"), said(text, "fact")) is None


@pytest.mark.parametrize("text", ["确实没有", "肯定不会", "当然不要", "肯定没影响"])
def test_an_emphatic_no_is_not_a_yes(text):
    assert after(asked_about("implication", "implied"), said(text, "fact")) == "implied"


def test_a_yes_without_an_open_question_means_nothing():
    result = heard(FRESH, said("对", "fact"))
    assert (result.changes, result.understood) == ((), False)


def test_the_managers_affirmation_answers_like_the_clients_yes():
    assert after(asked_about("implication", "implied"), said("yes", "", intent="affirm")) == "developed"


def test_the_managers_denial_answers_like_the_clients_no():
    assert after(asked_about("problem"), said("nope", "", intent="deny")) == "dismissed"


def test_a_short_yes_in_traditional_characters_is_one_too():
    assert after(asked_about("implication", "implied"), said("對啊，確實", "fact")) == "developed"


def test_a_very_long_run_of_yes_is_read_without_delay():
    assert after(asked_about("implication", "implied"), said("对" * 1000 + "账", "fact")) == "implied"


def test_a_yes_to_a_situation_question_moves_nothing():
    assert after(asked_about("situation"), said("是的", "fact")) is None


# --- the open question ---------------------------------------------------------------------------------------------


def test_an_answered_question_is_closed_as_answered():
    result = heard(asked_about("problem"), said("没有", "no_problem"))
    assert (result.answered, result.state.open, result.state.asked[-1].outcome) == (True, None, "answered")


def test_an_unclear_reply_closes_the_question_as_unclear_and_takes_nothing_down():
    result = heard(asked_about("problem"), said("哦哦这样", "unclear"))
    assert (result.understood, result.state.asked[-1].outcome) == (False, "unclear")


def test_a_reply_nothing_is_known_of_leaves_the_question_open():
    result = heard(asked_about("problem"), said("呃", ""))
    assert (result.understood, result.state.open is not None) == (False, True)


def test_facts_and_needs_are_taken_from_the_same_reply():
    result = heard(
        asked_about("situation"), said("3个会计对账，每月对账要4天，烦死", "implied_need", {"reconciliation": 0.9})
    )
    assert {k.code: k.value for k in result.facts} == {"reconcile_people": 3, "reconcile_days_per_month": 4}
    assert result.state.status("reconciliation") == "implied"


def test_a_fact_in_words_is_the_reply_itself():
    question = next(q for q in BANK.questions.values() if q.fills == ("pool_method",))
    state = asking(question.need, "situation", question.id)
    result = heard(state, said("每天下午手工往上划", "fact"))
    assert [(k.code, k.value, k.source) for k in result.facts] == [("pool_method", "每天下午手工往上划", "client")]


def test_a_refusal_to_answer_is_not_taken_for_a_fact_in_words():
    question = next(q for q in BANK.questions.values() if q.fills == ("pool_method",))
    assert heard(asking(question.need, "situation", question.id), said("这个不方便讲", "refusal")).facts == ()


def test_a_choice_is_taken_only_when_one_of_its_options_is_named():
    question = next(q for q in BANK.questions.values() if q.fills[:1] == ("payment_channel",))
    state = asking(question.need, "situation", question.id)
    assert [k.value for k in heard(state, said("现在都跑柜台", "fact")).facts] == ["柜台"]
    assert heard(state, said("老办法呗", "fact")).facts == ()


def test_the_focus_stays_on_the_asked_need_while_it_is_unfinished():
    state = asked_about("implication", "implied")
    assert heard(state, said("发工资也烦", "implied_need", {"payroll": 0.9})).state.focus == "reconciliation"


def test_the_focus_moves_on_when_the_asked_need_is_dismissed():
    state = replace(asked_about("problem"), ledger=(entry("payroll", "implied"),))
    assert heard(state, said("没有", "no_problem")).state.focus == "payroll"


# --- quotes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("财务说，每个月对账要三四天", "每个月对账要三四天"),
        ("王总抱怨：“钱散在各地调不动”", "钱散在各地调不动"),
        ("他们老板讲了，今年不想再贷款", "今年不想再贷款"),
        ("客户表示利率太高。", "利率太高"),
        ("对账慢得很！", "对账慢得很"),
        ("財務說，每個月對賬要三四天", "每個月對賬要三四天"),
        ("财务说行", "财务说行"),
    ],
)
def test_a_quote_is_the_clients_words_without_who_said_them(text, quote):
    assert quote_of(text) == quote


@given(st.text(alphabet="财务说客户王总抱怨对账，。：“”！他们老板不是12家要 \n", min_size=1, max_size=40))
def test_a_quote_is_always_a_stretch_of_the_text(text):
    assert quote_of(text) in text


@given(
    st.text(alphabet="财务说对账慢，。王总想要：“”钱不", min_size=2, max_size=30),
    st.sampled_from(["implied_need", "explicit_need", "objection"]),
)
def test_what_is_taken_down_is_always_quoted_verbatim(text, stance):
    for change in heard(FRESH, said(text, stance, {"reconciliation": 0.9})).changes:
        assert change.quote in text


@given(
    st.sampled_from(
        [
            "",
            "fact",
            "implied_need",
            "explicit_need",
            "no_problem",
            "objection",
            "advance",
            "continuation",
            "refusal",
            "unclear",
        ]
    ),
    st.sampled_from(["situation", "problem", "implication", "need_payoff"]),
    st.sampled_from([None, "implied", "developed", "explicit", "matched", "committed", "dismissed"]),
    st.sampled_from(["是的", "没有", "对账是老王管", "影响很大", "三个人", "想要", "再说吧"]),
    st.sampled_from([{}, {"reconciliation": 0.9}, {"payroll": 0.9}, {"reconciliation": 0.4, "payroll": 0.7}]),
)
def test_no_reply_moves_a_need_back_or_over_what_evidence_allows(stance, kind, before, text, needs):
    state = asked_about(kind, before)
    order = [None, "dismissed", "implied", "developed", "explicit", "matched", "committed"]
    now = after(state, said(text, stance, needs))
    assert now == before or order.index(now) > order.index(before) or (before is None and now == "dismissed")
    assert now not in ("matched", "committed") or now == before
    if now == "developed" != before:
        assert kind == "implication"
    if now == "dismissed" != before:
        assert kind == "problem"


# --- what clauses tell ---------------------------------------------------------------------------------------------


def in_clauses(reading, confidence: float, *clauses: tuple[str, str, dict[str, float]]):
    """Give a reading clauses of a stance confidence each; the needs of the sentence stay as they are."""
    made = []
    for words, stance, needs in clauses:
        start = reading.text.index(words)
        made.append(Clause(start, start + len(words), stance, tuple(needs.items()), confidence))
    return replace(reading, clauses=tuple(made))


def test_a_complaint_among_figures_is_not_lost():
    reading = said("对账两个人，每个月对账四天，账还老对不上", "fact", {})
    told = in_clauses(reading, 0.97, ("账还老对不上", "implied_need", {"reconciliation": 0.92}))
    assert after(asked_about("situation"), told) == "implied"
    unsure = in_clauses(reading, 0.5, ("账还老对不上", "implied_need", {"reconciliation": 0.92}))
    assert after(asked_about("situation"), unsure) is None


def test_of_two_guesses_the_surer_holds():
    reading = said("店里收款太分散了，总部分不清哪笔钱是哪家店的", "fact", {"collection": 0.7})
    reading = replace(reading, stance_confidence=0.42)
    told = in_clauses(reading, 0.57, ("总部分不清哪笔钱是哪家店的", "implied_need", {"collection": 0.79}))
    assert after(FRESH, told, "collection") == "implied"
    sure = replace(told, stance_confidence=0.9)
    assert after(FRESH, sure, "collection") is None


def test_a_short_answer_that_names_how_it_is_done_is_no_wish():
    state = asked_about("situation", need="fund_pooling")
    how = replace(said("系统自动归集", "explicit_need", {"fund_pooling": 0.7}), stance_confidence=0.68)
    assert after(state, how, "fund_pooling") is None
    wish = replace(said("想要自动归集", "explicit_need", {"fund_pooling": 0.7}), stance_confidence=0.68)
    assert after(state, wish, "fund_pooling") == "explicit"
    assert after(asked_about("need_payoff", need="fund_pooling"), how, "fund_pooling") == "explicit"
