"""What goes out: paths and bodies, tokens, and everything a platform may answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels import sentences
from bot.channels.render import MORE
from tests.channels.office import AGENT, APP, CORP, OPENID, WECHAT_SEND, WECOM_SEND, Office, open_office

TOKEN_CALL, CORP_TOKEN_CALL = "/cgi-bin/stable_token", "/cgi-bin/gettoken"
LONG = [{"text": "".join(f"第{n}条：客户说每个月对账要花三四天，经常对不上。" for n in range(1, 120))}]


def answers(office: Office, messages: list[dict[str, Any]]) -> None:
    """Let every turn be answered so, without a use case."""

    async def turn(conversation: str, text: str, metadata: Any) -> dict[str, Any]:
        office.house.script.seen.append((text, metadata))
        return {"messages": messages, "reading": None}

    office.house.container.gateway.dialogue = office.house.script
    office.house.script.turn = turn  # type: ignore[method-assign]


async def member(office: Office) -> None:
    office.bind(subject="zhangwei", channel="wecom")
    office.house.read("你好", "greet")


async def test_a_member_gets_text_and_a_card_by_the_documented_call(office: Office) -> None:
    await member(office)
    text, card = await office.tell("你好")
    assert text["msgtype"] == "text"
    assert (text["touser"], text["agentid"]) == ("zhangwei", AGENT)
    assert "问需" in text["text"]["content"]
    shown = card["template_card"]
    assert (card["msgtype"], shown["card_type"]) == ("template_card", "button_interaction")
    assert shown["main_title"]["title"]
    assert [b["text"] for b in shown["button_list"]] == ["准备拜访", "我的待办", "能做什么"]
    assert [b["key"] for b in shown["button_list"]] == ["0", "1", "2"]
    assert shown["task_id"].startswith("wenxu_")
    fetch = office.standin.of(CORP_TOKEN_CALL)[0]
    assert (fetch.method, fetch.query) == ("GET", {"corpid": CORP, "corpsecret": "corp-secret"})
    assert {c.query["access_token"] for c in office.standin.of(WECOM_SEND)} == {"token-1"}


async def press(office: Office, task: str, key: str, staff: str = "zhangwei") -> None:
    body = (
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>{staff}</FromUserName><CreateTime>{office.clock.seconds}</CreateTime>"
        f"<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>{key}</EventKey><TaskId>{task}</TaskId>"
        f"<CardType>button_interaction</CardType><ResponseCode>code-1</ResponseCode><AgentID>{AGENT}</AgentID></xml>"
    )
    assert (await office.wecom(body.encode())).status_code == 200
    await office.settle()


async def test_a_button_of_a_card_is_pressed_once_and_the_card_says_so(office: Office) -> None:
    await member(office)
    _, card = await office.tell("你好")
    await press(office, card["template_card"]["task_id"], "1")
    assert office.house.script.seen[-1][0] == "/list_tasks"
    (changed,) = office.standin.of("/cgi-bin/message/update_template_card")
    assert changed.body == {
        "userids": ["zhangwei"],
        "agentid": AGENT,
        "response_code": "code-1",
        "button": {"replace_name": "已选：我的待办"},
    }


async def test_a_card_of_another_member_presses_nothing(office: Office) -> None:
    await member(office)
    _, card = await office.tell("你好")
    office.bind("liuyang", "liuyang", "wecom")
    before = len(office.house.script.seen)
    await press(office, card["template_card"]["task_id"], "1", staff="liuyang")
    assert len(office.house.script.seen) == before
    assert office.sent(WECOM_SEND)[-1] == sentences.STALE


async def test_a_bare_number_means_the_choice_also_beside_a_card(office: Office) -> None:
    await member(office)
    await office.tell("你好")
    await office.tell("2")
    assert office.house.script.seen[-1][0] == "/list_tasks"


async def test_a_bare_two_means_the_second_in_the_public_account(office: Office) -> None:
    office.bind()
    office.house.read("你好", "greet")
    assert "2 我的待办" in await office.write("你好")
    await office.write("２")
    assert office.house.script.seen[-1][0] == "/list_tasks"


async def test_a_long_answer_is_followed_up_and_the_rest_waits(office: Office) -> None:
    office.bind()
    answers(office, LONG * 3)
    first = await office.write("说说")
    await office.settle()
    assert len(office.sent()) == 2
    assert MORE in office.sent()[-1]
    assert all(len(t.encode()) <= 2048 for t in [first, *office.sent()])
    rest = await office.write("继续")
    assert rest
    assert len(office.house.script.seen) == 1
    call = office.standin.of(WECHAT_SEND)[0]
    assert call.method == "POST"
    assert call.body == {"touser": OPENID, "msgtype": "text", "text": {"content": office.sent()[0]}}


async def test_nothing_of_a_long_answer_is_lost_or_doubled(office: Office) -> None:
    office.bind()
    answers(office, LONG * 3)
    said = [await office.write("说说")]
    await office.settle()
    said += office.sent()
    while MORE in said[-1]:
        said.append(await office.write("继续"))
    together = "".join(said).replace(MORE, "").replace("\n", "")
    assert together == LONG[0]["text"] * 3


async def test_go_on_is_an_ordinary_sentence_when_nothing_waits(office: Office) -> None:
    office.bind()
    office.house.read("继续", "next_question")
    await office.write("继续")
    assert [t for t, _ in office.house.script.seen] == ["继续"]


async def test_the_token_is_fetched_once_and_kept_sealed(office: Office) -> None:
    await member(office)
    await asyncio.gather(*(office.tell("你好") for _ in range(3)))
    assert office.standin.tokens == 1
    with office.house.container.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT secret FROM platform_tokens").scalars().all()
    assert "token-1" not in repr(kept)


async def test_the_token_is_fetched_anew_before_it_ends(office: Office) -> None:
    await member(office)
    await office.tell("你好")
    office.clock.move(seconds=7200 - 150)
    await office.tell("你好")
    assert office.standin.tokens == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_refused_token_is_fetched_once_and_the_message_sent_once(office: Office, code: int) -> None:
    await member(office)
    office.standin.script(WECOM_SEND, code)
    await office.tell("你好")
    assert office.standin.tokens == 2
    assert [c.query["access_token"] for c in office.standin.of(WECOM_SEND)] == ["token-1", "token-2", "token-2"]


async def test_a_token_that_is_refused_again_is_not_fetched_for_ever(office: Office) -> None:
    await member(office)
    office.standin.script(WECOM_SEND, 40001, 40001)
    await office.tell("你好")
    assert office.standin.tokens == 2


async def test_the_public_account_asks_for_the_stable_token_and_forces_it_only_after_a_refusal(office: Office) -> None:
    office.bind()
    answers(office, LONG)
    office.standin.script(WECHAT_SEND, 40001)
    await office.write("说说")
    await office.settle()
    bodies = [c.body for c in office.standin.of(TOKEN_CALL)]
    assert bodies[0] == {
        "grant_type": "client_credential",
        "appid": APP,
        "secret": "app-secret",
        "force_refresh": False,
    }
    assert [b["force_refresh"] for b in bodies] == [False, True]


@pytest.mark.parametrize("code", [45015, 45047, 48001, 45009])
async def test_what_the_account_may_not_send_waits_for_go_on(office: Office, code: int) -> None:
    office.bind()
    answers(office, LONG)
    office.standin.script(WECHAT_SEND, *[code] * 3)
    first = await office.write("说说")
    await office.settle()
    assert len(office.standin.of(WECHAT_SEND)) == 1
    said = [first, await office.write("继续")]
    while MORE in said[-1]:
        said.append(await office.write("继续"))
    assert "".join(said).replace(MORE, "").replace("\n", "") == LONG[0]["text"]


@pytest.mark.parametrize(("code", "seconds"), [(-1, 3), (45011, 61), (40164, 61)])
async def test_what_may_be_tried_again_is_tried_again_later(office: Office, code: int, seconds: int) -> None:
    office.bind()
    answers(office, LONG)
    office.standin.script(WECHAT_SEND, code)
    await office.write("说说")
    await office.settle()
    assert len(office.standin.of(WECHAT_SEND)) == 1
    office.clock.move(seconds=seconds)
    await office.settle()
    assert len(office.standin.of(WECHAT_SEND)) >= 2
    assert {r.status for r in office.outbox()} <= {"sent", "parked"}


@pytest.mark.parametrize("code", [40003, 43004])
async def test_who_cannot_be_reached_is_not_tried_again(office: Office, code: int) -> None:
    office.bind()
    answers(office, [{"text": "甲。" * 900}])
    office.standin.script(WECHAT_SEND, code)
    await office.write("说说")
    await office.settle()
    assert "dropped" in {r.status for r in office.outbox()}


@pytest.mark.parametrize(("code", "seconds"), [(45009, 601), (60020, 61)])
async def test_a_member_s_message_waits_until_the_platform_takes_it(office: Office, code: int, seconds: int) -> None:
    await member(office)
    office.standin.script(WECOM_SEND, code)
    assert len(await office.tell("你好")) == 1
    office.clock.move(seconds=seconds)
    await office.settle()
    assert [r.status for r in office.outbox()] == ["sent", "sent"]


async def test_a_member_who_is_none_is_dropped(office: Office) -> None:
    await member(office)
    office.standin.script(WECOM_SEND, {"errcode": 0, "invaliduser": "zhangwei"})
    await office.tell("你好")
    assert office.outbox()[0].status == "dropped"


@pytest.mark.parametrize("scripted", ["broken", {"errcode": -1, "errmsg": "system error"}])
async def test_a_platform_that_fails_is_asked_again(office: Office, scripted: Any) -> None:
    await member(office)
    office.standin.script(WECOM_SEND, scripted)
    await office.tell("你好")
    office.clock.move(seconds=5)
    await office.settle()
    assert [r.status for r in office.outbox()] == ["sent", "sent"]


async def test_what_was_perhaps_sent_is_sent_again_with_the_platform_told_so(office: Office) -> None:
    await member(office)
    office.standin.script(WECOM_SEND, "broken")
    await office.tell("你好")
    office.clock.move(seconds=5)
    await office.settle()
    first, second = (c.body for c in office.standin.of(WECOM_SEND)[:2])
    assert "enable_duplicate_check" not in first
    assert second["enable_duplicate_check"] == 1
    assert second["text"] == first["text"]


async def test_no_more_than_the_platform_takes_in_a_minute(office: Office) -> None:
    await member(office)
    for _ in range(14):  # two messages each
        await office.tell("你好")
    assert len(office.standin.of(WECOM_SEND)) == 25
    office.clock.move(seconds=61)
    await office.settle()
    assert len(office.standin.of(WECOM_SEND)) == 28


class Slow:
    """A dialogue server that answers when it is let."""

    def __init__(self, office: Office) -> None:
        self.go, self.began = asyncio.Event(), asyncio.Event()
        self.usual = office.house.script.turn
        office.house.script.turn = self.turn  # type: ignore[method-assign]

    async def turn(self, conversation: str, text: str, metadata: Any) -> dict[str, Any]:
        self.began.set()
        await self.go.wait()
        return await self.usual(conversation, text, metadata)


async def test_an_answer_that_takes_too_long_follows_by_a_call(office: Office) -> None:
    office.bind()
    office.house.read("你好", "greet")
    slow, office.channels.patience = Slow(office), 0.05
    assert await office.write("你好", message="90") == ""  # accepted
    office.clock.move(seconds=6)
    slow.go.set()
    await office.settle()
    assert "问需" in office.sent()[0]
    assert await office.write("你好", message="90") == ""  # the platform's retry
    assert len(office.house.script.seen) == 1


async def test_where_nothing_may_be_sent_a_slow_answer_waits_for_go_on(tmp_path, templates) -> None:
    async with open_office(tmp_path, templates, wechat_can_write=False) as office:
        office.bind()
        office.house.read("你好", "greet")
        slow, office.channels.patience = Slow(office), 0.05
        assert await office.write("你好") == sentences.SLOW
        office.clock.move(seconds=6)
        slow.go.set()
        await office.settle()
        office.channels.patience = 5
        assert "问需" in await office.write("继续")
        assert office.standin.calls == []


async def test_a_dialogue_server_that_is_away_delays_and_loses_nothing(office: Office) -> None:
    await member(office)
    office.house.script.down = True
    assert await office.tell("你好", message="91") == []
    office.house.script.down = False
    office.clock.move(seconds=3)
    await office.settle()
    assert len(office.standin.of(WECOM_SEND)) == 2
    assert [r.status for r in office.inbound()] == ["done"]


async def test_a_dialogue_server_that_stays_away_is_admitted(office: Office) -> None:
    await member(office)
    office.house.script.down = True
    await office.tell("你好")
    office.clock.move(minutes=11)
    await office.settle()
    assert office.sent(WECOM_SEND) == [sentences.DOWN]


async def test_a_turn_that_fails_is_tried_thrice_then_admitted(office: Office) -> None:
    await member(office)

    async def fails(conversation: str, text: str, metadata: Any) -> dict[str, Any]:
        raise RuntimeError

    office.house.script.turn = fails  # type: ignore[method-assign]
    await office.tell("你好")
    for _ in range(3):
        office.clock.move(seconds=10)
        await office.settle()
    assert office.sent(WECOM_SEND) == [sentences.FAILED]
