"""The words that people ask with (`data/knowledge/lookup.yml`), and where they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar


@dataclass(frozen=True)
class Trait:
    """A condition on products, such as 随时能取; `near`: traits that come close to it."""

    code: str
    name: str
    words: tuple[str, ...]
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """All words are normalised. Mappings go from a code to the words that stand for it."""

    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    traits: Mapping[str, Trait] = field(default_factory=dict)
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()  # (words, categories)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compare: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()  # words with a product's name in them that name no product
    same: tuple[tuple[str, ...], ...] = ()  # words that stand for one another when lines of an entry are looked for

    @cached_property
    def asked(self) -> Finder[tuple[str, str]]:
        """Finds attributes, parts and single terms: (kind, code)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for kind, table in (("term", self.terms), ("part", self.parts), ("attribute", self.attributes)):
            for code, words in table.items():
                for word in words:
                    found.setdefault(word, []).append((kind, code))
        return Finder(found)

    @cached_property
    def comparing(self) -> Finder[str]:
        return Finder({w: ["compare"] for w in self.compare})

    @cached_property
    def listing(self) -> Finder[str]:
        return Finder({w: ["list"] for w in self.lists})

    @cached_property
    def trait_words(self) -> Finder[str]:
        return Finder(inverted({t.code: t.words for t in self.traits.values()}))

    @cached_property
    def need_words(self) -> Finder[str]:
        return Finder(inverted(self.needs))

    @cached_property
    def segment_words(self) -> Finder[str]:
        return Finder(inverted(self.segments))

    @cached_property
    def strangers(self) -> Finder[str]:
        return Finder({w: ["stranger"] for w in self.not_names})

    @cached_property
    def category_words(self) -> Finder[str]:
        return Finder({w: list(names) for words, names in self.categories for w in words})


def inverted(table: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return word → codes."""
    found: dict[str, list[str]] = {}
    for code, words in table.items():
        for word in words:
            found.setdefault(word, []).append(code)
    return found


T = TypeVar("T")


@dataclass(frozen=True)
class Hit(Generic[T]):
    start: int
    end: int
    word: str
    values: tuple[T, ...]


class Finder(Generic[T]):
    """Finds the longest words from the left, none inside another."""

    def __init__(self, table: Mapping[str, Iterable[T]]) -> None:
        self.table = {word: tuple(values) for word, values in table.items() if word}
        starts: dict[str, list[int]] = {}
        for word in self.table:
            starts.setdefault(word[0], []).append(len(word))
        self._lengths = {first: sorted(set(lengths), reverse=True) for first, lengths in starts.items()}

    def hits(self, text: str) -> Iterator[Hit[T]]:
        at = 0
        while at < len(text):
            word = self._at(text, at)
            if word:
                yield Hit(at, at + len(word), word, self.table[word])
                at += len(word)
            else:
                at += 1

    def _at(self, text: str, at: int) -> str:
        for length in self._lengths.get(text[at], ()):
            word = text[at : at + length]
            if word in self.table and not _cuts_latin(text, at, at + length):
                return word
        return ""

    def first(self, text: str) -> Hit[T] | None:
        return next(self.hits(text), None)


def _cuts_latin(text: str, start: int, end: int) -> bool:
    """A Latin word must not be cut out of a longer one."""
    return (start > 0 and _latin(text[start - 1]) and _latin(text[start])) or (
        end < len(text) and _latin(text[end - 1]) and _latin(text[end])
    )


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
