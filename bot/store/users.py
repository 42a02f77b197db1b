"""Users: made, disabled, unlocked, and let in.

UserError        what was asked cannot be done; its text is Chinese and says what to do
LoginRefused     a value, not an exception: the failure is counted, so the caller commits either way
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clients.passwords import MAX_LENGTH, password_problem
from bot.store import access, sessions
from bot.store.access import ROLES
from bot.store.tables import Team, User, utc_now

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


class UserError(Exception):
    """The user cannot be made or changed this way."""


@dataclass(frozen=True)
class LoginRefused:
    """Nobody was let in. `reason` (wrong | locked | disabled) is for figures, `message` for whoever tried.

    The message is the same for all reasons: it must not tell which names exist.
    """

    reason: str
    message: str = (
        f"用户名或密码不正确。连续输错 {MAX_FAILURES} 次，账号会锁定 {int(LOCKED_FOR.total_seconds() // 60)} 分钟"
    )


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    """A hash that no password opens, checked for unknown names so that they take as long as known ones."""
    return _hasher().hash("no user has this password")


def clean_name(username: str) -> str:
    return unicodedata.normalize("NFKC", username).strip().casefold()


def find_user(session: Session, username: str) -> User | None:
    return session.scalar(select(User).where(User.username == clean_name(username)))


def user_by_name(session: Session, username: str) -> User:
    """Raises UserError."""
    user = find_user(session, username)
    if user is None:
        raise UserError(f"没有用户“{username}”。用 wenxu user list 看有哪些用户")
    return user


def list_users(session: Session) -> Sequence[User]:
    return session.scalars(select(User).order_by(User.username)).all()


def create_user(
    session: Session,
    username: str,
    password: str,
    *,
    display_name: str = "",
    role: str = "manager",
    team: str | None = None,
    demo: bool = False,
) -> User:
    """Add a user; the team is made when it is new. A demo user's password is not held to the rules.

    Raises UserError.
    """
    name = clean_name(username)
    if not name or not name.isprintable() or any(c.isspace() for c in name) or len(name) > 60:
        raise UserError("用户名要有 1 到 60 个字符，不能有空格")
    if role not in ROLES:
        raise UserError(f"没有角色“{role}”。可以用：" + "、".join(f"{k}（{v}）" for k, v in ROLES.items()))
    if find_user(session, name) is not None:
        raise UserError(f"用户“{name}”已经存在")
    user = User(
        username=name,
        display_name=display_name or name,
        role=role,
        team_id=team_by_name(session, team).id if team else None,
        password_hash=_hash(password, "" if demo else name, checked=not demo),
        failed_logins=0,
        token_version=0,
        active=True,
    )
    session.add(user)
    session.flush()
    return user


def team_by_name(session: Session, name: str) -> Team:
    """Return the team of that name, made when it is new."""
    team = session.scalar(select(Team).where(Team.name == name.strip()))
    if team is None:
        team = Team(name=name.strip())
        session.add(team)
        session.flush()
    return team


def _hash(password: str, username: str, checked: bool = True) -> str:
    problem = password_problem(password, username) if checked else None if password else "密码不能为空"
    if problem:
        raise UserError(problem)
    return _hasher().hash(password)


def reset_password(session: Session, username: str, password: str, *, demo: bool = False) -> User:
    """Set a new password, unlock, and end every session of the user. Raises UserError."""
    user = user_by_name(session, username)
    user.password_hash = _hash(password, user.username, checked=not demo)
    user.failed_logins, user.locked_until = 0, None
    end_sessions(session, user)
    return user


def end_sessions(session: Session, user: User, now: datetime | None = None) -> int:
    """End every log-in of the user, at once; return how many tokens to go on with were in force."""
    user.token_version += 1
    return sessions.end_all(session, user.id, now or utc_now())


def revoke_user(session: Session, username: str) -> int:
    """End every log-in of the user, who may log in again. Raises UserError."""
    user = user_by_name(session, username)
    access.audit(session, None, "revoke", user)
    return end_sessions(session, user)


def change_password(session: Session, user: User, old: str, new: str, now: datetime) -> LoginRefused | None:
    """Change the own password and end every log-in. The caller commits what comes back: a wrong one is counted.

    Raises UserError when the new one is not good enough.
    """
    known = authenticate(session, user.username, old, now)
    if isinstance(known, LoginRefused):
        return known
    if old == new:
        raise UserError("新密码和原来的一样")
    user.password_hash = _hash(new, user.username)
    end_sessions(session, user, now)
    access.audit(session, access.actor_of(user), "change_password", user)
    return None


def password_matches(user: User, password: str) -> bool:
    return _hasher().verify(password, user.password_hash)


def disable_user(session: Session, username: str) -> User:
    """Keep the user out from now on, with every session ended. Raises UserError."""
    user = user_by_name(session, username)
    user.active = False
    end_sessions(session, user)
    return user


def enable_user(session: Session, username: str) -> User:
    """Raises UserError."""
    user = user_by_name(session, username)
    user.active = True
    return user


def unlock_user(session: Session, username: str) -> User:
    """Raises UserError."""
    user = user_by_name(session, username)
    user.failed_logins, user.locked_until = 0, None
    return user


def set_qualifications(session: Session, username: str, codes: Sequence[str] | None) -> User:
    """Record what the user is qualified to sell, codes of suitability.yml; None for not recorded. Raises UserError."""
    user = user_by_name(session, username)
    user.qualifications = None if codes is None else sorted(set(codes))
    return user


def authenticate(session: Session, username: str, password: str, now: datetime) -> User | LoginRefused:
    """Check a password. The caller commits whatever comes back: failures count towards the lock.

    Takes one password check whether the name exists, is locked or is disabled.
    """
    user = find_user(session, username)
    right = _hasher().verify(password[: MAX_LENGTH + 1], user.password_hash if user else _nobody())
    if user is None:
        return LoginRefused("wrong")
    if user.locked_until is not None and user.locked_until > now:
        return LoginRefused("locked")
    if not right:
        return _failed(session, user, now)
    if not user.active:
        return LoginRefused("disabled")
    user.failed_logins, user.locked_until = 0, None
    return user


def _failed(session: Session, user: User, now: datetime) -> LoginRefused:
    """Count in the database, not in memory: attempts made at the same time all count."""
    counted = update(User).where(User.id == user.id).values(failed_logins=User.failed_logins + 1)
    session.execute(counted, execution_options={"synchronize_session": False})
    session.refresh(user)
    if user.failed_logins >= MAX_FAILURES:
        user.failed_logins, user.locked_until = 0, now + LOCKED_FOR
    return LoginRefused("wrong")


def user_by_id(session: Session, user_id: int, token_version: int) -> User | None:
    """Return the user a token was made for; None when disabled or the token revoked since."""
    user = session.get(User, user_id)
    return user if user is not None and user.active and user.token_version == token_version else None
