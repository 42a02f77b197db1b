"""The score: what it rewards, what it does not, what it leaves open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.practice import client
from bot.practice.scoring import NOT_GREAT, _held, score, verdict
from bot.practice.transcript import relabel
from tests.support.practice import (
    BENEFIT,
    COMMITMENT,
    FACT,
    HANDLING,
    IMPLICATION,
    MORE_IMPLICATION,
    PAYOFF,
    PROBLEM,
    WHOLE,
    scored,
    talk,
    told,
    world,
)

SMALL_TALK = tuple(told(f"闲聊{i}", "other") for i in range(4))


def share(result, code):
    return result.of(code).share


def test_a_whole_talk_on_one_of_two_needs_scores_all_but_the_other_need() -> None:
    result = scored(world(), *WHOLE)
    assert share(result, "discovery") == 0.75  # pains 3 and 1
    assert [share(result, c) for c in ("chain", "benefit", "early_pitch", "listening", "objection", "advance")] == [
        1
    ] * 6
    assert (result.found, result.missed, result.outcome) == (("reconciliation",), ("idle_cash",), "advance")


def test_ten_consequences_of_nothing_score_nothing() -> None:
    asks = tuple(told(f"对账不好会怎样{i}？", "implication", "reconciliation") for i in range(10))
    w = world()
    state, _ = client.begin(w)
    lines = []
    for one in asks:
        if not state.over:
            state, line = client.respond(w, state, one)
            lines.append(line)
    result = score(w.persona, w.level, w.rubric, lines, client.conclude(state).outcome)
    assert [share(result, c) for c in ("discovery", "chain", "advance")] == [0, 0, 0]
    assert result.total is not None and result.total < w.rubric.average


def test_a_consequence_counts_only_behind_the_difficulty_it_is_about() -> None:
    before = scored(world(), IMPLICATION, PROBLEM, *SMALL_TALK)
    behind = scored(world(), PROBLEM, IMPLICATION, *SMALL_TALK)
    assert (share(before, "chain"), share(behind, "chain")) == (0, 0.5)


def test_value_counts_only_behind_consequences() -> None:
    assert share(scored(world(), PROBLEM, PAYOFF, *SMALL_TALK), "chain") == 0
    assert share(scored(world(), PROBLEM, IMPLICATION, PAYOFF, *SMALL_TALK), "chain") == 1


def test_value_asked_before_the_consequence_does_not_count_for_it() -> None:
    early = replace(PAYOFF, text="对账省心了好不好？")
    assert share(scored(world(), PROBLEM, early, IMPLICATION, *SMALL_TALK), "chain") == 0.5


@pytest.mark.parametrize(
    ("way", "said", "passed"),
    [
        ("learn", WHOLE, True),
        ("learn", (FACT, PROBLEM), None),
        ("exam", (FACT, PROBLEM), False),
        ("exam", tuple(replace(told(f"嗯{i}", "other"), sure=False) for i in range(8)) + WHOLE[:6], None),
    ],
)
def test_an_examination_broken_off_is_failed_and_one_not_understood_counts_neither_way(way, said, passed) -> None:
    assert verdict(scored(world(), *said), 70, way) is passed


def test_a_breach_fails_whatever_the_total() -> None:
    result = scored(world(), *WHOLE[:-1], told("下周三我来演示，保证收益", "commitment", dated=True))
    assert verdict(result, 1, "learn") is False


def test_a_client_who_raised_the_matter_himself_needs_no_question_of_value() -> None:
    assert share(scored(world(), PROBLEM, IMPLICATION, MORE_IMPLICATION, *SMALL_TALK), "chain") == 1


def test_every_product_before_the_first_wish_costs() -> None:
    pitch = told("看看我们的对账产品", "feature", products=("e_reconciliation",), answers=("reconciliation",))
    again = replace(pitch, text="再看看这个对账产品")
    assert share(scored(world(), pitch, again, *SMALL_TALK[:3]), "early_pitch") == pytest.approx(0.2)
    assert share(scored(world(), *WHOLE), "early_pitch") == 1


def test_what_did_not_come_up_is_not_judged() -> None:
    result = scored(world(), FACT, PROBLEM, *SMALL_TALK)
    assert [share(result, c) for c in ("benefit", "early_pitch", "objection")] == [None, None, None]
    assert result.of("objection").missing


def test_what_is_not_judged_neither_helps_nor_hurts_the_total() -> None:
    result = scored(world(), FACT, PROBLEM, *SMALL_TALK)
    points = 24 * 0.75 + 0 + 10 * 1 + 0  # discovery, chain, listening, advance
    assert result.total == round(100 * points / (24 + 22 + 10 + 12))


def test_no_total_while_the_talk_goes_on() -> None:
    w = world()
    _, lines = talk(w, FACT, PROBLEM)
    result = score(w.persona, w.level, w.rubric, lines, "")
    assert (result.total, result.why_none) == (None, "还没有结束")


def test_no_total_for_hardly_a_word() -> None:
    assert scored(world(), FACT, PROBLEM).total is None


def test_no_total_when_most_sentences_were_not_understood() -> None:
    mumbled = tuple(replace(told(f"嗯{i}", "other"), sure=False) for i in range(8))
    result = scored(world(), *mumbled, FACT, PROBLEM, IMPLICATION, PAYOFF, *SMALL_TALK[:1])
    assert (result.total, result.why_none) == (None, "听不准的句子太多")


def test_an_unsure_sentence_is_neither_rewarded_nor_punished() -> None:
    w = world()
    state, lines = talk(w, *WHOLE)
    doubtful = [replace(x, said=replace(x.said, sure=x.turn != 3)) for x in lines]
    result = score(w.persona, w.level, w.rubric, doubtful, state.outcome)
    assert share(result, "chain") == 0  # the consequence is not counted, nor what builds on it
    pitch = told("看看我们的产品", "feature", products=("x",))
    assert share(scored(world(), replace(pitch, sure=False), *WHOLE), "early_pitch") == 1


def test_repeats_and_questions_answered_on_the_card_cost_listening() -> None:
    result = scored(world(), told("您有几家店？", "situation"), FACT, FACT, *SMALL_TALK)
    assert share(result, "listening") == 0.5
    assert [e.turn for e in result.of("listening").evidence] == [1, 3]


def test_a_next_step_is_worth_who_what_and_when() -> None:
    vague = told("下周三吧", "commitment", dated=True)
    result = scored(world(), *WHOLE[:-1], vague)
    assert share(result, "advance") == pytest.approx(1 / 3)
    assert result.of("advance").missing == ("下一步没说定人", "下一步没说定事")


def test_friendly_words_are_no_advance() -> None:
    result = scored(world(), FACT, PROBLEM, IMPLICATION, PAYOFF, COMMITMENT, *SMALL_TALK[:1])
    assert (share(result, "advance"), result.outcome) == (0, "continuation")


@pytest.mark.parametrize(
    "text",
    ["这个稳赚不赔", "我保证您不会亏", "保证收益在四个点以上", "零风险的", "亏了我们银行赔", "保本的，您放心"],
)
def test_a_promise_of_principal_or_return_fails_the_session(text: str) -> None:
    result = scored(world(), *WHOLE[:3], told(text, "benefit"), *SMALL_TALK)
    assert [b.quote for b in result.blockers] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "这个不保本，会有波动",
        "不能保证收益",
        "存款保险保五十万以内",
        "您最看重的是保本金安全吗？",
        "别人说稳赚的您别信",
    ],
)
def test_a_warning_is_no_promise(text: str) -> None:
    assert scored(world(), *WHOLE[:3], told(text, "other"), *SMALL_TALK).blockers == ()


def test_another_clients_figures_fail_the_session() -> None:
    other = told("远航那边放了两千万", "other", others=True)
    assert [b.note for b in scored(world(), *WHOLE[:3], other, *SMALL_TALK).blockers] == ["说别家客户的事"]


def test_selling_what_the_client_must_not_be_sold_fails_the_session() -> None:
    risky = told("这只股票基金适合您", "benefit", products=("fund",), unsuitable=("fund",))
    assert scored(world(), *WHOLE[:3], risky, *SMALL_TALK).blockers
    asked = replace(risky, text="您听说过股票基金吗？", move="situation")
    assert not scored(world(), *WHOLE[:3], asked, *SMALL_TALK).blockers


def test_the_leads_label_takes_the_machines_place() -> None:
    w = world()
    wrong = replace(IMPLICATION, move="feature")  # what the machine made of it
    state, lines = talk(w, FACT, PROBLEM, IMPLICATION, PAYOFF, BENEFIT, HANDLING, COMMITMENT)
    misread = [replace(x, said=wrong) if x.turn == 3 else x for x in lines]
    before = score(w.persona, w.level, w.rubric, misread, state.outcome)
    after = score(w.persona, w.level, w.rubric, relabel(misread, {3: "implication"}), state.outcome)
    assert share(before, "chain") == 0
    assert share(after, "chain") == 1
    assert after.total > before.total
    assert before.of("early_pitch").evidence and not after.of("early_pitch").evidence


def test_every_point_shows_turn_and_words() -> None:
    result = scored(world(), *WHOLE)
    for judged in result.judged:
        if judged.share and judged.code not in ("listening", "early_pitch", "compliance"):
            assert judged.evidence, judged.code
            assert all(e.turn and e.quote for e in judged.evidence)


def test_the_same_transcript_scores_the_same_a_thousand_times() -> None:
    w = world()
    state, lines = talk(w, *WHOLE)
    first = score(w.persona, w.level, w.rubric, lines, state.outcome)
    assert all(score(w.persona, w.level, w.rubric, lines, state.outcome) == first for _ in range(999))


def test_open_and_closed_questions_are_counted_apart() -> None:
    asked = (told("对账麻烦吗？", "problem", "reconciliation"), told("怎么对账的？", "situation"), *SMALL_TALK)
    counts = scored(world(), *asked).counts
    assert (counts["closed"], counts["open"], counts["problem"]) == (1, 1, 1)


def test_an_early_pitch_or_no_next_step_keeps_a_talk_from_great() -> None:
    whole = scored(world(), *WHOLE)
    noted = replace(whole.of("early_pitch"), share=0.6)
    rubric = world().rubric
    held, judged = _held(rubric, 96, tuple(noted if j.code == "early_pitch" else j for j in whole.judged))
    assert held == rubric.great - 1 and NOT_GREAT in next(j for j in judged if j.code == "early_pitch").missing
    assert _held(rubric, 96, whole.judged)[0] == 96
    assert _held(rubric, 50, judged)[0] == 50
