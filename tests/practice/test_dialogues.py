"""The score against people who judged dialogues without having written the rubric."""

from __future__ import annotations

import pytest

from bot.practice.agreement import spearman
from tests.practice.dialogues_io import book, dialogues, played, read, said, world

DIALOGUES = dialogues()
LEAST = 24


@pytest.fixture(scope="module")
def judged():
    return [(d, played(d)[1]) for d in DIALOGUES]


def test_there_are_enough_of_each_quality() -> None:
    assert len(DIALOGUES) >= LEAST
    for band in ("great", "average", "poor"):
        assert sum(d.judged["band"] == band for d in DIALOGUES) >= LEAST // 4


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda d: d.id)
def test_every_sentence_of_a_dialogue_can_be_said(dialogue) -> None:
    result, _ = played(dialogue)
    assert len(result.lines) == len(dialogue.turns), "the client ended the talk before the last sentence"


def test_the_order_is_the_annotators(judged) -> None:
    rows = [(s.total, d.judged["score"]) for d, s in judged if s.total is not None and not d.judged.get("blockers")]
    assert spearman([a for a, _ in rows], [b for _, b in rows]) >= 0.85


def test_the_band_is_the_annotators(judged) -> None:
    rows = [(book().rubric.band(s.total), d.judged["band"], d.id) for d, s in judged if not d.judged.get("blockers")]
    wrong = [r for r in rows if (r[0] or "poor") != r[1]]
    assert 1 - len(wrong) / len(rows) >= 0.9, wrong


def test_the_needs_that_came_to_light_are_found(judged) -> None:
    hit = sum(len({*s.found} & {*d.judged["needs"]}) for d, s in judged)
    said_to_be = sum(len(s.found) for _, s in judged)
    there = sum(len(d.judged["needs"]) for d, _ in judged)
    assert 2 * hit / (said_to_be + there) >= 0.95


def test_the_outcome_is_the_annotators(judged) -> None:
    wrong = [(d.id, s.outcome, d.judged["outcome"]) for d, s in judged if s.outcome != d.judged["outcome"]]
    assert 1 - len(wrong) / len(judged) >= 0.9, wrong


def test_what_crosses_a_red_line_is_seen_and_nothing_else(judged) -> None:
    names = {r.code: r.name for r in book().rubric.compliance}
    for dialogue, result in judged:
        wanted = {names[c] for c in dialogue.judged.get("blockers") or ()}
        assert {b.note for b in result.blockers} == wanted, dialogue.id


def test_a_dialogue_with_an_unknown_key_is_refused(tmp_path) -> None:
    path = tmp_path / "odd.yml"
    path.write_text("id: odd\npersona: busy_cfo\nlevel: easy\nseed: 1\nturns: []\njudgement: {}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="keys"):
        read(path)


def test_a_sentence_is_read_as_the_product_reads_it() -> None:
    dialogue = DIALOGUES[0]
    last = said(dialogue, {"say": "下周三上午来演示", "move": "commitment"})
    assert last.dated and world(dialogue).persona.id == dialogue.persona
