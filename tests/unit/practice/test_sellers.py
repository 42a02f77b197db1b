"""Every persona that comes with the program can be won by a good seller and by no poor one, at every level."""

from __future__ import annotations

from random import Random

import pytest

from bot.practice.client import world
from bot.practice.model import LEVELS
from bot.practice.scoring import score
from bot.practice.sellers import POOR, Script, Shop, at_random, great, play
from bot.practice.tester import passes
from tests.support.talk import library

BOOK = library().practice
CASES = [(p, level) for p in sorted(BOOK.personas) for level in LEVELS]
SEEDS = (1, 2, 3)


def result(persona: str, level: str, script: Script, seed: int) -> tuple[int | None, bool, str]:
    """Return (total, passed, outcome)."""
    w = world(BOOK, BOOK.personas[persona], level, seed)
    shop = Shop(library().bank, library().catalogue.products, library().suitability)
    played = play(w, script, shop, Random(seed))
    scored = score(w.persona, w.level, w.rubric, played.lines, played.state.outcome)
    return scored.total, passes(w.rubric, scored.total, bool(scored.blockers)), scored.outcome


@pytest.mark.parametrize(("persona", "level"), CASES)
def test_a_good_seller_passes(persona: str, level: str) -> None:
    for seed in SEEDS:
        total, passed, outcome = result(persona, level, great, seed)
        assert passed, f"seed {seed}: {total}"
        assert total is not None and total >= BOOK.rubric.exam_mark
        assert outcome in ("advance", "order")


@pytest.mark.parametrize("script", sorted(POOR))
@pytest.mark.parametrize(("persona", "level"), CASES)
def test_a_poor_seller_fails(persona: str, level: str, script: str) -> None:
    for seed in SEEDS:
        total, passed, _ = result(persona, level, POOR[script], seed)
        assert not passed, f"seed {seed}: {total}"


@pytest.mark.parametrize("persona", sorted(BOOK.personas))
def test_luck_does_not_pass_at_the_easiest_level(persona: str) -> None:
    lucky = [seed for seed in range(40) if result(persona, "easy", at_random, seed)[1]]
    assert lucky == []


def test_all_tempers_and_both_segments_are_there_to_practise_with() -> None:
    people = BOOK.personas.values()
    assert len(people) >= 16
    assert {p.temper for p in people} == set(BOOK.tempers)
    assert {p.segment for p in people} == {"corporate", "personal"}
