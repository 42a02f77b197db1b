"""Product names as people type them."""

from __future__ import annotations

import pytest

from bot.catalogue.model import Catalogue, Product
from bot.catalogue.names import NameBook
from bot.zh.scripts import normalise
from tests.support.talk import library

BOOK = library().book
SHARED = {a.alias for a in library().catalogue.ambiguous.values()} | {s.word for s in library().catalogue.siblings}
NAMES = [
    (name, p.code) for p in library().catalogue.products.values() for name in (p.name, *p.aliases) if name not in SHARED
]


def codes(text: str) -> list[tuple[str, ...]]:
    return [n.codes for n in BOOK.named(normalise(text))]


def test_every_name_and_alias_names_its_product():
    assert [name for name, code in NAMES if codes(name) != [(code,)]] == []


def test_every_name_is_found_within_a_question():
    wrong = [name for name, code in NAMES if codes(f"请问{name}的起点是多少") != [(code,)]]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("邪定存款利率", "agreement_deposit"), ("福废廷是什么", "forfaiting"), ("流动资金代款期限", "working_capital_loan"), ("供应连票据", "supply_chain_bill"),
        ("現金管理類理財", "cash_mgmt_wealth"), ("xieding cunkuan 起点", "agreement_deposit"), ("FUFEITING", "forfaiting"), ("xdck起点", "agreement_deposit"),
        ("固定资贷款", "fixed_asset_loan"), ("银行承兑汇汇票", "bank_acceptance"), ("融租资赁", "finance_lease"), ("并购代款", "ma_loan"),
    ],
)  # fmt: skip
def test_a_misspelling_that_can_only_mean_one_product_is_believed(text, code):
    (named,) = BOOK.named(normalise(text))
    assert (named.codes, named.sure) == ((code,), True)


@pytest.mark.parametrize("text", ["存货融资最高几成", "固定收益贷款"])
def test_another_character_may_make_another_thing_and_is_not_believed(text):
    assert all(not n.sure for n in BOOK.named(normalise(text)))


@pytest.mark.parametrize("text", ["今天天气不错", "金财神八号", "他们对账每月要花三四天吗", "你好", "", "？", "12345"])
def test_what_names_no_product_names_none(text):
    named = [n for n in BOOK.named(normalise(text)) if n.how != "exact"]
    assert named == []


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("职业年金怎么缴", "enterprise_annuity"),
        ("公积金贷款利率", "mortgage"),
        ("打个银行汇票", "bank_acceptance"),
        ("单位结算卡", "corp_settlement_account"),
    ],
)
def test_a_thing_that_only_looks_like_a_product_is_told_from_it(text, near):
    (named,) = BOOK.named(normalise(text))
    assert named.codes == ()
    assert near in named.unlike.near


@pytest.mark.parametrize("alias", sorted(a.alias for a in library().catalogue.ambiguous.values()))
def test_an_ambiguous_name_keeps_all_its_meanings(alias):
    (named,) = BOOK.named(normalise(alias))
    assert set(named.codes) == set(library().catalogue.ambiguous[alias].codes)
    assert named.ask


def test_a_longer_name_beats_the_shorter_one_inside_it():
    assert codes("单位大额存单") == [("corp_large_cd",)]
    assert codes("农民工工资保函") == [("guarantee",)]


def test_two_names_are_both_found_and_in_order():
    assert codes("福费廷和国内保理") == [("forfaiting",), ("domestic_factoring",)]


def test_a_misspelt_name_beside_an_exact_one_is_found_when_asked_thoroughly():
    found = BOOK.named(normalise("福费廷和邪定存款哪个好"), thorough=True)
    assert [n.codes for n in found] == [("forfaiting",), ("agreement_deposit",)]


def test_the_nearest_names_come_best_first_and_need_a_likeness():
    assert BOOK.nearest("流动资金类的贷款")[0] == "working_capital_loan"
    assert BOOK.nearest("超级宝") == []


def test_a_name_of_two_products_that_is_listed_nowhere_means_both():
    one = Product("a", "甲", "corporate", "x", "", aliases=("通宝存款",))
    two = Product("b", "乙", "personal", "x", "", aliases=("通宝存款",))
    (named,) = NameBook(Catalogue({"a": one, "b": two})).named("通宝存款")
    assert named.codes == ("a", "b")
