"""Log-ins of users: begun once, carried on by refresh tokens that are each good for one use, ended at once.

A row is one refresh token, kept as a hash; the rows of one log-in share a `family`, and its end (`expires_at`) does not
move. A token that comes back after it was used has been copied: the whole family ends. Only within GRACE may it come
twice, for two tabs that ask at the same moment, or an answer that was lost on the way.

Opened     what a new or renewed log-in consists of
Ended      the refresh token opens nothing (any more)
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session
from ulid import ULID

from bot.store.tables import AuthSession, User

GRACE = timedelta(seconds=20)
MOST_FAMILIES = 1000  # log-ins of one user at a time, so that a program that never logs out cannot fill the table
AGENT_LENGTH = 200
QUIET = {"synchronize_session": False}

_ALIVE = (
    select(AuthSession.id).where(AuthSession.family == bindparam("family"), AuthSession.revoked_at.is_(None)).limit(1)
)  # built once: it is asked in every turn


@dataclass(frozen=True)
class Ended:
    """The log-in is over: never was, expired, revoked, or its token was used twice."""


@dataclass(frozen=True)
class Opened:
    """`refresh`: the secret, known to the caller alone. `ends`: when the log-in is over, however often renewed."""

    user: User
    family: str
    refresh: str
    ends: datetime
    origin: str = ""


@dataclass(frozen=True)
class Device:
    """One log-in as its owner sees it."""

    family: str
    begun: datetime
    seen: datetime
    ends: datetime
    user_agent: str
    origin: str


def _hash(secret: str) -> str:
    """Plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(
    session: Session, user: User, now: datetime, lasts: timedelta, user_agent: str = "", origin: str = ""
) -> Opened:
    """Open a log-in for a user whose password, or whose bank, has just been asked. `origin`: of a widget's page."""
    _tidy(session, user.id, now)
    return _add(session, user, f"s_{ULID()}", now, now + lasts, user_agent, origin)


def _add(
    session: Session, user: User, family: str, now: datetime, ends: datetime, user_agent: str, origin: str
) -> Opened:
    secret = secrets.token_urlsafe(32)
    row = AuthSession(
        id=f"r_{ULID()}",
        user_id=user.id,
        refresh_hash=_hash(secret),
        family=family,
        created_at=now,
        expires_at=ends,
        user_agent=user_agent[:AGENT_LENGTH],
        origin=origin,
    )
    session.add(row)
    session.flush()
    return Opened(user, family, secret, ends, origin)


def renew(session: Session, secret: str, now: datetime, user_agent: str = "", origin: str = "") -> Opened | Ended:
    """Use a refresh token up and return the next. The caller commits whatever comes back: a family may have ended.

    One that a widget was given is good for the page around that widget alone.
    """
    row = session.scalar(select(AuthSession).where(AuthSession.refresh_hash == _hash(secret)))
    if row is None or row.revoked_at is not None or row.expires_at <= now or not row.user.active:
        return Ended()
    if row.origin and row.origin != origin:
        return Ended()
    first = (
        update(AuthSession).where(AuthSession.id == row.id, AuthSession.last_used_at.is_(None)).values(last_used_at=now)
    )
    if session.execute(first, execution_options=QUIET).rowcount:  # type: ignore[attr-defined]
        return _add(session, row.user, row.family, now, row.expires_at, user_agent, row.origin)
    session.refresh(row)
    if row.last_used_at is not None and now - row.last_used_at <= GRACE and row.revoked_at is None:
        return _add(session, row.user, row.family, now, row.expires_at, user_agent, row.origin)
    end_family(session, row.user_id, row.family, now)
    return Ended()


def alive(session: Session, family: str) -> bool:
    """Whether a log-in has not been ended. Its access tokens carry their own expiry."""
    return session.scalar(_ALIVE, {"family": family}) is not None


def end_family(session: Session, user_id: int, family: str, now: datetime) -> bool:
    """End one log-in of a user; return whether there was one."""
    return _end(session, now, AuthSession.user_id == user_id, AuthSession.family == family) > 0


def end_all(session: Session, user_id: int, now: datetime, but: str = "") -> int:
    """End every log-in of a user, except one; return how many refresh tokens were in force."""
    return _end(session, now, AuthSession.user_id == user_id, AuthSession.family != but)


def _end(session: Session, now: datetime, *which: object) -> int:
    ended = update(AuthSession).where(AuthSession.revoked_at.is_(None), *which).values(revoked_at=now)  # type: ignore[arg-type]
    return int(session.execute(ended, execution_options=QUIET).rowcount)  # type: ignore[attr-defined]


def devices(session: Session, user_id: int, now: datetime) -> Sequence[Device]:
    """Return the log-ins in force, the latest used first."""
    newest = func.max(AuthSession.created_at).label("seen")
    columns = (AuthSession.family, func.min(AuthSession.created_at), newest, func.max(AuthSession.expires_at))
    query = (
        select(*columns, func.max(AuthSession.user_agent), func.max(AuthSession.origin))
        .where(AuthSession.user_id == user_id, AuthSession.revoked_at.is_(None), AuthSession.expires_at > now)
        .group_by(AuthSession.family)
        .order_by(newest.desc())
    )
    return [Device(*row) for row in session.execute(query)]


def _tidy(session: Session, user_id: int, now: datetime) -> None:
    """Forget what has expired, and end the oldest log-ins of somebody who has very many."""
    session.execute(
        delete(AuthSession).where(AuthSession.user_id == user_id, AuthSession.expires_at < now), execution_options=QUIET
    )
    for device in devices(session, user_id, now)[MOST_FAMILIES - 1 :]:
        end_family(session, user_id, device.family, now)
