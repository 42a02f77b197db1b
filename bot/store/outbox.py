"""What goes out on channels: one part of a lane at a time, in order, each sent once as far as the platform lets us know.

A part that a process took and never reported back was perhaps sent: whoever takes it next learns so (`Letter.again`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.store.tables import Lane, Outbound

QUIET = {"synchronize_session": False}
OPEN = ("waiting", "sending")


@dataclass(frozen=True)
class Letter:
    """One part to be sent. `again`: an earlier try may have reached the platform."""

    id: int
    lane: int
    channel: str
    subject: str
    body: Mapping[str, Any]
    attempts: int
    again: bool
    created_at: datetime


def claim_letter(session: Session, owner: str, now: datetime, lease: timedelta) -> Letter | None:
    """Take the next part that may go out: of each lane only the first, of the lanes the one written to longest ago.
    Commits."""
    earlier = aliased(Outbound)
    due = or_(
        and_(Outbound.status == "waiting", or_(Outbound.not_before.is_(None), Outbound.not_before <= now)),
        and_(Outbound.status == "sending", Outbound.lease_until < now),
    )
    first = ~(
        select(earlier.id)
        .where(earlier.lane_id == Outbound.lane_id, earlier.id < Outbound.id, earlier.status.in_(OPEN))
        .exists()
    )
    query = select(Outbound).join(Lane, Lane.id == Outbound.lane_id).where(due, first)
    query = query.order_by(Lane.written_at, Outbound.id).limit(1).with_for_update(skip_locked=True, of=Outbound)
    row = session.scalar(query)
    if row is None:
        return None
    again = row.status == "sending"
    taken = update(Outbound).where(Outbound.id == row.id, due)
    values = {"status": "sending", "owner": owner, "lease_until": now + lease, "attempts": row.attempts + 1}
    if session.execute(taken.values(**values), execution_options=QUIET).rowcount != 1:  # type: ignore[attr-defined]
        session.rollback()
        return None
    lane = session.get_one(Lane, row.lane_id)
    letter = Letter(
        row.id,
        lane.id,
        lane.channel,
        lane.subject,
        dict(row.body),
        row.attempts + 1,
        again or bool(row.error == MAYBE_SENT),
        row.created_at,
    )
    session.execute(update(Lane).where(Lane.id == lane.id).values(written_at=now), execution_options=QUIET)
    session.commit()
    return letter


MAYBE_SENT = "timeout"  # `error` of a part of which nobody knows whether it arrived


def settle(
    session: Session, letter: int, owner: str, status: str, now: datetime, error: str = "", **values: Any
) -> bool:
    """Say what became of a part that we took: sent | waiting (with `not_before`) | parked | dropped."""
    mine = update(Outbound).where(Outbound.id == letter, Outbound.owner == owner, Outbound.status == "sending")
    columns = {"status": status, "error": error, "owner": None, "lease_until": None, **values}
    if status == "sent":
        columns["sent_at"], columns["via"] = now, "api"
    return bool(session.execute(mine.values(**columns), execution_options=QUIET).rowcount)  # type: ignore[attr-defined]


def park_rest(session: Session, lane: int, after: int) -> None:
    """What stands behind a parked part is parked too: an answer is not read from its middle."""
    behind = update(Outbound).where(Outbound.lane_id == lane, Outbound.id > after, Outbound.status == "waiting")
    session.execute(behind.values(status="parked"), execution_options=QUIET)


def take_reply(session: Session, inbound: int, now: datetime) -> str | None:
    """Return the part that answers the platform's own call, marked as sent; the same again for the platform's retry.
    None when there is none, or when it went out by a call of ours."""
    row = session.scalar(select(Outbound).where(Outbound.inbound_id == inbound, Outbound.number == 1))
    if row is None or row.body.get("kind") != "text":
        return None
    still = update(Outbound).where(Outbound.id == row.id, Outbound.status.in_(("waiting", "parked")))
    session.execute(still.values(status="sent", via="reply", sent_at=now), execution_options=QUIET)
    session.refresh(row)  # the platform's retry may have been faster
    return str(row.body["text"]) if (row.status, row.via) == ("sent", "reply") else None


def take_parked(session: Session, lane: int) -> tuple[list[Mapping[str, Any]], int]:
    """Return (the oldest parked part, as a list of at most one, and how many are left), moved out of the outbox."""
    rows = session.scalars(
        select(Outbound).where(Outbound.lane_id == lane, Outbound.status == "parked").order_by(Outbound.id)
    ).all()
    if not rows:
        return [], 0
    rows[0].status = "moved"
    return [dict(rows[0].body)], len(rows) - 1


def written_since(session: Session, lane: int, since: datetime) -> int:
    """Count what we sent by calls of ours: the platforms allow so many."""
    sent = (Outbound.lane_id == lane, Outbound.via == "api", Outbound.status == "sent", Outbound.sent_at >= since)
    return session.scalar(select(func.count()).select_from(Outbound).where(*sent)) or 0


def written_since_message(session: Session, lane: int) -> int:
    """Count what we sent by calls of ours since the person wrote last."""
    last = session.scalar(select(Lane.last_message_at).where(Lane.id == lane))
    return written_since(session, lane, last) if last is not None else 0


def parked(session: Session, lane: int) -> int:
    """Count the parts that wait until the person asks on."""
    return session.scalar(select(func.count()).where(Outbound.lane_id == lane, Outbound.status == "parked")) or 0


def card_choices(session: Session, lane: int, task: str) -> list[Mapping[str, str]]:
    """Return what the buttons of a card sent to this person stand for; nothing for a card of somebody else."""
    number = task.rpartition("_")[2]
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        return []
    row = session.scalar(select(Outbound).where(Outbound.id == int(number), Outbound.lane_id == lane))
    return list(row.body.get("choices") or ()) if row is not None else []
