import pytest
from conftest import Talk
from mock_server import Mock
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.browser

FIRST = "帮我准备明天拜访华星集团"


def test_a_cut_socket_comes_back_and_the_talk_goes_on(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.say(FIRST)
    mock.cut()
    talk.say("开在六家银行")
    talk.say("调一笔要两三天")
    assert mock.handled == [FIRST, "开在六家银行", "调一笔要两三天"]
    expect(talk.mine).to_have_count(3)


def test_a_message_whose_answer_was_lost_is_neither_lost_nor_doubled(talk: Talk, mock: Mock) -> None:
    talk.enter()
    talk.say(FIRST)
    mock.mute = 2
    talk.say("开在六家银行")
    assert mock.received.count("开在六家银行") == 3
    assert mock.handled == [FIRST, "开在六家银行"]
    expect(talk.mine).to_have_count(2)
    expect(talk.page.locator(".theirs")).to_have_count(2)


def test_messages_written_offline_wait_in_order_and_go_out_once(
    talk: Talk, mock: Mock, context: BrowserContext
) -> None:
    talk.enter()
    talk.say(FIRST)
    context.set_offline(True)
    expect(talk.banner).to_contain_text("网络断了")
    talk.write("第一句")
    talk.write("第二句")
    expect(talk.page.locator(".delivery", has_text="待发送")).to_have_count(2)
    expect(talk.banner).to_contain_text("2 条消息待发")
    context.set_offline(False)
    talk.answer(3)
    expect(talk.banner).to_be_hidden()
    assert mock.received == [FIRST, "第一句", "第二句"]


def test_the_user_can_ask_to_connect_at_once(talk: Talk, mock: Mock) -> None:
    talk.enter()
    mock.sockets_open = mock.requests_open = False
    mock.cut()
    talk.write(FIRST)
    expect(talk.banner).to_contain_text("正在重连")
    mock.sockets_open = mock.requests_open = True
    talk.page.get_by_role("button", name="现在重连").click()
    talk.answer(1)
    assert mock.handled == [FIRST]


def test_without_a_socket_plain_requests_serve(talk: Talk, mock: Mock) -> None:
    mock.sockets_open = False
    talk.enter()
    talk.say(FIRST)
    talk.say("开在六家银行")
    expect(talk.banner).to_be_hidden()
    expect(talk.page.locator("#client")).to_have_text("华星机械集团有限公司")
    assert mock.received == [FIRST, "开在六家银行"]


def test_messages_that_wait_outlive_a_reload(talk: Talk, mock: Mock) -> None:
    talk.enter()
    mock.sockets_open = mock.requests_open = False
    mock.cut()
    talk.write(FIRST)
    talk.write("开在六家银行")
    talk.page.reload()
    expect(talk.banner).to_contain_text("2 条消息待发")
    mock.sockets_open = mock.requests_open = True
    talk.page.get_by_role("button", name="现在重连").click()
    talk.answer(2)
    expect(talk.mine).to_have_count(2)
    assert mock.handled == [FIRST, "开在六家银行"]


def test_an_answer_lost_in_a_reload_is_fetched_and_not_doubled(talk: Talk, mock: Mock) -> None:
    talk.enter()
    mock.mute = 1
    mock.requests_open = False
    talk.write(FIRST)
    expect(talk.banner).to_be_visible()
    mock.sockets_open = False
    mock.cut()
    talk.page.reload()
    expect(talk.banner).to_contain_text("1 条消息待发")
    mock.sockets_open = mock.requests_open = True
    talk.page.get_by_role("button", name="现在重连").click()
    talk.answer(1)
    expect(talk.mine).to_have_count(1)
    expect(talk.page.locator(".card-question")).to_have_count(1)
    assert mock.handled == [FIRST]


def test_what_the_server_refuses_can_be_sent_again_or_changed(talk: Talk, mock: Mock) -> None:
    talk.enter()
    mock.refuse = [{"status": 422, "title": "没看懂", "detail": "换句话试试。"}] * 2
    talk.write("协定存款")
    expect(talk.page.get_by_role("alert").filter(has_text="没看懂：换句话试试。")).to_be_visible()
    talk.page.get_by_role("button", name="重发").click()
    expect(talk.page.get_by_role("alert").filter(has_text="没看懂")).to_be_visible()
    talk.page.get_by_role("button", name="改一改").click()
    expect(talk.text).to_have_value("协定存款")
    expect(talk.mine).to_have_count(0)
    talk.text.press("Enter")
    expect(talk.answer(1)).to_contain_text("收到：协定存款")


def test_a_server_that_is_busy_gets_the_message_again_by_itself(talk: Talk, mock: Mock) -> None:
    talk.enter()
    mock.refuse = [{"status": 503, "title": "暂时不可用", "detail": ""}]
    talk.say(FIRST)
    assert mock.handled == [FIRST]


def test_while_the_model_loads_one_can_log_in_and_write_and_it_goes_out_when_ready(talk: Talk, mock: Mock) -> None:
    mock.status = {"ready": False, "phase": "loading", "progress": 0.62, "detail": ""}
    talk.open()
    expect(talk.page.locator("#login-status")).to_contain_text("正在载入对话模型 62%")
    talk.login()
    panel = talk.page.get_by_role("region", name="对话模型状态")
    expect(panel).to_contain_text("62%")
    talk.write(FIRST)
    expect(talk.page.locator(".delivery")).to_have_text("待发送")
    mock.status = {"ready": False, "phase": "training", "progress": 0.9, "detail": "还要约一分钟"}
    expect(panel).to_contain_text("正在训练对话模型")
    expect(panel).to_contain_text("还要约一分钟")
    assert mock.received == []
    mock.status = {"ready": True, "phase": "ready", "progress": 1, "detail": ""}
    talk.answer(1)
    expect(panel).to_be_hidden()


def test_a_reply_to_a_conversation_left_behind_does_not_show_in_another(talk: Talk, mock: Mock) -> None:
    talk.enter()
    mock.status = {"ready": False, "phase": "loading", "progress": 0.1, "detail": ""}
    talk.page.reload()
    talk.write(FIRST)
    expect(talk.page.locator(".delivery")).to_have_text("待发送")
    talk.page.get_by_role("button", name="新对话").click()
    mock.status = {"ready": True, "phase": "ready", "progress": 1, "detail": ""}
    talk.say("协定存款")
    assert mock.handled == [FIRST, "协定存款"]
    expect(talk.mine).to_have_count(1)
    talk.page.get_by_role("button", name="历史对话").click()
    expect(talk.page.locator(".conversation")).to_have_count(2)
