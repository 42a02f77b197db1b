"""Names the sparse features of a sentence: character 1–3-grams, words and syllables, crossed with mode and context."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from wenxu_rasa.corpus import MODES
from wenxu_rasa.linear import Groups
from wenxu_rasa.vocabulary import Hit, sounds

LONGEST = 3
_DIGITS = re.compile(r"\d+")


def plain(text: str) -> str:
    """Figures stand for any figure; ends are marked, since what opens or closes a sentence says much."""
    return "^" + _DIGITS.sub("0", text.replace(" ", "")) + "$"


# Of groups of features, each of unit length by itself; found by cross-validation (docs/nlu.md). 1 when not listed.
_WORDING = {"c1": 0.7, "c2": 0.9, "c3": 0.5, "s": 0.6, "w": 0.7, "y1": 0.4, "y2": 0.5}
WEIGHTS = {**_WORDING, "q": 0.5, "q&": 0.5, "has": 0.3, "v": 0.0, "qv": 0.0}
# Which need is spoken of: what came before and what products are named say more than the wording.
TOPIC_WEIGHTS = {**_WORDING, "y1": 0.0, "y2": 0.0, "q": 0.7, "q&": 0.2, "has": 0.3, "v": 0.4, "qv": 0.4}
INTENT_WEIGHTS = {
    "c1": 0.7, "c2": 0.9, "c3": 0.4, "s": 0.6, "w": 0.6, "y1": 0.4, "y2": 0.5,
    **{f"c1@{mode}": 0.5 for mode in MODES}, **{f"c2@{mode}": 0.5 for mode in MODES},
}  # fmt: skip
WINDOW = 5  # a pair of characters with a gap: at most this far apart


def chars(text: str, longest: int = LONGEST) -> list[str]:
    marked = plain(text)
    return [gram for size in range(1, longest + 1) for gram in grams(marked, size)]


def grams(marked: str, size: int) -> list[str]:
    return [marked[at : at + size] for at in range(len(marked) - size + 1)]


def pairs(marked: str) -> list[str]:
    """Two characters with one to three others between them: 不…了, 先…再."""
    return [f"{one}_{two}" for at, one in enumerate(marked) for two in marked[at + 2 : at + WINDOW]]


def words(tokens: Sequence[str]) -> list[str]:
    """Words and pairs of words."""
    return [*tokens, *(f"{one} {two}" for one, two in zip(tokens, tokens[1:]))]


def of_intent(text: str, tokens: Sequence[str], mode: str) -> Groups:
    """`text` is normalised. The same words mean one thing when idle and another in a visit, hence the crosses."""
    marked = plain(text)
    shape = _shape(marked)
    return {**shape, "w": words(tokens), "m": [mode], f"c1@{mode}": shape["c1"], f"c2@{mode}": shape["c2"]}


def of_reading(
    text: str, tokens: Sequence[str], context: str, hits: Iterable[Hit] = (), context_hits: Iterable[Hit] = ()
) -> Groups:
    """For move, stance and needs; `context` is the question, or the client's words; `hits` the vocabulary's finds."""
    before = chars(context, 3) if context else []
    # What 当然 or 不费劲 says depends on the question: short answers are crossed with it.
    short = [f"{text[:4]}|{gram}" for gram in before] if len(text) < 8 else []
    return {
        **_shape(plain(text)), "w": words(tokens), "q": before, "q&": short, "has": ["context" if context else "none"],
        "v": list(_named(hits)), "qv": list(_named(context_hits)),
    }  # fmt: skip


def _named(hits: Iterable[Hit]) -> Iterator[str]:
    """The type of what is named, and for products and needs which."""
    for hit in hits:
        yield f"t:{hit.type}"
        if hit.type in ("product", "need", "attribute", "difficulty"):
            for value in hit.value if isinstance(hit.value, list) else [hit.value]:
                yield f"{hit.type}:{value}"


def _shape(marked: str) -> dict[str, list[str]]:
    """Single characters, pairs, threes, pairs with a gap, syllables and pairs of them, each a group of its own."""
    spoken = sounds(marked)
    return {
        "c1": grams(marked, 1), "c2": grams(marked, 2), "c3": grams(marked, 3), "s": pairs(marked),
        "y1": spoken, "y2": [f"{one} {two}" for one, two in zip(spoken, spoken[1:])],
    }  # fmt: skip
