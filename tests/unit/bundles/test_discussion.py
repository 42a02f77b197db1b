"""What managers say about a proposal, read as changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.bundles.discuss import Context, Said, asks_to_compare, read
from bot.bundles.wishes import KINDS, NONE, Change, Wishes, after, unwanted
from tests.support.talk import library

PRODUCTS = library().catalogue.products
CODES = {
    "透支": "overdraft", "理财": "corp_wealth", "资金池": "cash_pool", "协定": "agreement_deposit", "代发": "payroll",
    "票据池": "bill_pool", "网银": "corp_ebank", "直连": "host_to_host", "大额存单": "corp_large_cd",
}  # fmt: skip
CONTEXT = Context(
    offered=("master_sub_account", "corp_ebank", "cash_pool", "corp_wealth", "overdraft"),
    names={"retail_chain_collection": "连锁门店收款方案"},
    others=("idle_cash_ladder", "steady"),
    removed=("payroll",),
)


def heard(text: str, amount: int | None = None, count: int | None = None) -> list[Change]:
    taken: list[Said] = []
    for words, code in sorted(CODES.items(), key=lambda item: -len(item[0])):
        if words in text and not any(words in w and words != w for w in CODES if w in text):
            taken.append(Said(text.index(words), (code,)))
    found = sorted(taken, key=lambda s: s.start)
    return read(text, found, CONTEXT, Decimal(amount) if amount is not None else None, count)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("把透支去掉", [Change("remove", "overdraft")]),
        ("透支请出去", [Change("remove", "overdraft")]),
        ("理财那块删了吧", [Change("remove", "corp_wealth")]),
        ("第三个不要", [Change("remove", "cash_pool")]),
        ("最后那样拿掉", [Change("remove", "overdraft")]),
        ("加个代发", [Change("add", "payroll")]),
        ("票据池也捎上", [Change("add", "bill_pool")]),
        ("理财换成协定存款", [Change("swap", "corp_wealth", "agreement_deposit")]),
        ("拿协定顶替理财", [Change("swap", "corp_wealth", "agreement_deposit")]),
        ("透支不要了，加上票据池", [Change("swap", "overdraft", "bill_pool")]),
        ("理财换掉", [Change("replace", "corp_wealth")]),
        ("第二样换成直连", [Change("swap", "corp_ebank", "host_to_host")]),
        ("透支拿掉，理财也不要", [Change("remove", "overdraft"), Change("remove", "corp_wealth")]),
        ("更稳健一点", [Change("steadier")]),
        ("保守一点，别带波动的", [Change("steadier"), Change("steadier", count=0)]),
        ("能不能激进点儿，他不怕亏", [Change("bolder")]),
        ("老板说不贷款，凡是贷款的都摘了", [Change("without", "贷款"), Change("without", "贷款")]),
        ("保险类的全删", [Change("without", "保险")]),
        ("恢复原样", [Change("restore")]),
        ("还是最开始那版好", [Change("restore")]),
        ("刚删的那个恢复吧", [Change("add", "payroll")]),
        ("换一套", [Change("choose", "idle_cash_ladder")]),
        ("第二方案呢", [Change("choose", "idle_cash_ladder")]),
        ("换成连锁门店收款方案", [Change("choose", "retail_chain_collection")]),
        ("只留基本业务", [Change("core_only")]),
        ("简化一下", [Change("fewer", count=3)]),
        ("砍到三样", [Change("fewer", count=3)]),
        ("砍两样，太多了客户看了头大", [Change("fewer", count=3)]),
        ("他只在手机上办", [Change("channel", "online")]),
        ("加料", []),
        ("他说挺好的", []),
    ],
)
def test_a_sentence_is_read_as_the_changes_it_asks_for(text, wanted):
    assert heard(text) == wanted


@pytest.mark.parametrize("text", ["预算只有50万", "最多拿得出50万", "按50万重新配", "钱不够，只有50万"])
def test_an_amount_is_a_budget(text):
    assert heard(text, amount=500_000) == [Change("budget", amount=Decimal(500_000))]


def test_of_a_name_with_two_meanings_the_one_in_the_proposal_goes_and_the_other_comes():
    twice = Said(0, ("agreement_deposit", "cash_pool"))
    assert read("归集去掉", [twice], CONTEXT) == [Change("remove", "cash_pool")]
    assert read("归集加上", [twice], CONTEXT) == [Change("add", "agreement_deposit")]


@pytest.mark.parametrize("text", ["和连锁门店收款方案比呢", "跟备选有什么区别", "和备选比一比"])
def test_a_comparison_is_asked_for(text):
    assert asks_to_compare(text)


@pytest.mark.parametrize("text", ["更稳健一点", "把透支去掉", "预算只有50万"])
def test_a_change_is_no_comparison(text):
    assert not asks_to_compare(text)


# --- wishes --------------------------------------------------------------------------------------------------------


def test_the_last_word_on_a_product_counts():
    asked = after(after(NONE, Change("remove", "overdraft")), Change("add", "overdraft"))
    assert (asked.removed, asked.added) == ((), ("overdraft",))
    again = after(asked, Change("swap", "overdraft", "bill_pool"))
    assert (again.added, again.swapped) == ((), (("overdraft", "bill_pool"),))


def test_a_product_named_by_the_manager_comes_in_although_its_kind_was_unwanted():
    asked = after(after(NONE, Change("without", "贷款")), Change("add", "overdraft"))
    assert unwanted(PRODUCTS["overdraft"], asked) is None
    assert unwanted(PRODUCTS["working_capital_loan"], asked).rule == "kind_not_wanted"


def test_every_kind_that_can_be_unwanted_is_a_category_of_the_catalogue():
    categories = {p.category for p in PRODUCTS.values()}
    assert {c for group in KINDS.values() for c in group} <= categories


def test_wishes_of_nothing_are_stored_as_nothing_and_zero_is_something():
    assert NONE.to_json() == {}
    zero = Wishes(risk_cap=0, budget=Decimal(0))
    assert Wishes.from_json(zero.to_json()) == zero


def test_an_unknown_change_is_an_error():
    with pytest.raises(ValueError, match="dance"):
        after(NONE, Change("dance"))
