"""Names the sparse features of a sentence: character 1–3-grams and words, crossed with mode and context."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wenxu_rasa.linear import Groups

LONGEST = 3
_DIGITS = re.compile(r"\d+")


def plain(text: str) -> str:
    """Figures stand for any figure; ends are marked, since what opens or closes a sentence says much."""
    return "^" + _DIGITS.sub("0", text.replace(" ", "")) + "$"


WEIGHTS = {"w": 0.7, "q": 0.5, "q&": 0.5, "has": 0.3}  # of groups of features; characters count fully


def chars(text: str, longest: int = LONGEST) -> list[str]:
    marked = plain(text)
    return [marked[at : at + size] for size in range(1, longest + 1) for at in range(len(marked) - size + 1)]


def words(tokens: Sequence[str]) -> list[str]:
    """Words and pairs of words."""
    return [*tokens, *(f"{one} {two}" for one, two in zip(tokens, tokens[1:]))]


def of_intent(text: str, tokens: Sequence[str], mode: str) -> Groups:
    """`text` is normalised. The same words mean one thing when idle and another in a visit, hence the cross."""
    grams = chars(text)
    return {"c": grams, f"c@{mode}": grams, "w": words(tokens), "m": [mode]}


def of_reading(text: str, tokens: Sequence[str], context: str) -> Groups:
    """For move, stance and needs; `context` is the question, or the client's words."""
    before = chars(context, 3) if context else []
    # What 当然 or 不费劲 says depends on the question: short answers are crossed with it.
    short = [f"{text[:4]}|{gram}" for gram in before] if len(text) < 8 else []
    return {"c": chars(text, 4), "w": words(tokens), "q": before, "q&": short, "has": ["context" if context else "none"]}
