from pathlib import Path

import mock_replies
import pytest
from conftest import DESKTOP, PHONE, Talk
from playwright.sync_api import expect

from tests.browser.practice_cards import made

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8").partition("\n")[2]


@pytest.fixture(autouse=True)
def cards(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, card in made().items():
        monkeypatch.setitem(mock_replies.CARDS, name, card)


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def viewport(request: pytest.FixtureRequest) -> dict[str, int]:
    return request.param


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_cards_of_a_practice_have_no_fault_that_can_be_measured(talk: Talk, scheme: str) -> None:
    talk.enter()
    for name in ("简报", "评分", "进步"):
        talk.say(f"卡片{name}")
    for details in talk.page.locator("details").all():
        details.evaluate("e => { e.open = true }")
    assert talk.page.evaluate(AUDIT) == []


def test_a_scorecard_shows_points_with_their_words_and_the_red_line(talk: Talk) -> None:
    talk.enter()
    shown = talk.say("卡片评分")
    expect(shown.locator(".total")).to_contain_text("没有通过")
    expect(shown.locator(".blockers")).to_contain_text("第4句 许诺保本保收益")
    shown.locator("summary").first.click()
    expect(shown.locator(".proof").first).to_contain_text("第2句")
    expect(shown.locator(".advice.stop")).to_contain_text("更好的一句")


def test_progress_is_drawn_and_said(talk: Talk) -> None:
    talk.enter()
    shown = talk.say("卡片进步")
    expect(shown.locator("svg.chart")).to_have_count(2)
    expect(shown.get_by_role("img", name="分数走势：11-01 40分，11-03 72分")).to_be_visible()
    expect(shown.locator("svg .chart-dot")).to_have_count(2)
