"""Facts of a product as people ask for them: one attribute, the whole, or side by side.

A figure is quoted with where it stands: fixed by a rule, or a usual market value that the bank's own may differ from.
An expired rule is not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.catalogue.model import Catalogue, Product, Regulation

ATTRIBUTE_NAMES = {
    "min_amount": "起点金额",
    "max_amount": "金额上限",
    "tenor": "期限",
    "rate": "利率或收益",
    "fee": "费用",
    "risk_rating": "风险等级",
    "eligibility": "办理条件",
    "documents": "所需材料",
    "channels": "办理渠道",
    "features": "产品特点",
    "benefits": "客户能得到什么",
    "regulation": "监管依据",
}
TERM_KEYS: Mapping[str, tuple[str, ...]] = {
    "min_amount": ("min_amount_cny", "min_retained_cny", "min_withdrawal_cny", "down_payment_min_pct"),
    "max_amount": (
        "max_amount_cny",
        "annual_cap_cny",
        "annual_cap_usd",
        "max_financing_pct",
        "quick_redeem_daily_cny",
        "employer_pct_max",
        "total_pct_max",
    ),
    "tenor": ("tenor_text", "notice_days", "facility_max_days"),
    "rate": ("rate_basis",),
    "fee": ("fee_basis",),
    "risk_rating": ("risk_rating", "risk_rating_range"),
}
UNIT = re.compile(r"（[^（）]*）$")
UNKNOWN = "目录里没有固定的数，请问产品经理"
UNWRITTEN = "目录里没有写明，请问产品经理"


@dataclass(frozen=True)
class Answer:
    """One attribute of one product. `basis`: where the value stands."""

    name: str
    lines: tuple[str, ...]
    basis: str


def answer(product: Product, attribute: str, catalogue: Catalogue, today: date) -> Answer:
    """Return the attribute's value; one that the catalogue does not fix is said to be open, never made up."""
    name = ATTRIBUTE_NAMES[attribute]
    if attribute in TERM_KEYS:
        keys = [k for k in TERM_KEYS[attribute] if product.terms.get(k) not in (None, [], "")]
        lines = tuple(_term_line(k, product, catalogue) for k in keys)
        fixed = bool(keys) and all(k in product.fixed_terms for k in keys)
        return Answer(name, lines or (UNKNOWN,), _basis(product, fixed, today) if lines else "")
    values: Mapping[str, Sequence[str]] = {
        "eligibility": product.eligibility,
        "documents": product.documents,
        "channels": product.channels,
        "features": product.features,
        "benefits": tuple(product.benefits.values()),
        "regulation": tuple(_regulation_line(r) for r in live_rules(product, today)),
    }
    lines = tuple(values[attribute])
    return Answer(name, lines or (UNWRITTEN,), _basis(product, False, today) if lines else "")


def _term_line(key: str, product: Product, catalogue: Catalogue) -> str:
    label = UNIT.sub("", catalogue.term_labels.get(key, key))  # the unit is written behind the figure
    return f"{label}：{term_text(key, product.terms[key])}"


def term_text(key: str, value: Any) -> str:
    """Write a term as people read it."""
    if key == "risk_rating_range" and isinstance(value, list):
        return "至".join(str(v) for v in value)
    if isinstance(value, list):
        return "、".join(term_text(key, v) for v in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if key.endswith(("_cny", "_usd")):
        amount = Decimal(str(value))
        return _sized(amount) + ("元" if key.endswith("_cny") else "美元")
    if key.endswith("_pct") or "_pct_" in key:
        return f"{value}%"
    return f"{value}天" if key.endswith("_days") else str(value)


def _sized(amount: Decimal) -> str:
    for size, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        if amount >= size and amount % (size / 10) == 0:
            return f"{(amount / size).normalize():f}{name}"
    return f"{amount:f}"


def live_rules(product: Product, today: date) -> list[Regulation]:
    """Return the rules in force today: expired ones and ones not yet in force are left out."""
    return [
        r
        for r in product.regulation
        if not (r.expires and r.expires < today.isoformat()) and not (r.effective and r.effective > today.isoformat())
    ]


def _regulation_line(rule: Regulation) -> str:
    number = f"（{rule.number}）" if rule.number else ""
    return f"《{rule.rule}》{number}：{rule.fixes}" if rule.fixes else f"《{rule.rule}》{number}"


def _basis(product: Product, fixed: bool, today: date) -> str:
    rule = next((r for r in live_rules(product, today) if r.seen), None)
    if fixed:
        return f"依据：《{rule.rule}》" if rule else "监管规定"
    if product.varies:
        return "市场常见值，各行不同，以本行公布为准"
    return f"依据：《{rule.rule}》" if rule else "市场惯例，以本行公布为准"


def compared(products: Sequence[Product], catalogue: Catalogue, today: date) -> list[tuple[str, tuple[str, ...]]]:
    """Return (attribute name, one value a product) for the attributes that differ."""
    rows = []
    for attribute in ("min_amount", "max_amount", "tenor", "rate", "fee", "risk_rating", "channels"):
        values = tuple("；".join(answer(p, attribute, catalogue, today).lines) for p in products)
        if len(set(values)) > 1:
            rows.append((ATTRIBUTE_NAMES[attribute], values))
    return [("一句话", tuple(p.summary for p in products)), *rows]


def of_need(catalogue: Catalogue, need: str) -> list[Product]:
    return [p for p in catalogue.products.values() if need in p.benefits]
