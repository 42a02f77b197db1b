"""Talking a proposal over, through the gateway on a real database: every change re-checked, kept and undoable."""

from __future__ import annotations

import pytest

from bot.store.tables import Proposal, User
from tests.support.house import CHEN, House, card, payload, texts, titles

WORKED = {
    "reconciliation": "能自动对最好",
    "fund_pooling": "总部一把管起来",
    "branch_coverage": "外地办事也得有人管",
    "payment_efficiency": "想一次把款付完",
    "idle_cash": "闲着的钱想生点息",
    "overdraft_liquidity": "临时缺几天想有个垫的",
}


def product(text: str, code: str | list[str], sentence: str) -> dict:
    start = sentence.index(text)
    return {"entity": "product", "start": start, "end": start + len(text), "text": text, "value": code}


async def voiced(house: House, client: str, needs: dict[str, str]) -> None:
    await house.say(house.read(f"准备拜访{client}", "start_visit"))
    for need, words in needs.items():
        await house.say(house.read(words, stance="explicit_need", needs={need: 0.95}))


async def proposed(house: House, client: str = "华星集团", needs: dict[str, str] | None = None) -> dict:
    await voiced(house, client, needs or WORKED)
    return await house.say(house.read("出方案", "recommend_bundle"))


async def change(house: House, text: str, **products: str | list[str]) -> dict:
    found = [product(words, code, text) for words, code in products.items()]
    return await house.say(house.read(text, "change_bundle", "unclear", entities=found))


def codes(answer: dict) -> list[str]:
    return [p["code"] for p in answer["state"]["bundle"]["products"]]


def rules(answer: dict) -> dict[str, str]:
    return {w["code"]: w["rule"] for w in answer["state"]["bundle"]["withheld"]}


def said(answer: dict) -> str:
    return answer["messages"][0]["text"]


# --- proposing -----------------------------------------------------------------------------------------------------


async def test_the_worked_example_is_the_bundle_as_it_stands_in_the_book(house):
    bundle = (await proposed(house))["state"]["bundle"]
    assert bundle["code"] == "group_treasury"
    assert bundle["core"] == ["master_sub_account", "e_reconciliation", "corp_ebank", "central_service_desk"]
    assert bundle["plus"] == ["cash_pool", "corp_wealth", "overdraft"]
    assert {p["origin"] for p in bundle["products"]} == {"bundle"}


async def test_a_proposal_comes_with_two_alternatives_and_what_sets_them_apart(house):
    answer = await proposed(house)
    others = card(answer, "bundle")["alternatives"]
    assert len(others) == 2
    assert all(o["apart"] and o["products"] for o in others)
    assert {"换成备选1", "换成备选2", "和备选比一比"} <= set(titles(answer))


async def test_the_text_of_the_card_is_short_enough_for_a_channel_without_cards(house):
    text = card(await proposed(house), "bundle")["text"]
    assert len(text) <= 600
    assert "集中客户服务中心" in text
    assert "不作承诺" in text


async def test_a_need_that_nothing_permitted_answers_is_said_with_the_reason(house):
    answer = await proposed(house, "陈秀兰", {"capital_safety": "本金稳稳当当", "protection": "担心生大病"})
    assert answer["state"]["bundle"]["unanswered"] == ["protection"]
    missing = card(answer, "bundle")["unanswered"]
    assert [m["need_name"] for m in missing] == ["保障缺口"]
    assert "70岁" in missing[0]["why"] or "60岁" in missing[0]["why"]


async def test_what_nobody_is_qualified_for_is_withheld_once_qualifications_are_recorded(house):
    with house.container.database.session() as session:
        session.query(User).filter_by(username="zhangwei").one().qualifications = ["insurance"]
        session.commit()
    assert rules(await proposed(house))["corp_wealth"] == "staff_unqualified"


async def test_without_recorded_qualifications_the_need_for_one_is_a_condition(house):
    offered = {p["code"]: p for p in (await proposed(house))["state"]["bundle"]["products"]}
    assert any("理财销售资格" in c for c in offered["corp_wealth"]["conditions"])


# --- changing ------------------------------------------------------------------------------------------------------


async def test_a_product_is_taken_out_and_the_needs_it_alone_answered_are_open_again(house):
    await proposed(house)
    answer = await change(house, "把透支去掉", 透支="overdraft")
    assert "overdraft" not in codes(answer)
    assert rules(answer)["overdraft"] == "removed_by_manager"
    assert "去掉法人账户透支" in said(answer)


async def test_a_product_that_answers_no_voiced_need_is_not_added_and_the_reason_is_true(house):
    before = await proposed(house)
    answer = await change(house, "加上企业年金", 企业年金="enterprise_annuity")
    assert codes(answer) == codes(before)
    assert "加不进来" in said(answer)
    assert "明确需求" in said(answer)


async def test_a_product_taken_out_can_be_brought_back_by_name_and_by_pointing(house):
    before = await proposed(house)
    await change(house, "把透支去掉", 透支="overdraft")
    answer = await change(house, "刚删的那个恢复吧")
    assert set(codes(answer)) == set(codes(before))


async def test_one_product_takes_the_place_of_another(house):
    await proposed(house)
    answer = await change(house, "把对公理财换成协定存款", 对公理财="corp_wealth", 协定存款="agreement_deposit")
    assert "agreement_deposit" in codes(answer)
    assert rules(answer)["corp_wealth"] == "swapped_by_manager"


async def test_a_swap_for_a_product_that_breaks_a_rule_changes_nothing(house):
    before = await proposed(house)
    answer = await change(house, "拿福费廷顶替透支", 福费廷="forfaiting", 透支="overdraft")
    assert codes(answer) == codes(before)
    assert "加不进来" in said(answer)


async def test_steadier_leaves_the_rated_product_out_and_answers_the_need_otherwise(house):
    await proposed(house)
    answer = await change(house, "更稳健一点")  # the client's C3 allowed R3
    conditions = {p["code"]: p["conditions"] for p in answer["state"]["bundle"]["products"]}
    assert "只选风险等级不高于R2的产品" in conditions["corp_wealth"]
    await change(house, "再稳一点")
    answer = await change(house, "更稳一些")
    assert rules(answer)["corp_wealth"] == "steadier_wanted"
    assert "已经是最稳的" in said(await change(house, "再稳一点"))


async def test_a_budget_keeps_out_what_starts_above_it(house):
    await proposed(house, "华星集团", {"idle_cash": "闲着的钱想生点息"})
    answer = await change(house, "预算只有20万")
    assert rules(answer)["corp_notice_deposit"] == "amount_too_small"
    assert "20万" in said(answer)


async def test_no_loans_takes_out_all_that_is_lending(house):
    await proposed(house)
    answer = await change(house, "老板说不贷款，凡是贷款的都摘了")
    assert rules(answer)["overdraft"] == "kind_not_wanted"


async def test_only_two_are_left_when_only_two_are_wanted(house):
    await proposed(house)
    answer = await change(house, "砍到两样")
    assert len(codes(answer)) == 2


async def test_everything_is_put_back_as_it_was(house):
    before = await proposed(house)
    await change(house, "把透支去掉", 透支="overdraft")
    await change(house, "更稳健一点")
    answer = await change(house, "恢复原样")
    assert answer["state"]["bundle"]["products"] == before["state"]["bundle"]["products"]
    assert answer["state"]["bundle"]["changes"] == []


async def test_an_alternative_is_chosen_by_its_button_and_every_rule_is_checked_for_it(house):
    before = await proposed(house)
    answer = await house.say(payload(before, "换成备选1"))
    assert set(codes(answer)) == set(before["state"]["bundle"]["alternatives"][0]["products"])


async def test_the_proposal_is_set_beside_its_alternatives(house):
    answer = await proposed(house)
    shown = card(await house.say(payload(answer, "和备选比一比")), "comparison")
    assert len(shown["columns"]) == 3
    assert [r["label"] for r in shown["rows"]][:2] == ["回应的需要", "基本业务"]


async def test_a_change_is_kept_with_the_proposal_and_taken_back_by_undo(house):
    before = await proposed(house)
    answer = await change(house, "把透支去掉", 透支="overdraft")
    kept = answer["state"]["bundle"]["changes"]
    assert [k["said"] for k in kept] == ["把透支去掉"]
    assert house.count(Proposal) == 2
    back = await house.say(payload(answer, "撤回修改"))
    assert back["state"]["bundle"] == before["state"]["bundle"]


async def test_a_sentence_that_asks_for_nothing_known_says_what_can_be_asked(house):
    await proposed(house)
    answer = await change(house, "加料")
    assert "可以这样说" in said(answer)


async def test_two_changes_in_one_sentence_are_both_made(house):
    await proposed(house)
    answer = await change(house, "透支拿掉，对公理财也不要", 透支="overdraft", 对公理财="corp_wealth")
    assert not {"overdraft", "corp_wealth"} & set(codes(answer))


# --- explaining ----------------------------------------------------------------------------------------------------


async def test_why_not_is_answered_by_the_rule_even_for_a_product_outside_the_bundle(house):
    await proposed(house)
    text = "为什么没有福费廷"
    answer = await house.say(house.read(text, "why_withheld", entities=[product("福费廷", "forfaiting", text)]))
    assert "没有推" in said(answer)


async def test_why_this_is_answered_with_the_clients_words_and_feature_and_advantage(house):
    await proposed(house)
    text = "为什么推荐资金池"
    answer = await house.say(house.read(text, "explain_bundle", entities=[product("资金池", "cash_pool", text)]))
    assert all(words in said(answer) for words in ("客户在", "特征：", "优势："))


async def test_the_return_to_the_bank_is_shown_to_the_manager_and_is_not_in_the_proposal(house):
    answer = await proposed(house)
    shown = await house.say(payload(answer, "综合收益（内部）"))
    assert "假设" in texts(shown)
    assert "未估" in texts(shown)
    assert not any(words in repr(answer["state"]["bundle"]) for words in ("综合收益", "margin", "bank_return", "未估"))


# --- outside of a visit --------------------------------------------------------------------------------------------


async def test_a_proposal_outside_of_a_visit_comes_from_the_last_visits_ledger(house):
    await voiced(house, "海达", {"fx_risk": "想把汇率锁住"})
    await house.say("/end_visit")
    answer = await house.say(house.read("给海达配个方案", "recommend_bundle"), new=True)
    assert answer["state"]["mode"] == "idle"
    assert answer["state"]["needs"] == []
    assert "想把汇率锁住" in texts(answer) or "风险测评" in texts(answer)


async def test_without_a_voiced_need_the_question_to_ask_first_is_said(house):
    answer = await house.say(house.read("给华星集团配个方案", "recommend_bundle"))
    assert answer["state"]["bundle"] is None
    assert "先问这一句" in said(answer)


async def test_a_draft_is_changed_undone_and_restored_like_a_proposal_of_a_visit(house):
    await voiced(house, "陈秀兰", {"capital_safety": "本金稳稳当当"})
    await house.say("/end_visit")
    first = await house.say(house.read("给陈秀兰配个方案", "recommend_bundle"), new=True)
    assert "savings_bond" in codes(first)
    changed = await change(house, "国债不要了", 国债="savings_bond")
    assert "savings_bond" not in codes(changed)
    back = await house.say(payload(changed, "撤回修改"))
    assert codes(back) == codes(first)


async def test_a_draft_is_gone_when_the_client_is_another_managers(house):
    await voiced(house, "陈秀兰", {"capital_safety": "本金稳稳当当"})
    await house.say("/end_visit")
    await house.say(house.read("给陈秀兰配个方案", "recommend_bundle"), new=True)
    house.hand_over(CHEN, "sunli")
    answer = await change(house, "国债不要了", 国债="savings_bond")
    assert answer["state"]["bundle"] is None
    assert "本金稳稳当当" not in texts(answer)


async def test_another_managers_client_reads_as_one_that_is_not_there(house):
    text = "给恒泰配个方案"
    entity = {"entity": "client", "start": 1, "end": 3, "text": "恒泰", "value": "4"}
    answer = await house.say(house.read(text, "recommend_bundle", entities=[entity]))
    assert "没有找到" in said(answer)


async def test_no_client_is_named_and_none_is_under_discussion(house):
    answer = await house.say(house.read("出方案", "recommend_bundle"))
    assert "哪位客户" in said(answer)


async def test_a_line_of_the_catalogue_with_a_last_day_can_be_proposed_and_stored(house):
    answer = await proposed(house, "华星集团", {"equipment_finance": "想换设备，分几年还"})
    assert "equipment_loan" in codes(answer)


async def test_what_the_catalogue_may_not_quote_today_is_not_offered(house, monkeypatch):
    from bot.conversation import offering

    monkeypatch.setattr(offering, "refusal", lambda p, *_: "条款已经过期。" if p.code == "overdraft" else "")
    answer = await proposed(house)
    assert rules(answer)["overdraft"] == "off_sale"


@pytest.mark.parametrize(
    ("text", "intent", "shown"),
    [
        ("更稳健一点", "rephrase_question", "R2"),
        ("为什么推荐这个", "why_question", "一样样说"),
        ("预算只有50万", "report_reply", "50万元的预算"),
        ("和备选比", "nlu_fallback", "方案对比"),
        ("综合收益是多少", "nlu_fallback", "不给客户看"),
    ],
)
async def test_a_short_order_reaches_the_proposal_however_it_was_read(house, text, intent, shown):
    await proposed(house)
    assert shown in texts(await house.say(house.read(text, intent)))


@pytest.mark.parametrize("text", ["他说预算只有50万", "财务嫌贵，不要贷款"])
async def test_what_the_client_said_is_not_taken_for_an_order(house, text):
    before = await proposed(house)
    answer = await house.say(house.read(text, "report_reply", "objection"))
    assert answer["state"]["bundle"] == before["state"]["bundle"]
