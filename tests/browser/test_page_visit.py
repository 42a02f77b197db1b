import pytest
from conftest import PHONE, Talk
from mock_server import Mock
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

VISIT = ["帮我准备明天拜访华星集团", "开在六家银行", "钱散在六家银行，调一笔要两三天", "一年少说也有三十来万"]


def test_a_whole_visit_goes_by_keyboard_alone(talk: Talk) -> None:
    page, keys = talk.page, talk.page.keyboard
    talk.open()
    expect(page.get_by_label("用户名")).to_be_focused()
    keys.type("zhangwei")
    keys.press("Tab")
    keys.type("wenxu")
    keys.press("Enter")
    expect(talk.text).to_be_focused()

    keys.type("明天拜访华星集团")
    keys.press("Enter")
    expect(talk.answer(1).locator(".say")).to_contain_text("账户现在开在几家银行")
    expect(page.locator("#stages [aria-current=step]")).to_contain_text("状况")

    page.locator("#commands button").first.wait_for()
    keys.press("Shift+Tab")  # the visit's commands
    expect(page.get_by_role("button", name="下一个")).to_be_focused()
    keys.press("ArrowRight")
    expect(page.get_by_role("toolbar").get_by_role("button", name="跳过")).to_be_focused()
    keys.press("Shift+Tab")  # the end of the conversation: the chips of the last message
    while page.evaluate("document.activeElement.className") != "chip":
        keys.press("Shift+Tab")
    expect(talk.answer(1).get_by_role("button", name="跳过")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(talk.mine.nth(1)).to_contain_text("是 6 家")
    expect(talk.text).to_be_focused()
    expect(page.locator("#stages [aria-current=step]")).to_contain_text("问题")

    for number, words in enumerate(
        ["钱散在六家银行，调一笔要两三天", "一年少说也有三十来万", "自动归上来就不用再贷两千万"], 3
    ):
        keys.type(words)
        keys.press("Enter")
        talk.answer(number)
    proposal = talk.answer(5)
    expect(proposal.get_by_role("heading", name="集团资金管理方案")).to_be_visible()
    expect(page.locator("#stages [aria-current=step]")).to_contain_text("方案")
    expect(page.locator(".entry[data-code=fund_pooling] .status")).to_have_text("明确")

    fold = proposal.locator("summary").first
    fold.focus()
    keys.press("Enter")
    expect(proposal.get_by_text("余额按规则自动上划")).to_be_visible()

    talk.text.focus()
    keys.type("周五前确认清单")
    keys.press("Enter")
    talk.answer(6)
    expect(page.locator("#stages [aria-current=step]")).to_contain_text("承诺")

    page.get_by_role("button", name="历史对话").focus()
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="历史对话")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog", name="历史对话")).to_be_hidden()
    expect(page.get_by_role("button", name="历史对话")).to_be_focused()


def test_a_button_sends_its_payload_and_shows_its_title(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.say(VISIT[0]).get_by_role("button", name="跳过").click()
    talk.answer(2)
    assert mock.handled == [VISIT[0], "/skip_question"]
    expect(talk.mine.nth(1)).to_contain_text("跳过")


def test_old_buttons_stay_to_be_seen_and_cannot_be_pressed(talk: Talk) -> None:
    talk.enter()
    first = talk.say(VISIT[0])
    expect(first.get_by_role("button", name="是 6 家")).to_be_enabled()
    second = talk.say(VISIT[1])
    expect(first.get_by_role("button", name="是 6 家")).to_be_visible()
    expect(first.get_by_role("button", name="是 6 家")).to_be_disabled()
    expect(second.get_by_role("button", name="换个问法")).to_be_enabled()


def test_an_item_of_a_list_sends_its_payload(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.say("卡片列表").get_by_role("button", name="华星物流有限公司").click()
    talk.answer(2)
    assert mock.handled[-1] == '/start_visit{"client": "23"}'


def test_the_quick_commands_are_there_only_in_a_visit_and_fit_its_stage(talk: Talk) -> None:
    talk.enter()
    commands = talk.page.get_by_role("toolbar", name="拜访快捷指令")
    expect(commands).to_be_hidden()
    talk.say(VISIT[0])
    expect(commands.get_by_role("button")).to_have_text(["下一个", "跳过", "换个问法", "为什么问这个", "总结", "结束"])
    for words in [*VISIT[1:], "想要自动归集"]:
        talk.say(words)
    expect(commands.get_by_role("button")).to_have_text(["总结", "结束"])
    commands.get_by_role("button", name="结束").click()
    talk.answer(6)
    expect(commands).to_be_hidden()
    expect(talk.page.locator("#stages")).to_be_hidden()


def test_every_card_says_what_it_holds(talk: Talk) -> None:
    talk.enter()
    for words in VISIT:
        talk.say(words)
    question = talk.answered.nth(0).locator(".card-question")
    expect(question).to_contain_text("状况性")
    expect(question).to_contain_text("向客户核实")
    expect(question.get_by_text("才谈得上归集")).to_be_hidden()
    question.get_by_text("为什么问这个").click()
    expect(question.get_by_text("才谈得上归集")).to_be_visible()
    expect(talk.answered.nth(2).locator(".card-needs")).to_contain_text("暗示需求")
    impact = talk.answered.nth(3).locator(".card-impact")
    expect(impact.locator(".result")).to_have_text("一年少拿的利息约 34 万元")
    expect(impact.locator(".assumption")).to_contain_text("假设")
    expect(impact).to_contain_text("来自：客户说的")

    proposal = talk.say("想要自动归集").locator(".card-bundle")
    expect(proposal.locator(".offer.core")).to_have_count(2)
    expect(proposal.locator(".offer").first).to_contain_text("要是每天自动归上来，我就不用再贷那两千万")
    expect(proposal.locator(".first-step")).to_contain_text("周五前")
    proposal.get_by_text("这次没有放进来的（1）").click()
    expect(proposal.get_by_text("怎么办：先做授信评级")).to_be_visible()

    expect(talk.say("卡片对比").get_by_role("table")).to_contain_text("七天通知存款")
    expect(talk.say("卡片产品").get_by_role("article")).to_contain_text("牌价每日更新")
    expect(talk.say("卡片文件").get_by_role("article")).to_contain_text("年内归集率到 80%")
    expect(talk.say("卡片陌生").get_by_role("article")).to_contain_text("这张卡片页面还不认识，只显示文字。")


def test_a_text_that_the_card_already_says_is_not_said_twice(talk: Talk) -> None:
    talk.enter()
    assert talk.say("卡片产品").locator(".bubble").count() == 0


def test_what_the_client_said_is_never_taken_for_markup(talk: Talk) -> None:
    talk.enter()
    turn = talk.say("<img src=x onerror=alert(1)> 华")
    expect(turn.locator(".mine")).to_contain_text("<img src=x")
    assert turn.locator("img").count() == 0


def test_a_quote_in_the_ledger_leads_to_the_turn_it_came_from(talk: Talk) -> None:
    talk.enter()
    for words in VISIT:
        talk.say(words)
    talk.page.locator(".entry[data-code=fund_pooling] button.said").click()
    expect(talk.page.locator(".turn.found .mine")).to_contain_text(VISIT[3])
    expect(talk.page.locator(".turn.found")).to_be_focused()


def test_an_earlier_conversation_opens_again_with_its_state(talk: Talk) -> None:
    talk.enter()
    talk.say(VISIT[0]).get_by_role("button", name="是 6 家").click()
    talk.answer(2)
    talk.page.get_by_role("button", name="新对话").click()
    expect(talk.page.locator(".suggestion").first).to_be_visible()
    talk.say("协定存款起存多少")
    talk.page.get_by_role("button", name="历史对话").click()
    talk.page.get_by_role("button", name=VISIT[0]).click()
    expect(talk.answered).to_have_count(2)
    expect(talk.mine.nth(1)).to_contain_text("是 6 家")
    expect(talk.page.locator("#client")).to_have_text("华星机械集团有限公司")
    expect(talk.page.locator("#stages [aria-current=step]")).to_contain_text("问题")
    talk.page.reload()
    expect(talk.answered).to_have_count(2)


def test_a_suggestion_is_sent_or_filled_in(talk: Talk) -> None:
    talk.enter()
    talk.page.get_by_role("button", name="帮我准备明天拜访").click()
    expect(talk.text).to_have_value("帮我准备明天拜访")
    expect(talk.text).to_be_focused()
    talk.page.get_by_role("button", name="我今天有什么待办").click()
    expect(talk.answer(1)).to_contain_text("收到：我今天有什么待办")


def test_enter_sends_shift_enter_breaks_the_line_and_an_input_method_keeps_its_enter(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.text.press_sequentially("第一行")
    talk.text.press("Shift+Enter")
    talk.text.press_sequentially("第二行")
    talk.text.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(talk.text).to_have_value("第一行\n第二行")
    talk.text.press("Enter")
    talk.answer(1)
    assert mock.received == ["第一行\n第二行"]


def test_a_message_over_the_limit_is_told_and_not_sent(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.text.fill("字" * 1999 + "🙂")
    expect(talk.page.locator("#count")).to_have_text("2000 / 2000")
    expect(talk.page.get_by_role("button", name="发送")).to_be_enabled()
    talk.write("字" * 2003)
    expect(talk.page.locator("#count")).to_have_text("超出 3 字，最多 2000 字")
    expect(talk.page.get_by_role("button", name="发送")).to_be_disabled()
    assert mock.received == []


class TestOnAPhone:
    @pytest.fixture
    def viewport(self) -> dict[str, int]:
        return PHONE

    def test_the_ledger_is_a_drawer_with_its_count_and_gives_the_focus_back(self, talk: Talk) -> None:
        talk.enter()
        for words in VISIT:
            talk.say(words)
        button = talk.page.get_by_role("button", name="需求台账，2 项")
        button.click()
        drawer = talk.page.get_by_role("dialog", name="需求台账")
        expect(drawer.locator(".entry[data-code=payment_efficiency] .status")).to_have_text("已排除")
        talk.page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(button).to_be_focused()
        button.click()
        drawer.locator("button.said").first.click()
        expect(drawer).to_be_hidden()
        expect(talk.page.locator(".turn.found")).to_be_in_viewport()

    def test_nothing_scrolls_sideways_but_the_comparison(self, talk: Talk) -> None:
        talk.open()
        sideways = "document.documentElement.scrollWidth > innerWidth || document.querySelector('#scroll').scrollWidth > document.querySelector('#scroll').clientWidth"
        assert talk.page.evaluate(sideways) is False
        talk.login()
        for words in [*VISIT, "想要自动归集", "卡片对比", "卡片列表", "卡片产品", "卡片文件", "w" * 300]:
            talk.say(words)
            assert talk.page.evaluate(sideways) is False, words
        assert talk.page.evaluate("(t => t.scrollWidth > t.clientWidth)(document.querySelector('.table'))")
