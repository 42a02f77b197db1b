import pytest
from conftest import Talk
from mock_server import Mock
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser


def stored(page: Page, area: str) -> str | None:
    return page.evaluate(f"{area}.getItem('wenxu.token')")


def test_a_wrong_password_is_told_in_the_servers_words_and_keeps_the_username(talk: Talk) -> None:
    talk.open()
    talk.login(password="wrong")
    expect(talk.page.get_by_role("alert")).to_have_text("登录没有成功。用户名或密码不对，请再试一次。")
    expect(talk.page.get_by_label("用户名")).to_have_value("zhangwei")
    expect(talk.page.get_by_label("密码", exact=True)).to_be_focused()
    talk.login()
    expect(talk.text).to_be_focused()


def test_empty_fields_are_told_without_asking_the_server(talk: Talk) -> None:
    talk.open()
    talk.page.get_by_role("button", name="登录", exact=True).click()
    expect(talk.page.get_by_role("alert")).to_have_text("请输入用户名。")
    expect(talk.page.get_by_label("用户名")).to_be_focused()


def test_the_password_can_be_shown_and_is_hidden_again_after_login(talk: Talk) -> None:
    talk.open()
    talk.page.get_by_label("密码", exact=True).fill("wenxu")
    talk.page.get_by_role("button", name="显示密码").click()
    expect(talk.page.locator("#password")).to_have_attribute("type", "text")
    talk.page.get_by_role("button", name="隐藏密码").click()
    expect(talk.page.locator("#password")).to_have_attribute("type", "password")


def test_a_login_lasts_for_the_tab_unless_it_is_to_be_remembered(talk: Talk) -> None:
    talk.enter()
    assert stored(talk.page, "sessionStorage")
    assert stored(talk.page, "localStorage") is None
    talk.page.reload()
    expect(talk.page.locator(".suggestion").first).to_be_visible()


def test_a_remembered_login_serves_a_new_tab(talk: Talk, context: BrowserContext, url: str) -> None:
    talk.open()
    talk.page.get_by_label("在这台设备上记住我").check()
    talk.login()
    expect(talk.page.locator(".suggestion").first).to_be_visible()
    other = context.new_page()
    other.goto(url)
    expect(other.locator(".suggestion").first).to_be_visible()


def test_logging_out_forgets_the_talk_and_the_draft(talk: Talk) -> None:
    talk.enter()
    talk.say("帮我准备明天拜访华星集团")
    talk.text.fill("还没发的话")
    talk.page.get_by_role("button", name="历史对话").click()
    talk.page.get_by_role("button", name="退出登录").click()
    expect(talk.page.get_by_label("用户名")).to_be_visible()
    assert talk.page.evaluate("Object.values(sessionStorage).join()").find("华星") < 0
    talk.login("liuyang")
    expect(talk.page.get_by_role("heading", name="刘洋")).to_be_visible()
    expect(talk.mine).to_have_count(0)
    expect(talk.text).to_have_value("")


def test_a_login_that_ran_out_comes_back_without_losing_message_or_draft(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.say("帮我准备明天拜访华星集团")
    mock.expire_tokens()
    talk.write("是 6 家")
    expect(talk.page.get_by_text("登录已过期，请重新登录")).to_be_visible()
    talk.login()
    expect(talk.answered).to_have_count(2)
    assert mock.handled == ["帮我准备明天拜访华星集团", "是 6 家"]


def test_a_draft_outlives_a_login_that_ran_out(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.say("协定存款起存多少")
    mock.expire_tokens()
    talk.text.fill("写到一半")
    talk.page.get_by_role("button", name="历史对话").click()
    expect(talk.page.get_by_text("登录已过期，请重新登录")).to_be_visible()
    talk.login()
    expect(talk.text).to_have_value("写到一半")


def test_another_user_after_a_login_that_ran_out_sees_and_sends_nothing_of_the_first(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.say("帮我准备明天拜访华星集团")
    mock.expire_tokens()
    talk.write("客户的原话")
    expect(talk.page.get_by_text("登录已过期，请重新登录")).to_be_visible()
    talk.login("liuyang")
    expect(talk.page.get_by_role("heading", name="刘洋")).to_be_visible()
    expect(talk.page.get_by_text("华星机械")).to_have_count(0)
    expect(talk.page.get_by_text("客户的原话")).to_have_count(0)
    assert "客户的原话" not in mock.handled
