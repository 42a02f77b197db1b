"""What a proposal brings the bank in a year. For the manager alone; a figure whose inputs are missing is not estimated.

Asset, liability and fee products are priced together: a shortfall on one must be made up by another (method.md, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

KIND_NAMES = {"deposit": "存款", "loan": "贷款", "fee": "中间业务"}


@dataclass(frozen=True)
class Margin:
    """The margin rule of one product. `margin`: fraction of `volume` a year; `units`: CNY a year per unit of `volume`."""

    code: str
    kind: str  # deposit | loan | fee
    volume: str = ""
    margin: Decimal | None = None
    units: Decimal | None = None
    cost: Decimal = Decimal(0)
    usd: bool = False
    assumption: bool = True
    source: str = ""


@dataclass(frozen=True)
class Margins:
    rows: Mapping[str, Margin] = field(default_factory=dict)
    usd_cny: Decimal = Decimal(0)
    usd_cny_source: str = ""


NO_MARGINS = Margins()


@dataclass(frozen=True)
class Line:
    """One product: CNY a year, None where it is not estimated, then `missing` names the fact (or '' for no rule).

    `volume`: what it was taken on, in CNY or units; `shared`: by how many products the volume is shared.
    """

    code: str
    kind: str
    amount: Decimal | None
    missing: str = ""
    volume: Decimal | None = None
    rule: Margin | None = None
    shared: int = 1


@dataclass(frozen=True)
class Return:
    """`verdict`: covered | compensated | shortfall | unknown (nothing could be estimated).

    `losing`, `carrying`: products below and above zero; `total` is of the estimated lines only.
    """

    lines: tuple[Line, ...]
    total: Decimal | None
    verdict: str
    losing: tuple[str, ...] = ()
    carrying: tuple[str, ...] = ()

    def by_kind(self) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            if line.amount is not None:
                sums[line.kind] = sums.get(line.kind, Decimal(0)) + line.amount
        return sums


def returns(codes: Sequence[str], facts: Mapping[str, Any], margins: Margins) -> Return:
    """Return what the products bring a year together, each with its rule and input."""
    volumes = [margins.rows[c].volume for c in codes if c in margins.rows and margins.rows[c].margin is not None]
    lines = tuple(_line(c, facts, margins, volumes) for c in codes)
    known = [line.amount for line in lines if line.amount is not None]
    total = sum(known, Decimal(0)) if known else None
    losing = tuple(line.code for line in lines if line.amount is not None and line.amount < 0)
    carrying = tuple(line.code for line in lines if line.amount is not None and line.amount > 0)
    if total is None:
        verdict = "unknown"
    elif total < 0:
        verdict = "shortfall"
    else:
        verdict = "compensated" if losing else "covered"
    return Return(lines, total, verdict, losing, carrying)


def _line(code: str, facts: Mapping[str, Any], margins: Margins, volumes: Sequence[str]) -> Line:
    rule = margins.rows.get(code)
    if rule is None:
        return Line(code, "", None)
    if not rule.volume:
        return Line(code, rule.kind, -rule.cost, rule=rule)
    value = facts.get(rule.volume)
    if value is None:
        return Line(code, rule.kind, None, missing=rule.volume, rule=rule)
    volume = Decimal(str(value)) * (margins.usd_cny if rule.usd else 1)
    if rule.units is not None:
        return Line(code, rule.kind, _yuan(volume * rule.units - rule.cost), volume=volume, rule=rule)
    shared = max(volumes.count(rule.volume), 1)
    amount = volume / shared * (rule.margin or Decimal(0)) - rule.cost
    return Line(code, rule.kind, _yuan(amount), volume=volume, rule=rule, shared=shared)


def _yuan(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)
