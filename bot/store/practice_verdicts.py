"""Appeals against labels, what leads decide and mark, and the gold set that grows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from bot.store.access import ADMIN, LEAD, Actor, NotReachable
from bot.store.practice import readable
from bot.store.tables import (
    PracticeAppeal,
    PracticeGold,
    PracticeMark,
    PracticeSession,
    PracticeTurn,
    User,
)


def appeal(session: Session, actor: Actor, turn: PracticeTurn, reason: str) -> PracticeAppeal | None:
    """Open an appeal against a sentence's label; None when there is one already."""
    if session.scalar(select(PracticeAppeal).where(PracticeAppeal.turn_id == turn.id)) is not None:
        return None
    row = PracticeAppeal(turn=turn, user_id=actor.user_id, reason=reason[:500])
    session.add(row)
    session.flush()
    return row


def _decidable(actor: Actor) -> Select[PracticeAppeal]:
    query = select(PracticeAppeal).join(User, User.id == PracticeAppeal.user_id)
    if actor.role == LEAD and actor.team_id is not None:
        return query.where(User.team_id == actor.team_id, User.id != actor.user_id)
    return query.where(PracticeAppeal.id < 0) if actor.role != ADMIN else query


def open_appeals(session: Session, actor: Actor) -> Sequence[PracticeAppeal]:
    """Return the appeals that wait for this lead, the oldest first; none for a manager."""
    query = _decidable(actor).where(PracticeAppeal.status == "open").order_by(PracticeAppeal.id)
    return session.scalars(
        query.options(joinedload(PracticeAppeal.turn).joinedload(PracticeTurn.session)).limit(20)
    ).all()


def appeal_of(session: Session, actor: Actor, appeal_id: int) -> PracticeAppeal:
    """Return an appeal that this lead may decide. Raises NotReachable."""
    row = session.scalar(_decidable(actor).where(PracticeAppeal.id == appeal_id))
    if row is None:
        raise NotReachable
    return row


def own_appeals(session: Session, actor: Actor) -> Sequence[PracticeAppeal]:
    query = select(PracticeAppeal).where(PracticeAppeal.user_id == actor.user_id)
    return session.scalars(query.order_by(PracticeAppeal.id.desc()).limit(10)).all()


def decide(session: Session, actor: Actor, row: PracticeAppeal, label: str, now: datetime) -> None:
    """Enter the lead's label: it takes the machine's place in that session and joins the gold set."""
    machine = row.turn.move
    row.status, row.lead_id, row.decided_at = ("rejected" if label == machine else "upheld"), actor.user_id, now
    row.turn.verdict = label
    keep_gold(session, actor, row.turn, label, "appeal")


def keep_gold(session: Session, actor: Actor, turn: PracticeTurn, label: str, source: str) -> None:
    """Enter or replace this lead's label of the sentence in the gold set."""
    known = session.scalar(
        select(PracticeGold).where(PracticeGold.turn_id == turn.id, PracticeGold.lead_id == actor.user_id)
    )
    if known is None:
        known = PracticeGold(turn_id=turn.id, lead_id=actor.user_id, source=source, machine=turn.move, label=label)
        session.add(known)
    known.label, known.source = label, source
    session.flush()


def keep_mark(session: Session, actor: Actor, row: PracticeSession, total: int) -> None:
    """Enter or replace this lead's own total of a scored session."""
    known = session.scalar(
        select(PracticeMark).where(PracticeMark.session_id == row.id, PracticeMark.lead_id == actor.user_id)
    )
    if known is None:
        known = PracticeMark(session_id=row.id, lead_id=actor.user_id, machine=row.total or 0, total=total)
        session.add(known)
    known.total = total
    session.flush()


def gold_pairs(session: Session) -> list[tuple[str, str]]:
    """Return (machine, lead) of every sentence in the gold set."""
    return [(m, label) for m, label in session.execute(select(PracticeGold.machine, PracticeGold.label))]


def mark_pairs(session: Session) -> list[tuple[float, float]]:
    return [(float(m), float(t)) for m, t in session.execute(select(PracticeMark.machine, PracticeMark.total))]


def gold_rows(session: Session) -> list[dict[str, Any]]:
    """Return the gold set in the form of tests/nlu/gold/moves.jsonl, with the machine's label beside it."""
    query = select(PracticeGold).options(joinedload(PracticeGold.turn)).order_by(PracticeGold.id)
    return [
        {"text": g.turn.text, "context": g.turn.context, "move": g.label, "machine": g.machine, "source": g.source}
        for g in session.scalars(query)
    ]


def reviewable(session: Session, actor: Actor, limit: int = 10) -> Sequence[PracticeSession]:
    """Return finished sessions of the lead's team that this lead has not marked, the latest first."""
    if actor.role not in (LEAD, ADMIN):
        return []
    marked = select(PracticeMark.session_id).where(PracticeMark.lead_id == actor.user_id)
    query = readable(actor).where(
        PracticeSession.status == "closed",
        PracticeSession.way != "drill",
        PracticeSession.total.is_not(None),
        PracticeSession.user_id != actor.user_id,
        PracticeSession.id.not_in(marked),
    )
    return session.scalars(query.order_by(PracticeSession.id.desc()).limit(limit)).all()
