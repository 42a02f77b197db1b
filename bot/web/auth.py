"""Tokens: who speaks. A token names the user and a version; raising the user's version revokes all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import jwt
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.settings import Settings
from bot.store.access import Actor, actor_of
from bot.store.database import Database
from bot.store.tables import User

ALGORITHM, AUDIENCE = "HS256", "wenxu"
EXPIRED, CHALLENGE = "登录已失效，请重新登录。", {"WWW-Authenticate": "Bearer"}
bearer = HTTPBearer(auto_error=False)


class BadToken(Exception):
    """The token is missing, forged, expired or revoked."""


def issue(user: User, settings: Settings, now: datetime | None = None) -> tuple[str, int]:
    """Return (token, seconds it is valid)."""
    start = now or datetime.now(UTC)
    seconds = settings.token_minutes * 60
    claims = {
        "sub": str(user.id),
        "ver": user.token_version,
        "aud": AUDIENCE,
        "iat": start,
        "exp": start + timedelta(seconds=seconds),
    }
    return jwt.encode(claims, settings.signing_key, ALGORITHM), seconds


@dataclass(frozen=True)
class Claims:
    """What a genuine, unexpired token says; whether the user still stands behind it, `actor` finds out."""

    user_id: int
    version: int | None

    def actor(self, session: Any) -> Actor:
        """Return who the token stands for. Raises BadToken for one that was revoked."""
        user = session.get(User, self.user_id)
        if user is None or not user.active or user.token_version != self.version:
            raise BadToken
        return actor_of(user)


def claims_of(token: str, settings: Settings) -> Claims:
    """Raises BadToken. Touches no database."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.signing_key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["exp", "sub", "aud"]},
        )
        return Claims(int(claims["sub"]), claims.get("ver"))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise BadToken from error


def verify(token: str, settings: Settings, database: Database) -> Actor:
    """Return who the token stands for. Raises BadToken."""
    claims = claims_of(token, settings)
    with database.session() as session:
        return claims.actor(session)


def current_actor(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Actor:
    """The dependency that every route with client data asks for."""
    container = request.app.state.container
    try:
        return verify(given.credentials if given else "", container.settings, container.database)
    except BadToken:
        raise HTTPException(401, EXPIRED, CHALLENGE) from None


CurrentActor = Annotated[Actor, Depends(current_actor)]


async def claimed(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Claims:
    """The dependency of a chat turn: the user's row is read in the turn's own unit of work."""
    try:
        return claims_of(given.credentials if given else "", request.app.state.container.settings)
    except BadToken:
        raise HTTPException(401, EXPIRED, CHALLENGE) from None


CurrentClaims = Annotated[Claims, Depends(claimed)]
