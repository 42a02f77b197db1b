"""What holds for every client there could be, whatever the manager asked to be different."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bundles.alternatives import alternatives
from bot.bundles.engine import Answering, arrange, gains, worth
from bot.bundles.model import COMPOSED
from bot.bundles.rules import bundle_misfit
from bot.bundles.wishes import Wishes
from tests.unit.bundles import independent
from tests.unit.bundles.clients import BUNDLES, LIBRARY, NEEDS, PRODUCTS, SHELF, changes, clients, folded, wished

MANY = settings(max_examples=400, deadline=None)


def proposed(client, wishes):
    situation, voiced = client
    return arrange(voiced, situation, SHELF, wishes)


def listed_by(code):
    """The bundle's own list of products that need an assessment."""
    return list(BUNDLES[code].eligibility.get("requires_risk_test", ())) if code in BUNDLES else []


@MANY
@given(clients(), wished)
def test_nothing_unsuitable_or_ineligible_is_offered(client, wishes):
    if found := proposed(client, wishes):
        for offered in found.offered:
            assert independent.unsuitable(offered.code, client[0], wishes, listed_by(found.code)) == []
            assert PRODUCTS[offered.code].segment == client[0].segment or offered.code in BUNDLES[found.code].products


@MANY
@given(clients(), wished)
def test_the_bundle_is_of_the_clients_segment_and_breaks_no_known_rule(client, wishes):
    found = proposed(client, wishes)
    if found and found.code != COMPOSED:
        assert BUNDLES[found.code].segment == client[0].segment
        assert bundle_misfit(BUNDLES[found.code], client[0]) == []


@MANY
@given(clients(), wished)
def test_every_offered_product_answers_an_explicit_need_with_its_words(client, wishes):
    said = {v.need: v.quote for v in client[1]}
    found = proposed(client, wishes)
    for offered in found.offered if found else ():
        assert said[offered.need] == offered.quote
        assert PRODUCTS[offered.code].benefits[offered.need] == offered.benefit
        assert {n for n, _ in offered.also} == (PRODUCTS[offered.code].benefits.keys() & said.keys()) - {offered.need}
        assert offered.feature


@MANY
@given(clients(), wished)
def test_every_withheld_product_carries_a_rule_that_is_true_of_the_client(client, wishes):
    situation, voiced = client
    found = proposed(client, wishes)
    for held in found.withheld if found else ():
        said = {v.need for v in voiced}
        assert independent.holds(held, found, situation, said, wishes, listed_by(found.code)), held
        assert held.reason
        assert held.remedy


@MANY
@given(clients(), wished)
def test_nothing_stands_twice_and_nothing_excludes_another(client, wishes):
    if found := proposed(client, wishes):
        shown = [*found.codes, *(w.code for w in found.withheld)]
        assert len(shown) == len(set(shown))
        assert not any(PRODUCTS[c].excludes & set(found.codes) for c in found.codes)
        assert found.offered
        assert found.first_step


@MANY
@given(clients(), wished)
def test_what_is_not_of_the_bundle_says_where_it_comes_from(client, wishes):
    if found := proposed(client, wishes):
        bundle = BUNDLES.get(found.code)
        own = set(bundle.products) if bundle else set()
        stand_ins = {c for group in bundle.alternatives.values() for c in group} if bundle else set()
        for offered in found.offered:
            if offered.origin == "bundle":
                assert offered.code in own
            if offered.origin == "stand_in":
                assert offered.code in stand_ins
            if offered.origin == "manager":
                assert offered.code in {*wishes.added, *(new for _, new in wishes.swapped)}


@MANY
@given(clients(), wished)
def test_needs_are_answered_or_named_as_unanswered_with_the_reason(client, wishes):
    if found := proposed(client, wishes):
        for voiced in client[1]:
            assert (voiced.need in found.unanswered) != (voiced.need in found.answered)
        assert all(why for _, why in found.why_unanswered)


@MANY
@given(clients(), wished)
def test_the_wishes_are_kept(client, wishes):
    if found := proposed(client, wishes):
        assert not set(wishes.removed) & set(found.codes)
        assert not {old for old, _ in wishes.swapped} & set(found.codes)
        assert wishes.most is None or len(found.codes) <= max(wishes.most, 1)
        assert not wishes.core_only or not found.layer("core") or not found.layer("plus")
        spent = sum(PRODUCTS[c].terms.get("min_amount_cny") or 0 for c in found.codes)
        assert wishes.budget is None or spent <= wishes.budget


@MANY
@given(clients(), st.lists(changes, max_size=6))
def test_the_same_client_and_changes_give_the_same_proposal_also_from_storage(client, asked):
    wishes = folded(asked)
    assert proposed(client, wishes) == proposed(client, Wishes.from_json(wishes.to_json()))


@MANY
@given(clients(), st.lists(changes, max_size=6))
def test_restoring_gives_back_what_was_there_before_any_change(client, asked):
    from bot.bundles.wishes import Change

    assert proposed(client, folded([*asked, Change("restore")])) == proposed(client, Wishes())


@MANY
@given(clients())
def test_a_client_gets_nothing_only_when_nothing_permitted_is_made_for_a_need(client):
    situation, voiced = client
    if proposed(client, Wishes()) is None:
        for code, product in PRODUCTS.items():
            made_for = set(list(product.benefits)[:2]) & {v.need for v in voiced}
            if product.segment == situation.segment and made_for:
                assert independent.unsuitable(code, situation, Wishes(), [])


@settings(max_examples=150, deadline=None)
@given(clients(), wished)
def test_alternatives_are_proposals_of_their_own_that_pass_every_rule(client, wishes):
    situation, voiced = client
    found = proposed(client, wishes)
    others = alternatives(found, voiced, situation, SHELF, wishes) if found else ()
    assert len(others) <= 2
    sets = [set(found.codes)] if found else []
    for other in others:
        assert set(other.proposal.codes) not in sets
        sets.append(set(other.proposal.codes))
        assert other.apart
        for code in other.proposal.codes:
            assert independent.unsuitable(code, situation, other.wishes, listed_by(other.proposal.code)) == []


@MANY
@given(clients(), st.data())
def test_one_more_explicit_need_never_makes_the_proposal_poorer(client, data):
    situation, voiced = client
    grow = gains([v.need for v in voiced], situation, LIBRARY.bundles, LIBRARY.catalogue, LIBRARY.suitability)
    assert grow(data.draw(st.sampled_from(NEEDS[situation.segment]))) >= 0


rows = st.tuples(st.sampled_from([1, 2]), st.frozensets(st.sampled_from("abcd"), max_size=3), st.booleans())


@given(st.lists(rows, max_size=6).map(tuple), st.frozensets(st.sampled_from("abcd")))
def test_answering_one_more_need_outweighs_any_number_of_products(products, needs):
    answered = {n for _, benefits, offered in products if offered for n in benefits & needs}
    assert 100 * len(answered) <= worth(Answering(products, 0), needs) < 100 * (len(answered) + 1)
