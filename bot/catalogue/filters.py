"""Conditions on products, as sentences give them: for whom, of which kind, for how much, for how long, how safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from bot.catalogue.model import Catalogue, Product
from bot.catalogue.words import Words
from bot.zh.extract import extract

START_BEFORE = re.compile(r"(?:起点|门槛|起存|起投|起购|最低)[^\d一二两三四五六七八九十百千]{0,4}$")
START_AFTER = re.compile(r"^[^，。]{0,3}(?:起点|门槛|起存|起投|起购)|^(?:元|块)?(?:起步|起存|起投|起购|起)(?!码)")
BELOW = re.compile(r"^(?:元|块钱?|的)?(?:以下|以内|之内|不到)")
BELOW_BEFORE = re.compile(r"(?:低于|小于|不超过|不高于|最多|不到|少于)$")
SHORT_AFTER = re.compile(r"^(?:以内|之内|以下|内)")
WITHIN = re.compile(r"(?:以内|之内|内)$")
LONG_AFTER = re.compile(r"^(?:以上|及以上)")
RISK = re.compile(r"p?r\s*([1-5])")
RISK_BELOW = re.compile(r"p?r\s*[1-5]\s*(?:级)?(?:以下|以内|及以下|或以下)|(?:不超过|不高于|最高)\s*p?r\s*[1-5]")
LOW_RISK = re.compile(r"低风险|风险低|风险小|稳健|保守")
ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # amounts and durations do not depend on it
EXACT = re.compile(
    r"(?:起点|门槛|起存|起投|起购)(?:是|为|在)?(?!低于|不超|小于|最多|不到)[\d一二两三四五六七八九十百千万亿.]+(?:元|块)?的(?!.{0,3}(?:以下|以内))"
)
LITTLE = Decimal(500_000)  # yuan; less than that is rather a person's money than a company's
CALM_RISK = 2  # the highest level that 低风险 stands for


@dataclass(frozen=True)
class Condition:
    """`amount`: money at hand (yuan); `start_most`: the highest start wanted; `days`: (shortest, longest) wanted."""

    segment: str = ""
    categories: tuple[str, ...] = ()
    category_word: str = ""
    needs: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    amount: Decimal | None = None
    start_most: Decimal | None = None
    days: tuple[int | None, int | None] = (None, None)
    risk_most: int | None = None
    exact: bool = False  # 起点一千万的: the start itself, where there is one that starts there

    @property
    def narrow(self) -> bool:
        """Whether it asks for more than a segment."""
        return bool(
            self.categories or self.needs or self.traits or self.amount or self.start_most or self.risk_most
        ) or self.days != (None, None)


@dataclass(frozen=True)
class Fit:
    """A product that meets a condition; `near`: it only comes close; `why`: in words."""

    product: Product
    near: bool = False
    why: tuple[str, ...] = ()


def read_condition(plain: str, blanked: str, words: Words, needs: Sequence[str] = ()) -> Condition:
    """Read the condition of a normalised sentence; in `blanked` the products' names are blank."""
    segments = {code for hit in words.segment_words.hits(plain) for code in hit.values}
    traits = tuple(dict.fromkeys(c for hit in words.trait_words.hits(plain) for c in hit.values))
    free, spoken = blanked, plain
    for hit in words.trait_words.hits(plain):
        gap = "\n" * (hit.end - hit.start)
        free, spoken = (t[: hit.start] + gap + t[hit.end :] for t in (free, spoken))
    category = words.category_words.first(free)
    themes = list(words.need_words.hits(spoken))
    if category and any(h.start <= category.start and category.end <= h.end for h in themes):
        category = None  # 财富传承 is a need; the category of that name is narrower
    found_needs = [c for hit in themes for c in hit.values]
    amount, start = _amounts(plain)
    return Condition(
        segment=segments.pop() if len(segments) == 1 else "",
        categories=category.values if category else (),
        category_word=category.word if category else "",
        needs=tuple(dict.fromkeys([*(needs if not category else ()), *found_needs])),
        traits=traits,
        amount=amount,
        start_most=start,
        days=_days(plain),
        risk_most=_risk(plain),
        exact=start is not None and EXACT.search(plain) is not None,
    )


def _amounts(plain: str) -> tuple[Decimal | None, Decimal | None]:
    """Return (money at hand, highest start). 起点低于5万 and 1万起 speak of the start, 50万以上 of the money."""
    have = start = None
    for span in (s for s in extract(plain, ANY_DAY) if s.type == "amount"):
        value = span.value
        figure = value.get("min") or value.get("max") if isinstance(value, dict) else value
        if figure is None:
            continue
        before, after = plain[: span.start], plain[span.end :]
        if START_BEFORE.search(BELOW_BEFORE.sub("", before)) or START_AFTER.match(after):
            start = Decimal(str(value["max"] if isinstance(value, dict) and "max" in value else figure))
        else:
            have = Decimal(str(figure))
    return have, start


def _days(plain: str) -> tuple[int | None, int | None]:
    for span in extract(plain, ANY_DAY):
        value = span.value
        if not isinstance(value, dict):
            continue
        if span.type == "date" and WITHIN.search(span.text):
            return None, (date.fromisoformat(value["end"]) - date.fromisoformat(value["start"])).days
        if span.type != "duration":
            continue
        low = value.get("days", value.get("min_days"))
        high = value.get("days", value.get("max_days"))
        after = plain[span.end :]
        if SHORT_AFTER.match(after) or BELOW_BEFORE.search(plain[: span.start]):
            return None, _int(high)
        if LONG_AFTER.match(after):
            return _int(low), None
        return _int(low), _int(high)
    return None, None


def _int(value: object) -> int | None:
    return int(float(str(value))) if value is not None else None


def _risk(plain: str) -> int | None:
    if match := RISK.search(plain):
        return int(match[1])
    return CALM_RISK if LOW_RISK.search(plain) else None


def matching(catalogue: Catalogue, condition: Condition, words: Words, among: Iterable[str] = ()) -> list[Fit]:
    """Return the products that meet the condition, those that come close last. `among`: only these codes."""
    codes = list(among) or list(catalogue.products)
    fits = [f for c in codes if (f := fit(catalogue.products[c], condition, words)) is not None]
    starting = [f for f in fits if condition.exact and start_of(f.product) == condition.start_most]
    fits = starting or fits
    small = condition.amount is not None and condition.amount < LITTLE and not condition.segment
    return sorted(fits, key=lambda f: (f.near, small and f.product.segment != "personal"))


def fit(product: Product, condition: Condition, words: Words) -> Fit | None:
    """Return how a product meets the condition, None when it does not."""
    if condition.segment and product.segment != condition.segment:
        return None
    if condition.categories and not _of_category(product, condition):
        return None
    if condition.needs and not any(n in product.benefits for n in condition.needs):
        return None
    near, why = False, []
    for code in condition.traits:
        reason, close = _trait(product, code, words)
        if reason is None:
            return None
        near = near or close
        why.append(reason)
    if not _affordable(product, condition) or not _in_time(product, condition) or not _calm(product, condition):
        return None
    levels = product.risk_levels
    if condition.risk_most is not None and levels is not None and levels[1] > condition.risk_most:
        near, why = True, [*why, f"常见R{levels[0]}至R{levels[1]}，只能选R{condition.risk_most}及以下的"]
    return Fit(product, near, tuple(dict.fromkeys(why)))


def _of_category(product: Product, condition: Condition) -> bool:
    return product.category in condition.categories or product.name in condition.categories


def _trait(product: Product, code: str, words: Words) -> tuple[str | None, bool]:
    """Return (why, whether it only comes close)."""
    if code in product.traits:
        return product.traits[code], False
    trait = words.traits.get(code)
    for other in trait.near if trait else ():
        if other in product.traits:
            return product.traits[other], True
    return None, False


def start_of(product: Product) -> Decimal | None:
    """Return the smallest amount it takes, None when the catalogue fixes none."""
    terms = product.terms
    figure = terms.get("min_amount_cny", terms.get("min_retained_cny"))
    variants = [v["min_amount_cny"] for v in terms.get("variants") or () if "min_amount_cny" in v]
    figure = min(variants) if figure is None and variants else figure
    return Decimal(str(figure)) if figure is not None else None


def _affordable(product: Product, condition: Condition) -> bool:
    start = start_of(product)
    wanted = [w for w in (condition.amount, condition.start_most) if w is not None]
    if not wanted:
        return True
    if start is None:  # money is placed in what has a start; without one only what the other conditions bring in counts
        return condition.start_most is None and bool(condition.traits or condition.categories or condition.needs)
    return start <= min(wanted)


def _in_time(product: Product, condition: Condition) -> bool:
    low, high = condition.days
    if low is None and high is None:
        return True
    shortest, longest = product.terms.get("tenor_min_days"), product.terms.get("tenor_max_days")
    longest = product.terms.get("tenor_exception_days") or longest
    if shortest is None and longest is None:
        return "liquid" in product.traits and low is None
    return (high is None or (shortest or 0) <= high) and (low is None or longest is None or longest >= low)


def _calm(product: Product, condition: Condition) -> bool:
    if condition.risk_most is None:
        return True
    levels = product.risk_levels
    return levels[0] <= condition.risk_most if levels else "principal_safe" in product.traits
