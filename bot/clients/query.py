"""What a manager wants listed: conditions, order, how many. Read by `read.py`, answered by `bot/store/client_query.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

# field → what `value` holds
#   segment "corporate" | "personal"      industry, region (stored words …)      tier, credit, risk (stored values …)
#   risk_state "expired" | "valid" | "none"                risk_until, credit_until, contacted, opened, birthday (from, to)
#   maturing (from, to, product codes …)   holds (product codes …)                untouched ISO day: no contact since
#   measure (code, op, low, high): op >= > <= < = between    need (codes …), status (statuses …)
#   flag code    family client id    name (start | part, words)    manager user id    phone "missing"
FIELDS = frozenset(
    {
        "segment", "industry", "region", "tier", "credit", "risk", "risk_state", "risk_until", "credit_until", "contacted",
        "untouched", "opened", "birthday", "maturing", "holds", "measure", "need", "status", "flag", "family", "name",
        "manager", "phone",
    }
)  # fmt: skip
SINGLE = frozenset({"segment", "industry", "region", "tier", "credit", "risk", "manager", "untouched", "maturing"})
REPLACES = SINGLE | {"measure"}  # of which a later word (那建材的呢) takes the place of the earlier


@dataclass(frozen=True)
class Condition:
    """One thing that must hold (not hold: `negated`); `shown` is how it was read, in the manager's words."""

    field: str
    value: Any
    shown: str
    negated: bool = False

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"unknown field {self.field!r}")

    @property
    def title(self) -> str:
        return f"不是{self.shown}" if self.negated and self.field not in ("holds", "flag") else self.shown


@dataclass(frozen=True)
class Order:
    """Sort by a measure, or by `contact` (days without contact)."""

    by: str
    descending: bool
    shown: str


@dataclass(frozen=True)
class ClientQuery:
    """`limit`: only the first so many. `counting`: the number is what was asked. `rest`: words that no rule explains;
    `told`: what is to be said about words that the record cannot answer."""

    conditions: tuple[Condition, ...] = ()
    order: Order | None = None
    limit: int | None = None
    counting: bool = False
    rest: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.conditions or self.order or self.limit)

    @property
    def title(self) -> str:
        """How the sentence was read: 制造业·活期余额从高到低·前10."""
        parts = [c.title for c in self.conditions]
        if self.order is not None:
            parts.append(self.order.shown)
        if self.limit is not None:
            parts.append(f"前{self.limit}")
        return "·".join(parts) or "全部客户"

    def of(self, field: str) -> tuple[Condition, ...]:
        return tuple(c for c in self.conditions if c.field == field)


def narrowed(before: ClientQuery, more: ClientQuery, replacing: bool = False) -> ClientQuery:
    """Return the earlier list with what the follow-up adds. `replacing`: 那建材的呢, 换成大连的: the same kind of
    condition takes the place of the earlier one."""
    kept = before.conditions
    if replacing:
        fields = {_place(c) for c in more.conditions if c.field in REPLACES}
        kept = tuple(c for c in kept if _place(c) not in fields)
    new = tuple(
        c for c in more.conditions if (c.field, c.value, c.negated) not in {(k.field, k.value, k.negated) for k in kept}
    )
    return replace(
        before,
        conditions=(*kept, *new),
        order=more.order or before.order,
        limit=more.limit or before.limit,
        counting=more.counting,
        rest=more.rest,
        told=more.told,
    )


def _place(condition: Condition) -> tuple[str, str]:
    return condition.field, condition.value[0] if condition.field == "measure" else ""


def to_json(query: ClientQuery) -> dict[str, Any]:
    """Return the query as the conversation keeps it."""
    return {
        "conditions": [
            {"field": c.field, "value": c.value, "shown": c.shown, "negated": c.negated} for c in query.conditions
        ],
        "order": [query.order.by, query.order.descending, query.order.shown] if query.order else None,
        "limit": query.limit,
    }


def from_json(raw: Mapping[str, Any]) -> ClientQuery:
    """Read what `to_json` wrote; lists come back as tuples."""
    conditions = tuple(
        Condition(c["field"], _frozen(c["value"]), c["shown"], c["negated"]) for c in raw.get("conditions") or ()
    )
    order = raw.get("order")
    return ClientQuery(conditions, Order(*order) if order else None, raw.get("limit"))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in value) if isinstance(value, list | tuple) else value
