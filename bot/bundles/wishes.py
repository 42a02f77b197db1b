"""What the manager asked to be different, kept with the proposal: a proposal is a pure function of client and wishes.

`after(wishes, change)` folds one change in. Nothing here decides what may be offered: every rule is re-checked when the
proposal is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from bot.bundles.model import Withheld
from bot.catalogue.model import Product

# what managers call a kind of product → categories of catalogue.yml
KINDS: Mapping[str, tuple[str, ...]] = {
    "贷款": ("融资", "供应链融资", "贸易融资", "个人贷款"),
    "保险": ("保险（代销）",),
    "理财": ("投资理财", "个人理财", "个人投资"),
    "票据": ("票据",),
    "外汇": ("外汇", "国际业务", "个人外汇"),
}
ACTIONS = (
    "remove", "add", "swap", "replace", "without", "steadier", "bolder", "budget", "fewer", "core_only", "choose", "channel", "restore",
)  # fmt: skip


@dataclass(frozen=True)
class Wishes:
    """`swapped`: (old, new); `replaced`: out, something else for the same need; `kinds`: keys of KINDS; `risk_cap`: 0 keeps
    every rated product out; `budget`: CNY the client will put in; `bundle`: the code chosen in place of the best."""

    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    swapped: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    risk_cap: int | None = None
    budget: Decimal | None = None
    most: int | None = None
    core_only: bool = False
    bundle: str = ""
    channel: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return what differs from no wishes at all, as JSON can hold it."""
        out = {f.name: v for f in fields(self) if (v := getattr(self, f.name)) != f.default}
        return {**out, "budget": str(self.budget)} if self.budget is not None else out

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Wishes:
        """Return the wishes of a stored proposal; keys of another version are left out."""
        known = {f.name for f in fields(cls)}
        given: dict[str, Any] = {k: _value(k, v) for k, v in raw.items() if k in known}
        return cls(**given)


def _value(key: str, value: Any) -> Any:
    if key == "budget":
        return None if value is None else Decimal(str(value))
    return tuple(tuple(v) if isinstance(v, list) else v for v in value) if isinstance(value, list | tuple) else value


NONE = Wishes()


@dataclass(frozen=True)
class Change:
    """One thing the manager asked for. `do`: one of ACTIONS; `code`, `other`: products, a kind, a bundle or a channel."""

    do: str
    code: str = ""
    other: str = ""
    amount: Decimal | None = None
    count: int | None = None


def _without(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(c for c in codes if c != code)


def _with(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return (*_without(codes, code), code)


def after(wishes: Wishes, change: Change) -> Wishes:
    """Return the wishes with one more. Raises ValueError for an action that is not one of ACTIONS."""
    code = change.code
    match change.do:
        case "remove":
            return replace(_forget(wishes, code), removed=_with(wishes.removed, code))
        case "add":
            return replace(_forget(wishes, code), added=_with(wishes.added, code))
        case "replace":
            return replace(_forget(wishes, code), replaced=_with(wishes.replaced, code))
        case "swap":
            cleared = _forget(_forget(wishes, code), change.other)
            return replace(cleared, swapped=(*cleared.swapped, (code, change.other)))
        case "without":
            return replace(wishes, kinds=_with(wishes.kinds, code))
        case "steadier":
            return replace(wishes, risk_cap=change.count)
        case "bolder":
            return replace(wishes, risk_cap=None)
        case "budget":
            return replace(wishes, budget=change.amount)
        case "fewer":
            return replace(wishes, most=change.count)
        case "core_only":
            return replace(wishes, core_only=True)
        case "choose":
            return replace(wishes, bundle=code, most=None, core_only=False)
        case "channel":
            return replace(wishes, channel=code)
        case "restore":
            return NONE
    raise ValueError(change.do)


def _forget(wishes: Wishes, code: str) -> Wishes:
    """Return the wishes without what was asked of this product before: the last word counts."""
    return replace(
        wishes,
        removed=_without(wishes.removed, code),
        added=_without(wishes.added, code),
        replaced=_without(wishes.replaced, code),
        swapped=tuple(pair for pair in wishes.swapped if code not in pair),
    )


def unwanted(product: Product, wishes: Wishes) -> Withheld | None:
    """Return the manager's wish that keeps the product out, None when none does."""
    code = product.code
    if code in wishes.removed:
        return Withheld(code, "removed_by_manager", "您要求去掉", "需要时可以再加回来")
    if code in wishes.replaced or any(code == old for old, _ in wishes.swapped):
        return Withheld(code, "swapped_by_manager", "您要求换掉", "需要时可以再换回来")
    if code in wishes.added or any(code == new for _, new in wishes.swapped):
        return None
    for kind in wishes.kinds:
        if product.category in KINDS.get(kind, ()):
            return Withheld(code, "kind_not_wanted", f"您要求不放{kind}类产品", "点名加上它，或者说“恢复原样”")
    cap, levels = wishes.risk_cap, product.risk_levels
    if cap is not None and levels is not None and levels[0] > cap:
        wanted = f"不高于R{cap}" if cap else "不带波动"
        return Withheld(
            code, "steadier_wanted", f"您要求更稳健（{wanted}），它最低是R{levels[0]}", "说“恢复原样”可以放回来"
        )
    return None
