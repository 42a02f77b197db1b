"""One visit, begun on the page, carried on in the public account and in 企业微信."""

from __future__ import annotations

from datetime import timedelta

from bot.store import channels, users
from bot.store.access import actor_of
from bot.store.tables import Conversation
from tests.channels.office import Office


async def chat(office: Office, text: str, conversation: str | None = None) -> dict:
    body = {"text": text} | ({"conversation": conversation} if conversation else {})
    reply = await office.client.post("/api/chat", json=body, headers=office.bearer())
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_a_visit_goes_from_the_page_to_wechat_to_wecom_and_back(office: Office) -> None:
    office.bind()
    office.bind(subject="zhangwei", channel="wecom")
    read = office.house.read
    read("帮我准备明天拜访华星集团", "start_visit")
    read("财务说每个月对账要三四天，经常对不上", stance="implied_need", needs={"reconciliation": 0.97})
    read("对不上就晚付款，上个月被供应商催了两次", stance="implied_need", needs={"reconciliation": 0.9})
    read("总结一下", "visit_summary")

    begun = await chat(office, "帮我准备明天拜访华星集团")
    conversation = begun["conversation"]
    assert begun["state"]["mode"] == "visit"

    said = await office.write("财务说每个月对账要三四天，经常对不上")
    assert "对账" in said

    bodies = await office.tell("对不上就晚付款，上个月被供应商催了两次")
    assert bodies

    await office.write("总结一下")
    state = (await chat(office, "总结一下", conversation))["state"]
    (need,) = [n for n in state["needs"] if n["code"] == "reconciliation"]
    assert need["status"] in ("implied", "developed")
    assert office.house.count(Conversation) == 1
    shown = (await office.client.get(f"/api/conversations/{conversation}", headers=office.bearer())).json()
    assert [t["text"] for t in shown["turns"]][1:3] == [
        "财务说每个月对账要三四天，经常对不上",
        "对不上就晚付款，上个月被供应商催了两次",
    ]


async def test_an_open_visit_goes_before_a_later_chat(office: Office) -> None:
    office.house.read("帮我准备明天拜访华星集团", "start_visit")
    office.house.read("你好", "greet")
    visit = (await chat(office, "帮我准备明天拜访华星集团"))["conversation"]
    await chat(office, "你好")
    office.bind()
    await office.write("你好")
    assert office.inbound()[-1].conversation_id == visit


async def test_what_lies_far_back_is_not_gone_on_with(office: Office) -> None:
    office.house.read("你好", "greet")
    await chat(office, "你好")
    with office.house.container.database.session() as session:
        actor = actor_of(users.user_by_name(session, "zhangwei"))
        now = session.query(Conversation).one().updated_at
        assert channels.current_conversation(session, actor, now + timedelta(hours=23)) is not None
        assert channels.current_conversation(session, actor, now + timedelta(hours=25)) is None


async def test_a_conversation_of_another_user_is_never_gone_on_with(office: Office) -> None:
    office.house.read("你好", "greet")
    first = (await chat(office, "你好"))["conversation"]
    office.bind("liuyang")
    await office.write("你好")
    with office.house.container.database.session() as session:
        owners = {c.id: c.user_id for c in session.query(Conversation)}
    assert len(owners) == 2
    assert len(set(owners.values())) == 2
    assert first in owners
