"""Logging in with the bank's provider, a stand-in on loopback that signs real tokens."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from bot.ops.users import unbind
from bot.store import users
from bot.web.app import create_app
from bot.web.auth import COOKIE
from tests.integration.provider import CLIENT, SECRET, Provider, standing_in
from tests.support.house import House


@pytest.fixture
def bank() -> Iterator[Provider]:
    with standing_in() as provider:
        yield provider


@pytest.fixture
def house(tmp_path, tmp_path_factory, bank: Provider) -> Iterator[House]:
    more = {
        "oidc_issuer": bank.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "public_url": "http://testserver",
    }
    opened = House.open(tmp_path, tmp_path_factory.getbasetemp(), **more)
    yield opened
    opened.close()


@pytest.fixture
def web(house: House) -> Iterator[TestClient]:
    app = create_app(container=house.container)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def log_in(web: TestClient, bank: Provider, **changed: str):
    brought = bank.authorize(web.get("/oidc/login").headers["location"])
    return web.get("/oidc/callback", params={**brought, **changed})


def who(web: TestClient) -> str:
    token = web.post("/api/token/refresh").json()["access_token"]
    return web.get("/api/me", headers={"Authorization": f"Bearer {token}"}).json()["username"]


def test_the_browser_goes_to_the_provider_and_comes_back_logged_in(web, bank):
    reply = log_in(web, bank)
    assert (reply.status_code, reply.headers["location"]) == (303, "/#arrived")
    assert who(web) == "zhangwei"


def test_each_attempt_has_a_state_a_nonce_and_a_verifier_of_its_own_that_stay_hidden(web, bank):
    first, second = (web.get("/oidc/login") for _ in range(2))
    assert first.headers["location"] != second.headers["location"]
    assert "verifier" not in first.headers["location"]
    assert all(p in first.headers["set-cookie"] for p in ("HttpOnly", "SameSite=lax", "Path=/oidc"))


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(web, bank):
    assert log_in(web, bank, state="another").status_code == 400
    web.cookies.clear()
    brought = bank.authorize(web.get("/oidc/login").headers["location"])
    web.cookies.clear()
    assert web.get("/oidc/callback", params=brought).status_code == 400


def test_a_code_serves_once(web, bank):
    brought = bank.authorize(web.get("/oidc/login").headers["location"])
    kept = dict(web.cookies)
    assert web.get("/oidc/callback", params=brought).status_code == 303
    web.cookies.update(kept)
    assert web.get("/oidc/callback", params=brought).status_code == 401


@pytest.mark.parametrize("changed", [{"code": "forged"}, {"code": ""}, {"error": "access_denied"}])
def test_what_the_provider_does_not_grant_is_refused(web, bank, changed):
    assert log_in(web, bank, **changed).status_code == 401
    assert COOKIE not in web.cookies


@pytest.mark.parametrize(
    "said",
    [
        {"nonce": "replayed"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},  # several, and none of them named as the one it is for
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": None},
        {"preferred_username": None},
    ],
    ids=str,
)
def test_an_id_token_that_says_something_else_is_refused(web, bank, said):
    bank.said = said
    assert log_in(web, bank).status_code == 401
    assert COOKIE not in web.cookies


def test_an_id_token_signed_by_another_key_is_refused(web, bank):
    bank.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256"})
    assert log_in(web, bank).status_code == 401


def test_an_id_token_signed_with_a_shared_secret_is_refused(web, bank):
    bank.algorithm = "HS256"
    assert log_in(web, bank).status_code == 401


def test_when_the_provider_has_a_new_key_it_is_fetched_once(web, bank):
    log_in(web, bank)
    bank.key = bank.shown = RSAKey.generate_key(2048, {"kid": "k2", "alg": "RS256"})
    assert log_in(web, bank).status_code == 303
    assert bank.asked_for_keys == 2


def test_who_has_no_account_here_is_not_let_in(web, bank):
    bank.who = {"sub": "9", "preferred_username": "wangwu"}
    assert log_in(web, bank).status_code == 403


def test_a_disabled_user_is_not_let_in(web, bank, house):
    with house.container.database.session() as session:
        users.disable_user(session, "zhangwei")
        session.commit()
    assert log_in(web, bank).status_code == 403


def test_a_subject_stays_with_its_user_when_the_provider_gives_the_name_to_somebody_else(web, bank):
    log_in(web, bank)
    bank.who = {"sub": "another", "preferred_username": "zhangwei"}
    assert log_in(web, bank).status_code == 403
    bank.who = {"sub": "7f3a", "preferred_username": "liuyang"}
    log_in(web, bank)
    assert who(web) == "zhangwei"


def test_who_was_unbound_by_the_administrator_does_not_come_back_by_name(web, bank, house):
    log_in(web, bank)
    with house.container.database.session() as session:
        assert unbind(session, "zhangwei", "oidc") == 1
        session.commit()
    assert log_in(web, bank).status_code == 403


def test_a_provider_that_is_away_is_said_to_be_away(web, bank):
    bank.broken = True
    reply = web.get("/oidc/login")
    assert reply.status_code == 503
    assert "用户名和密码" in reply.json()["detail"]


def test_a_provider_that_calls_itself_something_else_is_not_used(tmp_path, tmp_path_factory, bank):
    more = {
        "oidc_issuer": f"http://localhost:{bank.server_port}",
        "oidc_client_id": CLIENT,
        "public_url": "http://testserver",
    }
    house = House.open(tmp_path, tmp_path_factory.getbasetemp(), **more)
    with TestClient(create_app(container=house.container), follow_redirects=False) as web:
        assert web.get("/oidc/login").status_code == 503


def test_without_a_provider_there_is_no_such_login(tmp_path, tmp_path_factory):
    house = House.open(tmp_path, tmp_path_factory.getbasetemp())
    with TestClient(create_app(container=house.container)) as web:
        assert web.get("/oidc/login").status_code == 404
