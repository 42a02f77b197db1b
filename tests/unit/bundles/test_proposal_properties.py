"""What holds for every client there could be: nothing ineligible, nothing unsuitable, nothing unasked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.bundles.engine import Answering, build, gains, propose, worth
from bot.bundles.model import Situation, Voiced
from bot.bundles.rules import AGE_OF_EXTRA_CARE, bundle_misfit, client_risk
from tests.support.talk import library

LIBRARY = library()
BUNDLES = {b.code: b for b in LIBRARY.bundles}
PRODUCTS = LIBRARY.catalogue.products
NEEDS = {s: [n.code for n in LIBRARY.bank.needs_of(s)] for s in ("corporate", "personal")}

money = st.integers(0, 3_000_000_000).map(str)
maybe = st.none()
FACTS = {
    "branch_count": st.integers(0, 40), "store_count": st.integers(0, 60), "headcount": st.integers(0, 3000), "idle_balance": money,
    "family_assets": money, "annual_revenue": money, "overseas_revenue": money, "export_usd": money, "import_usd": money,
    "has_overseas_member": st.booleans(), "is_core_enterprise": st.booleans(), "receivables_amount": money, "bills_amount": money,
    "industry": st.sampled_from(["餐饮连锁", "装备制造", "医院", "外贸", "农业", "零售"]), "age": st.integers(18, 95),
    "risk_grade": st.sampled_from(["C1", "C2", "C3", "C4", "C5"]), "risk_valid": st.booleans(), "credit_line": money,
}  # fmt: skip


@st.composite
def clients(draw) -> tuple[Situation, list[Voiced]]:
    segment = draw(st.sampled_from(["corporate", "personal"]))
    facts = {code: value for code, made in FACTS.items() if (value := draw(maybe | made)) is not None}
    holdings = draw(st.frozensets(st.sampled_from(sorted(PRODUCTS)), max_size=6))
    needs = draw(st.lists(st.sampled_from(NEEDS[segment]), unique=True, max_size=6))
    return Situation(segment, holdings, facts), [Voiced(n, f"客户想要{n}", i) for i, n in enumerate(needs, 1)]


def propose_for(client):
    situation, voiced = client
    return propose(voiced, situation, LIBRARY.bundles, LIBRARY.catalogue)


@given(clients())
def test_the_bundle_is_of_the_clients_segment_and_breaks_no_known_rule(client):
    if found := propose_for(client):
        bundle = BUNDLES[found.code]
        assert bundle.segment == client[0].segment
        assert bundle_misfit(bundle, client[0]) == []


@given(clients())
def test_every_offered_product_answers_an_explicit_need_with_its_words(client):
    found = propose_for(client)
    said = {v.need: v.quote for v in client[1]}
    for offered in found.offered if found else ():
        assert said[offered.need] == offered.quote
        assert PRODUCTS[offered.code].benefits[offered.need] == offered.benefit
        assert offered.feature


@given(clients())
def test_nothing_unsuitable_is_offered(client):
    found, facts = propose_for(client), client[0].facts
    for offered in found.offered if found else ():
        levels = PRODUCTS[offered.code].risk_levels
        assert offered.code not in client[0].holdings
        if levels is not None:
            assert facts.get("risk_valid") is True
            assert client_risk(client[0]) is None or levels[0] <= client_risk(client[0])
            assert facts.get("age", 0) < AGE_OF_EXTRA_CARE or levels[0] <= 2
        if offered.code in BUNDLES[found.code].eligibility.get("requires_risk_test", ()):
            assert facts.get("risk_valid") is True
        if offered.code in BUNDLES[found.code].eligibility.get("requires_credit_line", ()) and not facts.get(
            "credit_line"
        ):
            assert "须先获批授信额度" in offered.conditions


@given(clients())
def test_every_withheld_product_carries_a_rule_that_is_true_of_the_client(client):
    found, (situation, voiced) = propose_for(client), client
    facts, said = situation.facts, {v.need for v in voiced}
    offered = {o.code for o in found.offered} if found else set()
    for held in found.withheld if found else ():
        product, risk = PRODUCTS[held.code], client_risk(situation)
        true = {
            "already_held": held.code in situation.holdings,
            "risk_assessment_expired": bool(facts.get("risk_grade")) and facts.get("risk_valid") is not True,
            "risk_assessment_missing": not facts.get("risk_grade"),
            "risk_mismatch": bool(risk and product.risk_levels and product.risk_levels[0] > risk),
            "age_protection": facts.get("age", 0) >= AGE_OF_EXTRA_CARE
            and bool(product.risk_levels and product.risk_levels[0] > 2),
            "excluded": bool(product.excludes & offered),
            "no_explicit_need": not said & product.benefits.keys(),
        }[held.rule]
        assert true, held
        assert held.reason
        assert held.remedy


@given(clients())
def test_offered_and_withheld_make_up_the_bundle_and_nothing_stands_twice(client):
    if found := propose_for(client):
        bundle = BUNDLES[found.code]
        shown = [o.code for o in found.offered] + [w.code for w in found.withheld]
        allowed = {*bundle.products, *(c for group in bundle.alternatives.values() for c in group)}
        assert len(shown) == len(set(shown))
        assert set(shown) <= allowed
        assert found.offered


@given(clients())
def test_offered_products_never_exclude_each_other(client):
    found = propose_for(client)
    codes = {o.code for o in found.offered} if found else set()
    assert not any(PRODUCTS[c].excludes & codes for c in codes)


@given(clients())
def test_needs_are_answered_or_named_as_unanswered(client):
    if found := propose_for(client):
        answered = {n for o in found.offered for n in PRODUCTS[o.code].benefits}
        for voiced in client[1]:
            assert (voiced.need in found.unanswered) != (voiced.need in answered)


@given(clients())
def test_the_same_client_gets_the_same_proposal(client):
    assert propose_for(client) == propose_for(client)


@given(clients())
def test_a_client_gets_something_whenever_a_fitting_bundle_answers_a_need(client):
    situation, voiced = client
    possible = [
        build(b, voiced, situation, LIBRARY.catalogue)
        for b in LIBRARY.bundles
        if b.segment == situation.segment and not bundle_misfit(b, situation)
    ]
    assert (propose_for(client) is not None) == any(p.offered for p in possible)


@given(clients(), st.data())
def test_one_more_explicit_need_never_makes_the_proposal_poorer(client, data):
    situation, voiced = client
    grow = gains([v.need for v in voiced], situation, LIBRARY.bundles, LIBRARY.catalogue)
    assert grow(data.draw(st.sampled_from(NEEDS[situation.segment]))) >= 0


rows = st.tuples(st.sampled_from([1, 2]), st.frozensets(st.sampled_from("abcd"), max_size=3), st.booleans())


@given(st.lists(rows, max_size=6).map(tuple), st.frozensets(st.sampled_from("abcd")))
def test_answering_one_more_need_outweighs_any_number_of_products(products, needs):
    answered = {n for _, benefits, offered in products if offered for n in benefits & needs}
    assert 100 * len(answered) <= worth(Answering(products, 0), needs) < 100 * (len(answered) + 1)
