from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.split import LIMIT, size, split


def test_a_short_text_is_one_part():
    assert split("您好。") == ["您好。"]


def test_nothing_is_no_part():
    assert split("  \n ") == []


def test_exactly_the_limit_is_one_part_and_a_byte_more_two():
    assert len(split("a" * LIMIT)) == 1
    assert len(split("a" * (LIMIT + 1))) == 2
    assert len(split("汉" * (LIMIT // 3))) == 1
    assert len(split("汉" * (LIMIT // 3 + 1))) == 2


def test_it_is_cut_at_the_end_of_a_sentence():
    sentence = "客户说每个月对账要花三四天，经常对不上。"
    for part in split(sentence * 60)[:-1]:
        assert part.endswith("。")


def test_it_is_cut_between_paragraphs_before_sentences():
    text = "甲。" * 40 + "\n\n" + "乙。" * 60
    assert split(text, 400)[0] == "甲。" * 40


def test_a_closing_quotation_mark_stays_with_its_sentence():
    text = "客户说：“每个月都对不上。”" * 20
    assert all(p.endswith("。”") for p in split(text, 200))


@given(st.text(min_size=1), st.integers(16, 200))
def test_no_part_is_too_long_and_none_of_the_text_is_lost(text, limit):
    parts = split(text, limit)
    assert all(0 < size(p) <= limit for p in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["👩‍💼", "汉", "a", "❤️"]), min_size=1, max_size=80).map("".join))
def test_signs_made_of_several_characters_stay_whole(text):
    parts = split(text, 60)
    assert not any(p.startswith(("\u200d", "\ufe0f")) or p.endswith("\u200d") for p in parts)


def test_a_limit_without_room_for_a_character_is_refused():
    with pytest.raises(ValueError, match="room"):
        split("好", 3)


@pytest.mark.parametrize("before", range(0, 400, 23))
def test_a_link_is_not_torn(before):
    link = "https://wenxu.bank.example/papers/" + "aB3.-_" * 20
    parts = split("对账，" * (before // 3) + f"打开看：{link} 完。", 400)
    assert any(link in p for p in parts)
