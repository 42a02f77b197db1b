"""Hints point a direction; after the talk, own words stand beside better ones."""

from __future__ import annotations

import pytest

from bot.practice import client
from bot.practice.feedback import debrief, hint, next_exercise, remark, weakest
from bot.practice.scoring import score
from tests.support.practice import (
    BENEFIT,
    FACT,
    HANDLING,
    IMPLICATION,
    PAYOFF,
    PROBLEM,
    WHOLE,
    book,
    scored,
    talk,
    told,
    world,
)
from tests.support.talk import library

NAMES = {"reconciliation": "对账核算", "idle_cash": "闲置资金收益"}
TALK = tuple(told(f"闲聊{i}", "other") for i in range(4))


def asks(need: str, kind: str) -> list[str]:
    return [a for q in library().bank.of(need, kind) for a in q.asks]


def advice(*said):
    w = world()
    state, lines = talk(w, *said)
    result = score(w.persona, w.level, w.rubric, lines, client.conclude(state).outcome)
    return {a.kind: a for a in debrief(w.persona, w.rubric, lines, result, asks, NAMES)}


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ((PROBLEM,), "牵连"),
        ((PROBLEM, IMPLICATION), "有什么好"),
        ((PROBLEM, IMPLICATION, PAYOFF), "对得上的产品"),
        ((PROBLEM, IMPLICATION, PAYOFF, BENEFIT), "顾虑"),
        ((PROBLEM, IMPLICATION, PAYOFF, BENEFIT, HANDLING), "下一步"),
        ((FACT,), "最费劲"),
    ],
)
def test_a_hint_fits_where_the_talk_stands(said, part) -> None:
    state, _ = talk(world(), *said)
    assert part in hint(world(), state)


def test_a_hint_is_never_a_sentence_of_the_question_bank() -> None:
    every = {a for q in library().bank.questions.values() for a in q.asks}
    for count in range(len(WHOLE)):
        state, _ = talk(world(), *WHOLE[:count])
        assert not any(sentence in hint(world(), state) for sentence in every)


def test_a_remark_says_what_the_sentence_was_and_brought() -> None:
    _, lines = talk(world(), PROBLEM, PAYOFF)
    assert remark(lines[0], NAMES) == "【问题性问题】客户说出了一个难处（对账核算）"
    assert remark(lines[1], NAMES) == "【权衡得失性问题】后果还没问透，先问好处早了一步"


def test_each_advice_has_a_sentence_of_ones_own_and_a_better_one() -> None:
    found = advice(FACT, PROBLEM, told("看看这个电子对账", "feature", products=("x",)), *TALK)
    assert found.keys() == {"keep", "start", "stop"}
    assert found["keep"].own == PROBLEM.text
    assert found["keep"].better in asks("reconciliation", "implication")
    assert found["stop"].own == "看看这个电子对账"
    assert all(a.better and a.own and a.text for a in found.values())


def test_a_breach_of_the_red_lines_is_the_first_to_stop() -> None:
    found = advice(FACT, PROBLEM, told("保证收益，稳赚", "benefit"), told("您有几家店？", "situation"), *TALK)
    assert found["stop"].text.startswith("合规红线")


def test_a_talk_without_fault_has_nothing_to_stop() -> None:
    assert "stop" not in advice(*WHOLE)


def test_the_next_exercise_comes_from_what_lost_most() -> None:
    result = scored(world(), FACT, PROBLEM, *TALK)
    rubric = world().rubric
    assert weakest(rubric, result) == "chain"
    chosen = next_exercise(library().practice, rubric, result)
    assert chosen is not None and library().practice.drills[chosen.drill].criterion == "chain"


def test_who_showed_products_before_any_wish_is_sent_back_to_the_questions_first() -> None:
    pitches = tuple(told(f"看看这个产品{i}", "feature", products=("x",)) for i in range(2))
    assert weakest(world().rubric, scored(world(), PROBLEM, IMPLICATION, *pitches, *TALK[:2])) != "benefit"


def test_quantity_comes_before_quality() -> None:
    known = library().practice
    many = tuple(
        told(f"对账{move}{i}", move, "reconciliation") for move in ("implication", "need_payoff") for i in range(3)
    )
    few = next_exercise(known, world().rubric, scored(world(), FACT, PROBLEM, *TALK))
    often = next_exercise(known, world().rubric, scored(world(), FACT, *many, PROBLEM))
    assert known.drills[few.drill].stage == "quantity"
    assert often is not None and known.drills[often.drill].stage == "quality"


def test_a_book_without_drills_still_says_what_to_train() -> None:
    chosen = next_exercise(book(), world().rubric, scored(world(), FACT, PROBLEM, *TALK))
    assert chosen is not None and not chosen.drill and "提问链条" in chosen.reason
