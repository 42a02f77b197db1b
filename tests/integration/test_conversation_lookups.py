"""Look-ups, client questions and tasks: by themselves, and in the middle of a visit."""

from __future__ import annotations

from datetime import date

import pytest

from bot.store.tables import Fact, ReviewItem, Task, VisitLog
from tests.support.house import CHEN, HAIDA, HUAXING, House, card, payload, texts, titles


def product(code: str, text: str = "那个产品") -> dict:
    return {"entity": "product", "start": 0, "end": len(text), "text": text, "value": code}


def attribute(name: str) -> dict:
    return {"entity": "attribute", "start": 0, "end": 2, "text": "起点", "value": name}


async def visiting(house: House) -> dict:
    return await house.say(house.read("拜访华星集团", "start_visit"))


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("协定存款是什么", "product_info", [product("agreement_deposit", "协定存款")]),
        (
            "协定存款和通知存款的区别",
            "compare_products",
            [product("agreement_deposit"), product("corp_notice_deposit")],
        ),
        ("有哪些产品", "list_products", None),
        ("FAB怎么用", "method_info", None),
        ("海达的资料", "client_profile", None),
        ("陈秀兰有什么产品", "client_holdings", None),
        ("海达可能有什么需要", "client_needs", None),
        ("我的客户", "list_clients", None),
        ("下个月到期的", "list_clients", None),
        ("能卖什么", "cross_sell", None),
        ("提醒我回访海达", "create_task", None),
        ("我的待办", "list_tasks", None),
        ("昨天去了海达", "log_visit", None),
        ("你能做什么", "help", None),
        ("你好", "greet", None),
        ("谢谢", "thanks", None),
        ("你是机器人吗", "bot_challenge", None),
        ("今天天气", "out_of_scope", None),
        ("哪些没推", "why_withheld", None),
        ("做个材料", "make_document", None),
        ("看总结", "visit_summary", None),
    ],
)
async def test_a_digression_in_a_visit_comes_back_to_the_very_question(house, text, intent, entities):
    before = (await visiting(house))["state"]
    answer = await house.say(house.read(text, intent, entities=entities))
    assert answer["state"]["question"] == before["question"]
    assert answer["state"]["needs"] == before["needs"]
    assert before["question"]["text"] in answer["messages"][-1]["text"]


async def test_a_number_after_a_digression_in_a_visit_answers_the_question(house):
    await visiting(house)
    await house.say(house.read("提醒我回访海达", "create_task"))
    await house.say("/list_tasks")
    house.read("1", stance="fact")
    await house.say("1")
    assert house.script.seen[-1][0] == "1"
    with house.container.database.session() as session:
        assert session.query(Task).one().status == "open"


# --- products and methods ------------------------------------------------------------------------------------------


async def test_a_product_is_answered_from_the_catalogue_with_its_basis(house):
    answer = await house.say(
        house.read("通知存款多少起", "product_info", entities=[product("corp_notice_deposit"), attribute("min_amount")])
    )
    shown = card(answer, "product")
    assert "50万元" in shown["text"]
    assert "出处" in shown["text"]
    assert shown["as_of"].startswith("目录核对到")


async def test_a_product_nobody_knows_is_not_made_up(house):
    answer = await house.say(house.read("超级宝是什么", "product_info", entities=[product("super_bao", "超级宝")]))
    assert "没认出是哪个产品" in texts(answer)
    assert "card" not in answer["messages"][0]


async def test_an_ambiguous_name_is_asked_back_and_a_number_picks(house):
    item = next(iter(house.container.library.catalogue.ambiguous.values()))
    entity = {"entity": "product", "start": 0, "end": len(item.alias), "text": item.alias, "value": list(item.codes)}
    answer = await house.say(house.read(f"{item.alias}怎么样", "product_info", entities=[entity]))
    assert item.ask in texts(answer)
    answer = await house.say("2")
    assert card(answer, "product")["code"] == item.codes[1]


async def test_in_a_visit_the_clients_segment_tells_an_ambiguous_name_apart(house):
    products = house.container.library.catalogue.products
    for item in house.container.library.catalogue.ambiguous.values():
        corporate = [c for c in item.codes if products[c].segment == "corporate"]
        if len(corporate) == 1:
            break
    else:
        pytest.skip("no such name in the catalogue")
    await visiting(house)
    entity = {"entity": "product", "start": 0, "end": len(item.alias), "text": item.alias, "value": list(item.codes)}
    answer = await house.say(house.read(f"{item.alias}怎么样", "product_info", entities=[entity]))
    assert card(answer, "product")["code"] == corporate[0]


async def test_products_are_listed_by_need_and_by_segment(house):
    need = {"entity": "need", "start": 2, "end": 4, "text": "对账", "value": "reconciliation"}
    answer = await house.say(house.read("解决对账的产品", "list_products", entities=[need]))
    assert "电子对账" in texts(answer)
    answer = await house.say(house.read("个人产品", "list_products"))
    codes = [i["payload"].split('"')[3] for i in card(answer, "list")["items"]]
    assert {house.container.library.catalogue.products[c].segment for c in codes} == {"personal"}


async def test_every_method_can_be_looked_up_by_its_words_and_picked_from_the_list(house):
    listing = card(await house.say(house.read("有什么方法", "method_info")), "list")
    assert len(listing["items"]) == len(house.container.library.methods)
    for item in listing["items"]:
        answer = await house.say(item["payload"])
        assert card(answer, "product")["title"] == item["title"]


@pytest.mark.xfail(reason="one product and 比 shows that product; it should ask for the second", strict=True)
async def test_two_products_are_needed_for_a_comparison(house):
    answer = await house.say(
        house.read("协定存款和那个比呢", "compare_products", entities=[product("agreement_deposit")])
    )
    assert "要比的两个产品" in texts(answer)


# --- clients -------------------------------------------------------------------------------------------------------


async def test_a_profile_shows_what_is_known_and_nothing_else(house):
    text = card(await house.say(house.read("华星集团的资料", "client_profile")), "client")["text"]
    assert all(part in text for part in ("12家", "6家", "18亿元", "装备制造", "C3"))
    assert "None" not in text


async def test_a_client_of_whom_nothing_is_known_is_said_to_be_unknown(house):
    with house.container.database.session() as session:
        from bot.store.tables import Client

        client = Client(
            id=99,
            name="新来的",
            segment="personal",
            manager_id=house.actor("zhangwei").user_id,
            figure_dates={},
            is_prospect=True,
        )
        session.add(client)
        session.commit()
    assert "几乎什么都不知道" in texts(await house.say('/client_profile{"client": "99"}'))


async def test_a_figure_of_the_record_is_changed_after_a_yes_and_the_old_one_kept(house):
    answer = await house.say(house.read("把华星集团的分公司改成15家", "update_client"))
    assert "12家 → 15家" in texts(answer)
    assert house.column(HUAXING, "branches") == 12
    await house.say("/affirm")
    assert house.column(HUAXING, "branches") == 15
    with house.container.database.session() as session:
        kept = [(f.value["v"], f.superseded_at is None) for f in session.query(Fact).order_by(Fact.id)]
    assert sorted(kept) == [(12, False), (15, True)]


async def test_a_figure_is_left_alone_after_a_no(house):
    await house.say(house.read("把华星集团的分公司改成15家", "update_client"))
    assert "不动" in texts(await house.say("/deny"))
    await house.say("/affirm")
    assert house.column(HUAXING, "branches") == 12


async def test_a_risk_grade_cannot_be_talked_into_the_record(house):
    await house.say(house.read("把陈秀兰的风险等级改成C5", "update_client"))
    await house.say("/affirm")
    assert house.column(CHEN, "risk_grade") == "C2"


async def test_deposits_that_fall_due_are_listed(house):
    answer = await house.say(house.read("下个月到期的客户", "list_clients"))
    assert "陈秀兰" in texts(answer)
    assert "12月10日" in texts(answer)


async def test_needs_likely_from_the_record_are_kept_apart_from_those_voiced(house):
    text = card(await house.say(house.read("华星集团有什么需要", "client_needs")), "client")["text"]
    assert "还没问过" in text
    assert "客户说过的" not in text


async def test_a_client_is_asked_for_when_none_was_named(house):
    assert "是哪位客户" in texts(await house.say(house.read("看资料", "client_profile")))


async def test_products_are_not_pushed_without_a_need(house):
    answer = await house.say(house.read("华星集团能卖什么", "cross_sell"))
    assert "要对着客户说过的需要推" in texts(answer)


# --- tasks and logs ------------------------------------------------------------------------------------------------


async def test_a_task_is_kept_with_its_day_and_its_client(house):
    answer = await house.say(house.read("下周三提醒我回访海达", "create_task"))
    assert "2026-11-25（三）" in texts(answer)
    with house.container.database.session() as session:
        task = session.query(Task).one()
        assert (task.client_id, task.due_on, task.title) == (HAIDA, date(2026, 11, 25), "回访海达")


async def test_a_task_without_a_day_is_said_to_have_none(house):
    assert "没有定日子" in texts(await house.say(house.read("提醒我回访海达", "create_task")))


async def test_tasks_are_listed_by_urgency_and_done_by_number(house):
    await house.say(house.read("提醒我十二月五号给海达送材料", "create_task"))
    await house.say(house.read("明天提醒我给陈秀兰打电话", "create_task"))
    answer = await house.say("/list_tasks")
    assert card(answer, "list")["items"][0]["title"].startswith("给陈秀兰打电话")
    assert "完成了：给陈秀兰打电话" in texts(await house.say("1"))
    assert "待办1条" in texts(await house.say("/list_tasks"))


async def test_a_task_can_be_taken_away_right_after_it_was_made(house):
    answer = await house.say(house.read("提醒我回访海达", "create_task"))
    await house.say(payload(answer, "删掉这条"))
    assert "没有待办" in texts(await house.say("/list_tasks"))


async def test_a_task_is_put_off_to_another_day(house):
    await house.say(house.read("明天提醒我回访海达", "create_task"))
    await house.say(house.read("回访海达推迟到下周五", "complete_task"))
    with house.container.database.session() as session:
        task = session.query(Task).one()
        assert (task.status, task.due_on) == ("open", date(2026, 11, 27))


async def test_a_visit_made_is_logged_with_the_managers_words(house):
    await house.say(house.read("昨天去了海达，聊了结汇", "log_visit"))
    with house.container.database.session() as session:
        log = session.query(VisitLog).one()
        assert (log.client_id, log.on, log.text) == (HAIDA, date(2026, 11, 21), "昨天去了海达，聊了结汇")
    assert house.column(HAIDA, "last_contact_on") == date(2026, 11, 21)


# --- objections to the bot -----------------------------------------------------------------------------------------


async def test_an_objection_offers_ways_to_mend_and_is_kept_for_review(house):
    await visiting(house)
    await house.say(house.read("对账老对不上", stance="implied_need", needs={"reconciliation": 0.95}))
    answer = await house.say(house.read("你理解得不对", "disagree"))
    assert {"撤回上一步", "换个问法", "跳过"} <= set(titles(answer))
    with house.container.database.session() as session:
        assert [(r.reason, r.text) for r in session.query(ReviewItem)] == [("disagree", "对账老对不上")]


async def test_what_was_not_understood_is_admitted_and_kept_for_review(house):
    answer = await house.say("咕噜咕噜")
    assert "不太确定您的意思" in texts(answer) or "没听明白" in texts(answer)
    with house.container.database.session() as session:
        assert session.query(ReviewItem).one().reason == "fallback"


async def test_text_that_looks_like_a_payload_of_nothing_is_answered_all_the_same(house):
    for text in (
        '/reread{"intent": "nonsense"}',
        '/mark_need{"need": "nonsense"}',
        "/new_prospect",
        "/resume_visit",
        "/complete_task",
        "/undo",
    ):
        answer = await house.say(text)
        assert answer["messages"][0]["text"], text
