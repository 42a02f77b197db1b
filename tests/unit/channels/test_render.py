from __future__ import annotations

import pytest

from bot.channels.message import Choice
from bot.channels.render import MORE, PICK, WORDS, Look, chosen, render
from bot.channels.split import LIMIT, size

WECHAT, WECOM, REPLY_ONLY = Look(parts=3), Look(parts=4, buttons=6, button_bytes=30), Look(parts=1)
COMMANDS = [{"title": "换个问法", "payload": "/rephrase_question"}, {"title": "跳过", "payload": "/skip_question"}]
LIST = {
    "type": "list",
    "title": "哪一位？",
    "text": "哪一位？\n1. 华星\n2. 海达",
    "items": [{"title": "华星", "payload": "/a"}, {"title": "海达", "payload": "/b"}],
}


def answer(*messages):
    return {"messages": list(messages)}


def texts(shown):
    return [p.body["text"] for p in shown.parts if p.body["kind"] == "text"]


def test_buttons_become_numbers():
    shown = render(answer({"text": "对账难吗？", "buttons": COMMANDS}), WECHAT)
    assert texts(shown) == [f"对账难吗？\n\n{PICK}\n1 换个问法\n2 跳过"]
    assert chosen("2", [c.to_json() for c in shown.choices]) == "/skip_question"


def test_where_a_figure_is_the_answer_the_commands_are_words():
    shown = render(answer({"text": "有几家分公司？", "buttons": COMMANDS}), WECHAT, figure_expected=True)
    assert texts(shown) == [f"有几家分公司？\n\n{WORDS}“换个问法”、“跳过”"]
    assert shown.choices == ()


def test_a_list_keeps_its_numbers_and_buttons_follow():
    more = {"text": "还有：", "buttons": [{"title": "都不是", "payload": "/deny"}]}
    shown = render(answer({"text": LIST["text"], "card": LIST}, more), WECHAT)
    assert "2. 海达" in texts(shown)[0]
    assert "3 都不是" in texts(shown)[0]
    assert [c.payload for c in shown.choices] == ["/a", "/b", "/deny"]


def test_a_list_whose_text_has_no_numbers_gets_them():
    bare = {**LIST, "text": "哪一位？"}
    assert "1. 华星\n2. 海达" in texts(render(answer({"text": "哪一位？", "card": bare}), WECHAT))[0]


def test_a_button_that_stands_twice_is_shown_once():
    shown = render(answer({"text": "甲", "buttons": COMMANDS}, {"text": "乙", "buttons": COMMANDS}), WECHAT)
    assert len(shown.choices) == 2


def test_a_card_is_its_text_said_once():
    card = {"type": "client", "text": "华星\n【基本】\n· 12家"}
    assert texts(render(answer({"text": card["text"], "card": card}), WECHAT)) == [card["text"]]
    assert texts(render(answer({"text": "这位客户：", "card": card}), WECHAT)) == [f"这位客户：\n{card['text']}"]


def test_messages_go_together_since_the_platform_counts_them():
    assert texts(render(answer({"text": "甲。"}, {"text": "乙。"}), WECHAT)) == ["甲。\n\n乙。"]


def test_buttons_stay_buttons_where_there_are_some():
    shown = render(answer({"text": "对账难吗？", "buttons": COMMANDS}), WECOM)
    assert [p.body["kind"] for p in shown.parts] == ["text", "buttons"]
    assert shown.parts[1].body["choices"][1] == {"title": "跳过", "payload": "/skip_question"}
    assert shown.choices[1] == Choice("跳过", "/skip_question")


@pytest.mark.parametrize(
    "buttons", [[{"title": f"第{n}项", "payload": f"/{n}"} for n in range(7)], [{"title": "长" * 20, "payload": "/x"}]]
)
def test_buttons_that_do_not_fit_on_a_card_become_numbers(buttons):
    shown = render(answer({"text": "选一个", "buttons": buttons}), WECOM)
    assert [p.body["kind"] for p in shown.parts] == ["text"]
    assert PICK in texts(shown)[0]


@pytest.mark.parametrize("look", [WECHAT, WECOM, REPLY_ONLY])
def test_a_long_answer_is_cut_and_what_is_left_waits(look):
    said = "".join(f"第{n}条：客户说每个月对账要花三四天，经常对不上。" for n in range(300))
    shown = render(answer({"text": said, "buttons": COMMANDS}), look)
    everything = [*shown.parts, *shown.rest]
    assert len(shown.parts) <= look.parts
    assert all(size(p.body["text"]) <= LIMIT for p in everything if p.body["kind"] == "text")
    together = "".join(p.body["text"].replace(MORE, "") for p in everything if p.body["kind"] == "text")
    assert said in together.replace("\n", "")
    assert [MORE in p.body["text"] for p in shown.rest] == [True] * (len(shown.rest) - 1) + [False]
    assert MORE in texts(shown)[-1]


def test_an_answer_without_words_has_no_parts():
    assert render(answer(), WECHAT).parts == ()


CHOICES = [{"title": "跳过", "payload": "/one"}, {"title": "总结", "payload": "/two"}]


@pytest.mark.parametrize("typed", ["2", "２", " 2 ", "2.", "2、", "第2个", "二", "第二个", "第二条", "选2", "总结"])
def test_the_second_is_meant(typed):
    assert chosen(typed, CHOICES) == "/two"


@pytest.mark.parametrize(
    "typed", ["0", "3", "22", "2家", "2万", "两三个", "二三", "12个网点", "", "第二天", "2号线", "总结一下"]
)
def test_what_is_no_choice_is_left_alone(typed):
    assert chosen(typed, CHOICES) is None
