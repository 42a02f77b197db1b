"""How often one user may ask: a flood of one delays nobody else."""

from __future__ import annotations

from fastapi import HTTPException
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

RATES = {
    "chat": 240,
    "login": 30,
    "refresh": 300,
    "widget": 300,
}  # a minute and user (address); a person types far less


class Limits:
    """Moving windows, in memory or in Redis."""

    def __init__(self, redis_url: str = "") -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(redis_url or "memory://"))
        self._rates = {kind: RateLimitItemPerMinute(rate) for kind, rate in RATES.items()}

    def check(self, kind: str, who: str) -> None:
        """Raises 429 when the window is full."""
        if not self._limiter.hit(self._rates[kind], kind, who):
            raise HTTPException(429, "发得太快了，歇几秒再试。", {"Retry-After": "10"})
