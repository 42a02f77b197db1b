"""Look-ups as a conversation: short answers, the rest one tap away, follow-ups, refusals, the way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import combinations

import pytest

from bot.conversation.product_cards import MOST_TEXT
from bot.settings import ROOT
from bot.store.catalogue import OwnTerm, seed, store
from bot.store.tables import CatalogueVersion
from tests.support.house import House, card, payload, texts, titles
from tests.support.talk import library

CATALOGUE = library().catalogue
NEEDS = {n.code: n.name for n in library().bank.needs.values()}


@pytest.fixture
def bank(house: House) -> Iterator[House]:
    """The small bank with the catalogue in its database."""
    with house.container.database.session() as session:
        seed(session, ROOT / "data" / "knowledge", NEEDS)
        session.commit()
    yield house


async def asks(house: House, text: str, intent: str = "product_info", **more):  # type: ignore[no-untyped-def]
    return await house.say(house.read(text, intent), **more)


async def test_one_attribute_is_answered_in_a_line_with_its_source_and_day(bank):
    shown = card(await asks(bank, "单位通知存款起点多少"), "product")
    assert "50万元" in shown["text"]
    assert "通知存款管理办法" in shown["text"]
    assert "目录核对到2026-08" in shown["text"]
    assert "所需材料" not in shown["text"]


async def test_a_value_that_varies_says_so_until_the_banks_own_is_entered(bank):
    before = card(await asks(bank, "协定存款留存多少"), "product")["text"]
    assert "各行不同" in before
    assert "本行的值还没有录入" in before
    with bank.container.database.session() as session:
        own = OwnTerm("agreement_deposit", "min_retained_cny", 100000, "行发〔2026〕1号", date(2026, 10, 1))
        store(session, [], {}, [own], origin="import", source="本行值.csv")
        session.commit()
    after = card(await asks(bank, "协定存款留存多少"), "product")["text"]
    assert "10万元" in after
    assert "本行公布：行发〔2026〕1号，2026-10-01起" in after
    assert "还没有录入" not in after


async def test_every_part_of_an_entry_is_one_tap_away(bank):
    answer = await asks(bank, "讲讲福费廷")
    for title in titles(answer):
        shown = await bank.say(payload(answer, title))
        assert card(shown, "product")["code"] == "forfaiting"


async def test_a_follow_up_keeps_the_product_and_changes_the_attribute(bank):
    await asks(bank, "单位通知存款起点多少", new=True)
    answer = await bank.say("那期限呢")
    assert card(answer, "product")["code"] == "corp_notice_deposit"
    assert "1天、7天" in texts(answer)


async def test_a_follow_up_keeps_the_attribute_and_changes_the_product(bank):
    await asks(bank, "福费廷费用", new=True)
    answer = await bank.say("那国内保理呢")
    assert card(answer, "product")["code"] == "domestic_factoring"
    assert "保理手续费" in texts(answer)


async def test_a_follow_up_through_an_ambiguous_name_keeps_the_attribute_too(bank):
    await asks(bank, "福费廷费用", new=True)
    await bank.say("那通知存款呢")
    answer = await bank.say("2")
    assert card(answer, "product")["code"] == "personal_notice_deposit"
    assert "不收费" in texts(answer)


async def test_the_second_of_a_list_and_then_the_third(bank):
    await asks(bank, "对公存款有哪些", "list_products", new=True)
    first = card(await bank.say("第二个呢"), "product")["code"]
    second = card(await bank.say("第三个呢"), "product")["code"]
    assert (first, second) == ("corp_notice_deposit", "corp_large_cd")


async def test_a_long_list_is_shown_in_pages_to_its_end(bank):
    seen: list[str] = []
    answer = await asks(bank, "对公融资有哪些", "list_products", new=True)
    while True:
        seen += [i["title"] for i in card(answer, "list")["items"]]
        if "更多" not in titles(answer):
            break
        answer = await bank.say("更多")
    assert len(seen) == len(set(seen)) > 12
    assert "没有更多了" in texts(await bank.say("更多"))


async def test_a_follow_up_long_after_is_none(bank):
    await asks(bank, "福费廷费用", new=True)
    for number in range(5):
        await asks(bank, f"你好{number}", "greet")
    assert "没认出是哪个产品" in texts(await asks(bank, "利率多少"))


@pytest.mark.parametrize("text", ["职业年金缴多少", "公积金贷款利率", "打个银行汇票要多少手续费", "定期寿险多少钱"])
async def test_a_thing_that_only_looks_like_a_product_gets_no_terms_and_the_near_ones(bank, text):
    answer = await asks(bank, text, new=True)
    assert "目录里没有" in texts(answer)
    assert not [m for m in answer["messages"] if (m.get("card") or {}).get("type") == "product"]


async def test_an_unknown_name_gets_the_nearest_three(bank):
    answer = await asks(bank, "票据宝能质押吗", new=True)
    assert not [m for m in answer["messages"] if (m.get("card") or {}).get("type") == "product"]
    assert 1 <= len(card(answer, "list")["items"]) <= 4


async def test_a_doubtful_misspelling_is_asked_back(bank):
    answer = await asks(bank, "存货融资最高几成", new=True)
    assert "您问的是" in texts(answer)
    assert "70%" not in texts(answer)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("协定存款和通知存款有什么区别", {"agreement_deposit", "corp_notice_deposit"}),
        ("福费廷、国内保理和反向保理比一比", {"forfaiting", "domestic_factoring", "reverse_factoring"}),
        ("流贷和透支的期限", {"working_capital_loan", "overdraft"}),
    ],
)
async def test_a_comparison_shows_the_products_side_by_side(bank, text, codes):
    shown = card(await asks(bank, text, new=True), "comparison")
    assert set(shown["columns"]) == {CATALOGUE.products[c].name for c in codes}
    assert all(len(row["values"]) == len(shown["columns"]) for row in shown["rows"])


async def test_an_expired_entry_is_refused_and_points_to_whom_to_ask(bank):
    with bank.container.database.session() as session:
        header = {"valid_until": "2026-11-21", "contact": "产品部王工"}
        store(session, [], header, origin="import", source="x")
        session.commit()
        assert session.query(CatalogueVersion).count() == 2
    answer = await asks(bank, "福费廷费用", new=True)
    assert "产品部王工" in texts(answer)
    assert "承诺费" not in texts(answer)


async def test_a_misread_sentence_that_plainly_asks_for_a_product_is_answered(bank):
    for intent in ("nlu_fallback", "out_of_scope"):
        answer = await asks(bank, "福费廷手续费多少", intent, new=True)
        assert card(answer, "product")["code"] == "forfaiting"


async def test_one_attribute_of_one_product_is_answered_even_if_read_as_a_comparison(bank):
    answer = await asks(bank, "国内保理在哪办", "compare_products", new=True)
    assert card(answer, "product")["code"] == "domestic_factoring"


async def test_every_entry_and_every_part_of_it_fits_a_channel_without_cards(bank):
    for code in CATALOGUE.products:
        for part in (
            "",
            "features",
            "benefits",
            "eligibility",
            "documents",
            "regulation",
            "part:steps",
            "part:suits",
            "part:sources",
        ):
            pressed = "/press" + json.dumps({"do": "catalogue.show", "key": code, "value": part})
            for message in (await bank.say(pressed))["messages"]:
                assert len(message["text"]) <= MOST_TEXT, (code, part)


async def test_every_comparison_of_two_fits_a_channel_without_cards(bank):
    for one, other in list(combinations(sorted(CATALOGUE.products), 2))[::37]:
        pressed = "/press" + json.dumps({"do": "catalogue.compare", "key": f"{one}|{other}"})
        answer = await bank.say(pressed)
        assert len(answer["messages"][0]["text"]) <= MOST_TEXT, (one, other)


async def test_a_button_of_a_product_that_is_gone_says_so(bank):
    answer = await bank.say('/press{"do": "catalogue.show", "key": "gone"}')
    assert "不在目录里" in texts(answer)


async def test_follow_ups_in_a_visit_come_back_to_the_question(bank):
    before = (await bank.say(bank.read("拜访华星集团", "start_visit"), new=True))["state"]["question"]
    await asks(bank, "协定存款起点多少")
    answer = await bank.say("那费用呢")
    assert card(answer, "product")["code"] == "agreement_deposit"
    assert answer["state"]["question"] == before
    assert before["text"] in answer["messages"][-1]["text"]


async def test_in_a_visit_a_name_of_two_meanings_follows_the_client(bank):
    await bank.say(bank.read("拜访华星集团", "start_visit"), new=True)
    assert card(await asks(bank, "定期存款起点"), "product")["code"] == "corp_time_deposit"


# --- methods -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", library().methods, ids=lambda m: m.code)
async def test_every_method_has_a_definition_an_example_and_a_use(bank, method):
    answer = await asks(bank, f"{method.name}是什么", "method_info", new=True)
    shown = card(answer, "product")
    assert method.definition in shown["text"]
    assert method.example
    assert method.use
    assert ("练一练" in titles(answer)) is method.practise


async def test_two_methods_named_together_are_both_explained(bank):
    answer = await asks(bank, "FAB和三个W有什么不同", "method_info", new=True)
    assert [m["card"]["title"] for m in answer["messages"]] == ["FAB（特征、优势、利益）", "三个W"]


@pytest.mark.parametrize(
    "word",
    ["四类问题", "FAB", "三个W", "五定", "二八法则", "GE矩阵", "CMP", "客户需求说明书", "综合定价", "生命周期", "交叉销售", "SWOT", "平衡计分卡", "SMART", "KPI", "PDCA", "5W1H", "头脑风暴", "鲶鱼效应", "精准营销六步", "80/20"],
)  # fmt: skip
async def test_the_methods_that_colleagues_look_up_are_found(bank, word):
    assert len((await asks(bank, f"{word}怎么用", "method_info", new=True))["messages"]) == 1
    card(await asks(bank, f"什么是{word}", "method_info", new=True), "product")
