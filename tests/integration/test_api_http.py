"""The HTTP routes of the contract: answers, refusals, and what a refusal says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot.conversation.gateway import Busy
from bot.store.tables import Turn
from bot.web.app import MAX_BODY, create_app
from bot.web.limits import RATES
from tests.support.house import HENGTAI, HUAXING, PASSWORD, House


@pytest.fixture
def web(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(container=house.container), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def hello(house: House) -> str:
    return house.read("你好", "greet")


def token(web: TestClient, username: str = "zhangwei") -> str:
    return web.post("/api/login", json={"username": username, "password": PASSWORD}).json()["access_token"]


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


def is_problem(reply, status: int) -> bool:
    body = reply.json()
    chinese = all(any("\u4e00" <= c <= "\u9fff" for c in body[k]) for k in ("title", "detail"))
    assert reply.headers["content-type"] == "application/problem+json", reply.headers
    assert chinese, body
    return (reply.status_code, body["status"]) == (status, status)


# --- login ---------------------------------------------------------------------------------------------------------


def test_a_login_gives_a_bearer_token_with_its_lifetime(web):
    body = web.post("/api/login", json={"username": "zhangwei", "password": PASSWORD}).json()
    assert (body["token_type"], body["expires_in"] > 0, len(body["access_token"]) > 40) == ("bearer", True, True)


@pytest.mark.parametrize(
    ("username", "password"),
    [("zhangwei", "wrong"), ("nobody", PASSWORD), ("zhangwei", PASSWORD + " "), ("' OR 1=1 --", "x")],
)
def test_a_wrong_login_does_not_tell_which_half_was_wrong(web, username, password):
    reply = web.post("/api/login", json={"username": username, "password": password})
    assert is_problem(reply, 401)
    assert (
        reply.json()["detail"]
        == web.post("/api/login", json={"username": "zhangwei", "password": "nope"}).json()["detail"]
    )


def test_too_many_wrong_logins_lock_the_name_for_a_while(web):
    for _ in range(5):
        web.post("/api/login", json={"username": "zhangwei", "password": "wrong"})
    assert is_problem(web.post("/api/login", json={"username": "zhangwei", "password": PASSWORD}), 401)
    assert web.post("/api/login", json={"username": "liuyang", "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"username": "zhangwei"}, {"username": "", "password": "x"}, {"username": ["a"], "password": "x"}, []]
)
def test_a_login_without_its_fields_says_which_are_missing(web, body):
    assert is_problem(web.post("/api/login", json=body), 422)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer x.y.z"},
        {"Authorization": "Basic eDp5"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/chat"),
        ("POST", "/api/nlu"),
        ("GET", "/api/me"),
        ("GET", "/api/conversations"),
        ("GET", "/api/conversations/c_1"),
        ("POST", "/api/logout"),
    ],
)
def test_every_route_with_data_asks_for_a_token(web, header, method, path):
    reply = web.request(method, path, json={"text": "你好"} if method == "POST" else None, headers=header)
    assert is_problem(reply, 401)
    assert reply.headers["www-authenticate"] == "Bearer"


def test_a_token_of_another_key_an_old_one_and_one_for_others_are_refused(web, house):
    import jwt

    good = jwt.decode(token(web), "k" * 40, ["HS256"], audience="wenxu")
    forged = [
        jwt.encode(good, "x" * 40, "HS256"),
        jwt.encode({**good, "exp": 1}, "k" * 40, "HS256"),
        jwt.encode({**good, "aud": "other"}, "k" * 40, "HS256"),
        jwt.encode({**good, "sub": "999"}, "k" * 40, "HS256"),
        jwt.encode({**good, "sub": "zhangwei"}, "k" * 40, "HS256"),
        jwt.encode({k: v for k, v in good.items() if k != "exp"}, "k" * 40, "HS256"),
        jwt.encode(good, "", "none"),
    ]
    for value in forged:
        assert is_problem(web.get("/api/me", headers=bearer(value)), 401)


def test_a_revoked_token_ends_at_once(web, house):
    value = token(web)
    assert web.get("/api/me", headers=bearer(value)).status_code == 200
    house.revoke("zhangwei")
    assert is_problem(web.get("/api/me", headers=bearer(value)), 401)


# --- chat ----------------------------------------------------------------------------------------------------------


def test_a_turn_answers_with_conversation_messages_and_state(web, hello):
    body = web.post("/api/chat", json={"text": hello}, headers=bearer(token(web))).json()
    assert body["conversation"].startswith("c_")
    assert body["messages"][0]["text"]
    assert body["state"]["mode"] == "idle"


def test_a_whole_visit_over_http(web, house):
    headers = bearer(token(web))
    talk = {"text": house.read("帮我准备明天拜访华星集团", "start_visit")}
    body = web.post("/api/chat", json=talk, headers=headers).json()
    conversation = body["conversation"]
    assert body["state"]["client"]["id"] == HUAXING

    def say(text: str) -> dict:
        return web.post("/api/chat", json={"text": text, "conversation": conversation}, headers=headers).json()

    say(house.read("财务说每个月对账要花三四天", stance="implied_need", needs={"reconciliation": 0.95}))
    say(house.read("是啊，影响很大", stance="fact"))
    body = say(house.read("能自动对最好", stance="explicit_need", needs={"reconciliation": 0.9}))
    assert [(n["code"], n["status"]) for n in body["state"]["needs"]] == [("reconciliation", "explicit")]
    assert say("/recommend_bundle")["state"]["bundle"]["products"]
    assert say("/end_visit")["state"]["mode"] == "idle"

    listed = web.get("/api/conversations", headers=headers).json()["conversations"]
    assert [(c["id"], c["client"]) for c in listed] == [(conversation, "华星机械集团有限公司")]
    whole = web.get(f"/api/conversations/{conversation}", headers=headers).json()
    assert [t["number"] for t in whole["turns"]] == [1, 2, 3, 4, 5, 6]
    assert whole["state"]["needs"]


def test_another_users_conversation_reads_like_one_that_is_not_there(web, hello):
    mine = web.post("/api/chat", json={"text": hello}, headers=bearer(token(web, "liuyang"))).json()["conversation"]
    headers = bearer(token(web))
    replies = [
        web.post("/api/chat", json={"text": hello, "conversation": c}, headers=headers)
        for c in (mine, "c_nothing", "' OR 1=1")
    ]
    assert all(is_problem(r, 404) for r in replies)
    assert len({r.text for r in replies}) == 1
    assert is_problem(web.get(f"/api/conversations/{mine}", headers=headers), 404)
    assert web.get("/api/conversations", headers=headers).json()["conversations"] == []


def test_what_was_said_about_a_client_that_went_is_not_read_back(web, house):
    headers = bearer(token(web))
    body = web.post("/api/chat", json={"text": house.read("拜访华星集团", "start_visit")}, headers=headers).json()
    house.hand_over(HUAXING, "sunli")
    whole = web.get(f"/api/conversations/{body['conversation']}", headers=headers)
    assert "12家" not in whole.text
    assert web.get("/api/conversations", headers=headers).json()["conversations"][0]["client"] is None
    assert whole.json()["state"]["mode"] == "idle"


def test_a_retry_with_the_same_key_gets_the_stored_answer(web, house, hello):
    headers = bearer(token(web))
    first = web.post("/api/chat", json={"text": hello, "key": "k1"}, headers=headers).json()
    again = {"text": hello, "key": "k1", "conversation": first["conversation"]}
    assert web.post("/api/chat", json=again, headers=headers).json() == first
    assert web.post("/api/chat", json={"text": hello, "key": "k1"}, headers=headers).json() == first
    assert len(house.script.seen) == 1


def test_a_retry_that_overtakes_the_first_try_is_told_to_wait(web, house, hello):
    headers = bearer(token(web))
    conversation = web.post("/api/chat", json={"text": hello}, headers=headers).json()["conversation"]
    with house.container.database.session() as session:
        session.add(Turn(conversation_id=conversation, number=7, key="k2", text=hello))
        session.commit()
    reply = web.post("/api/chat", json={"text": hello, "conversation": conversation, "key": "k2"}, headers=headers)
    assert is_problem(reply, 409)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": "\n"},
        {"text": None},
        {"text": 3},
        {"text": "啊" * 2001},
        {"text": "你好", "conversation": 3},
        {"text": "你好", "conversation": "c" * 41},
        {"text": "你好", "key": ""},
        {"text": "你好", "key": "k" * 61},
        [],
        "你好",
    ],
)
def test_a_message_that_cannot_be_one_is_refused(web, body):
    assert is_problem(web.post("/api/chat", json=body, headers=bearer(token(web))), 422)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"text": "\\ud800"}', b'{"text": "hi", "key": "\\ud800"}']
)
def test_a_body_that_is_no_json_is_refused(web, content):
    headers = bearer(token(web)) | {"Content-Type": "application/json"}
    reply = web.post("/api/chat", content=content, headers=headers)
    assert reply.status_code in (400, 422)
    assert is_problem(reply, reply.status_code)


def test_the_longest_message_is_still_taken(web, house):
    text = house.read("啊" * 2000, "greet")
    assert web.post("/api/chat", json={"text": text}, headers=bearer(token(web))).status_code == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(web):
    reply = web.post("/api/chat", content=b"x" * (MAX_BODY + 1), headers=bearer(token(web)))
    assert is_problem(reply, 413)


def test_a_body_that_does_not_say_how_large_it_is_is_refused_too(web):
    def parts() -> Iterator[bytes]:
        for _ in range(3):
            yield b"x" * MAX_BODY

    reply = web.post("/api/chat", content=parts(), headers=bearer(token(web)))
    assert reply.status_code == 411
    assert is_problem(reply, 411)


def test_a_flood_of_one_user_is_slowed_and_nobody_elses(web, house, hello):
    headers = bearer(token(web))
    for _ in range(RATES["chat"]):
        web.app.state.limits.check("chat", str(house.actor("zhangwei").user_id))
    reply = web.post("/api/chat", json={"text": hello}, headers=headers)
    assert is_problem(reply, 429)
    assert reply.headers["retry-after"]
    assert web.post("/api/chat", json={"text": hello}, headers=bearer(token(web, "liuyang"))).status_code == 200


def test_without_the_dialogue_server_a_turn_is_refused_and_can_be_repeated(web, house, hello):
    headers = bearer(token(web))
    house.script.down = True
    assert is_problem(web.post("/api/chat", json={"text": hello, "key": "k"}, headers=headers), 503)
    house.script.down = False
    assert web.post("/api/chat", json={"text": hello, "key": "k"}, headers=headers).status_code == 200


def test_an_error_nobody_thought_of_says_nothing_of_itself(web, house, hello, monkeypatch):
    async def broken(*args, **kwargs):
        raise RuntimeError("secret of 恒泰建材")

    monkeypatch.setattr(house.container.gateway, "turn", broken)
    reply = web.post("/api/chat", json={"text": hello}, headers=bearer(token(web)))
    assert is_problem(reply, 500)
    assert "secret" not in reply.text


# --- understanding -------------------------------------------------------------------------------------------------


def test_understanding_has_the_form_of_the_contract_and_no_effect(web, house):
    text = house.read("他们对账每月要花三四天，想要自动对账", stance="explicit_need", needs={"reconciliation": 0.96})
    body = web.post(
        "/api/nlu", json={"text": text, "mode": "visit", "context": "对账要多久？"}, headers=bearer(token(web))
    ).json()
    assert {"text", "intent", "entities", "move", "stance", "needs"} <= body.keys()
    assert body["stance"]["name"] == "explicit_need"
    found = next(e for e in body["entities"] if e["type"] == "duration")
    assert text[found["start"] : found["end"]] == found["text"] == "三四天"
    assert found["value"] == {"min_days": 3, "max_days": 4}
    assert web.get("/api/conversations", headers=bearer(token(web))).json()["conversations"] == []


def test_understanding_resolves_the_own_clients_only(web, house):
    text = house.read("华星集团和恒泰建材有限公司", "client_profile")
    found = web.post("/api/nlu", json={"text": text}, headers=bearer(token(web))).json()["entities"]
    assert [(e["text"], e["value"]) for e in found if e["type"] == "client"] == [("华星集团", str(HUAXING))]
    found = web.post("/api/nlu", json={"text": text}, headers=bearer(token(web, "liuyang"))).json()["entities"]
    assert [e["value"] for e in found if e["type"] == "client"] == [str(HENGTAI)]


@pytest.mark.parametrize(
    "body", [{"text": "你好", "mode": "sleep"}, {"text": "", "mode": "idle"}, {"text": "你好", "context": 3}]
)
def test_understanding_refuses_what_it_cannot_read(web, body):
    assert is_problem(web.post("/api/nlu", json=body, headers=bearer(token(web))), 422)


# --- around --------------------------------------------------------------------------------------------------------


def test_alive_and_ready_are_two_things(web, house):
    assert web.get("/healthz").json() == {"status": "alive"}
    assert web.get("/readyz").status_code == 200
    house.script.down = True
    assert is_problem(web.get("/readyz"), 503)
    assert web.get("/healthz").status_code == 200


def test_not_ready_without_the_database(web, house, monkeypatch):
    def broken() -> None:
        raise OSError

    monkeypatch.setattr(house.container.database, "ping", broken)
    assert is_problem(web.get("/readyz"), 503)


def test_figures_are_given_as_text_and_name_no_client(web, house, hello):
    headers = bearer(token(web))
    web.post("/api/chat", json={"text": house.read("拜访华星集团", "start_visit")}, headers=headers)
    text = web.get("/metrics").text
    assert "wenxu_turns_total" in text
    assert "华星" not in text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/chat", 405),
        ("DELETE", "/api/login", 405),
        ("GET", "/static/nothing.js", 404),
    ],
)
def test_what_is_not_there_is_a_problem_document_too(web, method, path, status):
    assert is_problem(web.request(method, path), status)


def test_the_page_opens_and_loads_nothing_from_elsewhere(web):
    page = web.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text


@pytest.mark.parametrize("path", ["/static/../../settings.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"])
def test_no_file_outside_the_pages_folder_is_served(web, path):
    assert web.get(path).status_code == 404


def test_answers_with_data_are_not_kept_by_browsers(web):
    assert web.get("/api/me", headers=bearer(token(web))).headers["cache-control"] == "no-store"


def test_the_action_hook_is_for_the_dialogue_server_alone(web, house):
    call = {"next_action": "action_greet", "tracker": {}}
    assert is_problem(web.post("/internal/actions", json=call), 401)
    assert is_problem(web.post("/internal/actions", json=call, headers=bearer(token(web))), 401)
    assert is_problem(web.post("/internal/actions", json=call, headers={"Authorization": b"Bearer \xff"}), 401)


def test_an_action_that_fails_answers_with_a_fixed_sentence_the_channel_can_show(web, house):
    call = {
        "next_action": "action_greet",
        "sender_id": "c_unknown",
        "tracker": {"sender_id": "c_unknown", "latest_message": {"text": "恒泰"}},
    }
    body = web.post("/internal/actions", json=call, headers=bearer("s" * 40)).json()
    assert body["events"] == []
    assert "没有做成" in body["responses"][0]["text"]
    assert "恒泰" not in str(body)


def test_an_error_of_waiting_has_its_own_status():
    from bot.web.problems import describe

    assert describe(Busy())[0] == 409


def test_the_lifetime_of_a_token_is_the_settings(house):
    from datetime import UTC, datetime

    from bot.store import users
    from bot.web.auth import issue

    with house.container.database.session() as session:
        user = users.user_by_name(session, "zhangwei")
        _, seconds = issue(user, house.container.settings, datetime.now(UTC))
    assert timedelta(seconds=seconds) == timedelta(minutes=house.container.settings.token_minutes)
