"""A difficulty put into a figure: from what is known, with what is assumed said to be assumed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.visit.bank import Impact
from bot.visit.impact import evaluate, figures, work_out
from tests.support.talk import known, library

BANK = library().bank
IMPACTS = {i.code: i for i in BANK.impacts}


def figure(code: str, **values: object):
    return work_out(
        IMPACTS[code], {c: known(c, v, source="client", quote=f"{c}是{v}") for c, v in values.items()}, BANK
    )


@pytest.mark.parametrize(
    ("code", "values", "by_hand"),
    [
        (
            "float_interest",
            {"monthly_transit_amount": "30000000", "transit_days": 2},
            Decimal("30000000") * 12 * 2 / 365 * Decimal("0.02"),
        ),
        (
            "pooling_spread",
            {"idle_balance": "8000000", "loan_balance": "5000000", "loan_rate": 0.045},
            Decimal("5000000") * Decimal("0.0445"),
        ),
        ("reconcile_hours", {"reconcile_people": 3, "reconcile_days_per_month": 4}, Decimal(3 * 4 * 8 * 12)),
        ("reconcile_hours_one", {"reconcile_days_per_month": 4}, Decimal(4 * 8 * 12)),
        ("payment_hours", {"monthly_payments": 2000, "minutes_per_payment": 3}, Decimal(2000 * 3 * 12) / 60),
    ],
)
def test_the_figure_is_what_the_formula_gives_by_hand(code, values, by_hand):
    assert abs(figure(code, **values).amount - by_hand) < Decimal("0.01")


@pytest.mark.parametrize("code", sorted(IMPACTS))
def test_no_figure_without_all_its_inputs(code):
    impact = IMPACTS[code]
    for missing in impact.inputs:
        facts = {c: known(c, 7) for c in impact.inputs if c != missing}
        assert work_out(impact, facts, BANK) is None


@pytest.mark.parametrize("code", sorted(IMPACTS))
def test_every_input_is_a_number_and_every_assumption_gives_its_reason(code):
    impact = IMPACTS[code]
    assert {BANK.facts[c].kind for c in (*impact.inputs, *impact.unless)} <= {"count", "money", "rate", "duration"}
    assert all(why.startswith(("假设", "客户还没说")) for _, _, _, why in impact.assumptions), impact.assumptions


def test_a_cruder_formula_gives_way_once_the_better_input_is_known():
    assert figure("reconcile_hours_one", reconcile_days_per_month=4, reconcile_people=3) is None


def test_nothing_is_made_of_nothing():
    assert figure("reconcile_hours", reconcile_people=0, reconcile_days_per_month=4) is None


def test_a_loss_that_is_none_is_not_shown_as_one():
    assert figure("pooling_spread", idle_balance="8000000", loan_balance="5000000", loan_rate=0.0001) is None


def test_inputs_are_shown_with_their_source_and_words():
    shown = figure("reconcile_hours", reconcile_people=3, reconcile_days_per_month=4)
    assert [(i.value, i.source, i.quote) for i in shown.inputs] == [
        ("3人", "客户说的", "reconcile_people是3"),
        ("4天", "客户说的", "reconcile_days_per_month是4"),
    ]


def test_assumptions_are_listed_apart_from_what_the_client_said():
    shown = figure("reconcile_hours", reconcile_people=3, reconcile_days_per_month=4)
    assert [(a.code, a.value) for a in shown.assumptions] == [("hours_per_day", "8")]
    assert "hours_per_day" not in {i.name for i in shown.inputs}


def test_an_assumption_can_be_changed_and_is_shown_as_changed():
    facts = {
        "reconcile_people": known("reconcile_people", 3),
        "reconcile_days_per_month": known("reconcile_days_per_month", 4),
    }
    shown = work_out(IMPACTS["reconcile_hours"], facts, BANK, {"hours_per_day": 6})
    assert (shown.amount, shown.assumptions[0].value) == (Decimal(864), "6")


def test_a_big_figure_is_rounded_to_what_can_be_judged():
    assert figure("float_interest", monthly_transit_amount="30000000", transit_days=2).result.endswith("约3.95万元")


def test_only_the_figures_of_the_need_are_given():
    facts = {c: known(c, 7) for c in BANK.facts if BANK.facts[c].kind in ("count", "money", "rate", "duration")}
    for need in BANK.needs:
        assert {f.need for f in figures(need, facts, BANK)} <= {need}


def test_a_division_by_an_unheard_of_zero_gives_no_figure():
    impact = Impact(
        "x",
        "reconciliation",
        "x",
        "reconcile_people / reconcile_days_per_month",
        "",
        "money",
        ("reconcile_people", "reconcile_days_per_month"),
        "{result}",
    )
    facts = {
        "reconcile_people": known("reconcile_people", 3),
        "reconcile_days_per_month": known("reconcile_days_per_month", 0),
    }
    assert work_out(impact, facts, BANK) is None


@pytest.mark.parametrize(
    "formula", ["__import__('os')", "a.b", "a ** 9", "[1][0]", "a if a else 1", "lambda: 1", "'x'", "-a", "min(x=1)"]
)
def test_a_formula_is_arithmetic_and_nothing_else(formula):
    with pytest.raises((ValueError, TypeError)):
        evaluate(formula, {"a": Decimal(1)})


@given(st.integers(1, 10**6), st.integers(1, 400))
def test_figures_are_exact_decimals_whatever_the_size(amount, days):
    shown = figure("float_interest", monthly_transit_amount=str(amount * 100), transit_days=days)
    assert shown.amount == Decimal(amount * 100) * 12 * days / 365 * Decimal("0.02")
