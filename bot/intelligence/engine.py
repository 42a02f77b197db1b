"""One client through all rules: tier, GE matrix, lifecycle, contribution, retention, peer group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.intelligence.contribution import Contribution, contribution
from bot.intelligence.figures import METRICS, assets, months_between, weighted
from bot.intelligence.model import Inputs, Rules, Score

STAGES = ("潜在", "新", "既有", "忠诚")
CELLS = {2: "A", 1: "A", 0: "B", -1: "C", -2: "C"}  # by how far the cell lies above the falling diagonal


@dataclass(frozen=True)
class Place:
    """Where a client stands in the GE matrix. `cell`: (column, row) of 3 × 3 from 0, both rising. '' is 未评."""

    attractiveness: Score
    competitiveness: Score
    cell: tuple[int, int] | None
    ge_class: str


@dataclass(frozen=True)
class Stay:
    """The chance of staying by what is held, as the source says; '' where it says nothing."""

    when: str
    chance: str
    source: str


@dataclass(frozen=True)
class Insight:
    """Everything computed about one client from its own record. `stage` '' and `tier` '' are 未评."""

    client_id: int
    contribution: Contribution
    tier: str
    tier_score: Score
    place: Place | None  # None: this kind of client is not plotted
    stage: str
    stage_why: str
    retention: Stay
    peer_group: str
    products: int


def evaluate(inputs: Inputs, rules: Rules, today: date) -> Insight:
    """Return what the rules make of the client. The same inputs give the same result on any machine."""
    brings = contribution(inputs, rules)
    score = weighted(rules.tier_weights.get(inputs.segment, {}), rules.tier_least, inputs, rules, today, brings.gross)
    stage, why = lifecycle(inputs, rules, today)
    return Insight(
        client_id=inputs.client_id,
        contribution=brings,
        tier=tier_of(score.value, rules),
        tier_score=score,
        place=place(inputs, rules, today, brings.gross) if inputs.segment == rules.ge_segment else None,
        stage=stage,
        stage_why=why,
        retention=retention(inputs, rules),
        peer_group=peer_group(inputs, rules),
        products=len(inputs.balances),
    )


def tier_of(score: Decimal | None, rules: Rules) -> str:
    if score is None:
        return ""
    return next((name for name, start in rules.tier_levels if score >= start), "")


def place(inputs: Inputs, rules: Rules, today: date, gain: Decimal | None) -> Place:
    a, s = (
        weighted(axis.weights, rules.ge_least, inputs, rules, today, gain)
        for axis in (rules.attractiveness, rules.competitiveness)
    )
    if a.value is None or s.value is None:
        return Place(a, s, None, "")
    cell = (third(s.value, rules), third(a.value, rules))
    return Place(a, s, cell, CELLS[sum(cell) - 2])


def third(value: Decimal, rules: Rules) -> int:
    """Return 0, 1 or 2: low, middle, high."""
    return (value >= rules.low) + (value >= rules.high)


def lifecycle(inputs: Inputs, rules: Rules, today: date) -> tuple[str, str]:
    """Return (stage, why); '' when the day the first product was opened is not known."""
    rule = rules.lifecycle
    if not inputs.balances:
        return "潜在", "还没有用我行的产品"
    if inputs.opened_on is None:
        return "", "不知道第一个产品是哪天开的"
    months, held = months_between(inputs.opened_on, today), len(inputs.balances)
    if months < rule.new_months:
        return "新", f"第一个产品开了{months}个月，不到{rule.new_months}个月"
    if months >= rule.loyal_months and held >= rule.loyal_products:
        return "忠诚", f"合作{months}个月、{held}个产品（要{rule.loyal_months}个月、{rule.loyal_products}个）"
    return "既有", f"合作{months}个月、{held}个产品，离忠诚还差（要{rule.loyal_months}个月、{rule.loyal_products}个）"


def retention(inputs: Inputs, rules: Rules) -> Stay:
    """Return what the source says of clients who hold what this one holds; it is silent about most combinations."""
    known, held = rules.retention, frozenset(inputs.balances)
    checking, savings = held & known.checking, held & known.savings
    if len(held) >= known.least:
        found = known.many
    elif held and held == checking | savings and checking and savings:
        found = known.both
    elif len(held) == 1 and checking:
        found = known.one_account
    elif len(held) == 1 and savings:
        found = known.one_savings
    else:
        found = ("", "")
    return Stay(*found, known.source)


def peer_group(inputs: Inputs, rules: Rules) -> str:
    """Return `segment|industry|band`, '' when the size, or a firm's industry, is not known."""
    size = inputs.annual_revenue if inputs.segment == "corporate" else assets(inputs, rules)
    if size is None or (inputs.segment == "corporate" and not inputs.industry):
        return ""
    band = sum(size >= step for step in rules.peers.bands.get(inputs.segment, ()))
    industry = inputs.industry if inputs.segment == "corporate" else ""
    return f"{inputs.segment}|{industry}|{band}"


def known_metrics() -> frozenset[str]:
    return frozenset(METRICS)
