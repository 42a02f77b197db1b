"""The lines of one entry that speak of what a question speaks of. They are quoted as they stand, so that a question that no
attribute's name explains (临时户能签吗, 一个人能又制单又复核吗) is answered by the entry's own words and never by a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.catalogue.answers import live_rules, term_text
from bot.catalogue.model import Catalogue, Product
from bot.catalogue.search import RUNS
from bot.zh.scripts import normalise

ENOUGH = 1.4  # of likeness; one pair of characters that stands in two lines
CLOSE = 0.45  # of the best line's likeness
MOST = 4  # lines
SINGLE = 0.4  # weight of one character beside a pair
COMMON = frozenset(
    "的了是在有不人一这那个为和与及或可能以对到等从按把被让就都也要会再又去来给用于者其该如中上下内外前后"
)


@dataclass(frozen=True)
class Passage:
    label: str
    line: str


def passages(product: Product, catalogue: Catalogue, today: date) -> Iterator[Passage]:
    """Yield the quotable lines of an entry."""
    for label, lines in (
        ("产品特点", (*product.features, *product.advantages)),
        ("办理条件", product.eligibility),
        ("客户能得到什么", tuple(product.benefits.values())),
        ("要注意的", (product.suitability,)),
        ("所需材料", ("、".join(product.documents),)),
        ("办理渠道", ("、".join(product.channels),)),
        ("怎么办理", (*product.steps, *catalogue.steps.get(product.category, ()))),
    ):
        yield from (Passage(label, str(line)) for line in lines if line)
    for key in ("tenor_text", "rate_basis", "fee_basis"):
        if product.terms.get(key):
            yield Passage(catalogue.term_labels.get(key, key), term_text(key, product.terms[key]))
    for rule in live_rules(product, today):
        if rule.fixes:
            yield Passage("监管依据", f"《{rule.rule}》：{rule.fixes}")


def closest(
    product: Product, spoken: str, same: Sequence[Sequence[str]], catalogue: Catalogue, today: date
) -> list[Passage]:
    """Return the lines most like what is spoken, best first, none when nothing is alike.

    `spoken`: the question without names and question words; `same`: words that stand for one another.
    """
    wanted = _tokens(spoken) - _tokens(product.name)
    for group in same:
        if any(word in spoken for word in group):
            wanted |= {t for word in group for t in _tokens(word)}
    lines = list(passages(product, catalogue, today))
    cut = [_tokens(p.line) for p in lines]
    spread = Counter(t for tokens in cut for t in tokens)
    scored = []
    for place, tokens in enumerate(cut):
        likeness = sum(_weight(t) / spread[t] ** 0.5 for t in tokens & wanted)
        scored.append((likeness, -place))
    best = max(scored, default=(0.0, 0))[0]
    if best < ENOUGH:
        return []
    chosen = sorted((s for s in scored if s[0] >= max(ENOUGH * CLOSE, best * CLOSE)), reverse=True)
    return [lines[-place] for _, place in chosen[:MOST]]


def _weight(token: str) -> float:
    return 2.0 if len(token) > 1 else SINGLE


def _tokens(text: str) -> set[str]:
    """Pairs of neighbouring characters, single ones that carry a meaning, Latin words."""
    found: set[str] = set()
    for run in RUNS.findall(normalise(text)):
        if run[0].isascii():
            found |= {run} if len(run) > 1 else set()
        else:
            found |= {a + b for a, b in pairwise(run) if not (a in COMMON and b in COMMON)}
            found |= set(run) - COMMON
    return found
