"""How well machine and people agree: Cohen's κ per label, quadratic κ of bands of scores, Spearman's rank correlation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.practice.model import MOVE_NAMES, MOVES

Pairs = Sequence[tuple[str, str]]
BAND_WIDTH = 10  # points of the total that count as one step of the quadratic κ


def kappa(pairs: Pairs, label: str | None = None) -> float | None:
    """Return Cohen's κ of (machine, person) labels; with `label`, of that label against all others. None without spread."""
    rows = [(a == label, b == label) for a, b in pairs] if label else [(a, b) for a, b in pairs]
    if not rows:
        return None
    n = len(rows)
    same = sum(a == b for a, b in rows) / n
    names = {x for row in rows for x in row}
    chance = sum((sum(a == x for a, _ in rows) / n) * (sum(b == x for _, b in rows) / n) for x in names)
    return None if chance >= 1 else (same - chance) / (1 - chance)


def quadratic_kappa(pairs: Sequence[tuple[float, float]], width: int = BAND_WIDTH) -> float | None:
    """Return the quadratically weighted κ of two totals 0–100, in steps of `width` points."""
    steps = 100 // width
    rows = [(min(int(a // width), steps), min(int(b // width), steps)) for a, b in pairs]
    if not rows:
        return None
    n = len(rows)
    seen = sum((a - b) ** 2 for a, b in rows) / n
    left = [a for a, _ in rows]
    right = [b for _, b in rows]
    chance = sum((a - b) ** 2 for a in left for b in right) / n**2
    return None if chance == 0 else 1 - seen / chance


def ranks(values: Sequence[float]) -> list[float]:
    """Return the ranks from 1; equals share the mean of their places."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    found = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for i in order[at : end + 1]:
            found[i] = (at + end) / 2 + 1
        at = end + 1
    return found


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return Spearman's ρ, None when one side does not vary."""
    a, b = ranks(left), ranks(right)
    mean = (len(a) + 1) / 2
    over = sum((x - mean) * (y - mean) for x, y in zip(a, b))
    under = (sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)) ** 0.5
    return over / under if under else None


def report(pairs: Pairs, marks: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return what the page on agreement shows: κ per label with its counts, κ of all, quadratic κ of the totals."""
    used = [m for m in MOVES if any(m in pair for pair in pairs)]
    return {
        "sentences": len(pairs),
        "same": sum(a == b for a, b in pairs),
        "kappa": _rounded(kappa(pairs)),
        "labels": [
            {
                "code": m,
                "name": MOVE_NAMES[m],
                "machine": sum(a == m for a, _ in pairs),
                "lead": sum(b == m for _, b in pairs),
                "kappa": _rounded(kappa(pairs, m)),
            }
            for m in used
        ],
        "sessions": len(marks),
        "score_kappa": _rounded(quadratic_kappa(marks)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
