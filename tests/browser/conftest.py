"""A browser, a mock server and a page that reports whatever a page must not do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from mock_server import PASSWORD, Mock, start
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")  # Debian's; elsewhere the one that `playwright install chromium` fetched
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

# Losing the connection is what many tests are about; the browser reports it on the console.
EXPECTED_ERRORS = ("Failed to load resource", "WebSocket connection to")


class Talk:
    """The page as its user works with it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.text = page.locator("#text")

    def open(self) -> None:
        self.page.goto(self.url)

    def login(self, username: str = "zhangwei", password: str = PASSWORD) -> None:
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def enter(self) -> None:
        self.open()
        self.login()
        expect(self.page.locator(".suggestion").first).to_be_visible()

    def write(self, text: str) -> None:
        """Send `text`, whatever becomes of it."""
        self.text.fill(text)
        self.text.press("Enter")

    def say(self, text: str) -> Locator:
        """Send `text` and return its turn once it is answered."""
        before = self.answered.count()
        self.write(text)
        return self.answer(before + 1)

    def answer(self, number: int) -> Locator:
        """Return the turn `number` (from 1) once it is answered."""
        expect(self.answered).to_have_count(number)
        return self.answered.nth(number - 1)

    @property
    def answered(self) -> Locator:
        return self.page.locator(".turn[data-answered]")

    @property
    def mine(self) -> Locator:
        return self.page.locator(".mine")

    @property
    def banner(self) -> Locator:
        return self.page.locator("#banner")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = str(CHROMIUM) if CHROMIUM.exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def mock() -> Mock:
    return Mock()


@pytest.fixture
def url(mock: Mock) -> Iterator[str]:
    server = start(mock)
    yield f"http://127.0.0.1:{server.server_port}/"
    mock.cut()
    server.shutdown()
    server.server_close()


@pytest.fixture
def viewport() -> dict[str, int]:
    return DESKTOP


@pytest.fixture
def scheme() -> str:
    return "light"


@pytest.fixture
def context(browser: Browser, viewport: dict[str, int], scheme: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(15000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, url: str) -> Iterator[Page]:
    """A page that at the end must have made no error, no CSP violation and no request to another host."""
    page = context.new_page()
    errors: list[str] = []
    hosts: set[str] = set()
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (e) => console.error('CSP', e.violatedDirective, e.blockedURI, e.sourceFile))"
    )
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
    yield page
    assert [error for error in errors if not error.startswith(EXPECTED_ERRORS)] == []
    assert hosts <= {urlsplit(url).netloc, ""}


@pytest.fixture
def talk(page: Page, url: str) -> Talk:
    return Talk(page, url)
