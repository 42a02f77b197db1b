"""The figures that factors score, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.intelligence.model import NOT_RATED, Factor, Inputs, Part, Rules, Score

Value = Decimal | str | None
CENT, PLACES = Decimal("0.01"), Decimal("0.0001")
TEN_THOUSAND, HUNDRED_MILLION = Decimal(10_000), Decimal(100_000_000)


def months_between(start: date, end: date) -> int:
    """Return whole months from start to end, 0 when end is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return max(months, 0)


def total(inputs: Inputs, codes: frozenset[str]) -> Decimal | None:
    """Return the sum of the balances of these products, None when none of them is held with a known balance."""
    found = [b for code, b in inputs.balances.items() if b is not None and code in codes]
    return sum(found, Decimal(0)) if found else None


def assets(inputs: Inputs, rules: Rules) -> Decimal | None:
    """Return what the client has with us: deposits and wealth products. None when nothing of it is known."""
    return total(inputs, rules.balances_of["assets"])


def relation_years(inputs: Inputs, today: date) -> Decimal | None:
    if inputs.opened_on is None:
        return None
    return Decimal(months_between(inputs.opened_on, today) // 12)


def deposit_ratio(inputs: Inputs, rules: Rules) -> Decimal | None:
    deposits = total(inputs, rules.balances_of["deposit"])
    if deposits is None or not inputs.annual_revenue:
        return None
    return (deposits / inputs.annual_revenue).quantize(PLACES, ROUND_HALF_UP)


def trade(inputs: Inputs) -> Decimal | None:
    known = [x for x in (inputs.export_usd, inputs.import_usd) if x is not None]
    return sum(known, Decimal(0)) if known else None


METRICS: Mapping[str, Callable[[Inputs, Rules, date, Decimal | None], Value]] = {
    "annual_revenue": lambda i, r, today, gain: i.annual_revenue,
    "credit_grade": lambda i, r, today, gain: i.credit_grade or None,
    "industry": lambda i, r, today, gain: i.industry or None,
    "branches": lambda i, r, today, gain: None if i.branches is None else Decimal(i.branches),
    "bank_count": lambda i, r, today, gain: None if i.bank_count is None else Decimal(i.bank_count),
    "contribution": lambda i, r, today, gain: gain,
    "products": lambda i, r, today, gain: None if i.is_prospect else Decimal(len(i.balances)),
    "relation_years": lambda i, r, today, gain: relation_years(i, today),
    "months_since_contact": lambda i, r, today, gain: (
        None if i.last_contact is None else Decimal(months_between(i.last_contact, today))
    ),
    "deposit_ratio": lambda i, r, today, gain: deposit_ratio(i, r),
    "assets": lambda i, r, today, gain: assets(i, r),
    "trade_usd": lambda i, r, today, gain: trade(i),
}


def mark(factor: Factor, value: Value) -> int | None:
    """Return 1–5, None for a figure that is not known or not in the table."""
    if value is None:
        return None
    if factor.table:
        return factor.table.get(str(value))
    reached = sum(Decimal(value) >= step for step in factor.steps)
    return 5 - reached if factor.falling else 1 + reached


def weighted(
    weights: Mapping[str, Decimal], least: Decimal, inputs: Inputs, rules: Rules, today: date, gain: Decimal | None
) -> Score:
    """Return the mean of the factors known, by weight; no value when they weigh less than `least` together."""
    parts = []
    for code, weight in weights.items():
        factor = rules.factors[code]
        value = METRICS[factor.metric](inputs, rules, today, gain)
        parts.append(Part(code, factor.name, value, factor.unit, mark(factor, value), weight))
    known = sum((p.weight for p in parts if p.score is not None), Decimal(0))
    if known < least or not known:
        return Score(None, tuple(parts), known)
    points = sum((p.score * p.weight for p in parts if p.score is not None), Decimal(0))
    return Score((points / known).quantize(CENT, ROUND_HALF_UP), tuple(parts), known)


def write(value: Value, unit: str = "") -> str:
    """Write a figure the way people say it; 未评 for one that is not known."""
    if value is None:
        return NOT_RATED
    if isinstance(value, str):
        return value
    if unit == "money":
        return yuan(value)
    if unit == "usd":
        return f"{_sized(value)}美元"
    if unit == "rate":
        return f"{_plain((value * 100).quantize(CENT))}%"
    return f"{_plain(value)}{unit}"


def yuan(amount: Decimal) -> str:
    """Write CNY: 2300万元, 1.6亿元, 8500元."""
    return f"{_sized(amount)}元"


def _sized(amount: Decimal) -> str:
    for size, name in ((HUNDRED_MILLION, "亿"), (TEN_THOUSAND, "万")):
        if abs(amount) >= size:
            return f"{_plain((amount / size).quantize(CENT, ROUND_HALF_UP))}{name}"
    return _plain(amount.quantize(CENT, ROUND_HALF_UP))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
