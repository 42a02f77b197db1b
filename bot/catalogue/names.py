"""Product names as people type them: as written, misspelt, by sound, in pinyin. One immutable index per catalogue.

A name that stands in the catalogue is believed, and so is one that sounds the same or has a character missing, too many
or swapped. One with another character in it may be another thing (存货融资, 备货融资): `Named.sure` is false, ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from bot.catalogue.forms import spoken_forms
from bot.catalogue.model import Catalogue, Unlike
from bot.catalogue.words import Finder, Hit
from bot.zh.name_forms import common_word, sounds
from bot.zh.scripts import initials, normalise, pinyin_key

SHORTEST_TYPO = 3  # characters; a name of two that differs in one is another word
LONGEST = 14


@dataclass(frozen=True)
class Named:
    """A name in a normalised text. `codes`: what it may mean, one when it is clear; `others`: what it means at times;
    `how`: exact | sound | slip | typo | latin; `unlike`: set when it is a thing the catalogue does not have."""

    start: int
    end: int
    text: str
    codes: tuple[str, ...]
    how: str = "exact"
    others: tuple[str, ...] = ()
    ask: str = ""
    unlike: Unlike | None = None

    @property
    def sure(self) -> bool:
        return self.how != "typo"


class NameBook:
    """Looks for the products of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        words = _words(catalogue)
        self._asks = {normalise(a.alias): a.ask for a in catalogue.ambiguous.values()}
        self._siblings = {normalise(s.word): s for s in catalogue.siblings}
        self._unlike = {normalise(w): u for u in catalogue.unlike for w in u.words}
        self._exact = Finder({**words, **{w: () for w in self._unlike if w not in words}})
        self._words = {w: c for w, c in words.items() if len(w) >= 2}
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._by_latin: dict[str, set[str]] = defaultdict(set)
        self._by_gap: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            self._index(word)

    def _index(self, word: str) -> None:
        if not word.isascii():
            self._by_sound[_sound(word)].add(word)
            self._by_latin[pinyin_key(word).replace(" ", "")].add(word)
            if len(word) >= 4:
                self._by_latin[initials(word)].add(word)
        if len(word) >= SHORTEST_TYPO:
            for gap in _gaps(word):
                self._by_gap[gap].add(word)

    def named(self, text: str, *, thorough: bool = False) -> list[Named]:
        """Return the products that the normalised text names, in order. A misspelt name counts where nothing is named
        exactly, or where it sounds like a longer name than the exact one inside it; `thorough`: also beside exact names."""
        found = [self._told(h) for h in self._exact.hits(text)]
        found += self._latin(text, found)
        wrong = self._misspelt(text)
        if wrong is not None:
            inside = [n for n in found if wrong.start <= n.start and n.end <= wrong.end]
            heard = wrong.how == "sound" and all(wrong.end - wrong.start > n.end - n.start + 1 for n in inside)
            if not found or (inside and heard):
                found = [*(n for n in found if n not in inside), wrong]
        if thorough and found:
            found += self._beside(text, found)
        return sorted(found, key=lambda n: n.start)

    def _beside(self, text: str, found: list[Named]) -> list[Named]:
        """Misspelt names in what the names found leave over."""
        rest = list(text)
        for one in found:
            rest[one.start : one.end] = "\n" * (one.end - one.start)
        wrong = self._misspelt("".join(rest))
        return [wrong] if wrong is not None and wrong.sure else []

    def _told(self, hit: Hit[str]) -> Named:
        codes = hit.values
        if hit.word in self._unlike and not codes:
            return Named(hit.start, hit.end, hit.word, (), unlike=self._unlike[hit.word])
        sibling = self._siblings.get(hit.word)
        if sibling:
            return Named(hit.start, hit.end, hit.word, (sibling.code,), others=sibling.others)
        return Named(hit.start, hit.end, hit.word, codes, ask=self._asks.get(hit.word, ""))

    def _latin(self, text: str, found: list[Named]) -> Iterator[Named]:
        """Names typed in Latin letters, with or without blanks: xieding cunkuan, ffting."""
        runs = [h for h in _latin_runs(text) if all(h[1] <= n.start or n.end <= h[0] for n in found)]
        covered = 0
        for start, end in runs:
            if end <= covered:
                continue
            key = text[start:end].replace(" ", "")
            words = self._by_latin.get(key, set())
            if words:
                covered = end
                codes = tuple(sorted({c for w in words for c in self._codes(w)}))
                yield Named(start, end, text[start:end], codes, "latin", ask=_common_ask(self._asks, words))

    def _codes(self, word: str) -> tuple[str, ...]:
        sibling = self._siblings.get(word)
        return (sibling.code,) if sibling else self._words[word]

    def _misspelt(self, text: str) -> Named | None:
        """The longest misspelling in the text; of one length the same sound first, then a slip, then a wrong character."""
        best: tuple[int, int, Named] | None = None
        for length in range(min(LONGEST, len(text)), 1, -1):
            for start in range(len(text) - length + 1):
                piece = text[start : start + length]
                if piece in self._words:
                    continue
                for rank, how, words in self._like(piece):
                    key = (max(len(w) for w in words), rank)
                    if best is None or key > best[:2]:
                        codes = tuple(sorted({c for w in words for c in self._codes(w)}))
                        ask = _common_ask(self._asks, words)
                        best = (*key, Named(start, start + length, piece, codes, how, ask=ask))
        return best[2] if best else None

    def _like(self, piece: str) -> Iterator[tuple[int, str, set[str]]]:
        """Yield (rank, how, names) for the names that the piece resembles."""
        if heard := self._heard(piece):
            yield 3, "sound", heard
        near = self._mistyped(piece)
        slips = {w for w in near if len(w) != len(piece) or sorted(w) == sorted(piece)}
        if whole := {w for w in slips if self._whole(piece, w)}:
            yield 2, "slip", whole
        if wrong := near - slips:
            yield 1, "typo", wrong

    def _heard(self, piece: str) -> set[str]:
        if piece.isascii() or (len(piece) == 2 and common_word(piece)):
            return set()
        words = self._by_sound.get(_sound(piece), set())
        return {w for w in words if len(w) == len(piece) and _same(w, piece)}

    def _mistyped(self, piece: str) -> set[str]:
        if len(piece) < SHORTEST_TYPO or not piece.isalnum():
            return set()
        near = {w for gap in (piece, *_gaps(piece)) for w in self._by_gap.get(gap, ())}
        near |= {gap for gap in _gaps(piece) if gap in self._words}
        return {w for w in near if len(w) >= 4 and abs(len(w) - len(piece)) <= 1 and _one_apart(w, piece)}

    def _whole(self, piece: str, word: str) -> bool:
        """Whether a slip is one inside the word: 货融资 is a part of many names and no slip of 备货融资."""
        return len(piece) >= len(word) or piece[0] == word[0]

    def nearest(self, text: str, limit: int = 3) -> list[str]:
        """Return the codes whose names are most like the text, best first."""
        plain = normalise(text)
        if len(plain) < 2 or not self._words:
            return []
        codes: list[str] = []
        for word, score, _ in process.extract(plain, self._words.keys(), scorer=fuzz.WRatio, limit=30):
            if score < 45 or len(set(word) & set(plain)) < 2:  # one character in common is chance
                continue
            codes += [c for c in self._codes(word) if c not in codes]
        return codes[:limit]


def _words(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return normalised name → codes. What `ambiguous` lists means all of its codes; a name has precedence over aliases."""
    found: dict[str, list[str]] = {}
    for product in catalogue.products.values():
        for word in product.aliases:
            codes = found.setdefault(normalise(word).strip(), [])
            if product.code not in codes:
                codes.append(product.code)
    found |= {normalise(a.alias): [c for c in a.codes if c in catalogue.products] for a in catalogue.ambiguous.values()}
    found |= {normalise(s.word): [s.code] for s in catalogue.siblings}
    found |= {normalise(p.name): [p.code] for p in catalogue.products.values()}
    found |= _spoken(catalogue, found.keys())
    return {w: tuple(codes) for w, codes in found.items() if w and codes}


def _spoken(catalogue: Catalogue, taken: Iterable[str]) -> dict[str, list[str]]:
    """Return the forms that follow from the names by rule, those that one product alone has and nothing else is called."""
    used = {*taken, *(normalise(w) for u in catalogue.unlike for w in u.words)}
    forms: dict[str, set[str]] = defaultdict(set)
    for product in catalogue.products.values():
        for form in spoken_forms(product):
            forms[normalise(form)].add(product.code)
    return {w: list(codes) for w, codes in forms.items() if len(codes) == 1 and w not in used}


def _common_ask(asks: dict[str, str], words: set[str]) -> str:
    return next((asks[w] for w in sorted(words) if w in asks), "")


def _sound(word: str) -> str:
    """One key for all spellings that sound alike to most: zh/z, n/l, ing/in are one."""
    return " ".join(min(sounds(c, near=True), default=c) for c in word)


def _same(one: str, other: str) -> int:
    return sum(a == b for a, b in zip(one, other, strict=False))


def _gaps(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _one_apart(one: str, other: str) -> bool:
    """Whether one character is wrong, missing, too many, or two neighbours are swapped."""
    if len(one) == len(other):
        wrong = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        return len(wrong) == 1 or (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and one[wrong[0]] == other[wrong[1]]
            and one[wrong[1]] == other[wrong[0]]
        )
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return short in _gaps(long)


def _latin_runs(text: str) -> list[tuple[int, int]]:
    """Return stretches of Latin letters, first those joined over blanks, then the single ones."""
    singles = []
    at = 0
    while at < len(text):
        end = at
        while end < len(text) and text[end].isascii() and (text[end].isalpha() or text[end].isdigit()):
            end += 1
        if end > at and any(c.isalpha() for c in text[at:end]):
            singles.append((at, end))
        at = max(end, at + 1)
    joined = [(a[0], b[1]) for a, b in pairwise(singles) if text[a[1] : b[0]].isspace()]
    return [*joined, *singles]
