"""Client names as people type them: short, misspelt, by sound, by initials, in Traditional.

`NameIndex` is built once for a set of clients. How words are kept from passing
for names: a brand of two characters (百味) counts only if what follows does not
make another name (百味轩, 恒泰五金) or a longer word of it, and one that is itself
a word (远航) needs a neighbour that a name would have (去远航, 远航的财务): 百味杂陈
and 扬帆远航 name nobody. A homophone must share a character with the name and be
no word itself. Private clients match by exact, Traditional or homophone
spelling, never by a typo or a part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from rapidfuzz import fuzz, process

from bot.zh.name_forms import INDUSTRY, Candidate, Form, common_word, forms, is_person, latin_keys, sounds
from bot.zh.scripts import normalise

__all__ = ["Candidate", "Match", "Mention", "NameIndex", "mentions", "rank"]

_SCORES = {"full": 1.0, "short": 0.98, "core": 0.92}
_TITLES = re.compile(r"(?:那边|那家|这家|他们|的|家|公司)$")
_BOUNDARY = re.compile(
    r"[^\w]|[的那这有是在和跟与或给要想做开说讲聊谈老财会出总董采法人资档情客账存贷流结用还欠上下目近最今明昨什啥怎咋该需由归为没也都就呢吗吧呀啊嘛集公股分他她咱我你现一二三]|$"
)
_LEADS = re.compile(
    r"(?:^|[^\w]|[去见访约给替帮和跟对查看聊找把从在是到的了过调开选换改叫为向于陪问拜户司家回将管向给到搜提])$"
)
_OTHER_NAME = re.compile(r"[轩阁楼堂斋坊苑园居记]")
_FUNCTION = set(
    "的了是在有不我你他她这那和与就都也还要把被给到说很太没吗呢吧啊个一上下来去做会能对用为位家户笔元年月日天号点"
)
_LEGAL = re.compile(r"集团有限公司|集团公司|股份有限公司|有限公司|集团|公司|股份(?!制|比)")
_LATIN = re.compile(r"[a-z]{2,}")
_LATIN_WORDS = {"pos", "lpr", "app", "fab", "erp", "sap", "ge", "pk", "ok", "hi", "usd", "atm", "bp", "wx", "rmb", "cny", "vip", "crm", "pdf", "ppt", "spin", "hello", "bye", "help", "kyc", "kpi", "lc", "abs", "excel", "word", "boss", "no", "yes", "reset"}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """`how`: exact, short, core, homophone, near-homophone, latin, part or typo."""

    id: int
    score: float
    how: str


@dataclass(frozen=True)
class Mention:
    """A client named in `text[start:end]` of the sentence as given."""

    id: int
    start: int
    end: int
    text: str
    score: float


class NameIndex:
    """Looks up clients by name; immutable once built."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._candidates = {candidate.id: candidate for candidate in candidates}
        self._people = {one.id for one in self._candidates.values() if is_person(one)}
        self._names = {one.id: normalise(one.name) for one in self._candidates.values()}
        self._by_text: dict[str, dict[int, str]] = defaultdict(dict)
        self._by_start: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
        self._by_sound: dict[tuple[str, ...], list[tuple[str, int, str]]] = defaultdict(list)
        self._by_latin: dict[str, set[int]] = defaultdict(set)
        for one in self._candidates.values():
            for form in forms(one):
                self._add(one.id, form)
            for key in latin_keys(one):
                self._by_latin[key].add(one.id)
        self._texts = [(text, id_) for text, ids in self._by_text.items() for id_ in ids if id_ not in self._people]
        self._typo_texts = [text for text, _ in self._texts]

    def _add(self, id_: int, form: Form) -> None:
        self._by_text[form.text].setdefault(id_, form.kind)
        self._by_start[form.text[:2]].append((form.text, id_, form.kind))
        for key in _sound_keys(form.text[:2]):
            self._by_sound[key].append((form.text, id_, form.kind))

    def rank(self, query: str, limit: int = 5) -> list[Match]:
        """The clients that `query`, a name alone, may mean; best first."""
        plain = normalise(query).replace(" ", "").strip("，。？！,.?!")
        best: dict[int, Match] = {}
        for text in {plain, _TITLES.sub("", plain)}:
            if len(text) < 2:
                continue
            for match in self._ranked(text):
                if match.id not in best or best[match.id].score < match.score:
                    best[match.id] = match
            if not best or max(match.score for match in best.values()) < 0.85:
                for match in self._typos(text):
                    best.setdefault(match.id, match)
        return sorted(best.values(), key=lambda match: (-match.score, match.id))[:limit]

    def _ranked(self, text: str) -> Iterator[Match]:
        for id_, kind in self._by_text.get(text, {}).items():
            yield Match(id_, _SCORES[kind], "exact" if kind == "full" else kind)
        for id_ in self._by_latin.get(text, ()):
            yield Match(id_, 0.85, "latin")
        for key in _sound_keys(text[:2]):
            for form, id_, kind in self._by_sound.get(key, ()):
                if len(form) == len(text) and form != text and (likeness := _alike(text, form)):
                    penalty = 0.02 if kind == "core" else 0.0
                    how = "homophone" if likeness == 1 else "near-homophone"
                    near = 0.7 if id_ in self._people and len(form) == 2 else 0.84
                    yield Match(id_, round((0.93 if likeness == 1 else near) - penalty, 2), how)
        if len(text) >= 2 and not INDUSTRY.fullmatch(text):
            for id_, name in self._names.items():
                if text in name and id_ not in self._people:
                    yield Match(id_, 0.9 if name.startswith(text) else 0.8, "part")

    def _typos(self, text: str) -> Iterator[Match]:
        if len(text) < 3:
            return
        for _, score, place in process.extract(text, self._typo_texts, scorer=fuzz.ratio, limit=10, score_cutoff=66):
            form, id_ = self._texts[place]
            if text[0] in form[:2] or text[1] in form[:3]:
                yield Match(id_, round(min(score / 100, 0.99) * 0.85, 4), "typo")

    def mentions(self, text: str) -> list[Mention]:
        """Names within a sentence, in order. One span has several entries if several clients go by it."""
        plain = normalise(text)
        found = [*self._written(plain), *self._heard(plain), *self._latin(plain)]
        found.sort(key=lambda one: (-(one[2] - one[1]), -one[3], one[1], one[0]))
        taken: dict[int, tuple[int, int]] = {}
        kept: dict[tuple[int, int, int], float] = {}
        for id_, start, end, score in found:
            spans = {taken[place] for place in range(start, end) if place in taken}
            if not spans or spans == {(start, end)}:
                if spans and kept and max(s for (i, a, b), s in kept.items() if (a, b) == (start, end)) - score > 0.08:
                    continue
                taken.update(dict.fromkeys(range(start, end), (start, end)))
                kept.setdefault((id_, start, end), score)
        order = sorted(kept.items(), key=lambda one: (one[0][1], -one[1], one[0][0]))
        return [Mention(id_, start, end, text[start:end], score) for (id_, start, end), score in order]

    def _written(self, plain: str) -> Iterator[tuple[int, int, int, float]]:
        for start in range(len(plain) - 1):
            for form, id_, kind in self._by_start.get(plain[start : start + 2], ()):
                if not plain.startswith(form, start):
                    continue
                end = self._extended(plain, start, form, id_)
                if self._plausible(plain, start, end, id_, kind):
                    yield id_, start, end, _SCORES[kind]

    def _extended(self, plain: str, start: int, form: str, id_: int) -> int:
        """As far as the text goes on like the full name, by whole words: 华星机械, 华星集团, 海达公司."""
        end = start + len(form)
        if id_ in self._people:
            return end
        name = self._names[id_]
        if name.startswith(form):
            stop = end
            while stop < len(plain) and stop - start < len(name) and plain[stop] == name[stop - start]:
                stop += 1
            if stop - end > 1 or stop - start == len(name):
                end = stop
        match = _LEGAL.match(plain, end)
        return match.end() if match else end

    def _plausible(self, plain: str, start: int, end: int, id_: int, kind: str) -> bool:
        """Whether two characters that are written like a name are meant as one."""
        text = plain[start:end]
        if id_ in self._people:
            return not (
                _inside_word(plain, start, end) or (text[0] == "周" and plain[start - 1 : start] in tuple("上下这本每"))
            )
        if (other := INDUSTRY.match(plain, end)) and other[0] not in self._names[id_] and kind != "full":
            return False
        if len(text) > 3 or kind == "full":
            return True
        if _OTHER_NAME.match(plain, end) or _inside_word(plain, start, end):
            return False
        if len(text) == 2 and common_word(text):
            return bool(_BOUNDARY.match(plain, end) and _LEADS.search(plain, max(0, start - 1), start))
        return True

    def _heard(self, plain: str) -> Iterator[tuple[int, int, int, float]]:
        """Homophones: with a shared character, no function words, and no word of the language."""
        for start in range(len(plain) - 1):
            for key in _sound_keys(plain[start : start + 2]):
                for form, id_, kind in self._by_sound.get(key, ()):
                    end = start + len(form)
                    heard = plain[start:end]
                    if len(heard) < len(form) or heard == form or not (likeness := _alike(heard, form)):
                        continue
                    if self._misheard(plain, start, heard, form, likeness, id_):
                        continue
                    stop = self._extended(plain, start, form, id_)
                    if self._plausible(plain, start, stop, id_, kind):
                        yield (
                            id_,
                            start,
                            stop,
                            round((0.9 if likeness == 1 else 0.8) - (0.04 if kind == "core" else 0), 2),
                        )

    def _misheard(self, plain: str, start: int, heard: str, form: str, likeness: float, id_: int) -> bool:
        same = sum(one == other for one, other in zip(heard, form, strict=False))
        if not same and len(form) < 4:
            return True
        if any(one != other and one in _FUNCTION for one, other in zip(heard, form, strict=False)):
            return True
        if id_ in self._people and (likeness < 1 or heard[0] != form[0]) and len(form) < 3:
            return True
        if len(form) == 2 and (likeness < 1 or _inside_word(plain, start, start + 2)):
            return True
        return common_word(heard)

    def _latin(self, plain: str) -> Iterator[tuple[int, int, int, float]]:
        for match in _LATIN.finditer(plain):
            if match[0] not in _LATIN_WORDS and match[0] in self._by_latin:
                for id_ in self._by_latin[match[0]]:
                    if id_ not in self._people or len(match[0]) > 3:
                        yield id_, match.start(), match.end(), 0.8 if len(match[0]) > 2 else 0.7


def _sound_keys(pair: str) -> Iterator[tuple[str, ...]]:
    return product(*(sounds(char, near=True) for char in pair))


def _alike(heard: str, form: str) -> float:
    """1 for the same sounds, 0.5 for sounds that are mixed up, 0 otherwise."""
    likeness = 1.0
    for one, other in zip(heard, form, strict=False):
        if one == other or sounds(one) & sounds(other):
            continue
        if not sounds(one, near=True) & sounds(other, near=True):
            return 0.0
        likeness = 0.5
    return likeness


def _inside_word(plain: str, start: int, end: int) -> bool:
    """Whether a dictionary word reaches over an edge of the span: 周[明天], [百味]杂陈, 扬帆[远航]."""
    for first, last in (
        (start - 2, start + 2),
        (start - 1, start + 1),
        (end - 1, end + 1),
        (end - 2, end + 2),
        (end - 1, end + 3),
        (end - 2, end + 1),
        (start - 1, end),
    ):
        if (
            first >= 0
            and last <= len(plain)
            and not (first >= start and last <= end)
            and common_word(plain[first:last])
        ):
            return True
    return False


def rank(query: str, candidates: Sequence[Candidate], limit: int = 5) -> list[Match]:
    """`NameIndex(candidates).rank(query, limit)`; build the index once where it is asked often."""
    return NameIndex(candidates).rank(query, limit)


def mentions(text: str, candidates: Sequence[Candidate]) -> list[Mention]:
    """`NameIndex(candidates).mentions(text)`; build the index once where it is asked often."""
    return NameIndex(candidates).mentions(text)
