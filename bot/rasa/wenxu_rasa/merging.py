"""From tags, vocabulary, figures and the book's names to entities with values.

Priority where two overlap: a client the application found in its book, a name of the tagger's that holds a whole figure
(七天通知), then figures (`bot.zh.extract`), then what else the tagger found. A longer one of the same rank wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wenxu_rasa.tagger import QUANTITIES, Span
from wenxu_rasa.vocabulary import PLAIN_TYPES, Vocabulary

Entity = dict[str, Any]


def figures(found: Iterable[Any]) -> list[Entity]:
    """Spans of `bot.zh.extract`."""
    return [_entity(one.type, one.start, one.end, one.value) for one in found]


def mentioned(found: Iterable[dict[str, Any]]) -> list[Entity]:
    """`metadata.mentions`: clients of the book."""
    return [_entity("client", one["start"], one["end"], one["id"]) for one in found]


def tagged(spans: Sequence[Span], text: str, vocabulary: Vocabulary) -> list[Entity]:
    """The tagger's spans with values from the vocabulary; figures are left to the extractor."""
    found = []
    for start, end, kind in spans:
        if kind in QUANTITIES:
            continue
        word = text[start:end]
        value = word if kind in PLAIN_TYPES else None if kind == "client" else vocabulary.value(kind, word)
        found.append(_entity(kind, start, end, value))
    return found


def around(named: Iterable[Entity], figured: Iterable[Entity]) -> list[Entity]:
    """Names that hold a whole figure and more: 七天通知, 三一重工."""
    inside = [(one["start"], one["end"]) for one in figured]
    return [
        one
        for one in named
        if any(one["start"] <= s and e <= one["end"] and (s, e) != (one["start"], one["end"]) for s, e in inside)
    ]


def _entity(kind: str, start: int, end: int, value: Any) -> Entity:
    return {"entity": kind, "start": start, "end": end, "value": value}


def merge(*ranks: Sequence[Entity]) -> list[Entity]:
    """Earlier ranks win over later ones that overlap them; sorted by place."""
    kept: list[Entity] = []
    for rank in ranks:
        for one in sorted(rank, key=lambda entity: entity["start"] - entity["end"]):
            if all(one["end"] <= other["start"] or other["end"] <= one["start"] for other in kept):
                kept.append(one)
    return sorted(kept, key=lambda entity: entity["start"])
