"""Plays great, average, poor and absurd sellers on every persona and level, so that a changed file shows what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from bot.bundles.suitability import NO_RULES, Suitability
from bot.catalogue.model import Product
from bot.practice.book import Book, Rubric
from bot.practice.client import world
from bot.practice.model import LEVELS
from bot.practice.scoring import score
from bot.practice.sellers import POOR, Played, Script, Shop, average, great, play
from bot.visit.bank import Bank

SELLERS: Mapping[str, Script] = {"great": great, "average": average, **POOR}
SELLER_NAMES = {
    "great": "优秀",
    "average": "一般",
    "random": "乱说",
    "all_situation": "只问状况",
    "all_problem": "只问问题",
    "all_implication": "只问影响",
    "all_need_payoff": "只问得失",
    "feature_dump": "只讲产品",
    "absurd": "胡来",
}


@dataclass(frozen=True)
class Result:
    """One script on one persona and level; `changed` is the total by another rubric."""

    persona: str
    level: str
    seller: str
    total: int | None
    passed: bool
    changed: int | None = None
    passes_then: bool = False

    @property
    def wrong(self) -> bool:
        """A good seller who fails, or a poor one who passes."""
        return self.passed != (self.seller == "great") and self.seller != "average"


def passes(rubric: Rubric, total: int | None, blocked: bool) -> bool:
    return total is not None and total >= rubric.pass_mark and not blocked


def played(book: Book, shop: Callable[[], Shop], persona: str, level: str, seller: str, seed: int) -> Played:
    w = world(book, book.personas[persona], level, seed)
    return play(w, SELLERS[seller], shop(), Random(f"{seller}|{seed}"))


def results(
    book: Book,
    bank: Bank,
    products: Mapping[str, Product],
    other: Rubric | None = None,
    seed: int = 1,
    rules: Suitability = NO_RULES,
) -> Iterator[Result]:
    """Yield the results of all scripts; `other` is a rubric to compare with. Raises nothing; a book without rubric has none."""
    assert book.rubric is not None
    for persona in book.personas.values():
        for level in LEVELS:
            for seller in SELLERS:
                one = played(book, lambda: Shop(bank, products, rules), persona.id, level, seller, seed)
                by = [
                    (r, score(persona, book.levels[level], r, one.lines, one.state.outcome))
                    for r in (book.rubric, other or book.rubric)
                ]
                marks = [(s.total, passes(r, s.total, bool(s.blockers))) for r, s in by]
                yield Result(persona.id, level, seller, *marks[0], *marks[1])
