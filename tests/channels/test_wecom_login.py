from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from tests.channels.office import AGENT, CORP, Office, open_office

INSIDE = {"User-Agent": "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0"}


async def begin(office: Office, **headers: str) -> dict[str, str]:
    reply = await office.client.get("/wecom/login", headers=headers)
    assert reply.status_code == 302
    return {k: v[0] for k, v in parse_qs(urlsplit(reply.headers["location"]).query).items()} | {
        "host": urlsplit(reply.headers["location"]).netloc,
        "cookie": reply.headers["set-cookie"],
    }


async def back(office: Office, code: str, state: str, cookie: str | None = None):  # type: ignore[no-untyped-def]
    headers = {"Cookie": f"wenxu_wecom_state={state if cookie is None else cookie}"}
    return await office.client.get("/wecom/login/back", params={"code": code, "state": state}, headers=headers)


async def test_the_browser_is_sent_to_the_platform_and_back(office: Office) -> None:
    asked = await begin(office)
    assert asked["host"] == "login.work.weixin.qq.com"
    assert (asked["appid"], asked["agentid"]) == (CORP, str(AGENT))
    assert asked["redirect_uri"] == "https://wenxu.bank.example/wecom/login/back"
    assert "HttpOnly" in asked["cookie"]
    assert "Secure" in asked["cookie"]
    assert (await begin(office, **INSIDE))["host"] == "open.weixin.qq.com"


async def test_a_bound_member_is_let_in(office: Office) -> None:
    office.bind(subject="ZhangWei01", channel="wecom")
    office.standin.staff["the-code"] = "ZhangWei01"
    reply = await back(office, "the-code", (await begin(office))["state"])
    assert reply.status_code == 200
    token = re.search(r'name="wenxu-token" content="([^"]+)"', reply.text)
    assert token
    me = await office.client.get("/api/me", headers={"Authorization": f"Bearer {token.group(1)}"})
    assert me.json()["username"] == "zhangwei"
    call = office.standin.of("/cgi-bin/auth/getuserinfo")[0]
    assert call.query == {"access_token": "token-1", "code": "the-code"}
    assert reply.headers["cache-control"] == "no-store"


async def test_a_state_that_is_not_the_browser_s_is_refused(office: Office) -> None:
    office.bind(subject="zhangwei", channel="wecom")
    office.standin.staff["c"] = "zhangwei"
    state = (await begin(office))["state"]
    assert (await back(office, "c", state, cookie="other")).status_code == 400
    assert (await back(office, "c", "", cookie="")).status_code == 400
    assert office.standin.calls == []


async def test_who_is_no_user_is_not_let_in(office: Office) -> None:
    office.standin.staff["c"] = "wangwu"
    assert (await back(office, "c", (await begin(office))["state"])).status_code == 403


async def test_a_code_the_platform_does_not_know_is_refused(office: Office) -> None:
    assert (await back(office, "forged", (await begin(office))["state"])).status_code == 401


async def test_without_a_public_address_there_is_no_such_login(tmp_path, templates) -> None:
    async with open_office(tmp_path, templates, public_url="") as office:
        assert (await office.client.get("/wecom/login")).status_code == 404
