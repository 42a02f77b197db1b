"""Who may embed the widget, and what its user is given."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.web import widget_script
from bot.web.app import create_app
from bot.web.ws import MOST_UNKNOWN, TOO_LATE, TOO_MANY, UNAUTHORISED
from tests.support.house import PASSWORD, House

OA, CRM, EVIL = "https://oa.bank.example", "https://crm.bank.example:8443", "https://evil.example"
KEY = "intranet-key-" + "k" * 30


@pytest.fixture
def house(tmp_path, tmp_path_factory) -> Iterator[House]:
    opened = House.open(tmp_path, tmp_path_factory.getbasetemp(), widget_origins=f"{OA}, {CRM}", widget_key=KEY)
    yield opened
    opened.close()


@pytest.fixture
def web(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(container=house.container), raise_server_exceptions=False) as client:
        yield client


def embed(web: TestClient, origin: str = OA) -> str:
    return web.post("/api/widget/embed", headers={"Origin": origin}).json()["embed"]


def login(web: TestClient, origin: str = OA, **more: str):
    body = {"username": "zhangwei", "password": PASSWORD, "embed": embed(web), **more}
    return web.post("/api/widget/login", json=body, headers={"Origin": origin})


def ticket(web: TestClient, key: str = KEY, **more: str):
    body = {"username": "zhangwei", "origin": OA, **more}
    return web.post("/api/widget/tickets", json=body, headers={"Authorization": f"Bearer {key}"})


def use(web: TestClient, given: str, origin: str = OA):
    return web.post(
        "/api/widget/session", json={"ticket": given, "embed": embed(web, origin)}, headers={"Origin": origin}
    )


def me(web: TestClient, token: str, origin: str | None = OA) -> int:
    headers = {"Authorization": f"Bearer {token}", **({"Origin": origin} if origin else {})}
    return web.get("/api/me", headers=headers).status_code


# --- the script


def test_the_script_is_one_file_under_60_kb_that_asks_nobody_else(web):
    reply = web.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["content-type"].startswith("text/javascript")
    assert len(gzip.compress(reply.content, 9)) < 60_000
    assert reply.headers["content-encoding"] == "gzip"
    assert not [
        a
        for a in reply.text.split('"')
        if a.startswith(("http://", "https://", "//")) and a != "http://www.w3.org/2000/svg"
    ]
    assert web.get("/widget.js", headers={"If-None-Match": reply.headers["etag"]}).status_code == 304


def test_a_module_that_the_joining_does_not_understand_is_refused(tmp_path, monkeypatch):
    odd = tmp_path / "odd.js"
    odd.write_text('export { x } from "./y.js";\n')
    monkeypatch.setattr(widget_script, "STATIC", tmp_path)
    with pytest.raises(widget_script.Unjoinable, match=r"odd\.js"):
        widget_script._module(odd, odd.read_text())


# --- the origin


@pytest.mark.parametrize("origin", [EVIL, "https://oa.bank.example.evil.example", "http://oa.bank.example", "null", ""])
def test_a_page_of_another_origin_gets_no_embed_ticket_and_no_access(web, origin):
    reply = web.post("/api/widget/embed", headers={"Origin": origin})
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers
    preflight = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    assert "access-control-allow-origin" not in web.options("/api/chat", headers=preflight).headers


def test_a_configured_origin_is_let_through_without_cookies(web):
    reply = web.post("/api/widget/embed", headers={"Origin": CRM})
    assert reply.headers["access-control-allow-origin"] == CRM
    assert "access-control-allow-credentials" not in reply.headers
    assert "Origin" in reply.headers["vary"]


@pytest.mark.parametrize("path", ["/api/login", "/api/sessions", "/api/password", "/api/bindings", "/metrics"])
def test_what_the_widget_does_not_need_stays_closed_to_its_page(web, path):
    assert "access-control-allow-origin" not in web.get(path, headers={"Origin": OA}).headers


def test_an_embed_ticket_of_one_origin_does_not_serve_another(web):
    assert login(web).status_code == 200
    assert login(web, CRM).status_code == 403
    assert login(web, embed="forged").status_code == 403
    assert login(web, embed=login(web).json()["access_token"]).status_code == 403


@pytest.mark.parametrize(
    "more", [{"widget_origins": "*"}, {"widget_origins": "https://a.example/"}, {"widget_key": "short"}]
)
def test_settings_that_would_open_it_to_all_are_refused(tmp_path, tmp_path_factory, more):
    with pytest.raises(ValueError, match=r"来源|太短"):
        House.open(tmp_path, tmp_path_factory.getbasetemp(), **more)


# --- what its user is given


def test_the_widgets_token_is_good_for_calls_from_its_page_alone(web):
    given = login(web).json()
    assert [me(web, given["access_token"], origin) for origin in (OA, CRM, EVIL, None)] == [200, 401, 401, 401]
    again = {"refresh_token": given["refresh_token"]}
    assert web.post("/api/token/refresh", json=again, headers={"Origin": CRM}).status_code == 401
    assert web.post("/api/token/refresh", json=again, headers={"Origin": OA}).status_code == 200


def test_the_widgets_token_opens_a_socket_from_its_page_alone(web):
    token = login(web).json()["access_token"]
    for origin, first in ((OA, "ready"), (EVIL, "error")):
        with web.websocket_connect("/api/chat/ws", headers={"Origin": origin}) as socket:
            socket.send_json({"type": "auth", "token": token})
            assert socket.receive_json()["type"] == first


def test_the_password_cannot_be_changed_from_a_foreign_page(web):
    headers = {"Authorization": f"Bearer {login(web).json()['access_token']}", "Origin": OA}
    assert web.post("/api/password", json={"old": PASSWORD, "new": "x" * 20}, headers=headers).status_code == 403


def test_a_wrong_password_in_the_widget_counts_as_elsewhere(web):
    assert login(web, password="wrong").status_code == 401


# --- tickets of the intranet's server


def test_a_ticket_lets_its_user_in_once(web):
    given = ticket(web).json()["ticket"]
    first = use(web, given)
    assert me(web, first.json()["access_token"]) == 200
    assert use(web, given).status_code == 403


def test_a_ticket_serves_the_page_it_was_made_for_alone(web):
    assert use(web, ticket(web).json()["ticket"], CRM).status_code == 403


@pytest.mark.parametrize(
    ("key", "more", "status"),
    [
        ("wrong", {}, 401),
        (KEY, {"origin": EVIL}, 403),
        (KEY, {"username": "nobody"}, 404),
    ],
)
def test_no_ticket_is_made_for_a_wrong_key_another_page_or_nobody(web, key, more, status):
    assert ticket(web, key, **more).status_code == status


def test_an_embed_ticket_is_no_login(web):
    assert use(web, embed(web)).status_code == 403


# --- the socket


def test_a_socket_that_does_not_say_who_it_is_is_closed(web):
    web.app.state.auth_seconds = 0.05
    with web.websocket_connect("/api/chat/ws") as socket:
        assert socket.receive_json()["status"] == 408
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == TOO_LATE


def test_an_address_may_have_few_unknown_sockets_and_knowing_who_frees_the_place(web):
    waiting = [web.websocket_connect("/api/chat/ws").__enter__() for _ in range(MOST_UNKNOWN)]
    with web.websocket_connect("/api/chat/ws") as socket:
        assert socket.receive_json()["status"] == 429
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == TOO_MANY
    waiting[0].send_json(
        {
            "type": "auth",
            "token": web.post("/api/login", json={"username": "zhangwei", "password": PASSWORD}).json()["access_token"],
        }
    )
    assert waiting[0].receive_json() == {"type": "ready"}
    with web.websocket_connect("/api/chat/ws") as socket:
        socket.send_json({"type": "auth", "token": "x"})
        assert socket.receive_json()["status"] == 401
    for socket in waiting:
        socket.__exit__(None, None, None)


def test_a_socket_goes_on_with_a_fresh_token_of_the_same_user_alone(web):
    first, second, other = (
        web.post("/api/login", json={"username": u, "password": PASSWORD}).json()["access_token"]
        for u in ("zhangwei", "zhangwei", "liuyang")
    )
    with web.websocket_connect("/api/chat/ws", headers={"Authorization": f"Bearer {first}"}) as socket:
        assert socket.receive_json() == {"type": "ready"}
        socket.send_json({"type": "auth", "token": second})
        assert socket.receive_json() == {"type": "renewed"}
        socket.send_json({"type": "auth", "token": other})
        assert socket.receive_json()["status"] == 401
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == UNAUTHORISED
