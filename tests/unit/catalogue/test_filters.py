"""Conditions on products, read from sentences and applied to the catalogue."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.catalogue.ask import understand
from bot.catalogue.filters import Condition, fit, matching
from bot.catalogue.model import Product
from bot.catalogue.words import Words
from tests.support.talk import library

CATALOGUE, WORDS = library().catalogue, library().words


def condition(text: str) -> Condition:
    return understand(text, library().book, WORDS).condition


def found(text: str) -> tuple[set[str], set[str]]:
    """The codes that meet the condition, and those that come close."""
    fits = matching(CATALOGUE, condition(text), WORDS)
    return {f.product.code for f in fits if not f.near}, {f.product.code for f in fits if f.near}


def test_money_at_hand_that_must_be_liquid_and_earn_more_than_a_current_account():
    sure, near = found("50万以上、随时能取、比活期高的有哪些")
    assert sure == {"agreement_deposit"}
    assert near == {"corp_notice_deposit", "personal_notice_deposit", "cash_mgmt_wealth"}


def test_a_wealth_product_is_never_said_to_earn_more_for_sure():
    for text in ("比活期高的有哪些", "随时能取又比活期高的个人产品"):
        sure, _ = found(text)
        assert not sure & {"cash_mgmt_wealth", "fixed_income_wealth", "corp_wealth", "personal_structured_deposit"}


def test_nothing_that_can_lose_money_is_called_safe():
    sure, near = found("保本的有哪些")
    for code in sure | near:
        assert CATALOGUE.products[code].category not in ("个人理财", "投资理财", "个人投资")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("起点低于5万的存款", Condition(categories=("单位存款", "个人存款", "个人储蓄"), category_word="存款", start_most=Decimal(50000))),
        ("有20万能买什么", Condition(amount=Decimal(200000))),
        ("对公有什么贷款", Condition(segment="corporate", categories=("融资", "供应链融资", "个人贷款"), category_word="贷款")),
        ("R2以下的产品", Condition(risk_most=2)),
        ("三个月不用的钱放哪", Condition(days=(90, 90))),
        ("期限一年以上的", Condition(days=(365, None))),
        ("半年以内不用的钱", Condition(days=(None, 182))),
    ],
)  # fmt: skip
def test_a_condition_is_read_from_the_sentence(text, expected):
    assert condition(text) == expected


@pytest.mark.parametrize("code", sorted(library().bank.needs))
def test_every_need_has_words_and_leads_to_its_products(code):
    word = WORDS.needs[code][0]
    assert code in condition(f"解决{word}的产品有哪些").needs
    wanted = {p.code for p in CATALOGUE.products.values() if code in p.benefits}
    assert {f.product.code for f in matching(CATALOGUE, Condition(needs=(code,)), WORDS)} == wanted


def test_every_category_of_the_catalogue_can_be_asked_for():
    named = {name for _, names in WORDS.categories for name in names}
    assert {p.category for p in CATALOGUE.products.values()} - named <= {"顾问服务"}


def test_a_start_that_the_catalogue_does_not_fix_is_not_taken_for_low():
    one = Product("x", "某", "personal", "个人存款", "")
    assert fit(one, Condition(start_most=Decimal(50_000)), Words()) is None


def test_money_below_the_start_does_not_suffice():
    one = Product("x", "某", "personal", "个人存款", "", terms={"min_amount_cny": 200_000})
    assert fit(one, Condition(amount=Decimal(199_999)), Words()) is None
    assert fit(one, Condition(amount=Decimal(200_000)), Words()) is not None


def test_a_product_that_also_comes_riskier_only_comes_close_and_says_so():
    one = Product("x", "某", "personal", "个人理财", "", terms={"risk_rating_range": ["PR2", "PR4"]})
    found = fit(one, Condition(risk_most=2), Words())
    assert found is not None
    assert found.near
    assert "R2及以下" in found.why[0]


@pytest.mark.parametrize(
    ("days", "fits"),
    [((90, 90), True), ((30, 30), False), ((None, 60), False), ((365, None), True), ((2000, None), False)],
)
def test_the_time_that_the_money_can_stay_must_overlap_the_tenor(days, fits):
    one = Product("x", "某", "personal", "个人存款", "", terms={"tenor_min_days": 90, "tenor_max_days": 1825})
    assert (fit(one, Condition(days=days), Words()) is not None) is fits


def test_every_trait_of_the_catalogue_is_known_and_every_known_trait_is_used():
    used = {t for p in CATALOGUE.products.values() for t in p.traits}
    assert used == set(WORDS.traits)
