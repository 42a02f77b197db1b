"""The manager's hand on the visit, and the state that all of it is kept in."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.visit import steer
from bot.visit.bank import Condition, money, plain, show
from bot.visit.model import KINDS, STAGES, Open, VisitState, at_least
from tests.support.talk import TODAY, asked, asking, entry, known, library, question, record, small_bank

BANK = small_bank()


def opened(state: VisitState | None = None, rec=None) -> VisitState:
    return steer.open_next(state or VisitState(segment="corporate"), rec or record(), BANK, lambda _: 1.0, TODAY, 1)[0]


def test_opening_a_question_sets_focus_and_stage():
    state = opened()
    assert (state.open.id, state.focus, state.stage) == ("alpha.situation.one", "alpha", "situation")


def test_wordings_differ_between_clients_and_stay_the_same_for_one():
    texts = {opened(rec=replace(record(), client_id=i)).open.text for i in range(3)}
    assert len(texts) == 3
    assert opened(rec=replace(record(), client_id=7)).open == opened(rec=replace(record(), client_id=7)).open


def test_a_skipped_question_is_not_asked_again():
    state = opened(steer.skip(opened()))
    assert state.open.id != "alpha.situation.one"


def test_back_opens_the_earlier_question_again_and_takes_it_off_the_asked_ones():
    first = opened()
    second = opened(steer.close_open(first, "answered"))
    again = steer.back(second, BANK)
    assert (again.open.id, again.open.text, again.open.wording, again.asked) == (
        first.open.id,
        first.open.text,
        first.open.wording,
        (),
    )


def test_a_confirmation_is_still_one_after_going_back_to_it():
    rec = record(known("alpha_count", 3, "2020-01-01"))
    state = opened(steer.close_open(opened(rec=rec), "unclear"), rec)
    assert steer.back(state, BANK).open.confirm


def test_there_is_nothing_before_the_first_question():
    assert steer.back(opened(), BANK) is None


def test_going_back_keeps_what_was_taken_down():
    state = replace(opened(), ledger=(entry("alpha", "implied"),), learned=(known("alpha_count", 3),))
    state = steer.back(replace(state, asked=(asked("beta", "problem"),)), BANK)
    assert (state.status("alpha"), state.learned[0].value) == ("implied", 3)


def test_a_question_has_at_least_three_wordings_that_come_round():
    state, texts = opened(), []
    for _ in range(4):
        texts.append(state.open.text)
        state = steer.reword(state, record(), BANK)
    assert len(set(texts[:3])) == 3
    assert texts[3] == texts[0]


def test_a_confirmation_reworded_becomes_the_plain_question():
    state = opened(rec=record(known("alpha_count", 3, "2020-01-01")))
    assert state.open.confirm
    assert steer.reword(state, record(), BANK).open.text == "alphasituationone一？"


def test_a_confirmed_fact_is_of_today():
    rec = record(known("alpha_count", 3, "2020-01-01"))
    state = steer.confirmed(opened(rec=rec), rec, BANK, TODAY)
    assert [(k.code, k.value, k.as_of) for k in state.learned] == [("alpha_count", 3, "2026-11-22")]
    assert state.open is None


def test_a_plain_question_cannot_be_confirmed():
    state = opened()
    assert steer.confirmed(state, record(), BANK, TODAY) is state


def test_a_jump_moves_the_kind_of_question_and_not_the_ledger():
    state = replace(opened(), ledger=(entry("alpha", "implied"),))
    jumped = steer.jump(state, "need_payoff", "alpha")
    opened_there = steer.open_at(jumped, BANK, "alpha", "need_payoff", 2, record())
    assert (opened_there.stage, opened_there.status("alpha")) == ("need_payoff", "implied")


def test_a_question_outside_the_order_must_still_meet_its_conditions():
    bank = small_bank([question("alpha", "implication", when=(Condition("alpha_count", ">=", 3),))])
    state = VisitState(segment="corporate")
    assert steer.open_at(state, bank, "alpha", "implication", 1, record()) is None
    assert steer.open_at(state, bank, "alpha", "implication", 1, record(known("alpha_count", 3))) is not None


@pytest.mark.parametrize(("kind", "later"), list(zip(KINDS, [*KINDS[1:], None], strict=True)))
def test_the_kind_after_each(kind, later):
    assert steer.later_kind(asking("alpha", kind)) == later


def test_leaving_a_need_leaves_all_its_questions():
    state = steer.drop_need(opened())
    assert opened(state).open.need == "beta"


@pytest.mark.parametrize(
    ("phase", "proposal", "stage"),
    [
        ("asking", None, "problem"),
        ("proposal", {}, "proposal"),
        ("commitment", {"code": "x"}, "commitment"),
        ("closed", {"code": "x"}, "commitment"),
        ("closed", None, None),
    ],
)
def test_the_stage_is_that_of_the_question_or_of_the_phase(phase, proposal, stage):
    state = replace(asking("alpha", "problem"), phase=phase, proposal=proposal)
    assert state.stage == stage
    assert stage is None or stage in STAGES


def test_a_status_is_at_least_another_only_on_the_way_to_a_commitment():
    assert at_least("matched", "explicit")
    assert not at_least("implied", "developed")
    assert not at_least("dismissed", "implied")
    assert not at_least(None, "implied")


texts = st.text(alphabet="对账慢，。12家\n“", max_size=12)
states = st.builds(
    VisitState,
    segment=st.sampled_from(["corporate", "personal"]),
    turn=st.integers(0, 99),
    focus=st.none() | st.just("alpha"),
    open=st.none()
    | st.builds(
        Open,
        st.just("q"),
        st.just("alpha"),
        st.sampled_from(KINDS),
        st.integers(0, 3),
        texts,
        st.integers(0, 9),
        st.booleans(),
    ),
    asked=st.lists(st.builds(lambda o: asked("alpha", "problem", o), st.sampled_from("abc")), max_size=3).map(tuple),
    ledger=st.lists(
        st.builds(
            lambda s, q: entry("alpha", s, q).to("explicit", q, 2), st.sampled_from(["implied", "dismissed"]), texts
        ),
        max_size=2,
    ).map(tuple),
    learned=st.lists(st.builds(known, st.just("alpha_count"), st.integers() | texts | st.booleans()), max_size=2).map(
        tuple
    ),
    floor=st.just((("alpha", "problem"),)),
)


@given(states)
def test_a_state_comes_back_from_the_database_as_it_went(state):
    assert VisitState.from_json(json.loads(json.dumps(state.to_json()))) == state


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("annual_revenue", "1800000000", "18亿元"), ("average_balance", "23000000.00", "2300万元"), ("daily_cash", "8500", "8500元"),
        ("export_usd", "42000000", "4200万美元"), ("loan_rate", 0.0435, "4.35%"), ("branch_count", 12, "12家"), ("receivables_days", 90, "90天"),
        ("is_group_parent", True, "是"), ("industry", "餐饮连锁", "餐饮连锁"), ("report_hours_per_day", 2.5, "2.5小时"), ("headcount", 620, "620人"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_say_them(code, value, shown):
    assert show(library().bank.facts[code], value) == shown


@given(st.integers(1, 10**13))
def test_amounts_are_never_written_with_an_exponent(amount):
    from decimal import Decimal

    assert "E" not in money(Decimal(amount))
    assert "E" not in plain(Decimal(amount).normalize())


@pytest.mark.parametrize(
    ("op", "value", "with_three", "with_none"),
    [
        ("=", 3, True, False),
        ("!=", 4, True, False),
        (">=", "3", True, False),
        ("<", 3, False, False),
        ("known", None, True, False),
        ("unknown", None, False, True),
    ],
)
def test_a_condition_on_an_unknown_fact_holds_for_unknown_alone(op, value, with_three, with_none):
    condition = Condition("alpha_count", op, value)
    assert condition.holds({"alpha_count": known("alpha_count", 3)}) is with_three
    assert condition.holds({}) is with_none


def test_a_comparison_with_words_does_not_hold():
    assert not Condition("industry", ">=", 3).holds({"industry": known("industry", "餐饮")})
