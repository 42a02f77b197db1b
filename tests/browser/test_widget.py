"""The widget inside a foreign page under a strict policy, against the real application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from foreign import Foreign, foreign, serving
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bot.web.app import create_app
from tests.support.house import PASSWORD, House

pytestmark = pytest.mark.browser
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
KEY = "intranet-key-" + "k" * 30
# What moves inside the widget's own panel is no shift of the page.
SHIFTS = """new PerformanceObserver((found) => {
  const theirs = (source) => source.node && source.node.getRootNode() === document && source.node.localName !== 'wenxu-widget';
  for (const entry of found.getEntries()) if (entry.sources.some(theirs)) window.shift = (window.shift || 0) + entry.value;
}).observe({ type: 'layout-shift', buffered: true })"""


@pytest.fixture
def there() -> Iterator[Foreign]:
    with foreign() as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, there: Foreign) -> Iterator[House]:
    opened = House.open(tmp_path, tmp_path_factory.getbasetemp(), widget_origins=there.origin, widget_key=KEY)
    opened.read("拜访华星集团", "start_visit")
    opened.read("财务说每个月对账要花三四天", "report_reply", "implied_need", {"reconciliation": 0.95})
    yield opened
    opened.close()


@pytest.fixture
def ours(house: House, there: Foreign) -> Iterator[str]:
    with serving(create_app(container=house.container)) as (origin, _):
        there.ours = origin
        yield origin


@pytest.fixture
def page(context: BrowserContext, ours: str, there: Foreign) -> Iterator[Page]:
    """A foreign page that at the end must have met no error and no breach of its policy."""
    page = context.new_page()
    errors: list[str] = []
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI));"
    )
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert [e for e in errors if not e.startswith(("Failed to load resource", "WebSocket connection to"))] == []


class Widget:
    def __init__(self, page: Page, there: Foreign) -> None:
        self.page, self.there = page, there
        self.panel = page.get_by_role("dialog", name="问需")
        self.launcher = page.get_by_role("button", name="打开问需")
        self.text = page.get_by_label("输入消息")

    def visit(self, path: str = "/") -> None:
        self.page.goto(self.there.origin + path)

    def login(self, password: str = PASSWORD) -> None:
        self.page.get_by_label("用户名").fill("zhangwei")
        self.page.get_by_label("密码", exact=True).fill(password)
        self.panel.get_by_role("button", name="登录", exact=True).click()

    def enter(self) -> None:
        self.visit()
        self.launcher.click()
        self.login()
        expect(self.text).to_be_visible()

    def say(self, text: str) -> Locator:
        answered = self.page.locator(".turn[data-answered]")
        before = answered.count()
        self.text.fill(text)
        self.text.press("Enter")
        expect(answered).to_have_count(before + 1)
        return answered.last


@pytest.fixture
def widget(page: Page, there: Foreign) -> Widget:
    return Widget(page, there)


@pytest.fixture
def look(page: Page, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], None]:
    """Keep a picture where `--basetemp` says, to be looked at."""
    return lambda name: page.screenshot(path=str(tmp_path / f"{name}.png")) and None


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "360"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_visit_is_led_inside_a_foreign_page(widget: Widget, viewport, scheme, look) -> None:
    widget.visit()
    look("closed")
    widget.launcher.click()
    look("login")
    widget.login()
    expect(widget.text).to_be_visible()
    look("empty")
    answer = widget.say("拜访华星集团")
    expect(answer.locator(".card").first).to_be_visible()
    look("visit")
    widget.say("财务说每个月对账要花三四天")
    expect(widget.panel.locator("#client")).to_contain_text("华星机械集团有限公司")
    look("reply")
    before = widget.page.locator(".turn[data-answered]").count()
    widget.panel.get_by_role("toolbar").get_by_role("button", name="换个问法").click()
    expect(widget.page.locator(".turn[data-answered]")).to_have_count(before + 1)
    box, size = widget.panel.bounding_box(), widget.page.viewport_size
    assert box and size
    full = (box["x"], box["y"], box["width"], box["height"]) == (0, 0, size["width"], size["height"])
    assert full == (viewport == PHONE)
    assert box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= size["width"]
    wide = widget.page.evaluate(
        "document.querySelector('wenxu-widget').shadowRoot.querySelector('#scroll').scrollWidth"
    )
    shown = widget.page.evaluate(
        "document.querySelector('wenxu-widget').shadowRoot.querySelector('#scroll').clientWidth"
    )
    assert wide <= shown


def test_the_page_does_not_move_and_its_rules_do_not_come_in(widget: Widget) -> None:
    widget.visit()
    widget.page.evaluate(SHIFTS)
    places = "JSON.stringify([...document.querySelectorAll('body *')].map((e) => e.getBoundingClientRect()))"
    before = widget.page.evaluate(places)
    widget.launcher.click()
    widget.login()
    expect(widget.text).to_be_visible()
    assert widget.page.evaluate(places) == before
    assert widget.page.evaluate("window.shift || 0") == 0
    style = widget.text.evaluate("(e) => [getComputedStyle(e).fontSize, getComputedStyle(e).letterSpacing]")
    assert style == ["17px", "normal"]
    send = widget.panel.get_by_role("button", name="发送").evaluate("(e) => getComputedStyle(e).borderRadius")
    assert send == "50%"


def test_it_is_themed_by_variables_of_the_page(widget: Widget) -> None:
    widget.visit()
    plain = widget.launcher.evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert plain == "rgb(11, 97, 88)"  # not the page's own --accent
    widget.page.evaluate(
        "() => { const s = new CSSStyleSheet(); s.replaceSync(':root { --wenxu-accent: #123456 }'); document.adoptedStyleSheets = [s]; }"
    )
    expect(widget.launcher).to_have_css("background-color", "rgb(18, 52, 86)")


def test_the_talk_and_the_open_panel_are_there_on_the_next_page(widget: Widget) -> None:
    widget.enter()
    widget.say("拜访华星集团")
    widget.visit("/other")
    expect(widget.panel).to_be_visible()
    expect(widget.page.locator(".mine")).to_have_text("我说：拜访华星集团")
    widget.page.keyboard.press("Tab")
    widget.panel.get_by_role("button", name="关闭问需").click()
    widget.visit()
    expect(widget.panel).to_be_hidden()


def test_the_keyboard_stays_inside_and_escape_closes(widget: Widget) -> None:
    widget.enter()
    focused = "document.activeElement.tagName"
    for key in ["Tab"] * 12 + ["Shift+Tab"] * 12:
        widget.page.keyboard.press(key)
        assert widget.page.evaluate(focused) == "WENXU-WIDGET"
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()
    widget.page.keyboard.press("Enter")
    expect(widget.text).to_be_focused()


def test_a_wrong_password_is_told_and_nothing_of_a_login_stands_in_an_address(widget: Widget) -> None:
    addresses: list[str] = []
    widget.page.on("request", lambda request: addresses.append(request.url))
    widget.page.on("websocket", lambda socket: addresses.append(socket.url))
    widget.visit()
    widget.launcher.click()
    widget.login("wrong")
    expect(widget.page.locator("#login-error")).to_contain_text("用户名或密码不正确")
    widget.login()
    widget.say("拜访华星集团")
    assert not [a for a in addresses if "?" in a or "token" in a.removesuffix("/api/token/refresh")]


def test_a_ticket_of_the_intranets_server_lets_the_user_in_and_nothing_is_kept(
    widget: Widget, ours: str, there: Foreign
) -> None:
    def ticket() -> str:
        asked = {"username": "zhangwei", "origin": there.origin}
        reply = httpx2.post(f"{ours}/api/widget/tickets", json=asked, headers={"Authorization": f"Bearer {KEY}"})
        return str(reply.json()["ticket"])

    there.ticket, there.data = ticket, 'data-ticket="/ticket"'
    widget.visit()
    widget.launcher.click()
    expect(widget.text).to_be_visible()
    widget.say("拜访华星集团")
    assert "wenxu.refresh" not in widget.page.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage))")


def test_a_login_that_was_ended_comes_back_without_losing_the_message(widget: Widget, house: House) -> None:
    widget.enter()
    widget.say("拜访华星集团")
    with house.container.database.session() as session:
        from bot.store.sessions import end_all

        end_all(session, house.actor("zhangwei").user_id, house.container.gateway.clock())
        session.commit()
    widget.text.fill("财务说每个月对账要花三四天")
    widget.text.press("Enter")
    expect(widget.panel.get_by_text("登录已过期，请重新登录")).to_be_visible()
    widget.login()
    expect(widget.page.locator(".turn[data-answered]")).to_have_count(2)


def test_logging_out_leaves_nothing_behind(widget: Widget) -> None:
    widget.enter()
    widget.say("拜访华星集团")
    widget.panel.get_by_role("button", name="退出登录").click()
    expect(widget.page.get_by_label("用户名")).to_be_visible()
    assert "华星" not in widget.page.evaluate("Object.values(sessionStorage).join()")
    assert widget.page.evaluate("sessionStorage.getItem('wenxu.refresh')") is None


def test_a_page_of_an_origin_that_is_not_configured_is_refused(context: BrowserContext, ours: str) -> None:
    with foreign() as other:
        other.ours = ours
        page = context.new_page()
        widget = Widget(page, other)
        widget.visit()
        widget.launcher.click()
        widget.login()
        expect(page.locator("#login-error")).not_to_be_empty()
        expect(widget.text).to_be_hidden()


def test_messages_wait_while_the_connection_is_gone_and_are_answered_once(
    widget: Widget, house: House, there: Foreign
) -> None:
    widget.enter()
    widget.say("拜访华星集团")
    widget.page.context.set_offline(True)
    widget.text.fill("财务说每个月对账要花三四天")
    widget.text.press("Enter")
    expect(widget.panel.get_by_text("网络断了")).to_be_visible()
    widget.page.context.set_offline(False)
    expect(widget.page.locator(".turn[data-answered]")).to_have_count(2)
    assert [text for text, _ in house.script.seen].count("财务说每个月对账要花三四天") == 1
