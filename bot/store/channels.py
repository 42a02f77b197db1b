"""Messages of channels: claimed once, answered in order, by whichever process holds the lane's lease.

    receive        a message came: store it, or find that it came before
    claim_lane     the next lane that waits, whoever was served longest ago first
    finish         the answer with all its parts, stored with the lease still held
    release        the lane goes to whoever comes next

All take the time as an argument; a lease whose time is over belongs to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.store.access import Actor
from bot.store.tables import Conversation, Inbound, Lane, Outbound, SeenCall

MOST_WAITING = 30  # messages of one person that wait; a person types far fewer
SAME_WORK = timedelta(days=7)  # an open visit is continued for so long
SAME_TALK = timedelta(days=1)  # any other conversation for so long
QUIET = {"synchronize_session": False}


@dataclass(frozen=True)
class Received:
    """`fresh`: it had not come before. `accepted`: it will be answered."""

    id: int
    lane: int
    fresh: bool
    accepted: bool


@dataclass(frozen=True)
class Job:
    """A message that is ours to answer while the lease lasts."""

    id: int
    lane: int
    channel: str
    subject: str
    key: str
    content: Mapping[str, Any]
    received_at: datetime
    attempts: int
    conversation: str | None
    choices: Sequence[Mapping[str, str]]


def insert(session: Session, table: Any) -> Any:
    """Return an INSERT that can say ON CONFLICT on both databases."""
    postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if postgres else sqlite.insert)(table)


def receive(
    session: Session, channel: str, subject: str, key: str, content: Mapping[str, Any], now: datetime
) -> Received:
    """Claim the message by its key. Commit before anything is done about it."""
    lane = _lane(session, channel, subject, now)
    made = (
        insert(session, Inbound)
        .values(
            channel=channel,
            key=key,
            lane_id=lane.id,
            content=dict(content),
            status="waiting",
            attempts=0,
            received_at=now,
        )
        .on_conflict_do_nothing(index_elements=["channel", "key"])
        .returning(Inbound.id)
    )
    new = session.scalar(made)
    if new is None:
        row = session.scalars(select(Inbound).where(Inbound.channel == channel, Inbound.key == key)).one()
        return Received(row.id, row.lane_id, False, row.status != "refused")
    if lane.open_messages >= MOST_WAITING:
        session.execute(update(Inbound).where(Inbound.id == new).values(status="refused", done_at=now))
        return Received(new, lane.id, True, False)
    session.execute(_counted(lane.id, +1, last_message_at=now))
    return Received(new, lane.id, True, True)


def _lane(session: Session, channel: str, subject: str, now: datetime) -> Lane:
    this = select(Lane).where(Lane.channel == channel, Lane.subject == subject)
    found = session.scalar(this)
    if found is not None:
        return found
    made = insert(session, Lane).values(
        channel=channel, subject=subject, open_messages=0, served_at=now, written_at=now, choices=[], wrong_codes=0
    )
    session.execute(made.on_conflict_do_nothing(index_elements=["channel", "subject"]))
    return session.scalars(this).one()


def _counted(lane: int, by: int, **values: Any) -> Any:
    return update(Lane).where(Lane.id == lane).values(open_messages=Lane.open_messages + by, **values)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Lane.lease_until.is_(None), Lane.lease_until < now)


def claim_lane(session: Session, owner: str, now: datetime, lease: timedelta) -> Job | None:
    """Lease the lane that was served longest ago and has a message waiting; return its oldest message. Commits."""
    ready = or_(Lane.not_before.is_(None), Lane.not_before <= now)
    next_one = select(Lane.id).where(Lane.open_messages > 0, _free(now), ready).order_by(Lane.served_at, Lane.id)
    lane_id = session.scalar(next_one.limit(1).with_for_update(skip_locked=True))
    if lane_id is None:
        return None
    won = update(Lane).where(Lane.id == lane_id, _free(now)).values(owner=owner, lease_until=now + lease)
    if session.execute(won, execution_options=QUIET).rowcount != 1:  # type: ignore[attr-defined]
        session.rollback()
        return None
    lane = session.get_one(Lane, lane_id, populate_existing=True)
    row = session.scalar(
        select(Inbound).where(Inbound.lane_id == lane_id, Inbound.status == "waiting").order_by(Inbound.id).limit(1)
    )
    if row is None:  # the count was off: put it right
        lane.open_messages, lane.owner, lane.lease_until = 0, None, None
        session.commit()
        return None
    row.attempts += 1
    job = Job(
        row.id,
        lane.id,
        lane.channel,
        lane.subject,
        row.key,
        dict(row.content),
        row.received_at,
        row.attempts,
        row.conversation_id,
        list(lane.choices or ()),
    )
    session.commit()
    return job


def renew(session: Session, lane: int, owner: str, until: datetime) -> bool:
    """Return whether the lane is still ours."""
    kept = update(Lane).where(Lane.id == lane, Lane.owner == owner).values(lease_until=until)
    return bool(session.execute(kept, execution_options=QUIET).rowcount)  # type: ignore[attr-defined]


def release(session: Session, lane: int, owner: str, now: datetime, not_before: datetime | None = None) -> None:
    values = {"owner": None, "lease_until": None, "not_before": not_before, "served_at": now}
    session.execute(update(Lane).where(Lane.id == lane, Lane.owner == owner).values(**values), execution_options=QUIET)


def finish(
    session: Session,
    job: Job,
    owner: str,
    now: datetime,
    outgoing: Sequence[Mapping[str, Any]],
    choices: Sequence[Mapping[str, str]] | None,
) -> bool:
    """Store the answer: `outgoing` are the columns of its parts, `choices` what a number means from now on (None: as
    before). Return False, with nothing stored, when the lease went to another or the message was answered already."""
    values: dict[str, Any] = {} if choices is None else {"choices": list(choices)}
    ours = update(Lane).where(Lane.id == job.lane, Lane.owner == owner)
    open_one = update(Inbound).where(Inbound.id == job.id, Inbound.status == "waiting")
    for statement in (
        ours.values(open_messages=Lane.open_messages - 1, **values),
        open_one.values(status="done", done_at=now),
    ):
        if session.execute(statement, execution_options=QUIET).rowcount != 1:  # type: ignore[attr-defined]
            session.rollback()
            return False
    for number, columns in enumerate(outgoing, 1):
        session.add(Outbound(lane_id=job.lane, inbound_id=job.id, number=number, created_at=now, **columns))
    return True


def put_in(session: Session, inbound: int, conversation: str) -> None:
    """Remember the conversation before the turn runs: a second try goes to the same one."""
    session.execute(update(Inbound).where(Inbound.id == inbound).values(conversation_id=conversation))


def current_conversation(session: Session, actor: Actor, now: datetime) -> str | None:
    """Return the conversation that a channel without a list of them goes on with: the one whose visit or practice is
    open and was touched last, else the one touched last; None when both lie too far back."""
    mine = select(Conversation.id).where(Conversation.user_id == actor.user_id).order_by(Conversation.updated_at.desc())
    busy = mine.where(Conversation.mode != "idle", Conversation.updated_at > now - SAME_WORK)
    return session.scalar(busy.limit(1)) or session.scalar(
        mine.where(Conversation.updated_at > now - SAME_TALK).limit(1)
    )


def is_done(session: Session, inbound: int) -> bool:
    return session.scalar(select(Inbound.status).where(Inbound.id == inbound)) != "waiting"


def first_time(session: Session, digest: str, message: str, expires: datetime) -> bool:
    """Remember a signed call; return False when the same signature came with another message: a replay."""
    made = insert(session, SeenCall).values(digest=digest, message_key=message, expires_at=expires)
    session.execute(made.on_conflict_do_nothing(index_elements=["digest"]))
    return session.scalar(select(SeenCall.message_key).where(SeenCall.digest == digest)) == message


def forget_old(session: Session, now: datetime, keep: timedelta) -> None:
    """Delete what is over: the words are in the turns. What still waits or is parked stays."""
    session.execute(delete(SeenCall).where(SeenCall.expires_at < now))
    over = select(Inbound.id).where(Inbound.status != "waiting", Inbound.received_at < now - keep)
    session.execute(delete(Outbound).where(Outbound.inbound_id.in_(over)), execution_options=QUIET)
    session.execute(delete(Inbound).where(Inbound.id.in_(over)), execution_options=QUIET)
