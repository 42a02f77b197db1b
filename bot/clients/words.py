"""The words that managers ask for clients with (`data/knowledge/client_words.yml`), and where they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measure:
    """A figure to compare and to sort by: a column of the client's row, or the balances of `products` added up.

    `unit`: 元 | 美元 | 天 | 岁 or a measure word; `measures`: measure words that alone say which figure is meant.
    """

    code: str
    name: str
    unit: str
    words: tuple[str, ...]
    column: str = ""
    products: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meaning:
    """`words` stand for the `stored` values; `note` says how that was read, "" when it is plain."""

    words: tuple[str, ...]
    stored: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Group:
    """A kind of product (`codes`) or a flag of the record (`codes` of one)."""

    name: str
    words: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """What stands in the book: industries, regions, and the colleagues whose books are within reach (name → id)."""

    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    managers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ClientWords:
    """All words are normalised."""

    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tiers: tuple[Meaning, ...] = ()
    credit_grades: tuple[str, ...] = ()  # the best first
    risk_grades: tuple[str, ...] = ()  # the boldest first
    risk_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    industries: tuple[Meaning, ...] = ()
    regions: tuple[Meaning, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    flags: tuple[Group, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    need_names: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unrecorded: tuple[tuple[tuple[str, ...], str], ...] = ()
    filler: tuple[str, ...] = ()


@dataclass
class Scan:
    """A normalised sentence and which of its characters are spoken for."""

    text: str
    taken: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taken = self.taken or [False] * len(self.text)

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = [True] * (end - start)

    def find(self, words: Iterable[str]) -> list[tuple[int, int, str]]:
        """Return where the words stand in what is free, longer ones first, none inside another; in order."""
        found: list[tuple[int, int, str]] = []
        for word in sorted({w for w in words if w}, key=len, reverse=True):
            start = self.text.find(word)
            while start >= 0:
                end = start + len(word)
                apart = all(end <= s or e <= start for s, e, _ in found)
                if apart and self.free(start, end) and not (word.isascii() and self._in_word(start, end)):
                    found.append((start, end, word))
                start = self.text.find(word, start + 1)
        return sorted(found)

    def _in_word(self, start: int, end: int) -> bool:
        """A is no grade inside AA."""
        around = self.text[max(0, start - 1) : start] + self.text[end : end + 1]
        return any(c.isascii() and c.isalnum() for c in around)
