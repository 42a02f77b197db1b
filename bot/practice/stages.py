"""The way through the examinations: 岗位见习 → 理论 → 实践. An examination closes each stage; two failures send back to learning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STAGES = ("induction", "theory", "practice")
STAGE_NAMES = {"induction": "岗位见习", "theory": "理论", "practice": "实践", "done": "全部通过"}
STAGE_LEVELS = {"induction": "easy", "theory": "medium", "practice": "hard"}
STAGE_MEANS = {
    "induction": "和入门难度的客户谈一场",
    "theory": "客户说一句，您接对该问的那一问，共八题",
    "practice": "和高难度的客户谈一场",
}
FAILURES = 2


@dataclass(frozen=True)
class Attempt:
    """A finished practice, oldest first. `passed` is None when it could not be scored: it counts neither way."""

    way: str
    stage: str
    passed: bool | None


@dataclass(frozen=True)
class Standing:
    """`stage`: the next examination, `done` after the last; `failures` at it since the last learning."""

    stage: str
    failures: int = 0

    @property
    def must_learn(self) -> bool:
        return self.failures >= FAILURES


def standing(attempts: Iterable[Attempt]) -> Standing:
    """Fold the finished practices of one manager, oldest first, into where they stand."""
    at, failures = 0, 0
    for attempt in attempts:
        if at == len(STAGES):
            break
        if attempt.way == "learn" and attempt.passed:
            failures = 0
        elif attempt.way == "exam" and attempt.stage == STAGES[at] and attempt.passed is not None:
            at, failures = (at + 1, 0) if attempt.passed else (at, failures + 1)
    return Standing(STAGES[at] if at < len(STAGES) else "done", failures)
