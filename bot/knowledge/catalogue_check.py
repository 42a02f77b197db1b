"""Checks over a whole catalogue: every code named exists, every name leads somewhere, every term is known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.catalogue.model import Catalogue, Product
from bot.catalogue.words import Words
from bot.knowledge.catalogue import fits
from bot.zh.scripts import normalise

Finding = tuple[str, str]  # what to search the file for, and what is wrong there
PLAIN_TERMS = {"risk_rating", "risk_rating_range", "currency", "variants"}


def check_catalogue(catalogue: Catalogue, needs: Collection[str], words: Words | None = None) -> Iterator[Finding]:
    """Yield (text that stands on the line at fault, message)."""
    products = catalogue.products
    traits = set(words.traits) if words is not None else None
    for product in products.values():
        yield from _product(product, catalogue, needs, traits)
    for item in catalogue.ambiguous.values():
        yield from _codes(f"alias: {item.alias}", item.codes, products)
    for unlike in catalogue.unlike:
        yield from _codes(unlike.words[0], unlike.near, products)
        for word in unlike.words:
            if owner := next((p for p in products.values() if word in (p.name, *p.aliases)), None):
                yield word, f"“{word}”是{owner.name}的叫法，不能又写在 unlike 里"
    for sibling in catalogue.siblings:
        yield from _codes(f"word: {sibling.word}", (sibling.code, *sibling.others), products)
    yield from _shared_names(catalogue)


def _product(
    product: Product, catalogue: Catalogue, needs: Collection[str], traits: Collection[str] | None
) -> Iterator[Finding]:
    where, products = f"code: {product.code}", catalogue.products
    for need in product.benefits:
        if need not in needs:
            yield where, f"需求“{need}”不在 needs.yml 里"
    for other in product.excludes:
        if other not in products or product.code not in products[other].excludes:
            yield where, f"{product.name}与“{other}”的互斥应当两边都写"
    for other, _ in product.pairs:
        if other not in products:
            yield where, f"pairs_with 里的“{other}”不在目录里"
    for key in product.terms:
        if key not in catalogue.term_labels and key not in PLAIN_TERMS:
            yield where, f"条款“{key}”在 term_labels 里没有名称"
    for trait in product.traits if traits is not None else ():
        if trait not in (traits or ()):
            yield where, f"特性“{trait}”在 lookup.yml 里没有"


def _codes(where: str, codes: Collection[str], products: Mapping[str, Product]) -> Iterator[Finding]:
    for code in codes:
        if code not in products:
            yield where, f"产品“{code}”不在目录里"


def _shared_names(catalogue: Catalogue) -> Iterator[Finding]:
    """A name of several products must say which it means, or be asked back."""
    settled = {normalise(a.alias) for a in catalogue.ambiguous.values()} | {
        normalise(s.word) for s in catalogue.siblings
    }
    owners: dict[str, list[str]] = {}
    for product in catalogue.products.values():
        for word in {normalise(w) for w in (product.name, *product.aliases)}:
            owners.setdefault(word, []).append(product.code)
    for word, codes in owners.items():
        if len(codes) > 1 and word not in settled:
            yield f"code: {codes[-1]}", f"“{word}”是几个产品的叫法（{'、'.join(codes)}），要写进 ambiguous 或 siblings"


def own_term_problem(product: Product | None, term: str, value: Any, catalogue: Catalogue) -> str:
    """Return why the bank may not enter this value, "" when it may."""
    if product is None:
        return "产品不在目录里"
    if term not in catalogue.term_labels:
        return f"没有“{term}”这一项，可用的见 term_labels"
    if term in product.fixed_terms:
        return f"{product.name}的“{catalogue.term_labels[term]}”由监管规定固定，不能录入本行值"
    if not fits(term, value) or value in (None, ""):
        return f"“{catalogue.term_labels[term]}”应当是不小于 0 的数，现在是“{value}”"
    return ""
