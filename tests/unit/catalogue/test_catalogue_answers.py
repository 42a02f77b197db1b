"""What the catalogue says of a product, and what it does not."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.catalogue.answers import (
    ATTRIBUTE_NAMES,
    TERM_KEYS,
    UNKNOWN,
    UNWRITTEN,
    answer,
    compared,
    live_rules,
    of_need,
    term_text,
)
from bot.catalogue.model import Catalogue, Product, Regulation
from tests.support.talk import TODAY, library

CATALOGUE = library().catalogue
PRODUCTS = sorted(CATALOGUE.products)


def product(**more) -> Product:
    return Product("x", "某产品", "corporate", "存款", "一句话", **more)


def plain_catalogue(one: Product) -> Catalogue:
    return Catalogue({one.code: one})


@pytest.mark.parametrize("code", PRODUCTS)
def test_every_figure_of_an_answer_stands_in_the_catalogue(code):
    one = CATALOGUE.products[code]
    written = re.sub(r"\s", "", repr(one))
    numbers = {int(n) for n in re.findall(r"\d+", written)}
    for attribute in TERM_KEYS:
        for line in answer(one, attribute, CATALOGUE, TODAY).lines:
            for figure, unit in re.findall(r"(\d+(?:\.\d+)?)([万亿]?)", line.partition("：")[2]):
                whole = round(float(figure) * {"": 1, "万": 10_000, "亿": 100_000_000}[unit])
                assert whole in numbers or figure in written, (code, line)


@pytest.mark.parametrize("attribute", ATTRIBUTE_NAMES)
def test_what_the_catalogue_leaves_open_is_said_to_be_open_and_rests_on_nothing(attribute):
    found = answer(product(), attribute, plain_catalogue(product()), TODAY)
    assert (found.lines, found.basis) == ((UNKNOWN if attribute in TERM_KEYS else UNWRITTEN,), "")


@pytest.mark.parametrize("code", PRODUCTS)
def test_every_attribute_of_every_product_can_be_asked_for(code):
    for attribute in ATTRIBUTE_NAMES:
        found = answer(CATALOGUE.products[code], attribute, CATALOGUE, TODAY)
        assert found.lines
        assert all(line.strip() and "None" not in line and "{" not in line for line in found.lines)


@pytest.mark.parametrize(
    ("effective", "expires", "quoted"),
    [
        ("", "", True),
        ("2026-11-22", "", True),
        ("2026-11-23", "", False),
        ("", "2026-11-22", True),
        ("", "2026-11-21", False),
        ("2020-01-01", "2026-12-31", True),
    ],
)
def test_a_rule_is_quoted_only_while_it_is_in_force(effective, expires, quoted):
    one = product(regulation=(Regulation("某办法", "1号", "定了这个", effective, expires, True),))
    assert bool(live_rules(one, TODAY)) is quoted
    assert ("《某办法》（1号）：定了这个" in answer(one, "regulation", plain_catalogue(one), TODAY).lines) is quoted


def test_no_rule_of_the_catalogue_is_quoted_after_its_end():
    far = date(2100, 1, 1)
    for one in CATALOGUE.products.values():
        assert not [r for r in live_rules(one, far) if r.expires]


def test_a_fixed_figure_rests_on_its_rule_and_a_usual_one_is_said_to_vary():
    rule = Regulation("通知存款办法", seen=True)
    fixed = product(
        terms={"min_amount_cny": 500_000}, fixed_terms=frozenset({"min_amount_cny"}), regulation=(rule,), varies=True
    )
    usual = product(terms={"min_amount_cny": 500_000}, varies=True)
    assert answer(fixed, "min_amount", CATALOGUE, TODAY).basis == "依据：《通知存款办法》"
    assert answer(usual, "min_amount", CATALOGUE, TODAY).basis == "市场常见值，各行不同，以本行公布为准"


def test_a_figure_is_not_called_fixed_by_a_rule_that_has_expired():
    rule = Regulation("旧办法", expires="2020-01-01", seen=True)
    one = product(terms={"min_amount_cny": 500_000}, fixed_terms=frozenset({"min_amount_cny"}), regulation=(rule,))
    assert "旧办法" not in answer(one, "min_amount", CATALOGUE, TODAY).basis


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("min_amount_cny", 500_000, "50万元"), ("min_amount_cny", 1, "1元"), ("min_amount_cny", 8500, "8500元"), ("annual_cap_usd", 50_000, "5万美元"),
        ("max_amount_cny", 12_345, "12345元"), ("down_payment_min_pct", 15, "15%"), ("employer_pct_max", 0.5, "0.5%"), ("notice_days", [1, 7], "1天、7天"),
        ("risk_rating_range", ["R1", "R3"], "R1至R3"), ("tenor_text", "最长1年", "最长1年"), ("max_amount_cny", 100_000_000, "1亿元"),
    ],
)  # fmt: skip
def test_terms_are_written_with_their_unit(key, value, text):
    assert term_text(key, value) == text


def test_a_comparison_shows_one_value_for_each_product_and_only_what_differs():
    pair = [CATALOGUE.products["agreement_deposit"], CATALOGUE.products["corp_notice_deposit"]]
    rows = compared(pair, CATALOGUE, TODAY)
    assert rows[0][0] == "一句话"
    assert all(len(values) == 2 for _, values in rows)
    assert all(len(set(values)) > 1 for _, values in rows[1:])


def test_products_of_a_need_are_those_with_a_benefit_for_it():
    found = {p.code for p in of_need(CATALOGUE, "reconciliation")}
    assert "e_reconciliation" in found
    assert all("reconciliation" in CATALOGUE.products[c].benefits for c in found)


@pytest.mark.parametrize(
    ("terms", "levels"),
    [
        ({}, None),
        ({"risk_rating": "R2"}, (2, 2)),
        ({"risk_rating_range": ["R1", "R3"]}, (1, 3)),
        ({"risk_rating_range": []}, None),
    ],
)
def test_risk_levels_are_the_lowest_and_the_highest(terms, levels):
    assert product(terms=terms).risk_levels == levels
