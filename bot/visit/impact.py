"""Put a difficulty into a figure, with formula, inputs and assumptions in the open.

Inputs come from the client or the record alone; what is assumed is marked as assumed and can be changed; an impact whose
inputs are not all known is not shown. Formulas are data (`data/knowledge/impacts.yml`).
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.visit.bank import Bank, Impact, money, plain, show
from bot.visit.model import Known

SOURCE_NAMES = {"record": "系统记录", "client": "客户说的", "manager": "您确认的"}

_OPERATORS: Mapping[type, Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Mapping[str, Callable[..., Decimal]] = {"min": min, "max": max}


@dataclass(frozen=True)
class Input:
    name: str
    value: str
    source: str
    quote: str = ""


@dataclass(frozen=True)
class Assumption:
    code: str
    name: str
    value: str
    why: str


@dataclass(frozen=True)
class Figure:
    """One impact worked out. `result` is a Chinese sentence, `amount` the bare number in `unit`."""

    code: str
    need: str
    name: str
    result: str
    amount: Decimal
    unit: str
    formula: str
    inputs: tuple[Input, ...]
    assumptions: tuple[Assumption, ...]


def evaluate(expression: str, names: Mapping[str, Decimal]) -> Decimal:
    """Evaluate arithmetic (+ - * / min max) over decimals.

    Raises ValueError for anything else in the expression, KeyError for an unknown name, ZeroDivisionError.
    """
    return _walk(ast.parse(expression, mode="eval").body, names)


def _walk(node: ast.expr, names: Mapping[str, Decimal]) -> Decimal:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Decimal(str(number))
        case ast.Name(id=name):
            return names[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            a, b = _walk(left, names), _walk(right, names)
            if isinstance(op, ast.Div) and b == 0:
                raise ZeroDivisionError(ast.unparse(node))
            return _OPERATORS[type(op)](a, b)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_walk(a, names) for a in args))
    raise ValueError(f"not allowed in a formula: {ast.unparse(node)}")


def work_out(
    impact: Impact, facts: Mapping[str, Known], bank: Bank, assumed: Mapping[str, Any] | None = None
) -> Figure | None:
    """Return the figure, or None when an input is not known or the result is not above zero."""
    if any(code not in facts for code in impact.inputs) or any(code in facts for code in impact.unless):
        return None
    values = {code: Decimal(str(facts[code].value)) for code in impact.inputs}
    chosen = [Assumption(c, n, str((assumed or {}).get(c, v)), w) for c, n, v, w in impact.assumptions]
    try:
        amount = evaluate(impact.formula, {**values, **{a.code: Decimal(a.value) for a in chosen}})
    except ZeroDivisionError:
        return None
    if amount <= 0:
        return None
    return Figure(
        code=impact.code,
        need=impact.need,
        name=impact.name,
        result=impact.result.format(result=_written(amount, impact.unit)),
        amount=amount,
        unit=impact.unit,
        formula=impact.shown,
        inputs=tuple(
            Input(
                bank.facts[c].name, show(bank.facts[c], facts[c].value), SOURCE_NAMES[facts[c].source], facts[c].quote
            )
            for c in impact.inputs
        ),
        assumptions=tuple(chosen),
    )


def _written(amount: Decimal, unit: str) -> str:
    """Two figures are enough to judge by; more would pretend a precision that nobody has."""
    if unit == "hours":
        return f"约{plain(Decimal(round(amount)))}小时"
    rounded = round(amount, -max(0, amount.adjusted() - 2))
    return f"约{money(Decimal(plain(rounded)))}{'美元' if unit == 'usd' else '元'}"


def figures(
    need: str, facts: Mapping[str, Known], bank: Bank, assumed: Mapping[str, Any] | None = None
) -> tuple[Figure, ...]:
    """Return every figure of a need that can be worked out now."""
    worked = (work_out(i, facts, bank, assumed) for i in bank.impacts if i.need == need)
    return tuple(f for f in worked if f is not None)
