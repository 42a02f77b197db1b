"""Calls that no platform made, and calls made twice."""

from __future__ import annotations

import pytest

from bot.channels.crypto import signature
from tests.channels.office import ACCOUNT, CORP, KEY, OPENID, TOKEN, Office, open_office, wechat_text, wecom_text


async def nothing_happened(office: Office) -> bool:
    return office.inbound() == [] and office.house.script.seen == []


def hello(office: Office, message: str | None = None) -> bytes:
    return wechat_text("你好", OPENID, office.clock.seconds, message)


async def test_the_address_is_verified_by_the_echo(office: Office) -> None:
    time = office.clock.seconds
    given = {
        "signature": signature(TOKEN, time, "n"),
        "timestamp": time,
        "nonce": "n",
        "echostr": "5837397520665436492",
    }
    reply = await office.client.get("/wechat", params=given)
    assert (reply.status_code, reply.text) == (200, "5837397520665436492")
    assert reply.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "change", [{"signature": "0" * 40}, {"nonce": "m"}, {"timestamp": "1795312801"}, {"signature": ""}]
)
async def test_a_forged_echo_is_refused(office: Office, change: dict[str, str]) -> None:
    time = office.clock.seconds
    given = {"signature": signature(TOKEN, time, "n"), "timestamp": time, "nonce": "n", "echostr": "x"}
    assert (await office.client.get("/wechat", params={**given, **change})).status_code == 403


async def test_the_address_of_wecom_is_verified_by_decrypting(office: Office) -> None:
    time = office.clock.seconds
    sealed, signed = office.wecom_sealer.seal(b"1616140317555161061", time, "n")
    given = {"msg_signature": signed, "timestamp": time, "nonce": "n", "echostr": sealed}
    reply = await office.client.get("/wecom", params=given)
    assert (reply.status_code, reply.text) == (200, "1616140317555161061")
    assert (await office.client.get("/wecom", params={**given, "msg_signature": "0" * 40})).status_code == 403


async def test_an_unsealed_message_is_refused_where_sealing_is_on(office: Office) -> None:
    office.bind()
    assert (await office.wechat(hello(office), sealed=False)).status_code == 403
    assert await nothing_happened(office)


async def test_a_sealed_message_with_a_wrong_signature_is_refused(office: Office) -> None:
    assert (await office.wechat(hello(office), msg_signature="0" * 40)).status_code == 403
    assert (await office.wechat(hello(office), signature="0" * 40)).status_code == 403
    assert (
        await office.wecom(wecom_text("你好", "zhangwei", office.clock.seconds), msg_signature="0" * 40)
    ).status_code == 403
    assert await nothing_happened(office)


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_call_of_another_time_is_refused(office: Office, seconds: int) -> None:
    then = str(int(office.clock.seconds) + seconds)
    assert (await office.wechat(hello(office), timestamp=then)).status_code == 403
    assert (await office.wecom(wecom_text("你好", "zhangwei", then), timestamp=then)).status_code == 403
    assert await nothing_happened(office)


@pytest.mark.parametrize("time", ["", "abc", "１７９５３１２８００", "-1", "9" * 13])
async def test_a_time_that_is_none_is_refused(office: Office, time: str) -> None:
    given = {"signature": signature(TOKEN, time, "n"), "timestamp": time, "nonce": "n", "echostr": "x"}
    assert (await office.client.get("/wechat", params=given)).status_code == 403


async def test_a_seal_for_another_app_is_refused(office: Office) -> None:
    from bot.channels.crypto import Sealer

    office.wechat_sealer = Sealer.of(TOKEN, KEY, CORP)
    assert (await office.wechat(hello(office))).status_code == 403


async def test_a_retry_is_answered_again_and_done_once(office: Office) -> None:
    office.bind()
    office.house.read("你好", "greet")
    first = await office.write("你好", message="77")
    again = await office.write("你好", message="77")  # another nonce, as the platform does it
    assert first == again != ""
    assert [text for text, _ in office.house.script.seen] == ["你好"]
    assert [r.status for r in office.outbox()] == ["sent"]


async def test_the_very_same_call_again_still_gets_its_answer(office: Office) -> None:
    office.bind()
    office.house.read("你好", "greet")
    body = hello(office, "78")
    replies = [await office.wechat(body, nonce="same") for _ in range(3)]
    assert [r.status_code for r in replies] == [200, 200, 200]
    assert len(office.house.script.seen) == 1


async def test_three_tries_at_the_same_time_are_one_message(office: Office) -> None:
    import asyncio

    office.bind()
    office.house.read("你好", "greet")
    said = await asyncio.gather(*(office.write("你好", message="79") for _ in range(3)))
    assert len(set(said)) == 1
    assert len(office.house.script.seen) == 1


async def test_an_event_without_a_number_is_known_by_sender_and_second(office: Office) -> None:
    event = (
        f"<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>{OPENID}</FromUserName><CreateTime>1795312799</CreateTime>"
        "<MsgType>event</MsgType><Event>CLICK</Event><EventKey>/help</EventKey></xml>"
    ).encode()
    office.bind()
    for _ in range(2):
        await office.wechat(event)
    await office.wechat(event.replace(b"1795312799", b"1795312800"))
    await office.settle()
    assert len(office.inbound()) == 2


async def test_in_plain_mode_a_captured_signature_carries_no_other_message(tmp_path, templates) -> None:
    """The signature does not cover the body there."""
    async with open_office(tmp_path, templates, wechat_mode="plain") as office:
        office.bind()
        office.house.read("你好", "greet")
        assert (await office.wechat(hello(office, "80"), sealed=False, nonce="same")).status_code == 200
        forged = wechat_text("我的客户有哪些", OPENID, office.clock.seconds, "81")
        assert (await office.wechat(forged, sealed=False, nonce="same")).status_code == 403
        assert (await office.wechat(hello(office, "80"), sealed=False, nonce="same")).status_code == 200
        assert len(office.house.script.seen) == 1


async def test_a_large_body_is_refused_before_it_is_read(office: Office) -> None:
    assert (await office.client.post("/wechat", content=b"x" * 65_537)).status_code == 413
    assert (await office.client.post("/wecom", content=b"x" * 65_537)).status_code == 413


async def test_a_channel_that_is_not_set_up_is_not_there(tmp_path, templates) -> None:
    async with open_office(tmp_path, templates, wechat_app_id="", wecom_corp_id="", wecom_agent_id=0) as office:
        assert (await office.wechat(hello(office))).status_code == 404
        assert (await office.wecom(b"<xml/>")).status_code == 404


async def test_an_answer_breaks_out_of_no_field(office: Office) -> None:
    office.bind()
    office.house.read("]]><x>", "greet")
    assert await office.write("]]><x>")
