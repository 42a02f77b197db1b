"""Who speaks on a channel: bound once with a code from a logged-in page, unbound by the person or the administrator.

A code has 8 digits, is valid for ten minutes, works once; only its keyed hash is stored. Wrong ones are counted in the
database for each sender, and after five nothing is compared for an hour, so that nobody guesses.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.store import access
from bot.store.tables import BindCode, Identity, Lane, User
from bot.store.users import find_user

CODE_DIGITS = 8
VALID = timedelta(minutes=10)
MOST_WRONG = 5
REFUSED_FOR = timedelta(hours=1)
QUIET = {"synchronize_session": False}


def _hash(code: str, secret: str) -> str:
    return hmac.new(secret.encode(), code.encode(), hashlib.sha256).hexdigest()


def new_code(session: Session, user_id: int, channel: str, secret: str, now: datetime) -> tuple[str, datetime]:
    """Return (code, when it ends). An older code of the user for that channel works no more."""
    session.execute(delete(BindCode).where(BindCode.user_id == user_id, BindCode.channel == channel))
    session.execute(delete(BindCode).where(BindCode.expires_at < now))
    code = str(secrets.randbelow(9 * 10 ** (CODE_DIGITS - 1)) + 10 ** (CODE_DIGITS - 1))
    ends = now + VALID
    row = BindCode(
        code_hash=_hash(f"{channel}:{code}", secret), user_id=user_id, channel=channel, created_at=now, expires_at=ends
    )
    session.add(row)
    return code, ends


@dataclass(frozen=True)
class Bound:
    """What became of a code. `replaced`: the user's earlier account on the channel was unbound."""

    outcome: Literal["bound", "wrong", "refused"]
    name: str = ""
    replaced: bool = False


def redeem(session: Session, lane_id: int, code: str, secret: str, now: datetime) -> Bound:
    """Bind the lane's sender with a code. The caller commits whatever comes back: wrong ones count."""
    lane = session.get_one(Lane, lane_id)
    if lane.codes_refused_until is not None and lane.codes_refused_until > now:
        return Bound("refused")
    this = (BindCode.code_hash == _hash(f"{lane.channel}:{code}", secret), BindCode.used_at.is_(None))
    spent = update(BindCode).where(*this, BindCode.expires_at > now).values(used_at=now).returning(BindCode.user_id)
    user_id = session.scalar(spent, execution_options=QUIET)
    user = session.get(User, user_id) if user_id is not None else None
    if user is None or not user.active:
        return _wrong(session, lane, now)
    lane.wrong_codes = 0
    return Bound("bound", user.display_name or user.username, bind(session, user, lane.channel, lane.subject, now))


def _wrong(session: Session, lane: Lane, now: datetime) -> Bound:
    lane.wrong_codes += 1
    if lane.wrong_codes < MOST_WRONG:
        return Bound("wrong")
    lane.wrong_codes, lane.codes_refused_until = 0, now + REFUSED_FOR
    return Bound("refused")


def bind(session: Session, user: User, channel: str, subject: str, now: datetime) -> bool:
    """Let the subject speak for the user; return whether another one did so before and was unbound."""
    older = _end(session, now, Identity.user_id == user.id, Identity.channel == channel)
    _end(session, now, Identity.channel == channel, Identity.subject == subject)
    row = Identity(user_id=user.id, channel=channel, subject=subject, bound_at=now)
    session.add(row)
    session.flush()
    access.audit(session, access.actor_of(user), "bind", row, channel=channel)
    return older > 0


def _end(session: Session, now: datetime, *which: object) -> int:
    ended = update(Identity).where(Identity.unbound_at.is_(None), *which).values(unbound_at=now)  # type: ignore[arg-type]
    return int(session.execute(ended, execution_options=QUIET).rowcount)  # type: ignore[attr-defined]


def user_of(session: Session, channel: str, subject: str) -> User | None:
    """Return the active user whom the subject speaks for at this moment."""
    query = select(User).join(Identity, Identity.user_id == User.id)
    mine = (Identity.channel == channel, Identity.subject == subject, Identity.unbound_at.is_(None))
    user = session.scalar(query.where(*mine))
    return user if user is not None and user.active else None


def staff_user(session: Session, staff_id: str, by_username: bool, now: datetime) -> User | None:
    """Return the user of a WeCom staff id: bound, or of the same name where the bank says they are the same.

    A user who was unbound by the administrator is not let in again by name.
    """
    bound = user_of(session, "wecom", staff_id)
    return bound if bound is not None or not by_username else _by_name(session, "wecom", staff_id, staff_id, now)


def provider_user(session: Session, subject: str, username: str, now: datetime) -> User | None:
    """Return the user of a subject of the bank's provider: bound, or, when it comes first, of the name it states.

    A subject stays with its user when the provider gives the name to somebody else. A user who was bound to another
    subject is not handed over.
    """
    bound = user_of(session, "oidc", subject)
    if bound is not None:
        return bound
    user = find_user(session, username)
    taken = select(Identity.id).where(Identity.channel == "oidc", Identity.unbound_at.is_(None))
    if user is None or session.scalar(taken.where(Identity.user_id == user.id).limit(1)) is not None:
        return None
    return _by_name(session, "oidc", subject, username, now)


def _by_name(session: Session, channel: str, subject: str, username: str, now: datetime) -> User | None:
    """Bind a subject that never was bound to the user of that name."""
    ever = select(Identity.id).where(Identity.channel == channel, Identity.subject == subject).limit(1)
    user = find_user(session, username)
    if user is None or not user.active or session.scalar(ever) is not None:
        return None
    bind(session, user, channel, subject, now)
    return user


def bindings_of(session: Session, user_id: int) -> Sequence[Identity]:
    query = select(Identity).where(Identity.user_id == user_id, Identity.unbound_at.is_(None))
    return session.scalars(query.order_by(Identity.bound_at)).all()


def unbind(
    session: Session, by: access.Actor | None, user_id: int, now: datetime, *, channel: str = "", id: int = 0
) -> int:
    """End the user's names on a channel (all channels without one); return how many were in force."""
    which = [Identity.user_id == user_id]
    which += [Identity.channel == channel] if channel else []
    which += [Identity.id == id] if id else []
    ended = _end(session, now, *which)
    session.execute(delete(BindCode).where(BindCode.user_id == user_id))
    if ended:
        access.audit(session, by, "unbind", session.get_one(User, user_id), channel=channel or "all")
    return ended
