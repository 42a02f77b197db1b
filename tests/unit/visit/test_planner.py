"""What is asked next, and when the asking stops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.visit import steer
from bot.visit.bank import Condition
from bot.visit.model import KINDS, Asked, VisitState
from bot.visit.planner import ENOUGH, MAX_QUESTIONS, Next, Stop, choose, likelihood, next_kind
from tests.support.talk import NEEDS, TODAY, asked, asking, entry, known, likely, question, record, small_bank

CORPORATE = VisitState(segment="corporate")


def same_gain(need: str) -> float:
    return 1.0


def only(*needs: str):
    return lambda need: 1.0 if need in needs else 0.0


def chosen(state: VisitState, bank=None, facts=(), gain=same_gain) -> Next:
    found = choose(state, record(*facts), bank or small_bank(), gain, TODAY)
    assert isinstance(found, Next)
    return found


def test_a_need_nobody_spoke_of_begins_with_its_situation_question():
    assert chosen(CORPORATE).question.kind == "situation"


def test_a_situation_question_whose_answer_is_on_record_is_not_asked():
    found = chosen(CORPORATE, facts=[known("alpha_count", 12)], gain=only("alpha"))
    assert found.question.id == "alpha.problem.one"


def test_what_was_learned_in_this_visit_is_not_asked_again():
    state = CORPORATE.with_known(known("alpha_count", 12, source="client"))
    assert chosen(state, gain=only("alpha")).question.kind == "problem"


def test_a_situation_question_with_one_of_two_facts_unknown_is_asked():
    bank = small_bank(
        [question("alpha", "situation", fills=("alpha_count", "beta_count")), question("alpha", "problem")]
    )
    assert chosen(CORPORATE, bank, [known("alpha_count", 3)], only("alpha")).question.kind == "situation"


def test_an_old_fact_is_asked_as_a_confirmation_with_its_value():
    found = chosen(CORPORATE, facts=[known("alpha_count", 12, "2025-01-01")], gain=only("alpha"))
    assert found.confirm
    assert found.text == "上次记的是12家，还是吗？"


def test_a_fact_is_stale_only_after_its_days_are_over():
    on_the_day = chosen(CORPORATE, facts=[known("alpha_count", 12, "2026-08-14")], gain=only("alpha"))
    a_day_later = chosen(CORPORATE, facts=[known("alpha_count", 12, "2026-08-13")], gain=only("alpha"))
    assert (on_the_day.confirm, a_day_later.confirm) == (False, True)


def test_a_fact_without_a_date_counts_as_fresh():
    assert not chosen(CORPORATE, facts=[known("alpha_count", 12, "")], gain=only("alpha")).confirm


def test_a_confirmation_is_asked_once():
    state = replace(CORPORATE, asked=(asked("alpha", "situation"),))
    found = chosen(state, facts=[known("alpha_count", 12, "2025-01-01")], gain=only("alpha"))
    assert (found.question.kind, found.confirm) == ("problem", False)


def test_an_old_fact_of_a_need_already_voiced_is_not_confirmed_any_more():
    state = replace(CORPORATE, ledger=(entry("alpha", "implied"),), focus="alpha")
    found = chosen(state, facts=[known("alpha_count", 12, "2025-01-01")], gain=only("alpha"))
    assert found.question.kind == "implication"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("implied", "implication"),
        ("developed", "need_payoff"),
        ("explicit", None),
        ("matched", None),
        ("committed", None),
        ("dismissed", None),
    ],
)
def test_the_status_of_a_need_says_which_kind_comes_next(status, kind):
    state = replace(CORPORATE, ledger=(entry("alpha", status),))
    assert next_kind("alpha", state, small_bank(), {}) == kind


def test_kinds_come_in_order_when_the_client_moves_step_by_step():
    state, bank, kinds = CORPORATE, small_bank(), []
    for status in (None, None, "implied", "developed"):
        if status:
            state = state.with_entry(entry("alpha", status))
        state, found = steer.open_next(state, record(), bank, only("alpha"), TODAY, 1)
        kinds.append(found.question.kind)
        state = steer.close_open(state, "answered")
    assert tuple(kinds) == KINDS


def test_no_consequence_is_asked_before_a_difficulty_was_voiced():
    state, seen = CORPORATE, set()
    for _ in range(MAX_QUESTIONS):
        state, found = steer.open_next(state, record(), small_bank(), same_gain, TODAY, 1)
        if isinstance(found, Stop):
            break
        seen.add(found.question.kind)
        state = steer.close_open(state, "answered")
    assert seen == {"situation", "problem"}


def test_facts_are_not_asked_once_the_talk_is_past_them():
    state = replace(CORPORATE, asked=(asked("alpha", "problem"),))
    bank = small_bank(
        [question("alpha", "situation"), question("alpha", "problem"), question("alpha", "problem", "two")]
    )
    assert next_kind("alpha", state, bank, {}) == "problem"


def test_at_most_two_problem_questions_are_put_for_one_need():
    bank = small_bank([question("alpha", "problem", n) for n in ("one", "two", "three")])
    state = replace(CORPORATE, asked=(asked("alpha", "problem", "one"), asked("alpha", "problem", "two")))
    assert next_kind("alpha", state, bank, {}) is None


def test_a_skipped_question_is_not_repeated_and_leaves_room_for_another_of_its_kind():
    bank = small_bank([question("alpha", "problem", n) for n in ("one", "two", "three")])
    state = replace(CORPORATE, asked=(asked("alpha", "problem", "one", "skipped"), asked("alpha", "problem", "two")))
    assert chosen(state, bank, gain=only("alpha")).question.id == "alpha.problem.three"


def test_a_question_whose_condition_does_not_hold_is_not_asked():
    bank = small_bank(
        [question("alpha", "problem", when=(Condition("alpha_count", ">=", 3),)), question("alpha", "problem", "two")]
    )
    assert chosen(CORPORATE, bank, [known("alpha_count", 2)]).question.id == "alpha.problem.two"
    assert chosen(CORPORATE, bank, [known("alpha_count", 3)]).question.id == "alpha.problem.one"


def test_the_need_that_would_grow_the_proposal_most_goes_first():
    assert chosen(CORPORATE, gain={"alpha": 1.0, "beta": 3.0, "gamma": 2.0}.get).question.need == "beta"


def test_the_need_that_the_record_speaks_for_goes_first_when_all_else_is_equal():
    bank = small_bank(likely={"gamma": (likely("gamma_count", ">=", 3, 0.4),)})
    found = chosen(CORPORATE, bank, [known("gamma_count", 12)])
    assert (found.question.need, found.reasons) == ("gamma", ("记录如此",))


def test_ties_go_to_the_order_of_the_needs_file():
    assert chosen(CORPORATE).question.need == NEEDS[0]


def test_the_talk_stays_with_the_need_in_focus_when_worths_are_close():
    state = replace(CORPORATE, ledger=(entry("alpha", "implied"), entry("beta", "implied")), focus="beta")
    assert chosen(state).question.need == "beta"


def test_a_far_worthier_need_is_taken_up_even_against_the_focus():
    state = replace(CORPORATE, ledger=(entry("alpha", "implied"), entry("beta", "implied")), focus="beta")
    assert chosen(state, gain={"alpha": 3.0, "beta": 1.0, "gamma": 0.0}.get).question.need == "alpha"


def test_a_dismissed_need_is_left_in_peace():
    state = replace(CORPORATE, ledger=(entry("alpha", "dismissed"),))
    found = chosen(state, facts=[known("alpha_count", 1, "2020-01-01")], gain=only("alpha"))
    assert found.question.need != "alpha"


def test_with_every_need_dismissed_nothing_is_left_to_ask():
    state = replace(CORPORATE, ledger=tuple(entry(n, "dismissed") for n in NEEDS))
    assert choose(state, record(), small_bank(), same_gain, TODAY) == Stop("nothing_left")


def test_asking_stops_when_something_is_explicit_and_the_rest_is_hardly_worth_it():
    state = replace(CORPORATE, ledger=(entry("alpha", "explicit"),))
    assert choose(state, record(), small_bank(), lambda _: ENOUGH, TODAY) == Stop("enough")


def test_asking_goes_on_without_an_explicit_need_however_little_it_is_worth():
    assert isinstance(choose(CORPORATE, record(), small_bank(), lambda _: 0.001, TODAY), Next)


def test_the_need_being_developed_is_finished_before_enough_is_said():
    state = replace(CORPORATE, ledger=(entry("alpha", "explicit"), entry("beta", "developed")), focus="beta")
    found = choose(state, record(), small_bank(), lambda _: 0.01, TODAY)
    assert isinstance(found, Next)
    assert found.question.id == "beta.need_payoff.one"


def test_nobody_is_asked_more_than_the_most_questions_of_one_visit():
    state = replace(CORPORATE, asked=tuple(asked("alpha", "problem", str(i)) for i in range(MAX_QUESTIONS)))
    assert choose(state, record(), small_bank(), same_gain, TODAY) == Stop("too_many")


def test_needs_that_were_left_do_not_use_up_the_questions():
    left = tuple(Asked("", "beta", "problem", "", 1, "dropped") for _ in range(MAX_QUESTIONS))
    assert isinstance(choose(replace(CORPORATE, asked=left), record(), small_bank(), same_gain, TODAY), Next)


def test_needs_of_the_other_segment_are_never_asked_about():
    assert choose(VisitState(segment="personal"), record(segment="personal"), small_bank(), same_gain, TODAY) == Stop(
        "nothing_left"
    )


def test_the_choice_is_the_same_each_time():
    state = replace(CORPORATE, ledger=(entry("beta", "implied"),), focus="beta")
    assert len({choose(state, record(), small_bank(), same_gain, TODAY).question.id for _ in range(5)}) == 1


def test_figures_of_the_record_make_a_need_likelier_up_to_a_bound():
    bank = small_bank(
        likely={"alpha": tuple(likely("alpha_count", ">=", n, 0.5, f"有{{alpha_count}}，超过{n}") for n in (1, 2, 3))}
    )
    chance, reasons = likelihood("alpha", bank, {"alpha_count": known("alpha_count", 5)}, record())
    assert chance == 0.9
    assert reasons[0] == "有5家，超过1"


def test_a_need_voiced_at_an_earlier_visit_is_likely_and_one_dismissed_then_is_not():
    voiced = record(earlier_needs=(("alpha", "implied", "对账慢"),))
    dismissed = record(earlier_needs=(("alpha", "dismissed", "没问题"),))
    assert likelihood("alpha", small_bank(), {}, voiced)[0] > likelihood("alpha", small_bank(), {}, dismissed)[0]


def test_the_open_question_is_not_chosen_again():
    state = asking("alpha", "problem", "alpha.problem.one")
    bank = small_bank([question("alpha", "problem"), question("alpha", "problem", "two")])
    assert chosen(state, bank).question.id == "alpha.problem.two"


def test_the_managers_jump_lets_later_kinds_follow_without_moving_the_ledger():
    state = steer.jump(replace(CORPORATE, ledger=(entry("alpha", "implied"),), focus="alpha"), "need_payoff", "alpha")
    assert state.status("alpha") == "implied"
    assert next_kind("alpha", state, small_bank(), {}) == "need_payoff"
