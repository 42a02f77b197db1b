"""The account's drawer and the renewal of tokens, against the real application."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from foreign import serving
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.store import sessions
from bot.web.app import create_app
from tests.integration.provider import CLIENT, SECRET, standing_in
from tests.support.house import PASSWORD, House

pytestmark = pytest.mark.browser
AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8").partition("\n")[2]
WECHAT = {
    "wechat_app_id": "wx1",
    "wechat_app_secret": "s",
    "wechat_token": "t",
    "wechat_mode": "plain",
    "wechat_api": "http://127.0.0.1:9",
}


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House.open(tmp_path, tmp_path_factory.getbasetemp(), **WECHAT)
    opened.read("拜访华星集团", "start_visit")
    yield opened
    opened.close()


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with serving(create_app(container=house.container)) as (origin, _):
        yield origin


def enter(page: Page, url: str, remember: bool = False, password: str = PASSWORD) -> None:
    page.goto(url)
    page.get_by_label("用户名").fill("zhangwei")
    page.get_by_label("密码", exact=True).fill(password)
    if remember:
        page.get_by_label("在这台设备上记住我").check()
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".suggestion").first).to_be_visible()


def account(page: Page) -> None:
    page.get_by_role("button", name="历史对话").click()
    page.get_by_role("button", name="账号设置").click()
    expect(page.get_by_role("dialog", name="账号设置")).to_be_visible()


@pytest.mark.parametrize(
    "viewport", [{"width": 1280, "height": 800}, {"width": 360, "height": 740}], ids=["1280", "360"]
)
def test_devices_are_listed_and_another_one_is_logged_out(
    page: Page, url: str, browser: Browser, tmp_path: Path, viewport
) -> None:
    other = browser.new_context(user_agent="Mozilla/5.0 (iPhone) AppleWebKit Safari/604.1")
    phone = other.new_page()
    enter(phone, url)
    enter(page, url)
    account(page)
    page.get_by_role("button", name="退出 Safari（iPhone）").click()
    expect(page.get_by_text("那台设备已退出。")).to_be_visible()
    expect(page.locator(".account-rows li")).to_have_count(1)
    page.screenshot(path=str(tmp_path / "account.png"))
    assert page.evaluate(AUDIT) == []
    phone.locator("#text").fill("拜访华星集团")
    phone.locator("#text").press("Enter")
    expect(phone.get_by_text("登录已过期，请重新登录")).to_be_visible()
    other.close()


def test_a_code_to_bind_wechat_is_shown_and_a_binding_is_ended(page: Page, url: str, house: House) -> None:
    from bot.store import identity, users

    enter(page, url)
    account(page)
    page.get_by_role("button", name="绑定公众号").click()
    expect(page.locator("#bind-code strong")).to_have_text(re.compile(r"^\d{8}$"))
    with house.container.database.session() as session:
        identity.bind(
            session,
            users.user_by_name(session, "zhangwei"),
            "wechat",
            "openid-of-zhangwei",
            house.container.gateway.clock(),
        )
        session.commit()
    page.keyboard.press("Escape")
    account(page)
    page.get_by_role("button", name="解除绑定").click()
    expect(page.get_by_text("已解除绑定，立即生效。")).to_be_visible()
    expect(page.get_by_text("还没有绑定。")).to_be_visible()


def test_the_password_is_changed_and_the_talk_goes_on(page: Page, url: str) -> None:
    enter(page, url)
    account(page)
    page.get_by_label("原来的密码").fill(PASSWORD)
    page.get_by_label("新密码").fill("short")
    page.get_by_role("button", name="改密码").click()
    expect(page.get_by_role("alert").filter(has_text="太短")).to_be_visible()
    page.get_by_label("新密码").fill("山高水长-Fengqing-9")
    page.get_by_role("button", name="改密码").click()
    expect(page.get_by_text("密码已改，其他设备都已退出。")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#text").fill("拜访华星集团")
    page.locator("#text").press("Enter")
    expect(page.locator(".turn[data-answered]")).to_have_count(1)


def test_a_token_that_ran_out_is_renewed_without_a_word(page: Page, url: str, house: House) -> None:
    enter(page, url)
    page.evaluate("sessionStorage.setItem('wenxu.token', 'run-out')")
    page.reload()
    expect(page.locator(".suggestion").first).to_be_visible()
    page.locator("#text").fill("拜访华星集团")
    page.locator("#text").press("Enter")
    expect(page.locator(".turn[data-answered]")).to_have_count(1)
    expect(page.get_by_label("用户名")).to_be_hidden()


def test_a_remembered_device_goes_on_in_a_new_tab_and_the_token_is_in_no_lasting_store(
    page: Page, url: str, context: BrowserContext
) -> None:
    enter(page, url, remember=True)
    assert "token" not in page.evaluate("Object.keys(localStorage).join()")
    other = context.new_page()
    other.goto(url)
    expect(other.locator(".suggestion").first).to_be_visible()
    assert "wenxu_refresh" not in other.evaluate("document.cookie")


def test_after_logging_out_the_cookie_opens_nothing(
    page: Page, url: str, context: BrowserContext, house: House
) -> None:
    enter(page, url, remember=True)
    secret = next(c["value"] for c in context.cookies(f"{url}/api/token/refresh") if c["name"] == "wenxu_refresh")
    page.get_by_role("button", name="历史对话").click()
    with page.expect_response("**/api/logout"):
        page.get_by_role("button", name="退出登录").click()
    assert not [c for c in context.cookies(f"{url}/api/token/refresh") if c["name"] == "wenxu_refresh"]
    with house.container.database.session() as session:
        assert sessions.renew(session, secret[2:], house.container.gateway.clock()) == sessions.Ended()


def test_the_banks_own_login_leads_into_the_page(
    context: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with standing_in() as bank:
        more = {"oidc_issuer": bank.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        house = House.open(
            tmp_path_factory.mktemp("bank"),
            tmp_path_factory.getbasetemp(),
            public_url=f"http://127.0.0.1:{port}",
            **more,
        )
        with serving(create_app(container=house.container), port) as (origin, _):
            page = context.new_page()
            page.goto(origin)
            page.get_by_role("link", name="行内统一登录").click()
            expect(page.locator(".suggestion").first).to_be_visible()
            assert page.url == f"{origin}/"
            page.goto("about:blank")
        house.close()
