"""Access tokens of platforms: one row each, one process at a time fetches a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.store.channels import insert
from bot.store.tables import PlatformToken

QUIET = {"synchronize_session": False}


@dataclass(frozen=True)
class Kept:
    """A token as stored, sealed. `version` grows with each one, so that a refused one is named exactly."""

    sealed: str
    expires_at: datetime | None
    version: int


def read(session: Session, name: str) -> Kept:
    row = session.scalar(select(PlatformToken).where(PlatformToken.name == name))
    return Kept(row.secret, row.expires_at, row.version) if row else Kept("", None, 0)


def may_fetch(session: Session, name: str, owner: str, version: int, now: datetime, lease: timedelta) -> bool:
    """Take the right to fetch the token after `version`; False when another has it, or fetched it. The caller commits."""
    made = insert(session, PlatformToken).values(name=name, secret="", version=0)
    session.execute(made.on_conflict_do_nothing(index_elements=["name"]))
    free = or_(PlatformToken.lease_until.is_(None), PlatformToken.lease_until < now)
    won = update(PlatformToken).where(PlatformToken.name == name, PlatformToken.version == version, free)
    taken = session.execute(won.values(owner=owner, lease_until=now + lease), execution_options=QUIET)
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def keep(session: Session, name: str, owner: str, sealed: str, expires_at: datetime) -> None:
    mine = update(PlatformToken).where(PlatformToken.name == name, PlatformToken.owner == owner)
    values = {"secret": sealed, "expires_at": expires_at, "owner": None, "lease_until": None}
    session.execute(mine.values(version=PlatformToken.version + 1, **values), execution_options=QUIET)


def give_up(session: Session, name: str, owner: str) -> None:
    """Fetching failed: another may try."""
    mine = update(PlatformToken).where(PlatformToken.name == name, PlatformToken.owner == owner)
    session.execute(mine.values(owner=None, lease_until=None), execution_options=QUIET)
