"""How visits ended, and what became of what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.intelligence.commitment import Ended, kept
from bot.papers.source import Promise
from bot.store.access import Actor, in_reach
from bot.store.tables import Client, Commitment, Proposal, Task, Turn, Visit


def keep(session: Session, visit: Visit, user_id: int, ended: Ended, task: Task | None) -> Commitment:
    """Store how the visit ended, in place of what was stored of it before."""
    row = session.scalar(select(Commitment).where(Commitment.visit_id == visit.id))
    if row is None:
        row = Commitment(visit_id=visit.id, client_id=visit.client_id, user_id=user_id, grade=ended.grade)
        session.add(row)
    row.grade, row.who, row.what, row.due_on, row.quote = (
        ended.grade,
        ended.who[:60],
        ended.what[:200],
        ended.due,
        ended.quote,
    )
    row.task_id = task.id if task else None
    session.flush()
    return row


def of_visit(session: Session, visit: Visit, today: date) -> Promise:
    row = session.scalar(select(Commitment).options(joinedload(Commitment.task)).where(Commitment.visit_id == visit.id))
    return promise(row, today) if row else Promise(grade=visit.outcome)


def of_client(session: Session, actor: Actor, client: Client, today: date, limit: int = 5) -> list[Promise]:
    """Return what was promised at the last visits to a client within reach and is not long done: the latest first."""
    query = select(Commitment).join(Client, Client.id == Commitment.client_id).options(joinedload(Commitment.task))
    query = query.where(in_reach(actor), Commitment.client_id == client.id, Commitment.grade.in_(("order", "advance")))
    rows = session.scalars(query.order_by(Commitment.id.desc()).limit(limit)).all()
    return [promise(row, today) for row in rows]


def promise(row: Commitment, today: date) -> Promise:
    """The task's day counts: it may have been put off."""
    task = row.task
    due = task.due_on if task and task.due_on else row.due_on
    status = kept(task.status if task else None, due, today)
    return Promise(row.grade, row.who, row.what, due, row.quote, status)


def said_after_proposal(session: Session, visit: Visit) -> Sequence[Any]:
    """Return (text, reading, at, after a proposal?) of what was typed in a visit, in order."""
    first = session.scalar(
        select(Proposal.created_at).where(Proposal.visit_id == visit.id).order_by(Proposal.id).limit(1)
    )
    query = select(Turn.text, Turn.reading, Turn.at).where(Turn.visit_id == visit.id, ~Turn.text.startswith("/"))
    rows = session.execute(query.order_by(Turn.at, Turn.id)).all()
    return [(text, reading or {}, at, first is not None and at > first) for text, reading, at in rows]
