"""Contribution, tier, lifecycle, retention, gaps and leads: tables of cases, then properties over made-up clients."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intelligence.contribution import contribution
from bot.intelligence.engine import evaluate, lifecycle, peer_group, retention, tier_of
from bot.intelligence.gaps import Relation, gaps, leads
from bot.intelligence.model import Inputs
from tests.support.talk import library

TODAY = date(2026, 11, 22)
RULES = library().insight
FIRM = Inputs(1, "corporate", "装备制造", annual_revenue=Decimal("1800000000"), headcount=100, credit_grade="AA")


def held(**balances: str | None) -> dict[str, Decimal | None]:
    return {code: None if b is None else Decimal(b) for code, b in balances.items()}


def test_contribution_is_balance_times_margin_and_says_so():
    found = contribution(replace(FIRM, balances=held(current_account="23000000")), RULES)
    assert found.gross == Decimal(276000)  # 2300万 × 1.2 %
    assert found.net == found.gross
    assert found.lines[0].formula() == "2300万元 × 1.2%"


def test_a_loan_costs_capital_and_expected_loss():
    found = contribution(replace(FIRM, balances=held(working_capital_loan="10000000")), RULES)
    assert found.gross == Decimal(300000)  # 3 %
    assert found.capital == Decimal(105000)  # 10.5 % × 10 %
    assert found.risk == Decimal(10000)  # AA: 0.1 %
    assert found.net == Decimal(185000)


def test_without_a_credit_grade_the_net_of_a_loan_is_not_rated():
    found = contribution(replace(FIRM, credit_grade="", balances=held(working_capital_loan="10000000")), RULES)
    assert (found.gross, found.net) == (Decimal(300000), None)


def test_what_has_no_balance_or_no_rule_is_not_estimated_and_says_why():
    found = contribution(
        replace(FIRM, headcount=None, balances=held(current_account=None, corp_ebank=None, payroll=None)), RULES
    )
    assert found.gross is None
    assert [line.why for line in found.lines] == ["没有毛利假设", "余额不知道", "员工人数不知道"]


def test_margins_that_the_bundle_rules_have_are_not_written_down_twice():
    assert RULES.rates["agreement_deposit"].margin == library().margins.rows["agreement_deposit"].margin
    assert RULES.rates["payroll"].units == library().margins.rows["payroll"].units


@pytest.mark.parametrize(
    ("score", "tier"),
    [
        ("4.20", "总行级"),
        ("4.19", "一级分行级"),
        ("3.40", "一级分行级"),
        ("2.60", "二级分行级"),
        ("1.00", "支行级"),
        (None, ""),
    ],
)
def test_a_tier_begins_at_its_border(score, tier):
    assert tier_of(None if score is None else Decimal(score), RULES) == tier


@pytest.mark.parametrize(
    ("balances", "opened", "stage"),
    [
        ({}, None, "潜在"),
        (held(current_account="1"), None, ""),
        (held(current_account="1"), date(2026, 3, 1), "新"),
        (held(current_account="1"), date(2020, 3, 1), "既有"),
        (held(current_account="1", payroll=None, corp_ebank=None), date(2024, 11, 22), "忠诚"),
        (held(current_account="1", payroll=None, corp_ebank=None), date(2024, 11, 23), "既有"),
    ],
)
def test_lifecycle(balances, opened, stage):
    assert lifecycle(replace(FIRM, balances=balances, opened_on=opened), RULES, TODAY)[0] == stage


@pytest.mark.parametrize(
    ("codes", "chance"),
    [
        (("current_account",), "1%"),
        (("personal_time_deposit",), "2%"),
        (("current_account", "personal_time_deposit"), "10%"),
        (("current_account", "payroll", "corp_ebank", "corp_card"), "接近 100%"),
        (("current_account", "payroll"), ""),
        (("payroll",), ""),
        ((), ""),
    ],
)
def test_retention_says_what_the_source_says_and_no_more(codes, chance):
    assert retention(replace(FIRM, balances=dict.fromkeys(codes)), RULES).chance == chance


def test_a_gap_is_what_enough_similar_clients_hold():
    products = library().catalogue.products
    found = gaps(
        "corporate",
        frozenset({"corp_ebank"}),
        {"payroll": 6, "corp_ebank": 9, "cash_pool": 2},
        10,
        RULES.peers,
        products,
    )
    assert [(g.product, g.share, g.peers) for g in found] == [("payroll", Decimal("0.60"), 10)]
    assert found[0].need in products["payroll"].benefits


def test_too_few_similar_clients_are_not_compared_with_so_that_nobody_is_recognised():
    assert gaps("corporate", frozenset(), {"payroll": 4}, 4, RULES.peers, library().catalogue.products) == ()


def test_a_supplier_of_a_core_firm_is_asked_about_receivables_until_something_answers_it():
    core = Relation("core", "远航股份", 8)
    found = leads(RULES.leads, [core], frozenset(), is_core=False)
    assert [(x.need, x.with_) for x in found] == [("receivables", ((8, "远航股份"),))]
    assert "给远航股份供货" in found[0].say
    assert leads(RULES.leads, [core], frozenset({"domestic_factoring"}), is_core=False) == ()


def test_upstream_firms_are_a_lead_for_a_core_firm_only():
    suppliers = [Relation("upstream", f"供应商{i}") for i in range(5)]
    assert leads(RULES.leads, suppliers, frozenset(), is_core=False) == ()
    assert "5家上游" in leads(RULES.leads, suppliers, frozenset(), is_core=True)[0].say


CODES = sorted({*RULES.rates, "corp_ebank", "credit_card"})
clients = st.builds(
    Inputs,
    client_id=st.just(1),
    segment=st.sampled_from(["corporate", "personal"]),
    industry=st.sampled_from(["", "装备制造", "没听说过的行业"]),
    annual_revenue=st.none() | st.decimals(0, 10**11, places=2),
    headcount=st.none() | st.integers(0, 10**6),
    credit_grade=st.sampled_from(["", "AAA", "BB", "?"]),
    branches=st.none() | st.integers(0, 500),
    bank_count=st.none() | st.integers(1, 20),
    export_usd=st.none() | st.decimals(0, 10**9, places=2),
    balances=st.dictionaries(st.sampled_from(CODES), st.none() | st.decimals(0, 10**10, places=2), max_size=6),
    opened_on=st.none() | st.dates(date(2000, 1, 1), TODAY),
    last_contact=st.none() | st.dates(date(2000, 1, 1), TODAY),
)


@given(clients)
def test_every_score_lies_between_one_and_five_and_the_same_inputs_give_the_same_result(inputs):
    found = evaluate(inputs, RULES, TODAY)
    assert found == evaluate(inputs, RULES, TODAY)
    scores = [found.tier_score, *([found.place.attractiveness, found.place.competitiveness] if found.place else [])]
    for score in scores:
        assert score.value is None or 1 <= score.value <= 5
        known = sum(p.weight for p in score.parts if p.score is not None)
        assert (score.value is None) == (known < Decimal("0.70"))


@given(clients)
def test_nothing_is_invented_for_what_is_not_known(inputs):
    found = evaluate(inputs, RULES, TODAY)
    for part in found.tier_score.parts:
        assert part.value is not None or part.score is None
    for line in found.contribution.lines:
        assert line.amount is None or (line.base is not None and line.rate is not None)
    if not inputs.balances:
        assert found.contribution.gross is None
        assert found.stage == "潜在"
    if inputs.segment == "corporate" and inputs.annual_revenue is None:
        assert peer_group(inputs, RULES) == ""


@given(clients, st.decimals(1, 10**9, places=2))
def test_more_deposits_never_bring_less(inputs, more):
    before = contribution(replace(inputs, balances={"current_account": Decimal(1000)}), RULES).gross
    after = contribution(replace(inputs, balances={"current_account": Decimal(1000) + more}), RULES).gross
    assert after >= before
