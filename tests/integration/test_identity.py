"""Logging in and going on: refresh tokens used once, log-ins ended, passwords changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot.store import sessions, users
from bot.web.app import create_app
from bot.web.auth import COOKIE
from tests.support.house import NOW, PASSWORD, House

NEW = "山高水长-Fengqing-9"


@pytest.fixture
def web(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(container=house.container), raise_server_exceptions=False) as client:
        yield client


def login(web: TestClient, username: str = "zhangwei", **more: object):
    return web.post("/api/login", json={"username": username, "password": PASSWORD, **more})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def works(web: TestClient, token: str) -> bool:
    return web.get("/api/me", headers=bearer(token)).status_code == 200


def refresh(web: TestClient, token: str):
    return web.post("/api/token/refresh", json={"refresh_token": token})


# --- what a login gives


def test_a_plain_login_answers_as_the_contract_says_and_gives_nothing_to_go_on_with(web):
    reply = login(web)
    body = reply.json()
    assert {"access_token", "token_type", "expires_in"} <= set(body)
    assert "refresh_token" not in body
    assert "set-cookie" not in reply.headers
    assert body["expires_in"] == 1800


def test_the_page_gets_a_cookie_that_no_script_reads_and_no_other_site_sends(web):
    cookie = login(web, refresh="cookie").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=t.")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/api/token"))
    assert "Max-Age" not in cookie  # it goes with the browser
    assert "Max-Age" in login(web, refresh="cookie", remember=True).headers["set-cookie"]


def test_behind_https_the_cookie_is_sent_over_https_alone(tmp_path, tmp_path_factory):
    house = House.open(tmp_path, tmp_path_factory.getbasetemp(), public_url="https://wenxu.bank.example")
    with TestClient(create_app(container=house.container)) as web:
        assert "Secure" in login(web, refresh="cookie").headers["set-cookie"]


# --- going on


def test_with_the_cookie_the_page_goes_on_and_the_cookie_changes(web):
    login(web, refresh="cookie", remember=True)
    before = web.cookies[COOKIE]
    reply = web.post("/api/token/refresh")
    assert works(web, reply.json()["access_token"])
    assert "refresh_token" not in reply.json()
    assert web.cookies[COOKIE] != before
    assert web.cookies[COOKIE].startswith("k.")


def test_a_program_goes_on_with_the_token_in_the_body(web):
    first = login(web, refresh="body").json()["refresh_token"]
    second = refresh(web, first).json()
    assert works(web, second["access_token"])
    assert refresh(web, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "k." + "x" * 43])
def test_what_is_no_refresh_token_opens_nothing(web, token):
    assert refresh(web, token).status_code == 401


def test_an_access_token_is_no_refresh_token(web):
    assert refresh(web, login(web).json()["access_token"]).status_code == 401


def test_a_refresh_token_that_comes_back_later_ends_the_whole_log_in(house):
    with house.container.database.session() as session:
        user = users.user_by_name(session, "zhangwei")
        stolen = sessions.begin(session, user, NOW, timedelta(days=1))
        other = sessions.begin(session, user, NOW, timedelta(days=1))
        following = sessions.renew(session, stolen.refresh, NOW)
        assert isinstance(following, sessions.Opened)
        late = NOW + sessions.GRACE + timedelta(seconds=1)
        assert sessions.renew(session, stolen.refresh, late) == sessions.Ended()
        assert sessions.renew(session, following.refresh, late) == sessions.Ended()
        assert not sessions.alive(session, stolen.family)
        assert sessions.alive(session, other.family)


def test_two_tabs_that_ask_at_the_same_moment_both_go_on(house):
    with house.container.database.session() as session:
        user = users.user_by_name(session, "zhangwei")
        one = sessions.begin(session, user, NOW, timedelta(days=1))
        answers = [sessions.renew(session, one.refresh, NOW + timedelta(seconds=s)) for s in (0, 5)]
        assert [type(a) for a in answers] == [sessions.Opened] * 2
        assert answers[0].refresh != answers[1].refresh


def test_a_log_in_ends_at_its_time_however_often_it_was_renewed(house):
    with house.container.database.session() as session:
        user = users.user_by_name(session, "zhangwei")
        secret = sessions.begin(session, user, NOW, timedelta(hours=2)).refresh
        for minutes in (40, 80, 119):
            following = sessions.renew(session, secret, NOW + timedelta(minutes=minutes))
            assert isinstance(following, sessions.Opened)
            secret = following.refresh
        assert sessions.renew(session, secret, NOW + timedelta(minutes=120)) == sessions.Ended()


def test_only_hashes_of_refresh_tokens_are_stored(web, house):
    secret = login(web, refresh="body").json()["refresh_token"]
    with house.container.database.session() as session:
        rows = session.connection().exec_driver_sql("select * from auth_sessions").fetchall()
    assert rows
    assert secret not in repr(rows)


# --- ending


def test_logging_out_ends_both_tokens_of_this_log_in_and_no_other(web):
    here, elsewhere = (login(web, refresh="body").json() for _ in range(2))
    assert web.post("/api/logout", headers=bearer(here["access_token"])).json() == {"ok": True}
    assert not works(web, here["access_token"])
    assert refresh(web, here["refresh_token"]).status_code == 401
    assert works(web, elsewhere["access_token"])


def test_the_own_log_ins_are_listed_and_ended_one_by_one(web):
    here = login(web).json()["access_token"]
    phone = web.post(
        "/api/login",
        json={"username": "zhangwei", "password": PASSWORD, "refresh": "body"},
        headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU) AppleWebKit Safari/604.1"},
    ).json()
    rows = web.get("/api/sessions", headers=bearer(here)).json()["sessions"]
    assert [(r["device"], r["current"]) for r in rows if not r["current"]] == [("Safari（iPhone）", False)]
    other = next(r["id"] for r in rows if not r["current"])
    assert web.delete(f"/api/sessions/{other}", headers=bearer(here)).status_code == 200
    assert not works(web, phone["access_token"])
    assert refresh(web, phone["refresh_token"]).status_code == 401
    assert works(web, here)


def test_somebody_elses_log_in_is_neither_seen_nor_ended(web):
    mine, theirs = login(web).json()["access_token"], login(web, "liuyang").json()["access_token"]
    family = web.get("/api/sessions", headers=bearer(theirs)).json()["sessions"][0]["id"]
    assert family not in repr(web.get("/api/sessions", headers=bearer(mine)).json())
    assert web.delete(f"/api/sessions/{family}", headers=bearer(mine)).status_code == 404
    assert works(web, theirs)


def test_all_others_are_ended_at_once(web):
    here, *others = (login(web, refresh="body").json() for _ in range(3))
    web.delete("/api/sessions", headers=bearer(here["access_token"]))
    assert works(web, here["access_token"])
    assert [works(web, o["access_token"]) for o in others] == [False, False]


@pytest.mark.parametrize("end", [users.revoke_user, users.disable_user, lambda s, n: users.reset_password(s, n, NEW)])
def test_the_administrator_ends_every_log_in(web, house, end):
    given = login(web, refresh="body").json()
    with house.container.database.session() as session:
        end(session, "zhangwei")
        session.commit()
    assert not works(web, given["access_token"])
    assert refresh(web, given["refresh_token"]).status_code == 401


# --- the password


def change(web: TestClient, token: str, old: str = PASSWORD, new: str = NEW):
    return web.post("/api/password", json={"old": old, "new": new}, headers=bearer(token))


def test_changing_the_password_ends_every_log_in_but_the_new_one(web):
    here, elsewhere = login(web).json(), login(web, refresh="body").json()
    reply = change(web, here["access_token"])
    assert works(web, reply.json()["access_token"])
    assert not works(web, here["access_token"])
    assert refresh(web, elsewhere["refresh_token"]).status_code == 401
    assert login(web).status_code == 401
    assert web.post("/api/login", json={"username": "zhangwei", "password": NEW}).status_code == 200


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short", "太短"),
        ("zhangwei-123456", "用户名"),
        ("password-1234", "常见"),
        ("aaaaaaaaaaaa", "不同的字符"),
        ("x" * 129, "太长"),
        (PASSWORD, "和原来的一样"),
    ],
)
def test_a_password_that_is_not_good_enough_is_told_why(web, new, why):
    reply = change(web, login(web).json()["access_token"], new=new)
    assert reply.status_code == 422
    assert why in reply.json()["detail"]


def test_guessing_the_old_password_locks_the_account(web):
    token = login(web).json()["access_token"]
    for _ in range(users.MAX_FAILURES):
        assert change(web, token, old="guess").status_code == 403
    assert change(web, token).status_code == 403
    assert login(web).status_code == 401


def test_the_page_is_told_the_other_ways_in(web, tmp_path_factory):
    assert web.get("/api/login/ways").json() == {"ways": []}
    directory = tmp_path_factory.mktemp("oidc")
    more = {
        "oidc_issuer": "https://sso.bank.example",
        "oidc_client_id": "wenxu",
        "public_url": "https://wenxu.bank.example",
    }
    house = House.open(directory, tmp_path_factory.getbasetemp(), **more)
    with TestClient(create_app(container=house.container)) as other:
        assert [w["address"] for w in other.get("/api/login/ways").json()["ways"]] == ["/oidc/login"]
