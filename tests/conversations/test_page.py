"""The worked example on the real page, at phone width, against the real product."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.stack import PASSWORD, Stack

pytestmark = [pytest.mark.rasa, pytest.mark.browser]


def enter(stack: Stack, page: Page) -> None:
    """Log in to the untouched sample clients."""
    stack.fresh()
    page.goto(stack.base)
    page.get_by_label("用户名").fill("zhangwei")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def say(page: Page, text: str) -> None:
    answers = page.locator(".theirs")
    before = answers.count()
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    expect(answers).to_have_count(before + 1)


def test_a_visit_on_a_phone_ends_in_a_proposal_with_the_clients_words(stack: Stack, phone: Page) -> None:
    enter(stack, phone)

    say(phone, "帮我准备明天拜访华星集团")
    expect(phone.get_by_role("banner")).to_contain_text("华星机械集团有限公司")
    say(phone, "财务说每个月对账要花三四天，经常对不上")
    say(phone, "希望银行每天给我们推一份对好的账")
    say(phone, "出方案")
    proposal = phone.locator(".card-bundle").last
    expect(proposal).to_contain_text("电子对账")
    expect(proposal).to_contain_text("希望银行每天给我们推一份对好的账")

    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 360, f"the page scrolls sideways: {width} px"


def test_a_reload_brings_the_conversation_back(stack: Stack, phone: Page) -> None:
    enter(stack, phone)
    say(phone, "帮我准备明天拜访海达")
    question = phone.locator(".card-question").last.inner_text()

    phone.reload()

    expect(phone.locator(".card-question").last).to_have_text(question, use_inner_text=True)
    expect(phone.get_by_role("banner")).to_contain_text("海达进出口有限公司")
