"""The rhythm of a day: a few new clients, a few known ones, a few calls. A measure to look at, never a reproach."""

from __future__ import annotations

from dataclasses import dataclass

GOAL = (2, 3, 4)  # new clients, known clients, calls: method.md 4, the daily rhythm of one sales team


@dataclass(frozen=True)
class Day:
    """What was done today: visits to new clients, to known ones, calls."""

    new: int = 0
    known: int = 0
    calls: int = 0

    @property
    def line(self) -> str:
        parts = zip(("新客户", "老客户", "电话"), (self.new, self.known, self.calls), GOAL, strict=True)
        return "·".join(f"{name}{done}/{goal}" for name, done, goal in parts)

    @property
    def word(self) -> str:
        """One friendly word, whatever the count."""
        done = (self.new, self.known, self.calls)
        if all(d >= g for d, g in zip(done, GOAL, strict=True)):
            return "今天的节奏都到了，辛苦了。"
        return "按自己的安排来就好。" if not any(done) else "一步一步来，挺好。"
