"""Links to papers: signed, expiring, for one user. Whether that user still reaches the client is asked when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

ALGORITHM, AUDIENCE = "HS256", "wenxu-paper"  # an audience of its own: no login token opens a paper, and the reverse
HOURS = 12


class BadLink(Exception):
    """The link is forged, expired, or not a link to a paper."""


@dataclass(frozen=True)
class Grant:
    """What a genuine link says: which paper, for whom, and that user's token version."""

    paper: str
    user_id: int
    version: int


@dataclass(frozen=True)
class Links:
    """Makes and reads links. `key` gives the signing key when it is first needed; `base`: the address staff open, or ''."""

    key: Callable[[], str]
    base: str = ""

    def link(self, paper: str, user_id: int, version: int, now: datetime | None = None) -> str:
        start = now or datetime.now(UTC)
        claims = {
            "paper": paper,
            "sub": str(user_id),
            "ver": version,
            "aud": AUDIENCE,
            "exp": start + timedelta(hours=HOURS),
        }
        return f"{self.base.rstrip('/')}/papers/{jwt.encode(claims, self.key(), ALGORITHM)}"

    def read(self, token: str) -> Grant:
        """Raises BadLink."""
        try:
            options = {"require": ["exp", "sub", "aud"]}
            claims = jwt.decode(token, self.key(), algorithms=[ALGORITHM], audience=AUDIENCE, options=options)  # type: ignore[arg-type]
            return Grant(str(claims["paper"]), int(claims["sub"]), int(claims["ver"]))
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            raise BadLink from error
