"""Checks across files: every code named somewhere exists, every need can be asked in all four kinds, every formula runs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bundles.rules import FLAGS, MINIMA
from bot.knowledge.catalogue_check import check_catalogue
from bot.knowledge.files import Reader
from bot.visit.bank import PLACEHOLDER, Bank
from bot.visit.impact import evaluate
from bot.visit.model import KINDS

if TYPE_CHECKING:
    from bot.knowledge.library import Library


NUMBERS = ("count", "money", "rate", "duration")
LISTS_OF_PRODUCTS = ("requires_credit_line", "requires_risk_test")
ELIGIBILITY = {*MINIMA, *FLAGS, *LISTS_OF_PRODUCTS, "max_age", "industries", "requires_foreign_trade"}


def crosscheck(library: Library, reader: Reader, root: Path) -> None:
    """Report what does not fit together; the line is found by searching the file for the code."""
    for path, needle, message in (
        *_questions(library.bank),
        *_openings(library.bank),
        *_impacts(library.bank),
        *_bundles(library),
        *_products(library),
    ):
        reader.report(root / path, line_of(root / path, needle), message)


def line_of(path: Path, needle: str) -> int:
    """Return the first line that holds `needle`, 0 when none does."""
    if not needle or not path.exists():
        return 0
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if needle in line), 0)


Found = Iterator[tuple[str, str, str]]


def _fact_known(code: str, bank: Bank) -> bool:
    return code in bank.facts or code.startswith("has_product_") or code == "is_prospect"


def _questions(bank: Bank) -> Found:
    for need in bank.needs:
        path = f"questions/{need}.yml"
        for kind in KINDS:
            if not bank.of(need, kind):
                yield path, "questions:", f"缺少 {kind} 类问题"
        for rule in bank.likely.get(need, ()):
            yield from _codes(path, rule.when.fact, (rule.when.fact,), bank)
            yield from _placeholders(path, rule.say, bank)
    for q in bank.questions.values():
        path = f"questions/{q.need}.yml"
        yield from _codes(path, q.id, (*q.fills, *(c.fact for c in q.when)), bank)
        yield from _placeholders(path, q.confirm, bank)
        for text in (*q.asks, q.why, q.follow_up):
            if PLACEHOLDER.search(text):
                yield path, text[:12], "这里不能用占位符，只有 confirm 和 say 可以"
        if not q.id.startswith(f"{q.need}.{q.kind}."):
            yield path, q.id, f"问题编号“{q.id}”应当以 {q.need}.{q.kind}. 开头"
        if len(set(q.asks)) < len(q.asks):
            yield path, q.id, f"“{q.id}”有重复的问法"


def _openings(bank: Bank) -> Found:
    for opening in bank.openings:
        yield from _codes("openings.yml", f"id: {opening.id}", tuple(c.fact for c in opening.when), bank)
        yield from _placeholders("openings.yml", opening.text.replace("{name}", ""), bank, f"id: {opening.id}")


def _codes(path: str, needle: str, codes: tuple[str, ...], bank: Bank) -> Found:
    for code in codes:
        if not _fact_known(code, bank):
            yield path, needle, f"facts.yml 里没有“{code}”"


def _placeholders(path: str, text: str, bank: Bank, needle: str = "") -> Found:
    for name in PLACEHOLDER.findall(text):
        if name not in bank.facts:
            yield path, needle or text.partition("{")[0] or text, f"占位符“{{{name}}}”在 facts.yml 里没有"


def _impacts(bank: Bank) -> Found:
    for impact in bank.impacts:
        unknown = [c for c in (*impact.inputs, *impact.unless) if c not in bank.facts]
        if impact.need not in bank.needs:
            unknown.append(impact.need)
        for code in unknown:
            yield "impacts.yml", f"code: {impact.code}", f"“{code}”没有定义"
        for code in impact.inputs:
            if code in bank.facts and bank.facts[code].kind not in NUMBERS:
                yield "impacts.yml", f"code: {impact.code}", f"“{code}”不是数，不能用来算"
        try:
            names = {c: Decimal(7) for c in impact.inputs} | {a[0]: Decimal(a[2]) for a in impact.assumptions}
            evaluate(impact.formula, names)
        except (ValueError, KeyError, SyntaxError, ZeroDivisionError) as error:
            yield "impacts.yml", f"code: {impact.code}", f"公式算不出来：{error}"
        if "{result}" not in impact.result:
            yield "impacts.yml", f"code: {impact.code}", "result 里缺少 {result}"


def _bundles(library: Library) -> Found:
    products, needs = library.catalogue.products, library.bank.needs
    for bundle in library.bundles:
        standing_in = [c for group in bundle.alternatives.values() for c in group]
        for code in (*bundle.products, *standing_in):
            if code not in products:
                yield "bundles.yml", f"code: {bundle.code}", f"产品“{code}”不在 catalogue.yml 里"
        for key in bundle.eligibility.keys() - ELIGIBILITY:
            yield "bundles.yml", f"code: {bundle.code}", f"没有“{key}”这条资格规则"
        for key in LISTS_OF_PRODUCTS:
            for code in bundle.eligibility.get(key, ()):
                if code not in (*bundle.products, *standing_in):
                    yield "bundles.yml", f"code: {bundle.code}", f"{key} 里的“{code}”不在这个组合里"
        for code in bundle.alternatives.keys() - {*bundle.products}:
            yield "bundles.yml", f"code: {bundle.code}", f"“{code}”有替代产品，却不在这个组合里"
        for need in set(bundle.leads) - {*bundle.needs}:
            yield "bundles.yml", f"code: {bundle.code}", f"leads 里的“{need}”不在 needs 里"
        if len(set(bundle.products)) < len(bundle.products):
            yield "bundles.yml", f"code: {bundle.code}", "同一个产品写了两次"
        for need in bundle.needs:
            if need not in needs:
                yield "bundles.yml", f"code: {bundle.code}", f"需求“{need}”不在 needs.yml 里"
            elif not any(need in products[c].benefits for c in (*bundle.products, *standing_in) if c in products):
                yield "bundles.yml", f"code: {bundle.code}", f"没有一个产品满足需求“{need}”"


def _products(library: Library) -> Found:
    for needle, message in check_catalogue(library.catalogue, library.bank.needs, library.words):
        yield "catalogue.yml", needle, message
    for trait in library.words.traits.values():
        for other in trait.near:
            if other not in library.words.traits:
                yield "lookup.yml", f"code: {trait.code}", f"near 里的“{other}”不在 traits 里"
    for need in library.words.needs:
        if need not in library.bank.needs:
            yield "lookup.yml", f"{need}:", f"需求“{need}”不在 needs.yml 里"
