"""Clients lately worked with, new prospects, other names. Lists by conditions: client_query.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.store.access import Actor, audit, reachable_clients
from bot.store.tables import Client, Fact


def recently_touched(session: Session, actor: Actor, limit: int) -> Sequence[Client]:
    """Return the clients last worked with, for a pick list."""
    return session.scalars(
        reachable_clients(actor).order_by(Client.last_contact_on.desc().nulls_last(), Client.id).limit(limit)
    ).all()


def rename_short(session: Session, client: Client, short_name: str, now: datetime) -> None:
    """Give the client another short name; the old one is kept with the day it ended."""
    if client.short_name:
        session.add(
            Fact(
                client_id=client.id,
                code="short_name",
                value={"v": client.short_name},
                source="record",
                learned_on=now.date(),
                superseded_at=now,
            )
        )
    client.short_name = short_name[:60]


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
