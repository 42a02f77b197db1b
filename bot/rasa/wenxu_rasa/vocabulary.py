"""Words that name products, attributes, needs, banks and so on, found in normalised text by longest match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.zh.scripts import normalise, pinyin_readings

PLAIN_TYPES = ("bank", "tier", "persona", "industry")  # their value is the word itself
SHORTEST_HEARD = 3  # characters of a name that is found by its sound
END = ""  # key of a trie node under which its entries stand


def sounds(text: str) -> list[str]:
    """Toneless syllables of Han characters, a blank before each so that none is taken for a letter; the rest as it is."""
    return [" " + readings[0] if (readings := pinyin_readings(char)) else char for char in text]


@dataclass(frozen=True)
class Hit:
    """`text[start:end]` is in the vocabulary of `type`; `value` as in the contract (a product may have several codes)."""

    type: str
    start: int
    end: int
    value: Any


@dataclass
class Vocabulary:
    """`words[type][word]` → value; `weak` product words that are common words too."""

    words: dict[str, dict[str, Any]]
    weak: frozenset[str] = frozenset()
    trie: dict[str, Any] = field(default_factory=dict)
    heard: dict[str, Any] = field(default_factory=dict)  # the same over syllables, for products

    def __post_init__(self) -> None:
        for kind, entries in self.words.items():
            for word, value in entries.items():
                _add(self.trie, word, kind, value)
                if kind == "product" and len(word) >= SHORTEST_HEARD and not word.isascii():
                    _add(self.heard, sounds(word), kind, value)

    def hits(self, text: str) -> list[Hit]:
        """For each type the longest matches from the left, none inside another of its type.

        A product's name is also found by its sound (总分账护, 法人帐户透支), if that is longer than what is spelt right.
        """
        spelt = self._matches(self.trie, text)
        heard = self._matches(self.heard, sounds(text)) if self.heard else []
        better = [
            one
            for one in heard
            if all(_longer(one, hit) for hit in spelt if hit.type == one.type and _overlap(one, hit))
        ]
        if better:
            spelt = [hit for hit in spelt if not any(hit.type == one.type and _overlap(one, hit) for one in better)]
        return sorted([*spelt, *better], key=lambda hit: hit.start)

    def _matches(self, trie: dict[str, Any], text: Sequence[str]) -> list[Hit]:
        taken: dict[str, int] = {}
        found = []
        for start in range(len(text)):
            for kind, (end, value) in self._longest(trie, text, start).items():
                if start >= taken.get(kind, 0) and _on_borders(text, start, end):
                    found.append(Hit(kind, start, end, value))
                    taken[kind] = end
        return found

    def _longest(self, trie: dict[str, Any], text: Sequence[str], start: int) -> dict[str, tuple[int, Any]]:
        best: dict[str, tuple[int, Any]] = {}
        node = trie
        for at in range(start, len(text)):
            if text[at] not in node:
                break
            node = node[text[at]]
            for kind, value in node.get(END, {}).items():
                best[kind] = (at + 1, value)
        return best

    def value(self, kind: str, word: str) -> Any:
        """The value of `word`, or of the longest vocabulary word inside it; None if there is none."""
        entries = self.words.get(kind, {})
        plain = word.strip()
        if plain in entries:
            return entries[plain]
        inside = [known for known in entries if len(known) > 1 and known in plain]
        if inside:
            return entries[max(inside, key=len)]
        found = [hit.value for hit in self._matches(self.heard, sounds(plain)) if hit.type == kind]
        return found[0] if found else None


def _add(trie: dict[str, Any], word: Iterable[str], kind: str, value: Any) -> None:
    node = trie
    for part in word:
        node = node.setdefault(part, {})
    node.setdefault(END, {}).setdefault(kind, value)


def _overlap(one: Hit, other: Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _longer(one: Hit, other: Hit) -> bool:
    return one.end - one.start > other.end - other.start


def _on_borders(text: Sequence[str], start: int, end: int) -> bool:
    """A Latin word must not be cut out of a longer one."""
    return not (_latin(text, start - 1) and _latin(text, start)) and not (_latin(text, end - 1) and _latin(text, end))


def _latin(text: Sequence[str], at: int) -> bool:
    return 0 <= at < len(text) and len(text[at]) == 1 and text[at].isascii() and text[at].isalpha()


def load(root: Path) -> Vocabulary:
    """The catalogue's and the needs' own names, and what `data/vocabulary` adds."""
    read = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (root / "data" / "vocabulary").glob("*.yml")
    }
    words: dict[str, dict[str, Any]] = {"product": dict(_products(root, read["products"]))}
    words["attribute"] = dict(_entries(read["attributes"]["attributes"]))
    words["need"] = dict(_entries(read["needs"]["needs"]))
    words["difficulty"] = dict(_entries(read["others"]["difficulty"]))
    for kind in PLAIN_TYPES:
        words[kind] = {normalise(word): word for word in read["others"][kind]}
    return Vocabulary(words, frozenset(normalise(word) for word in read["products"]["weak"]))


def _entries(listed: Mapping[str, list[Any]]) -> Iterator[tuple[str, str]]:
    # A word listed twice belongs to the first: files put the likelier reading first.
    seen = set()
    for value, words in listed.items():
        for word in words:
            plain = normalise(str(word))
            if plain not in seen:
                seen.add(plain)
                yield plain, value


def _products(root: Path, more: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    catalogue = yaml.safe_load((root / "data" / "knowledge" / "catalogue.yml").read_text(encoding="utf-8"))
    codes: dict[str, list[str]] = {}
    for product in catalogue["products"]:
        own = [product["name"], *product["aliases"], *more["products"].get(product["code"], ())]
        for word in own:
            known = codes.setdefault(normalise(str(word)), [])
            if product["code"] not in known:
                known.append(product["code"])
    for entry in catalogue["ambiguous"]:
        codes[normalise(entry["alias"])] = list(entry["codes"])
    for word, several in more["ambiguous"].items():
        codes[normalise(str(word))] = list(several)
    for word, several in codes.items():
        yield word, (several[0] if len(several) == 1 else several or None)
