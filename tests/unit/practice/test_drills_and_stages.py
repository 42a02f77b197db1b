"""Drills: quantity first, then quality. Examinations: one stage after the other."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.practice import drills
from bot.practice.stages import Attempt, standing
from tests.support.practice import told
from tests.support.talk import library

BOOK = library().practice
MANY, GOOD = BOOK.drills["problem_many"], BOOK.drills["implication_good"]


def play(state, *said):
    verdicts = []
    for one in said:
        state, _ = drills.step(state, one)
        verdicts.append(state.results[-1][2])
    return state, verdicts


def test_quantity_takes_problem_questions_about_anything() -> None:
    state, verdicts = play(drills.start(MANY), *(told(f"哪里难{i}", "problem") for i in range(5)))
    assert (verdicts, state.over, state.total) == (["right"] * 5, True, 100)


def test_the_same_question_again_does_not_count() -> None:
    _, verdicts = play(drills.start(MANY), told("哪里难？", "problem"), told("哪里难", "problem"))
    assert verdicts == ["right", "again"]


def test_what_was_not_read_for_sure_is_neither_right_nor_wrong() -> None:
    state, verdicts = play(drills.start(MANY), replace(told("嗯", "situation"), sure=False))
    assert (verdicts, state.right) == (["unsure"], 0)


def test_quality_wants_the_move_on_what_the_client_said() -> None:
    state = drills.start(GOOD)
    assert state.context == GOOD.asks[0]
    elsewhere = told("汇率跌了会怎样", "implication", "fx_risk")
    state, verdicts = play(state, elsewhere, told("耽误多少", "implication"))
    assert (verdicts, state.at) == (["wrong", "right"], 1)


def test_a_round_is_left_after_two_wrong_tries() -> None:
    state, _ = play(drills.start(GOOD), told("几个人", "situation"), told("几天", "situation"))
    assert state.at == 1


def test_a_drill_ends_however_badly_it_goes() -> None:
    state = drills.start(MANY)
    for i in range(100):
        if state.over:
            break
        state, _ = drills.step(state, told(f"几家{i}", "situation"))
    assert state.over and state.total == 0


def test_nothing_judged_gives_no_total() -> None:
    state = drills.start(MANY)
    while not state.over:
        state, _ = drills.step(state, replace(told(f"嗯{len(state.results)}", "other"), sure=False))
    assert state.total is None


def test_the_examination_of_theory_is_drawn_by_seed_from_all_moves() -> None:
    drawn = drills.theory(BOOK, 7)
    assert drawn == drills.theory(BOOK, 7) != drills.theory(BOOK, 8)
    assert len(drawn.rounds) == drills.THEORY_ROUNDS
    assert len({r.move for r in drawn.rounds}) > 1


def test_a_drill_survives_its_way_through_json() -> None:
    state, _ = play(drills.start(GOOD), told("耽误多少", "implication"))
    assert drills.DrillState.from_json(json.loads(json.dumps(state.to_json()))) == state


def exam(stage: str, passed: bool | None) -> Attempt:
    return Attempt("exam", stage, passed)


@pytest.mark.parametrize(
    ("attempts", "stage", "must_learn"),
    [
        ([], "induction", False),
        ([exam("induction", True)], "theory", False),
        ([exam("induction", True), exam("theory", True), exam("practice", True)], "done", False),
        ([exam("induction", False)], "induction", False),
        ([exam("induction", False), exam("induction", False)], "induction", True),
        ([exam("induction", False), Attempt("learn", "", True), exam("induction", False)], "induction", False),
        ([exam("induction", False), exam("induction", False), Attempt("learn", "", False)], "induction", True),
        ([exam("induction", False), exam("induction", False), Attempt("learn", "", True)], "induction", False),
        ([exam("induction", None), exam("induction", None)], "induction", False),
        ([exam("practice", True)], "induction", False),
        ([exam("induction", True), exam("theory", False), exam("theory", False)], "theory", True),
    ],
)
def test_examinations_close_stages_and_two_failures_send_back(attempts, stage, must_learn) -> None:
    where = standing(attempts)
    assert (where.stage, where.must_learn) == (stage, must_learn)
