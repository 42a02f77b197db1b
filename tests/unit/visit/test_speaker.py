"""Whose words a sentence typed in a visit is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.reading import Entity, Reading
from bot.visit.speaker import bare_figure, client_speaks, doubtful_is_clients


def read(text: str, intent: str, confidence: float, *, reply: float = 0.0, stance: str = "fact", sure: float = 0.5):
    return Reading(
        text=text,
        intent=intent,
        confidence=confidence,
        ranking=((intent, confidence), ("report_reply", reply)),
        stance=stance,
        stance_confidence=sure,
    )


@pytest.mark.parametrize("text", ["没问题", "影响很大", "20笔就够呛"])
def test_a_short_answer_that_only_looks_like_a_command_is_the_clients(text):
    assert client_speaks(read(text, "skip_question", 0.6, reply=0.3), asked=True)


def test_a_command_that_is_surely_one_is_carried_out():
    assert not client_speaks(read("下个问题", "next_question", 0.9, reply=0.1), asked=True)


def test_without_an_open_question_there_is_nothing_to_answer():
    assert not client_speaks(read("影响很大", "next_stage", 0.6, reply=0.3), asked=False)


@pytest.mark.parametrize("text", ["先停在这儿", "结束吧", "跳过这个", "上一个", "总结下", "退出", "出方案"])
def test_words_of_leaving_and_steering_are_the_managers(text):
    assert not client_speaks(read(text, "stop", 0.5, reply=0.4), asked=True)


@pytest.mark.parametrize("kind", ["product", "client", "attribute"])
def test_who_names_something_to_look_up_speaks_to_the_bot(kind):
    asked = read("协定的起点", "product_info", 0.5, reply=0.4)
    assert not client_speaks(replace(asked, entities=(Entity(kind, "协定", 0, 2, "x"),)), asked=True)


def test_a_clear_stance_makes_a_doubtful_command_the_clients():
    doubtful = read("就盼着快点", "next_question", 0.5, stance="explicit_need", sure=0.95)
    assert client_speaks(doubtful, asked=True)
    assert not client_speaks(replace(doubtful, stance_confidence=0.85), asked=True)
    assert not client_speaks(replace(doubtful, stance="unclear"), asked=True)


@pytest.mark.parametrize("text", ["是的", "嗯对", "没有", "不难"])
def test_a_plain_yes_or_no_answers_the_open_question(text):
    assert doubtful_is_clients(read(text, "nlu_fallback", 0.2), True, ["affirm", "deny"])
    assert not doubtful_is_clients(read(text, "nlu_fallback", 0.2), False, ["affirm", "deny"])


@pytest.mark.parametrize(
    ("text", "told"), [("对账太慢，经常对不上", True), ("麻烦", True), ("不麻烦你了", False), ("换个话题", False)]
)
def test_a_word_of_trouble_answers_the_open_question(text, told):
    assert doubtful_is_clients(read(text, "nlu_fallback", 0.2), True, ["help"]) is told
    assert not doubtful_is_clients(read(text, "nlu_fallback", 0.2), False, ["help"])


def test_a_clear_stance_makes_an_unread_sentence_the_clients_only_if_it_may_be_a_reply():
    said = read("账上那点钱躺着发霉", "nlu_fallback", 0.2, stance="implied_need", sure=0.85)
    assert doubtful_is_clients(said, False, ["report_reply", "deny"])
    assert not doubtful_is_clients(said, False, ["help", "deny"])
    assert not doubtful_is_clients(replace(said, stance_confidence=0.7), False, ["report_reply", "deny"])


def test_a_bare_figure_is_an_answer_and_a_figure_in_a_sentence_is_not():
    figure = Entity("amount", "2300万", 0, 5, "23000000.00")
    assert bare_figure(replace(read("2300万左右", "x", 0.2), entities=(figure,)))
    assert not bare_figure(replace(read("2300万的贷款利率能不能再低一点", "x", 0.2), entities=(figure,)))
    assert not bare_figure(read("左右", "x", 0.2))
