"""What the knowledge must be able to do, whatever is added to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml

from bot.bundles.engine import gains
from bot.bundles.model import Situation
from bot.catalogue.answers import ATTRIBUTE_NAMES, TERM_KEYS
from bot.settings import ROOT
from bot.visit.model import KINDS
from tests.support.talk import library

LIBRARY = library()
BANK = LIBRARY.bank


@pytest.mark.parametrize("need", sorted(BANK.needs))
def test_every_need_can_be_asked_in_all_four_kinds_with_three_wordings_each(need):
    for kind in KINDS:
        assert BANK.of(need, kind), kind
        for question in BANK.of(need, kind):
            assert len(set(question.asks)) >= 3
            assert question.why


@pytest.mark.parametrize("need", sorted(BANK.needs))
def test_every_need_has_a_question_of_each_kind_without_conditions_or_on_what_can_be_learned(need):
    asked_for = {f for q in BANK.questions.values() for f in q.fills}
    sourced = {s.code for s in BANK.facts.values() if s.source}
    for kind in KINDS:
        conditions = [c for q in BANK.of(need, kind) for c in q.when]
        assert any(not q.when for q in BANK.of(need, kind)) or all(
            c.fact in asked_for | sourced or c.fact.startswith("has_product_") for c in conditions
        )


@pytest.mark.parametrize("need", sorted(BANK.needs))
def test_every_need_can_be_answered_by_some_bundle(need):
    """A need that nothing answers is worth no question."""
    segment = BANK.needs[need].segment
    facts = {"risk_grade": "C5", "risk_valid": True, "credit_line": "1"}
    assert gains([], Situation(segment, facts=facts), LIBRARY.bundles, LIBRARY.catalogue)(need) > 0


def test_a_situation_question_asks_for_facts_of_its_own_segment():
    for question in BANK.questions.values():
        for code in question.fills:
            assert BANK.facts[code].segment in (BANK.needs[question.need].segment, "both"), question.id


def test_every_situation_question_fills_a_fact():
    assert [q.id for q in BANK.questions.values() if q.kind == "situation" and not q.fills] == []


def test_a_fact_that_goes_stale_can_be_confirmed():
    for question in (q for q in BANK.questions.values() if q.kind == "situation"):
        if any(BANK.facts[c].stale_after_days for c in question.fills):
            assert question.confirm, question.id


def test_no_wording_stands_under_two_questions():
    said = sorted((w, q.id) for q in BANK.questions.values() for w in q.asks)
    assert [b for (a, one), (b, two) in pairwise(said) if a == b and one != two] == []


def test_every_input_of_a_figure_is_asked_for_or_on_record():
    asked_for = {f for q in BANK.questions.values() for f in q.fills}
    sourced = {s.code for s in BANK.facts.values() if s.source}
    for impact in BANK.impacts:
        assert set(impact.inputs) <= asked_for | sourced, impact.code


def test_the_needs_are_those_of_the_contract():
    names = {n.code: n.segment for n in BANK.needs.values()}
    assert len(names) == 32
    assert list(names.values()).count("corporate") == 22


def test_terms_that_are_asked_for_are_terms_that_products_have():
    used = {k for p in LIBRARY.catalogue.products.values() for k in p.terms}
    assert set(TERM_KEYS) <= set(ATTRIBUTE_NAMES)
    assert all(used & set(keys) for keys in TERM_KEYS.values())


def test_every_bundle_names_needs_of_its_own_segment():
    for bundle in LIBRARY.bundles:
        assert {BANK.needs[n].segment for n in bundle.needs} == {bundle.segment}, bundle.code


def test_every_ambiguous_name_is_asked_back_in_chinese():
    for item in LIBRARY.catalogue.ambiguous.values():
        assert item.ask
        assert len(item.codes) >= 2


def test_every_method_is_found_by_its_own_name():
    for method in LIBRARY.methods:
        assert any(w.lower() in method.name.lower() for w in method.words), method.code


def test_the_bundles_file_has_not_been_altered_in_its_worked_example():
    rows = yaml.safe_load((ROOT / "data/knowledge/bundles.yml").read_text(encoding="utf-8"))["bundles"]
    treasury = next(r for r in rows if r["code"] == "group_treasury")
    assert treasury["core"] == ["master_sub_account", "e_reconciliation", "corp_ebank", "central_service_desk"]
    assert treasury["plus"] == ["cash_pool", "corp_wealth", "overdraft"]
