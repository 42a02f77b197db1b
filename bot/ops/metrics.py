"""Figures for Prometheus. The gateway calls `observe_turn`, the login route `count_login`; `exposition()` is `/metrics`.

Labels hold names of the contract only, never anything a person typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["CONTENT_TYPE", "count_fallback", "count_login", "exposition", "observe_turn", "set_rasa_up"]

CONTENT_TYPE = CONTENT_TYPE_LATEST
Part = Literal["parse", "policy", "action", "store", "total"]
Outcome = Literal["ok", "fallback", "timeout", "unavailable", "error"]
BUCKETS = (0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 20)

REGISTRY = CollectorRegistry()
TURNS = Counter("wenxu_turns", "对话轮数", ("mode", "intent", "outcome"), registry=REGISTRY)
SECONDS = Histogram("wenxu_turn_seconds", "一轮对话各部分用时（秒）", ("part",), buckets=BUCKETS, registry=REGISTRY)
FALLBACKS = Counter("wenxu_fallbacks", "没有听懂的次数：ask 反问，admit 承认没懂", ("kind",), registry=REGISTRY)
LOGINS = Counter("wenxu_logins", "登录次数", ("outcome",), registry=REGISTRY)
RASA_UP = Gauge("wenxu_rasa_up", "对话服务能否应答：1 能，0 不能", registry=REGISTRY)


def observe_turn(
    mode: str, intent: str, outcome: Outcome, seconds: Mapping[Part, float], fallback: str | None = None
) -> None:
    """Count one turn. `seconds` has the parts that were measured; `fallback` is None, ask or admit."""
    TURNS.labels(mode, intent or "none", outcome).inc()
    for part, value in seconds.items():
        SECONDS.labels(part).observe(value)
    if fallback:
        count_fallback(fallback)


def count_fallback(kind: str) -> None:
    FALLBACKS.labels(kind).inc()


def count_login(outcome: str) -> None:
    """`outcome`: ok, or the reason of a LoginRefused (wrong, locked, disabled)."""
    LOGINS.labels(outcome).inc()


def set_rasa_up(up: bool) -> None:
    RASA_UP.set(1 if up else 0)


def exposition() -> bytes:
    """Return all figures as Prometheus reads them."""
    return generate_latest(REGISTRY)
