"""Client intelligence: inputs from rows, what the last run found, relations. Clients come from access functions alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.intelligence.gaps import Relation
from bot.intelligence.model import Inputs
from bot.store.access import Actor, audit, family_of, in_reach, reachable_clients
from bot.store.tables import (
    Client,
    ClientInsight,
    ClientRelation,
    Holding,
    InsightPeer,
    InsightPeerProduct,
    InsightRun,
    InsightTotal,
    TierProposal,
)

COLUMNS = (
    Client.id, Client.segment, Client.industry, Client.is_prospect, Client.annual_revenue, Client.headcount,
    Client.credit_grade, Client.branches, Client.bank_count, Client.export_usd, Client.import_usd,
    Client.is_core_enterprise, Client.last_contact_on,
)  # fmt: skip
HELD = select(Holding.client_id, Holding.product, func.sum(Holding.balance), func.min(Holding.opened_on)).group_by(
    Holding.client_id, Holding.product
)


def inputs_of(session: Session, client: Client) -> Inputs:
    """Return what the rules need of one client."""
    row = session.execute(select(*COLUMNS).where(Client.id == client.id)).one()
    return made([row], session.execute(HELD.where(Holding.client_id == client.id)))[0]


def made(clients: Iterable[Sequence[Any]], held: Iterable[Sequence[Any]]) -> list[Inputs]:
    """Put client rows and their holdings together, in the order of the clients."""
    balances: dict[int, dict[str, Decimal | None]] = {}
    opened: dict[int, date] = {}
    for client, product, balance, first in held:
        balances.setdefault(client, {})[product] = balance
        if first is not None and (client not in opened or first < opened[client]):
            opened[client] = first
    return [
        Inputs(*row[:12], balances=balances.get(row[0], {}), opened_on=opened.get(row[0]), last_contact=row[12])  # type: ignore[misc]
        for row in clients
    ]


@dataclass(frozen=True)
class Standing:
    """What only the whole book tells. `mean`: contribution of similar clients; `cutoff`: from which one is among the top."""

    as_of: datetime | None
    group: str = ""
    peers: int = 0
    mean: Decimal | None = None
    cutoff: Decimal | None = None
    top_clients: int = 0
    clients: int = 0


def standing(session: Session, segment: str, group: str) -> Standing:
    """Return peers and 80/20 as the last run left them; empty before the first."""
    as_of = session.scalar(select(func.max(InsightRun.finished_at)))
    peer = session.get(InsightPeer, group) if group else None
    top = session.get(InsightTotal, segment)
    return Standing(
        as_of,
        group,
        peer.clients if peer else 0,
        peer.contribution if peer else None,
        top.cutoff if top else None,
        top.top_clients if top else 0,
        top.clients if top else 0,
    )


def holders(session: Session, group: str) -> dict[str, int]:
    """Return how many clients of a peer group hold each product."""
    rows = select(InsightPeerProduct.product, InsightPeerProduct.holders)
    return {row.product: row.holders for row in session.execute(rows.where(InsightPeerProduct.peer_group == group))}


def plotted(session: Session, actor: Actor, limit: int = 200) -> Sequence[tuple[int, str, Decimal, Decimal, str]]:
    """Return (id, name, competitiveness, attractiveness, class) of the actor's clients in the GE matrix, best class first."""
    name = func.coalesce(func.nullif(Client.short_name, ""), Client.name)
    query = (
        select(Client.id, name, ClientInsight.competitiveness, ClientInsight.attractiveness, ClientInsight.ge_class)
        .join(ClientInsight, ClientInsight.client_id == Client.id)
        .where(in_reach(actor), ClientInsight.ge_class != "")
        .order_by(ClientInsight.ge_class, ClientInsight.attractiveness.desc(), Client.id)
    )
    return [(i, n, s, a, c) for i, n, s, a, c in session.execute(query.limit(limit))]


def moved_tiers(
    session: Session, actor: Actor, limit: int = 20
) -> tuple[int, Sequence[tuple[Client, str, Decimal | None]]]:
    """Return (how many, the first (client, computed tier, score)) of those whose decided tier is another."""
    where = (in_reach(actor), ClientInsight.tier != "", ClientInsight.tier != Client.tier)
    base = select(Client, ClientInsight.tier, ClientInsight.tier_score).join(
        ClientInsight, ClientInsight.client_id == Client.id
    )
    total = session.scalar(select(func.count()).select_from(base.where(*where).subquery())) or 0
    rows = session.execute(base.where(*where).order_by(ClientInsight.tier_score.desc(), Client.id).limit(limit))
    return total, [(c, t, s) for c, t, s in rows]


MIRRORED = {"core": "upstream", "downstream": "upstream", "group": "group"}  # what A is to B when B is that to A


def relations_of(session: Session, actor: Actor, client: Client) -> list[Relation]:
    """Return the relations of a client, from either side and of the group; one to a client out of reach is left out."""
    found: dict[tuple[str, str], Relation] = {}
    parent, below = family_of(session, actor, client)
    siblings = _siblings(session, actor, client)
    family = [*([parent] if parent else []), *below, *siblings]
    listed, named = _listed(session, actor, client)
    others = {c.id: c for c in (*family, *(c for _, c in listed))}
    held = _held_by(session, others)
    for kind, other in [*(("group", c) for c in family), *listed]:
        name = other.short_name or other.name
        found[(kind, other.name)] = Relation(kind, name, other.id, held.get(other.id, frozenset()))
    for kind, name in named:
        found.setdefault((kind, name), Relation(kind, name))
    return list(found.values())


def _siblings(session: Session, actor: Actor, client: Client) -> Sequence[Client]:
    if client.parent_id is None:
        return ()
    same = reachable_clients(actor).where(Client.parent_id == client.parent_id, Client.id != client.id)
    return session.scalars(same.order_by(Client.id)).all()


def _listed(session: Session, actor: Actor, client: Client) -> tuple[list[tuple[str, Client]], list[tuple[str, str]]]:
    """Return (relations to clients within reach, relations to those who are no clients)."""
    mine = session.scalars(
        select(ClientRelation).where(ClientRelation.client_id == client.id).order_by(ClientRelation.id)
    )
    rows = list(mine)
    back = session.scalars(
        select(ClientRelation).where(ClientRelation.other_id == client.id).order_by(ClientRelation.id)
    )
    mirrored = [(r.client_id, r) for r in back]
    ids = {r.other_id for r in rows if r.other_id} | {i for i, _ in mirrored}
    reach = {c.id: c for c in session.scalars(reachable_clients(actor).where(Client.id.in_(ids)))} if ids else {}
    listed = [(r.kind, reach[r.other_id]) for r in rows if r.other_id in reach]
    for other, row in mirrored:
        if other in reach:
            kind = "core" if row.kind == "upstream" and reach[other].is_core_enterprise else None
            listed.append((kind or MIRRORED.get(row.kind, "downstream"), reach[other]))
    return listed, [(r.kind, r.other_name) for r in rows if r.other_id is None]


def _held_by(session: Session, clients: Mapping[int, Client]) -> dict[int, frozenset[str]]:
    held: dict[int, set[str]] = {}
    if clients:
        for client, product in session.execute(
            select(Holding.client_id, Holding.product).where(Holding.client_id.in_(clients))
        ):
            held.setdefault(client, set()).add(product)
    return {client: frozenset(products) for client, products in held.items()}


def open_proposal(session: Session, client: Client) -> TierProposal | None:
    query = select(TierProposal).where(TierProposal.client_id == client.id, TierProposal.status == "open")
    return session.scalar(query.order_by(TierProposal.id.desc()).limit(1))


def propose_tier(session: Session, actor: Actor, client: Client, tier: str, score: Decimal | None) -> TierProposal:
    """Put a computed tier before the lead; what the record says stays until the lead decides."""
    row = open_proposal(session, client)
    if row is None:
        row = TierProposal(client_id=client.id, before=client.tier, tier=tier, score=score, user_id=actor.user_id)
        session.add(row)
    row.tier, row.score, row.before = tier, score, client.tier
    session.flush()
    audit(session, actor, "tier.propose", client, before=client.tier, tier=tier)
    return row


def proposals_waiting(session: Session, actor: Actor, limit: int = 20) -> Sequence[TierProposal]:
    """Return the proposals for clients within reach, the oldest first."""
    query = select(TierProposal).join(Client, Client.id == TierProposal.client_id)
    query = query.where(in_reach(actor), TierProposal.status == "open").order_by(TierProposal.id)
    return session.scalars(query.limit(limit)).all()


def decide_tier(session: Session, actor: Actor, row: TierProposal, accept: bool, now: datetime) -> None:
    row.status, row.decided_by, row.decided_at = "accepted" if accept else "refused", actor.user_id, now
    audit(session, actor, f"tier.{row.status}", row.client, before=row.before, tier=row.tier)
