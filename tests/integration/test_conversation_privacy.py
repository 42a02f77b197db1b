"""No client of another manager by any route: not by name, number, typo, list, task, brief, mention or error."""

from __future__ import annotations

import re

import pytest

from bot.store.access import NotReachable
from bot.store.tables import Audit, Client, Task
from tests.support.house import CHEN, HENGTAI, HIDDEN, HUAXING, YUANHANG, House, payload, texts, titles

SECRETS = (*HIDDEN, "马德胜", "5800", "58000000", "150天", "1234万", "12340000", "13900000000")


def hides(answer: dict, *, but: tuple[str, ...] = ()) -> bool:
    return not [s for s in SECRETS if s in repr(answer) and s not in but]


def named(text: str, value: object = None) -> list[dict]:
    return [{"entity": "client", "start": 0, "end": len(text), "text": text, "value": value}]


NUMBERS = re.compile(r'"(?:task|key)": "\d+"|\'id\': \d+')  # of the two tasks, which are different rows
CLIENT_INTENTS = (
    "client_profile",
    "client_holdings",
    "client_needs",
    "cross_sell",
    "update_client",
    "start_visit",
    "log_visit",
    "create_task",
)


@pytest.mark.parametrize("intent", CLIENT_INTENTS)
async def test_a_hidden_clients_number_in_a_payload_reads_like_a_number_that_is_not_there(house, intent):
    hidden = await house.say(f'/{intent}{{"client": "{HENGTAI}"}}', new=True)
    absent = await house.say(f'/{intent}{{"client": "999999"}}', new=True)
    assert texts(hidden) == texts(absent)
    assert hidden["state"] == absent["state"]
    assert hides(hidden)


@pytest.mark.parametrize("intent", CLIENT_INTENTS)
@pytest.mark.parametrize("name", ["恒泰建材有限公司", "远航股份"])
async def test_a_hidden_clients_name_reads_like_a_name_that_is_not_there(house, intent, name):
    hidden = await house.say(house.read(f"{name}的事", intent, entities=named(name)), new=True)
    other = "大禹水泥有限公司" if name.endswith("公司") else "大禹股份"
    absent = await house.say(house.read(f"{other}的事", intent, entities=named(other)), new=True)
    first, second = (NUMBERS.sub("", texts(a).replace(n, "X")) for a, n in ((hidden, name), (absent, other)))
    assert first == second
    assert hides(hidden, but=(name, "恒泰" if "恒泰" in name else ""))


@pytest.mark.parametrize("name", ["恒泰", "hengtai", "htjc", "恒太建材", "遠航汽車", "远航"])
async def test_no_typo_or_initials_lead_to_a_hidden_client(house, name):
    answer = await house.say(house.read(f"看看{name}的资料", "client_profile", entities=named(name)), new=True)
    assert hides(answer, but=(name,))


async def test_the_dialogue_server_is_told_of_the_own_book_only(house):
    text = house.read("恒泰、远航股份、华星集团，还有陈秀兰", "greet")
    await house.say(text)
    mentions = house.script.seen[-1][1]["mentions"]
    assert {m["id"] for m in mentions} == {HUAXING, CHEN}
    await house.say(text, as_="liuyang")
    assert {m["id"] for m in house.script.seen[-1][1]["mentions"]} == {HENGTAI}


async def test_lists_show_the_own_book_only(house):
    for text in ("我的客户有哪些", "建材行业的客户", "三个月没联系的客户", "下个月到期的客户"):
        answer = await house.say(house.read(text, "list_clients"))
        assert hides(answer), text
    assert "陈秀兰" in texts(answer)


async def test_a_lead_sees_the_team_and_no_other(house):
    answer = await house.say(house.read("我的客户有哪些", "list_clients"), as_="lina")
    assert "恒泰建材有限公司" in texts(answer)
    assert "远航" not in texts(answer)


async def test_an_administrators_look_leaves_a_trace(house):
    answer = await house.say(f'/client_profile{{"client": "{HENGTAI}"}}', as_="admin")
    assert "恒泰建材有限公司" in texts(answer)
    with house.container.database.session() as session:
        assert [(a.action, a.object_id) for a in session.query(Audit).filter(Audit.action == "read")] == [
            ("read", str(HENGTAI))
        ]


async def test_another_users_conversation_is_not_there_for_anyone(house):
    mine = (await house.say(house.read("你好", "greet"), as_="liuyang"))["conversation"]
    for other in ("zhangwei", "lina", "admin"):
        with pytest.raises(NotReachable):
            await house.container.gateway.turn(house.actor(other), "你好", mine)
    with pytest.raises(NotReachable):
        await house.container.gateway.turn(house.actor("zhangwei"), "你好", "c_doesnotexist")


async def test_another_users_visit_cannot_be_resumed(house):
    await house.say(house.read("拜访恒泰", "start_visit"), as_="liuyang")
    await house.say(house.read("货款收不回来", stance="implied_need", needs={"receivables": 0.95}), as_="liuyang")
    visit = house.visits()[0].id
    answer = await house.say(f'/resume_visit{{"client": "{HENGTAI}", "visit": "{visit}"}}', as_="zhangwei")
    assert answer["state"]["mode"] == "idle"
    assert hides(answer)


async def test_another_users_task_cannot_be_completed_or_seen(house):
    await house.say(house.read("提醒我回访恒泰", "create_task"), as_="liuyang")
    with house.container.database.session() as session:
        task = session.query(Task).one().id
    answer = await house.say(f'/complete_task{{"task": "{task}"}}')
    assert hides(answer)
    assert hides(await house.say("/list_tasks"))
    with house.container.database.session() as session:
        assert session.query(Task).one().status == "open"


async def test_a_prospect_of_the_same_name_as_a_hidden_client_is_made_without_a_word(house):
    answer = await house.say(house.read("拜访恒泰建材有限公司", "start_visit", entities=named("恒泰建材有限公司")))
    assert "没有找到" in texts(answer)
    answer = await house.say("/affirm")
    assert answer["state"]["client"]["id"] not in (HENGTAI, YUANHANG)
    assert hides(answer, but=("恒泰建材有限公司", "恒泰"))


async def test_a_group_link_into_another_book_is_not_shown(house):
    with house.container.database.session() as session:
        session.get_one(Client, HENGTAI).parent_id = HUAXING
        session.commit()
    answer = await house.say(f'/client_profile{{"client": "{HUAXING}"}}')
    assert "集团关系" not in texts(answer)
    assert hides(answer)


@pytest.mark.parametrize("number", ["²", "١٢", "99999999999999999999999", "-1", "1e3", "None", "{}", "'; --"])
async def test_a_number_that_is_none_is_no_client_and_no_error(house, number):
    answer = await house.say(f'/client_profile{{"client": "{number}"}}')
    assert answer["messages"][0]["text"]
    assert hides(answer)


# --- a client that went to another manager -------------------------------------------------------------------------


async def left_open(house: House) -> dict:
    await house.say(house.read("拜访华星集团", "start_visit"))
    return await house.say(house.read("对账老对不上", stance="implied_need", needs={"reconciliation": 0.95}))


async def test_the_open_visit_ends_when_the_client_goes_to_another_manager(house):
    await left_open(house)
    house.hand_over(HUAXING, "sunli")
    answer = await house.say("/why_question")
    assert (answer["state"]["mode"], answer["state"]["client"], answer["state"]["needs"]) == ("idle", None, [])
    assert "华星" not in repr(answer)
    assert "对账老对不上" not in repr(answer)


async def test_the_visit_is_not_offered_for_resuming_any_more(house):
    await left_open(house)
    visit = house.visits()[0].id
    house.hand_over(HUAXING, "sunli")
    answer = await house.say(house.read("你好", "greet"), new=True)
    assert "华星" not in repr(answer)
    for text in ("/resume_visit", f'/resume_visit{{"client": "{HUAXING}", "visit": "{visit}"}}'):
        assert "华星" not in repr(await house.say(text))


async def test_the_closed_visit_is_not_summed_up_any_more(house):
    await house.say(house.read("拜访华星集团", "start_visit"))
    await house.say(house.read("想要自动对账", stance="explicit_need", needs={"reconciliation": 0.95}))
    await house.say("/end_visit")
    house.hand_over(HUAXING, "sunli")
    for text in ("/visit_summary", "/explain_bundle", "/why_withheld", "/list_tasks", "/make_document"):
        answer = await house.say(text)
        assert "华星" not in repr(answer), text
        assert "想要自动对账" not in repr(answer), text


async def test_the_new_manager_sees_the_client_and_not_the_others_conversation(house):
    old = (await left_open(house))["conversation"]
    house.hand_over(HUAXING, "sunli")
    answer = await house.say(f'/client_profile{{"client": "{HUAXING}"}}', as_="sunli")
    assert "华星机械集团有限公司" in texts(answer)
    with pytest.raises(NotReachable):
        await house.container.gateway.turn(house.actor("sunli"), "你好", old)


async def test_a_pending_change_is_not_carried_out_for_a_client_that_went(house):
    await house.say(house.read("把华星集团的员工人数改成260人", "update_client"))
    house.hand_over(HUAXING, "sunli")
    answer = await house.say("/affirm")
    assert "没有找到" in texts(answer)
    assert house.column(HUAXING, "headcount") is None


async def test_a_picked_client_that_went_is_not_there(house):
    both = [*named("华星", str(HUAXING)), *named("陈", str(CHEN))]
    await house.say(house.read("看看那位", "client_profile", entities=both))
    house.hand_over(HUAXING, "sunli")
    answer = await house.say("1")
    assert "没有找到" in texts(answer)


async def test_buttons_never_name_a_hidden_client(house):
    for text, intent in (
        ("准备一次拜访", "start_visit"),
        ("你好", "greet"),
        ("帮助", "help"),
        ("嗯？", "nlu_fallback"),
    ):
        answer = await house.say(house.read(text, intent), new=True)
        assert not [t for t in titles(answer) for s in HIDDEN if s in t]
    assert payload(await house.say(house.read("准备一次拜访", "start_visit")), "华星集团")
