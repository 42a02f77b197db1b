"""What a sentence touches, and the parts of a next step."""

from __future__ import annotations

import pytest

from bot.practice.hearing import bare, closed, introduces, parts_with, step_parts, touch, triggered
from bot.practice.model import Said
from tests.support.practice import PERSONA, told


def test_words_and_reading_both_tell_what_a_sentence_is_about() -> None:
    assert touch(PERSONA, told("流水怎么样", "problem")).needs == ("reconciliation",)
    assert touch(PERSONA, told("这块怎么样", "problem", "idle_cash")).needs == ("idle_cash",)


def test_of_two_needs_the_likelier_comes_first() -> None:
    found = touch(PERSONA, told("对账、回单、流水和活期", "problem"))
    assert found.needs == ("reconciliation", "idle_cash")


def test_a_need_the_client_has_not_is_elsewhere() -> None:
    assert touch(PERSONA, told("汇率呢", "problem", "fx_risk")).elsewhere == ("fx_risk",)


def test_the_longest_cue_names_the_fact() -> None:
    assert touch(PERSONA, told("你们怎么对账，对几天", "situation")).facts[0] == "books"


def test_the_same_words_with_other_punctuation_are_the_same() -> None:
    assert bare("对账，麻烦吗？") == bare("对账麻烦吗")


@pytest.mark.parametrize("text", ["对账麻烦吗？", "是不是老对不上", "行不行", "您有没有算过"])
def test_a_closed_question_is_told_from_an_open_one(text: str) -> None:
    assert closed(text)
    assert not closed("对账哪里最烦？")


@pytest.mark.parametrize("text", ["您好，我是工商银行的小李，约了王总", "网点客户经理，来送到期资料"])
def test_who_and_why_open_the_door(text: str) -> None:
    assert introduces(text)


@pytest.mark.parametrize("text", ["王总在吗", "我找王总", "我是小李"])
def test_less_than_who_and_why_does_not(text: str) -> None:
    assert not introduces(text)


@pytest.mark.parametrize(
    ("text", "dated", "parts"),
    [
        ("下周三我带产品经理来演示", True, ("who", "what", "when")),
        ("下周三行吗", True, ("when",)),
        ("回头给您出个方案", False, ("what",)),
        ("再联系", False, ()),
    ],
)
def test_the_parts_of_a_next_step(text: str, dated: bool, parts: tuple[str, ...]) -> None:
    assert step_parts(Said(text, "commitment", dated=dated)) == parts


def test_a_word_inside_a_sentence_triggers() -> None:
    assert triggered(PERSONA.opens, "一路您辛苦了") is PERSONA.opens[0]
    assert triggered(PERSONA.opens, "您好") is None


@pytest.mark.parametrize("text", ["那今天就先聊到这儿", "您留步，不用送", "那您忙，我先回去了"])
def test_taking_leave_is_heard(text: str) -> None:
    assert parts_with(text)


@pytest.mark.parametrize("text", ["聊到这儿，对账最烦的是哪一步？", "您慢慢说"])
def test_going_on_is_not_taking_leave(text: str) -> None:
    assert not parts_with(text)
