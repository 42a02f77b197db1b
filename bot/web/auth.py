"""Tokens: who speaks. A token names the user, a version and the log-in it belongs to.

Raising the user's version, or ending the log-in, revokes it at once. A token that a widget was given also names the
origin of the page around it and is good for calls from there alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import jwt
from fastapi import Depends, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.settings import Settings
from bot.store import sessions
from bot.store.access import Actor, actor_of
from bot.store.database import Database
from bot.store.tables import User

ALGORITHM, AUDIENCE = "HS256", "wenxu"
EXPIRED, CHALLENGE = "登录已失效，请重新登录。", {"WWW-Authenticate": "Bearer"}
COOKIE, COOKIE_PATH = "wenxu_refresh", "/api/token"
KEPT, FOR_NOW = "k.", "t."  # how long the browser keeps the cookie: on this device, or until it is closed
bearer = HTTPBearer(auto_error=False)


class BadToken(Exception):
    """The token is missing, forged, expired or revoked."""


def issue(
    user: User, settings: Settings, now: datetime | None = None, *, family: str = "", origin: str = ""
) -> tuple[str, int]:
    """Return (token, seconds it is valid). `family`: the log-in whose end is the token's end, too."""
    start = now or datetime.now(UTC)
    seconds = settings.token_minutes * 60
    claims = {
        "sub": str(user.id),
        "ver": user.token_version,
        "aud": AUDIENCE,
        "iat": start,
        "exp": start + timedelta(seconds=seconds),
        **({"sid": family} if family else {}),
        **({"org": origin} if origin else {}),
    }
    return jwt.encode(claims, settings.signing_key, ALGORITHM), seconds


@dataclass(frozen=True)
class Entry:
    """What somebody who was let in is given."""

    opened: sessions.Opened
    token: str
    seconds: int

    def answer(self, *, refresh: bool = False) -> dict[str, Any]:
        """The contract's answer to a login; with the refresh token for those who keep it themselves."""
        said = {
            "access_token": self.token,
            "token_type": "bearer",
            "expires_in": self.seconds,
            "username": self.opened.user.username,
        }
        return {**said, "refresh_token": self.opened.refresh} if refresh else said


def open_session(
    session: Any,
    user: User,
    settings: Settings,
    now: datetime,
    *,
    agent: str = "",
    origin: str = "",
    brief: bool = False,
) -> Entry:
    """Let a user in whose password, bank, WeCom or intranet vouches for them; every way in ends here.

    `brief`: for a caller who will not go on with a refresh token; the log-in ends with the access token.
    """
    lasts = timedelta(minutes=settings.token_minutes) if brief else timedelta(hours=settings.session_hours)
    return entry(sessions.begin(session, user, now, lasts, agent, origin), settings)


def entry(opened: sessions.Opened, settings: Settings) -> Entry:
    """Return the access token to a log-in that was opened or renewed."""
    token, seconds = issue(opened.user, settings, family=opened.family, origin=opened.origin)
    return Entry(opened, token, seconds)


def keep_refresh(reply: Response, entered: Entry, secure: bool, remember: bool) -> None:
    """Give the browser the refresh token where no script reads it, sent back to one address only."""
    lasts = max(0, int((entered.opened.ends - datetime.now(UTC)).total_seconds())) if remember else None
    value = f"{KEPT if remember else FOR_NOW}{entered.opened.refresh}"
    reply.set_cookie(COOKIE, value, lasts, path=COOKIE_PATH, httponly=True, secure=secure, samesite="strict")


@dataclass(frozen=True)
class Claims:
    """What a genuine, unexpired token says; whether the user still stands behind it, `actor` finds out."""

    user_id: int
    version: int | None
    family: str = ""
    origin: str = ""

    def actor(self, session: Any) -> Actor:
        """Return who the token stands for. Raises BadToken for one that was revoked."""
        user = session.get(User, self.user_id)
        if user is None or not user.active or user.token_version != self.version:
            raise BadToken
        if self.family and not sessions.alive(session, self.family):
            raise BadToken
        return actor_of(user)


def claims_of(token: str, settings: Settings, origin: str | None = None) -> Claims:
    """Raises BadToken. Touches no database. `origin`: of the page that the call comes from, if it says so."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.signing_key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["exp", "sub", "aud"]},
        )
        found = Claims(
            int(claims["sub"]), claims.get("ver"), str(claims.get("sid") or ""), str(claims.get("org") or "")
        )
    except (jwt.InvalidTokenError, ValueError) as error:
        raise BadToken from error
    if found.origin and found.origin != origin:
        raise BadToken
    return found


def verify(token: str, settings: Settings, database: Database, origin: str | None = None) -> Actor:
    """Return who the token stands for. Raises BadToken."""
    claims = claims_of(token, settings, origin)
    with database.session() as session:
        return claims.actor(session)


def current_actor(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Actor:
    """The dependency that every route with client data asks for."""
    container = request.app.state.container
    try:
        token = given.credentials if given else ""
        return verify(token, container.settings, container.database, request.headers.get("origin"))
    except BadToken:
        raise HTTPException(401, EXPIRED, CHALLENGE) from None


CurrentActor = Annotated[Actor, Depends(current_actor)]


async def claimed(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Claims:
    """The dependency of a chat turn: the user's row is read in the turn's own unit of work."""
    try:
        token = given.credentials if given else ""
        return claims_of(token, request.app.state.container.settings, request.headers.get("origin"))
    except BadToken:
        raise HTTPException(401, EXPIRED, CHALLENGE) from None


CurrentClaims = Annotated[Claims, Depends(claimed)]
