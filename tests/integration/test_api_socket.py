"""The chat over a WebSocket: who may talk, typing in between, and the end of a revoked token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.web.app import create_app
from bot.web.ws import MAX_FRAME, UNAUTHORISED
from tests.support.house import HUAXING, PASSWORD, House

URL = "/api/chat/ws"


@pytest.fixture
def web(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(container=house.container)) as client:
        yield client


def token(web: TestClient, username: str = "zhangwei") -> str:
    return web.post("/api/login", json={"username": username, "password": PASSWORD}).json()["access_token"]


def opened(web: TestClient, username: str = "zhangwei"):
    return web.websocket_connect(URL, headers={"Authorization": f"Bearer {token(web, username)}"})


def test_a_token_in_the_header_opens_the_talk(web):
    with opened(web) as socket:
        assert socket.receive_json() == {"type": "ready"}


def test_a_token_in_the_first_frame_opens_the_talk(web):
    with web.websocket_connect(URL) as socket:
        socket.send_json({"type": "auth", "token": token(web)})
        assert socket.receive_json() == {"type": "ready"}


@pytest.mark.parametrize(
    "frame",
    [
        '{"type": "auth", "token": "x"}',
        '{"type": "auth"}',
        '{"text": "你好"}',
        "你好",
        "[]",
        '{"type": "auth", "token": {"a": 1}}',
    ],
)
def test_without_a_good_token_the_talk_ends_before_it_begins(web, house, frame):
    with web.websocket_connect(URL) as socket:
        socket.send_text(frame)
        error = socket.receive_json()
        assert (error["type"], error["status"]) == ("error", 401)
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == UNAUTHORISED
    assert house.script.seen == []


def test_typing_comes_before_the_reply_which_carries_the_key(web, house):
    text = house.read("你好", "greet")
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": text, "key": "k1"})
        assert socket.receive_json() == {"type": "typing"}
        reply = socket.receive_json()
    assert (reply["type"], reply["key"], reply["state"]["mode"]) == ("reply", "k1", "idle")
    assert reply["messages"][0]["text"]


def test_a_visit_begun_over_http_goes_on_over_the_socket(web, house):
    headers = {"Authorization": f"Bearer {token(web)}"}
    text = house.read("拜访华星集团", "start_visit")
    conversation = web.post("/api/chat", json={"text": text}, headers=headers).json()["conversation"]
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": "/why_question", "conversation": conversation})
        socket.receive_json()
        assert socket.receive_json()["state"]["client"]["id"] == HUAXING


def test_a_message_sent_again_after_the_line_broke_is_answered_once(web, house):
    text = house.read("拜访华星集团", "start_visit")
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": text, "key": "k1"})
        socket.receive_json()
        first = socket.receive_json()
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": text, "key": "k1"})
        socket.receive_json()
        assert socket.receive_json() == first
    assert len(house.visits()) == 1


def test_a_revoked_token_ends_the_talk_at_the_next_message(web, house):
    text = house.read("你好", "greet")
    with opened(web) as socket:
        socket.receive_json()
        house.revoke("zhangwei")
        socket.send_json({"text": text})
        assert socket.receive_json()["status"] == 401
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == UNAUTHORISED
    assert house.script.seen == []


def test_another_users_conversation_is_not_found_and_the_talk_goes_on(web, house):
    text = house.read("你好", "greet")
    headers = {"Authorization": f"Bearer {token(web, 'liuyang')}"}
    theirs = web.post("/api/chat", json={"text": text}, headers=headers).json()["conversation"]
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": text, "conversation": theirs})
        assert socket.receive_json() == {"type": "typing"}
        error = socket.receive_json()
        assert (error["type"], error["status"]) == ("error", 404)
        assert any("\u4e00" <= c <= "\u9fff" for c in error["detail"])
        socket.send_json({"text": text})
        assert [socket.receive_json()["type"] for _ in range(2)] == ["typing", "reply"]


@pytest.mark.parametrize(
    "frame",
    [
        '{"text": ""}',
        "{}",
        "[1]",
        "你好",
        '{"text": 3}',
        '{"text": "你好", "conversation": 1}',
        '{"type": "bad"}',
        '{"text": "\\ud800"}',
        '{"text": "x", "key": "\\ud800"}',
        '{"text": "", "key": "\\ud800"}',
        '{"text": "", "key": {"a": "\\ud800"}}',
    ],
)
def test_a_frame_that_is_no_message_is_refused_and_the_talk_goes_on(web, house, frame):
    text = house.read("你好", "greet")
    with opened(web) as socket:
        socket.receive_json()
        socket.send_text(frame)
        error = socket.receive_json()
        assert (error["type"], error["status"]) == ("error", 422)
        assert (error["key"] or "").isprintable()
        socket.send_json({"text": text})
        assert [socket.receive_json()["type"] for _ in range(2)] == ["typing", "reply"]


def test_a_frame_that_is_far_too_long_is_refused(web):
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": "啊" * MAX_FRAME})
        assert socket.receive_json()["status"] == 422


def test_a_ping_is_answered_without_a_turn(web, house):
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"type": "ping"})
        assert socket.receive_json() == {"type": "pong"}
    assert house.script.seen == []


def test_without_the_dialogue_server_the_talk_says_so_and_goes_on(web, house):
    text = house.read("你好", "greet")
    house.script.down = True
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": text, "key": "k"})
        socket.receive_json()
        assert socket.receive_json()["status"] == 503
        house.script.down = False
        socket.send_json({"text": text, "key": "k"})
        assert [socket.receive_json()["type"] for _ in range(2)] == ["typing", "reply"]


def test_an_error_nobody_thought_of_ends_the_turn_and_not_the_talk(web, house, monkeypatch):
    async def broken(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr(house.container.gateway, "turn", broken)
    with opened(web) as socket:
        socket.receive_json()
        socket.send_json({"text": "你好"})
        socket.receive_json()
        error = socket.receive_json()
    assert error["status"] == 500
    assert "secret" not in str(error)


def test_a_token_in_the_address_opens_nothing(web):
    with web.websocket_connect(f"{URL}?token={token(web)}") as socket:
        socket.send_json({"text": "你好"})
        assert socket.receive_json()["status"] == 401
