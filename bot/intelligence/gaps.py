"""What similar clients use and this one does not; and what relations hint at. Both end in a need to ask about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.catalogue.model import Product
from bot.intelligence.model import LeadRule, Peers


@dataclass(frozen=True)
class Gap:
    """A product that `share` of the `peers` similar clients hold, and the need it answers first."""

    product: str
    need: str
    share: Decimal
    peers: int


@dataclass(frozen=True)
class Relation:
    """`name` is to the client what `kind` says: core | upstream | downstream | group. `client_id` 0: no client of ours."""

    kind: str
    name: str
    client_id: int = 0
    held: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lead:
    """Something to ask about, and why. `with_`: (client id, name) of those it is about and the reader may see."""

    code: str
    need: str
    say: str
    with_: tuple[tuple[int, str], ...] = ()


def gaps(
    segment: str,
    held: frozenset[str],
    holders: Mapping[str, int],
    clients: int,
    peers: Peers,
    products: Mapping[str, Product],
) -> tuple[Gap, ...]:
    """Return the gaps, the most usual among similar clients first; none when there are too few of them to compare."""
    if clients < peers.least:
        return ()
    found = []
    for code, count in holders.items():
        product = products.get(code)
        if product is None or product.segment != segment or code in held or code in peers.skip or not product.benefits:
            continue
        share = Decimal(count) / clients
        if share >= peers.share:
            need = next(iter(product.benefits))
            found.append(Gap(code, need, share.quantize(Decimal("0.01"), ROUND_HALF_UP), clients))
    return tuple(sorted(found, key=lambda g: (-g.share, g.product)))


def leads(
    rules: Sequence[LeadRule], relations: Iterable[Relation], held: frozenset[str], is_core: bool
) -> tuple[Lead, ...]:
    """Return the leads that the relations give and that nothing answers yet, in the order of the rules."""
    by_kind: dict[str, list[Relation]] = {}
    for relation in relations:
        by_kind.setdefault(relation.kind, []).append(relation)
    made = []
    for rule in rules:
        found = [r for r in by_kind.get(rule.relation, []) if not r.held & rule.without]
        if not found or held & rule.without or (rule.core and not is_core):
            continue
        names = "、".join(r.name for r in found[:3]) + ("等" if len(found) > 3 else "")
        known = tuple((r.client_id, r.name) for r in found if r.client_id)
        made.append(Lead(rule.code, rule.need, rule.say.format(count=len(found), names=names), known))
    return tuple(made)
