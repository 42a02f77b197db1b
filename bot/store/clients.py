"""Lists of clients within the actor's reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.store.access import Actor, audit, in_reach, reachable_clients
from bot.store.tables import Client, Holding


def recently_touched(session: Session, actor: Actor, limit: int) -> Sequence[Client]:
    """Return the clients last worked with, for a pick list."""
    return session.scalars(
        reachable_clients(actor).order_by(Client.last_contact_on.desc().nulls_last(), Client.id).limit(limit)
    ).all()


def maturing(
    session: Session, actor: Actor, start: date, end: date, limit: int = 20
) -> Sequence[tuple[Client, Holding]]:
    """Return (client, holding) for deposits and products due within [start, end], the earliest first."""
    query = (
        select(Client, Holding)
        .join(Holding, Holding.client_id == Client.id)
        .where(in_reach(actor), Holding.matures_on.between(start, end))
        .order_by(Holding.matures_on, Client.id)
    )
    return [(c, h) for c, h in session.execute(query.limit(limit))]


def listed(
    session: Session,
    actor: Actor,
    *,
    segment: str = "",
    industry: str = "",
    tier: str = "",
    prospects: bool | None = None,
    untouched_since: date | None = None,
    limit: int = 10,
) -> tuple[int, Sequence[Client]]:
    """Return (how many, the first ones) of the clients that meet every filter given, the longest untouched first."""
    where = [in_reach(actor)]
    if segment:
        where.append(Client.segment == segment)
    if industry:
        where.append(Client.industry.contains(industry, autoescape=True))
    if tier:
        where.append(Client.tier == tier)
    if prospects is not None:
        where.append(Client.is_prospect == prospects)
    if untouched_since is not None:
        where.append(or_(Client.last_contact_on.is_(None), Client.last_contact_on < untouched_since))
    total = session.scalar(select(func.count()).select_from(Client).where(*where)) or 0
    rows = select(Client).where(*where).order_by(Client.last_contact_on.asc().nulls_first(), Client.id).limit(limit)
    return total, session.scalars(rows).all()


def add_prospect(session: Session, actor: Actor, name: str, segment: str, industry: str = "") -> Client:
    """Make a prospect in the actor's own book; whether another book holds the name is not looked at, so nobody learns it."""
    client = Client(
        name=name.strip(),
        segment=segment,
        industry=industry,
        is_prospect=True,
        manager_id=actor.user_id,
        figure_dates={},
    )
    session.add(client)
    session.flush()
    audit(session, actor, "create_prospect", client)
    return client
