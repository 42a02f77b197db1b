"""Overall contribution: what the products held bring in a year, before and after capital cost and risk."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.intelligence.figures import total, yuan
from bot.intelligence.model import Inputs, Rules

KIND_NAMES = {"deposit": "存款", "loan": "贷款", "fee": "中间业务"}
YUAN = Decimal(1)


@dataclass(frozen=True)
class Line:
    """One product held: `base` (CNY, or heads when `per` is set) × `rate`. `amount` None: 未估, `why` says what is missing."""

    code: str
    kind: str
    amount: Decimal | None
    base: Decimal | None = None
    rate: Decimal | None = None
    per: str = ""
    why: str = ""

    def formula(self) -> str:
        """Return how the amount comes about, '' for one that is not estimated."""
        if self.base is None or self.rate is None:
            return ""
        return f"{self.base}人 × {self.rate}元" if self.per else f"{yuan(self.base)} × {percent(self.rate)}"


@dataclass(frozen=True)
class Contribution:
    """`gross` CNY a year of the lines that could be estimated, None when none could. `net` after capital cost and risk."""

    lines: tuple[Line, ...]
    gross: Decimal | None
    net: Decimal | None
    deposits: Decimal | None
    loans: Decimal | None
    capital: Decimal = Decimal(0)
    risk: Decimal | None = Decimal(0)

    def by_kind(self) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            if line.amount is not None:
                sums[line.kind] = sums.get(line.kind, Decimal(0)) + line.amount
        return sums


def contribution(inputs: Inputs, rules: Rules) -> Contribution:
    """Return what the client brings us. A prospect brings nothing that could be estimated."""
    lines = tuple(_line(code, inputs, rules) for code in sorted(inputs.balances))
    known = [line.amount for line in lines if line.amount is not None]
    gross = sum(known, Decimal(0)) if known else None
    loans, deposits = (total(inputs, rules.balances_of[kind]) for kind in ("loan", "deposit"))
    capital = _round((loans or Decimal(0)) * rules.capital.ratio * rules.capital.cost)
    risk = _risk(inputs, rules, loans)
    net = None if gross is None or risk is None else gross - capital - risk
    return Contribution(lines, gross, net, deposits, loans, capital, risk)


def _risk(inputs: Inputs, rules: Rules, loans: Decimal | None) -> Decimal | None:
    if not loans:
        return Decimal(0)
    personal = inputs.segment == "personal"
    rate = rules.capital.personal_loss if personal else rules.capital.loss.get(inputs.credit_grade)
    return None if rate is None else _round(loans * rate)


def _line(code: str, inputs: Inputs, rules: Rules) -> Line:
    rate, balance = rules.rates.get(code), inputs.balances[code]
    if rate is None:
        return Line(code, "", None, why="没有毛利假设")
    if rate.per:
        count = getattr(inputs, rate.per)
        if count is None or rate.units is None:
            return Line(code, rate.kind, None, why="员工人数不知道")
        return Line(code, rate.kind, _round(count * rate.units), Decimal(count), rate.units, rate.per)
    if balance is None or rate.margin is None:
        return Line(code, rate.kind, None, why="余额不知道")
    return Line(code, rate.kind, _round(balance * rate.margin), balance, rate.margin)


def percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}%"


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(YUAN, ROUND_HALF_UP)
