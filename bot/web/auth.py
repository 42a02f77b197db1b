"""Tokens: who speaks. A token names the user and a version; raising the user's version revokes all of them at once."""

from __future__ import annotations

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


def verify(token: str, settings: Settings, database: Database) -> Actor:
    """Return who the token stands for. Raises BadToken."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.signing_key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["exp", "sub", "aud"]},
        )
        user_id = int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise BadToken from error
    with database.session() as session:
        user = session.get(User, user_id)
        if user is None or not user.active or user.token_version != claims.get("ver"):
            raise BadToken
        return actor_of(user)


def current_actor(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Actor:
    """The dependency that every route with client data asks for."""
    container = request.app.state.container
    try:
        return verify(given.credentials if given else "", container.settings, container.database)
    except BadToken:
        raise HTTPException(401, "登录已失效，请重新登录。", {"WWW-Authenticate": "Bearer"}) from None


CurrentActor = Annotated[Actor, Depends(current_actor)]
