"""From explicit needs to a proposal: what is offered, as which benefit, what is withheld, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.bundles.engine import build, gains, propose
from bot.bundles.model import Bundle, Situation, Voiced
from bot.bundles.rules import bundle_misfit, describe, open_conditions
from bot.catalogue.model import Catalogue, Product
from tests.support.talk import library

LIBRARY = library()
BUNDLES = {b.code: b for b in LIBRARY.bundles}
HUAXING = Situation(
    "corporate",
    frozenset({"current_account"}),
    {
        "branch_count": 12, "bank_count": 6, "industry": "装备制造", "annual_revenue": "1800000000", "is_group_parent": True,
        "risk_grade": "C3", "risk_valid": True, "credit_line": "50000000", "average_balance": "23000000",
    },
)  # fmt: skip
WORDS = {
    "reconciliation": "能自动对最好",
    "fund_pooling": "我就想总部一把管起来",
    "branch_coverage": "外地办事也得有人管",
    "payment_efficiency": "想一次把款付完",
    "idle_cash": "闲着的钱想生点息",
    "overdraft_liquidity": "临时缺几天想有个垫的",
}


def voice(*needs: str) -> list[Voiced]:
    return [Voiced(n, WORDS.get(n, f"想要{n}"), i) for i, n in enumerate(needs, 1)]


def proposed(*needs: str, situation: Situation = HUAXING):
    return propose(voice(*needs), situation, LIBRARY.bundles, LIBRARY.catalogue)


def knowing(**facts) -> Situation:
    return replace(HUAXING, facts={**HUAXING.facts, **facts})


# --- the worked example --------------------------------------------------------------------------------------------


def test_the_group_company_of_the_worked_example_gets_the_treasury_bundle_as_it_is():
    found = proposed(*WORDS)
    assert found.code == "group_treasury"
    assert found.layer("core") == ("master_sub_account", "e_reconciliation", "corp_ebank", "central_service_desk")
    assert found.layer("plus") == ("cash_pool", "corp_wealth", "overdraft")
    assert found.withheld == ()


def test_each_product_of_the_worked_example_is_tied_to_words_the_client_said():
    for offered in proposed(*WORDS).offered:
        assert offered.quote == WORDS[offered.need]
        assert offered.benefit == LIBRARY.catalogue.products[offered.code].benefits[offered.need]


def test_without_a_credit_line_the_overdraft_comes_with_the_condition_to_get_one():
    offered = {o.code: o for o in proposed(*WORDS, situation=knowing(credit_line=None)).offered}
    assert "须先获批授信额度" in offered["overdraft"].conditions


def test_without_a_valid_assessment_the_wealth_product_is_withheld_with_what_would_change_it():
    for facts, rule in (
        ({"risk_valid": False}, "risk_assessment_expired"),
        ({"risk_valid": None, "risk_grade": None}, "risk_assessment_missing"),
    ):
        withheld = {w.code: w for w in proposed(*WORDS, situation=knowing(**facts)).withheld}
        assert (withheld["corp_wealth"].rule, bool(withheld["corp_wealth"].remedy)) == (rule, True)


def test_a_product_that_is_held_is_not_offered_again():
    held = replace(HUAXING, holdings=frozenset({"corp_ebank"}))
    found = proposed(*WORDS, situation=held)
    assert {w.code: w.rule for w in found.withheld} == {"corp_ebank": "already_held"}
    assert "host_to_host" not in found.layer("core")


# --- choosing ------------------------------------------------------------------------------------------------------


def test_nothing_is_proposed_without_a_voiced_need():
    assert proposed() is None


def test_a_need_of_the_other_segment_gets_no_proposal():
    assert proposed("capital_safety") is None


def test_only_what_answers_a_voiced_need_is_offered_the_rest_waits():
    found = proposed("reconciliation", "fund_pooling")
    assert {o.need for o in found.offered} <= {"reconciliation", "fund_pooling"}
    assert {w.rule for w in found.withheld} >= {"no_explicit_need"}


def test_the_bundle_that_answers_more_of_the_needs_wins():
    assert (
        proposed("reconciliation").code
        != proposed("fx_risk", situation=knowing(export_usd="42000000", risk_grade="C4")).code
    )
    assert proposed(*WORDS).unanswered == ()


def test_a_group_without_branches_is_not_offered_the_treasury_bundle():
    assert proposed(*WORDS, situation=knowing(branch_count=1)).code != "group_treasury"


def test_a_bundle_whose_product_can_only_be_answered_by_its_stand_in_is_still_found():
    want = {"n": "好处"}
    main = Product("main", "本来的", "corporate", "x", "", benefits=want, terms={"risk_rating": "R5"})
    stand_in = Product("stand_in", "替代的", "corporate", "x", "", benefits=want)
    bundle = Bundle("b", "组合", "corporate", ("n",), ("main",), (), {"main": ("stand_in",)})
    situation = Situation("corporate", facts={"risk_grade": "C2", "risk_valid": True})
    catalogue = Catalogue({p.code: p for p in (main, stand_in)})
    found = propose([Voiced("n", "要", 1)], situation, [bundle], catalogue)
    assert [o.code for o in found.offered] == ["stand_in"]
    assert gains([], situation, [bundle], catalogue)("n") > 0


def test_no_product_is_offered_twice_when_a_stand_in_is_in_the_bundle_already():
    want = {"n": "好处"}
    main = Product("main", "本来的", "corporate", "x", "", benefits=want, terms={"risk_rating": "R5"})
    other = Product("other", "另一个", "corporate", "x", "", benefits=want)
    bundle = Bundle("b", "组合", "corporate", ("n",), ("main", "other"), (), {"main": ("other",)})
    situation = Situation("corporate", facts={"risk_grade": "C2", "risk_valid": True})
    found = build(bundle, [Voiced("n", "要", 1)], situation, Catalogue({p.code: p for p in (main, other)}))
    assert [o.code for o in found.offered] == ["other"]


def test_two_products_that_exclude_each_other_are_not_both_offered():
    want = {"n": "好处"}
    one = Product("one", "甲", "corporate", "x", "", benefits=want, excludes=frozenset({"two"}))
    two = Product("two", "乙", "corporate", "x", "", benefits=want, excludes=frozenset({"one"}))
    bundle = Bundle("b", "组合", "corporate", ("n",), ("one", "two"), ())
    found = build(bundle, [Voiced("n", "要", 1)], Situation("corporate"), Catalogue({"one": one, "two": two}))
    assert ([o.code for o in found.offered], [w.rule for w in found.withheld]) == (["one"], ["excluded"])


def test_each_voiced_need_is_shown_before_one_is_shown_twice():
    both = {"n": "一", "m": "二"}
    products = {c: Product(c, c, "corporate", "x", "", benefits=both) for c in ("one", "two")}
    bundle = Bundle("b", "组合", "corporate", ("n", "m"), ("one", "two"), ())
    found = build(bundle, [Voiced("n", "要一", 1), Voiced("m", "要二", 2)], Situation("corporate"), Catalogue(products))
    assert [o.need for o in found.offered] == ["n", "m"]


def test_a_need_that_no_offered_product_answers_is_named():
    assert (
        "home_finance"
        in build(
            BUNDLES["group_treasury"], voice("reconciliation", "home_finance"), HUAXING, LIBRARY.catalogue
        ).unanswered
    )


# --- eligibility ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bundle", "facts", "rule"),
    [
        ("group_treasury", {"branch_count": 1}, "min_subsidiaries"),
        ("retail_chain_collection", {"store_count": 2, "industry": "餐饮"}, "min_stores"),
        ("retail_chain_collection", {"store_count": 46, "industry": "装备制造"}, "industries"),
        ("idle_cash_ladder", {"idle_balance": "499999"}, "min_idle_cash_cny"),
        ("exporter_package", {"export_usd": "0"}, "requires_export"),
        ("core_enterprise_chain", {"is_core_enterprise": False}, "requires_core_enterprise"),
        ("staff_pay_benefit", {"headcount": 19}, "min_employees"),
        ("multinational_cash", {"annual_revenue": "999999999"}, "min_annual_revenue_cny"),
    ],
)
def test_a_client_known_to_fail_a_rule_does_not_get_the_bundle(bundle, facts, rule):
    assert rule in [r for r, _ in bundle_misfit(BUNDLES[bundle], Situation("corporate", facts=facts))]


@pytest.mark.parametrize("bundle", sorted(BUNDLES))
def test_what_is_not_known_is_a_condition_and_no_refusal(bundle):
    nobody = Situation(BUNDLES[bundle].segment)
    assert bundle_misfit(BUNDLES[bundle], nobody) == []
    told = open_conditions(BUNDLES[bundle], nobody)
    assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in told)


def test_the_limit_itself_is_enough():
    assert bundle_misfit(BUNDLES["idle_cash_ladder"], Situation("corporate", facts={"idle_balance": "500000.00"})) == []


@pytest.mark.parametrize("industry", ["餐饮连锁", "餐饮", "餐饮业", "连锁餐饮业"])
def test_an_industry_fits_however_finely_it_is_named(industry):
    assert (
        bundle_misfit(
            BUNDLES["retail_chain_collection"], Situation("corporate", facts={"industry": industry, "store_count": 46})
        )
        == []
    )


def test_every_eligibility_rule_is_one_that_is_tested_and_can_be_read():
    for bundle in BUNDLES.values():
        for key, limit in bundle.eligibility.items():
            if not key.startswith(("requires_credit_line", "requires_risk_test")):
                assert describe(key, limit) != key, (bundle.code, key)


# --- suitability ---------------------------------------------------------------------------------------------------

CHEN = Situation(
    "personal",
    frozenset({"personal_time_deposit"}),
    {"age": 68, "risk_grade": "C2", "risk_valid": False, "family_assets": "1832000"},
)


def test_an_expired_assessment_keeps_every_rated_product_from_the_client():
    for need in ("wealth_growth", "capital_safety", "family_liquidity", "retirement"):
        found = propose(voice(need), CHEN, LIBRARY.bundles, LIBRARY.catalogue)
        for offered in found.offered if found else ():
            assert LIBRARY.catalogue.products[offered.code].risk_levels is None


def test_from_65_on_nothing_above_level_two_is_offered_however_bold_the_client():
    bold = replace(CHEN, facts={**CHEN.facts, "risk_grade": "C5", "risk_valid": True})
    for need in ("wealth_growth", "capital_safety", "family_liquidity", "retirement", "legacy"):
        found = propose(voice(need), bold, LIBRARY.bundles, LIBRARY.catalogue)
        for offered in found.offered if found else ():
            levels = LIBRARY.catalogue.products[offered.code].risk_levels
            assert levels is None or levels[0] <= 2
            assert levels is None or levels[1] <= 2 or "只选风险等级不高于R2的产品" in offered.conditions


def test_a_product_of_several_levels_is_capped_at_the_clients():
    product = Product(
        "x", "理财", "personal", "x", "", benefits={"n": "好处"}, terms={"risk_rating_range": ["R1", "R4"]}
    )
    bundle = Bundle("b", "组合", "personal", ("n",), ("x",), ())
    situation = Situation("personal", facts={"risk_grade": "C3", "risk_valid": True, "age": 41})
    found = build(bundle, [Voiced("n", "要", 1)], situation, Catalogue({"x": product}))
    assert found.offered[0].conditions == ("只选风险等级不高于R3的产品",)


def test_a_need_that_would_answer_nothing_more_is_worth_nothing():
    grow = gains(["reconciliation"], HUAXING, LIBRARY.bundles, LIBRARY.catalogue)
    assert grow("reconciliation") == 0
    assert grow("fund_pooling") > 0
    assert grow("capital_safety") == 0
