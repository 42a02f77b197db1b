"""The words that a product is found by, and the words of a query: one cut for both, so that Chinese needs no dictionary.

Han text becomes overlapping pairs of characters and the characters themselves, Latin text its words; how it sounds
becomes pairs of syllables (协定存款 → xieding dingcun cunkuan), so that 邪定存款 and xieding cunkuan find it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.catalogue.model import Product
from bot.zh.scripts import normalise, pinyin_readings

RUNS = re.compile(r"[㐀-鿿]+|[a-z0-9]+")
MOST_TOKENS = 24  # of a query; more says nothing new


@dataclass(frozen=True)
class Indexed:
    """What is indexed of a product, each a list of tokens."""

    code: str
    names: tuple[str, ...]
    needs: tuple[str, ...]
    body: tuple[str, ...]
    sounds: tuple[str, ...]


def indexed(product: Product, need_names: Mapping[str, str]) -> Indexed:
    """Cut a product into tokens. `need_names`: need code → name."""
    names = (product.name, *product.aliases)
    needs = [need_names.get(n, n) for n in product.benefits] + list(product.benefits.values())
    body = (product.category, product.summary, *product.features, *product.advantages, *product.traits.values())
    return Indexed(
        product.code,
        _all(tokens(n) for n in names),
        _all(tokens(n) for n in needs),
        _all(tokens(b) for b in body),
        _all(sounds(n) for n in names),
    )


def _all(parts: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for part in parts for t in part))


def tokens(text: str) -> list[str]:
    """Return pairs of neighbouring characters and single characters; Latin words and figures whole."""
    found: list[str] = []
    for run in RUNS.findall(normalise(text)):
        if run[0].isascii():
            found.append(run)
        else:
            found += [a + b for a, b in pairwise(run)]
            found += list(run)
    return found


def sounds(text: str) -> list[str]:
    """Return pairs of neighbouring syllables in toneless pinyin, the syllable itself for a single character."""
    found: list[str] = []
    for run in RUNS.findall(normalise(text)):
        if run[0].isascii():
            found.append(run)
            continue
        syllables = [(pinyin_readings(c) or (c,))[0] for c in run]
        found += [a + b for a, b in pairwise(syllables)] or syllables
    return found


def query_tokens(text: str) -> list[str]:
    """Return what a query looks for: pairs and how they sound; single characters only when there is nothing longer."""
    pairs = [t for t in tokens(text) if len(t) > 1 or t.isascii()] or tokens(text)
    return list(dict.fromkeys([*pairs, *sounds(text)]))[:MOST_TOKENS]


def likeness(product: Product, query: str) -> float:
    """Return 0 to 1: how much of the query's pairs, as written or as they sound, the best of its names shares."""
    wanted = set(query_tokens(query))
    if not wanted:
        return 0.0
    best = 0.0
    for name in (product.name, *product.aliases):
        own = set(tokens(name)) | set(sounds(name))
        shared = len(wanted & own)
        best = max(best, 2 * shared / (len(wanted) + len(own)))
    return best
