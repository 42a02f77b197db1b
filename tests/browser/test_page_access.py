from pathlib import Path

import pytest
from conftest import DESKTOP, PHONE, Talk
from mock_server import Mock
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8").partition("\n")[2]
VISIT = ["帮我准备明天拜访华星集团", "开在六家银行", "调一笔要两三天", "一年三十来万", "想要自动归集"]


def faults(page: Page) -> list[str]:
    return page.evaluate(AUDIT)


class TestInEveryLook:
    @pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
    def viewport(self, request: pytest.FixtureRequest) -> dict[str, int]:
        return request.param

    @pytest.fixture(params=["light", "dark"])
    def scheme(self, request: pytest.FixtureRequest) -> str:
        return request.param

    def test_no_state_of_the_page_has_a_fault_that_can_be_measured(
        self, talk: Talk, mock: Mock, context: BrowserContext
    ) -> None:
        page = talk.page
        mock.status = {"ready": False, "phase": "loading", "progress": 0.3, "detail": ""}
        talk.open()
        expect(page.locator("#login-status")).to_be_visible()
        talk.login(password="wrong")
        expect(page.get_by_role("alert")).not_to_be_empty()
        assert faults(page) == []
        talk.login()
        expect(page.locator("#readiness progress")).to_be_visible()
        expect(page.locator(".suggestion").first).to_be_visible()
        assert faults(page) == []
        mock.status = {"ready": True, "phase": "ready", "progress": 1, "detail": ""}
        expect(page.locator("#readiness")).to_be_hidden()
        for words in VISIT:
            talk.say(words)
        for details in page.locator("details").all():
            details.evaluate("e => { e.open = true }")
        assert faults(page) == []
        for words in ["卡片对比", "卡片列表", "卡片产品", "卡片待办", "卡片陌生"]:
            talk.say(words)
        mock.refuse = [{"status": 422, "title": "没看懂", "detail": "换句话试试。"}]
        talk.write("啊")
        expect(page.get_by_role("button", name="重发")).to_be_visible()
        context.set_offline(True)
        expect(talk.banner).to_be_visible()
        assert faults(page) == []
        context.set_offline(False)
        page.get_by_role("button", name="历史对话").click()
        expect(page.locator(".conversation")).to_have_count(1)
        assert faults(page) == []
        page.keyboard.press("Escape")
        if page.get_by_role("button", name="需求台账").is_visible():
            page.get_by_role("button", name="需求台账").click()
            expect(page.get_by_role("dialog", name="需求台账")).to_be_visible()
            assert faults(page) == []

    def test_the_theme_follows_the_system_until_it_is_chosen_and_then_stays(self, talk: Talk, scheme: str) -> None:
        other = "light" if scheme == "dark" else "dark"
        talk.enter()
        root = talk.page.locator("html")
        expect(root).to_have_attribute("data-theme", scheme)
        talk.page.emulate_media(color_scheme=other, reduced_motion="reduce")
        expect(root).to_have_attribute("data-theme", other)
        talk.page.locator("#toggle-theme").click()
        expect(root).to_have_attribute("data-theme", scheme)
        talk.page.reload()
        expect(root).to_have_attribute("data-theme", scheme)
        expect(talk.page.locator("#toggle-theme")).to_have_accessible_name(
            "切换到浅色模式" if scheme == "dark" else "切换到深色模式"
        )


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        ("document.querySelector('#send').removeAttribute('aria-label')", "no name"),
        ("document.querySelector('#empty-title').style.color = '#bbb'", "contrast"),
        ("document.querySelector('#open-history').style.minHeight = '30px'", "too small"),
        ("document.querySelector('#empty-title').id = 'text'", "id twice"),
    ],
)
def test_the_measuring_itself_finds_faults(talk: Talk, break_it: str, fault: str) -> None:
    talk.enter()
    talk.page.evaluate(break_it)
    assert any(fault in one for one in faults(talk.page))


def test_the_skip_link_is_the_first_stop_and_leads_to_the_field(talk: Talk) -> None:
    talk.enter()
    talk.page.locator("button:visible").first.focus()
    talk.page.keyboard.press("Shift+Tab")
    expect(talk.page.get_by_role("link", name="跳到输入框")).to_be_focused()
    expect(talk.page.get_by_role("link", name="跳到输入框")).to_be_in_viewport()
    talk.page.keyboard.press("Enter")
    expect(talk.text).to_be_focused()


def test_new_messages_are_announced_and_what_is_loaded_is_not(talk: Talk) -> None:
    talk.enter()
    log = talk.page.get_by_role("log", name="对话记录")
    expect(log).to_have_attribute("aria-live", "polite")
    talk.say(VISIT[0])
    talk.page.reload()
    talk.answer(1)
    expect(log).to_have_attribute("aria-busy", "false")
