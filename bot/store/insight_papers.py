"""Papers as rows, reached through their client: who no longer reaches the client no longer reaches its papers."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.papers.links import Grant
from bot.store.access import Actor, NotReachable, actor_of, audit, client_by_id
from bot.store.tables import Client, Paper, User, Visit


def keep(
    session: Session, actor: Actor, client: Client, visit: Visit | None, kind: str, title: str, content: dict[str, Any]
) -> Paper:
    """Store a paper as it was made; the client must come from an access function."""
    row = Paper(
        id=secrets.token_urlsafe(16),
        kind=kind,
        client_id=client.id,
        visit_id=visit.id if visit else None,
        user_id=actor.user_id,
        title=title[:200],
        content=content,
    )
    session.add(row)
    session.flush()
    audit(session, actor, "paper.make", row, kind=kind)
    return row


def paper_of(session: Session, actor: Actor, paper_id: str) -> Paper:
    """Raises NotReachable."""
    row = session.get(Paper, paper_id)
    if row is None:
        raise NotReachable
    client_by_id(session, actor, row.client_id)
    return row


def opened(session: Session, grant: Grant) -> Paper:
    """Return the paper a link opens: its user is active, logged out nowhere since, and still reaches the client.

    Raises NotReachable.
    """
    user = session.scalar(select(User).where(User.id == grant.user_id))
    if user is None or not user.active or user.token_version != grant.version:
        raise NotReachable
    row = paper_of(session, actor_of(user), grant.paper)
    audit(session, actor_of(user), "paper.open", row, kind=row.kind)
    return row
