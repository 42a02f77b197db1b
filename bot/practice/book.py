"""All that practice is played and judged by, as data/practice gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.practice.model import Decides, Gatekeeper, Level, Objection, Persona, Temper, Trigger


@dataclass(frozen=True)
class Criterion:
    code: str
    name: str
    weight: int
    rule: str
    advice: str
    better: tuple[str, ...]
    options: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Compliance:
    """What must not be said. `words`, `unless`: regular expressions; a sentence that matches both says the opposite.
    `levels`: kinds of product (expressions) and the least risk level 1–5 they come in."""

    code: str
    name: str
    say_instead: str
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rubric:
    """How a practice is scored. Frozen into every session, so that a later change does not touch it."""

    version: str
    pass_mark: int
    exam_mark: int
    great: int
    average: int
    least_turns: int
    most_unsure: float
    criteria: tuple[Criterion, ...]
    compliance: tuple[Compliance, ...]

    def criterion(self, code: str) -> Criterion | None:
        return next((c for c in self.criteria if c.code == code), None)

    def band(self, total: float | None) -> str:
        """great | average | poor, '' for a session that could not be scored."""
        if total is None:
            return ""
        return "great" if total >= self.great else "average" if total >= self.average else "poor"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Rubric:
        return cls(
            **{
                **raw,
                "criteria": tuple(Criterion(**{**c, "better": tuple(c["better"])}) for c in raw["criteria"]),
                "compliance": tuple(
                    Compliance(**{**c, "words": tuple(c["words"]), "unless": tuple(c["unless"])})
                    for c in raw["compliance"]
                ),
            }
        )


@dataclass(frozen=True)
class Drill:
    """One behaviour to train: `quantity` asks for `count` sentences of the move, `quality` for one to each of `asks`."""

    code: str
    name: str
    move: str
    stage: str
    count: int
    brief: str
    criterion: str
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manner:
    """How a client with some need speaks of it, for personas made from a record."""

    code: str
    words: tuple[str, ...]
    implied: tuple[str, ...]
    developed: tuple[str, ...]
    explicit: tuple[str, ...]


@dataclass(frozen=True)
class Common:
    """What a persona made from a record has in common with all others of its segment."""

    opening: tuple[str, ...]
    temper: tuple[str, ...]
    title: str
    unknown: tuple[str, ...]
    decides: Decides
    gatekeeper: Gatekeeper
    opens: tuple[Trigger, ...]
    closes: tuple[Trigger, ...]
    forbidden: tuple[Trigger, ...]
    objections: tuple[Objection, ...]


@dataclass(frozen=True)
class Book:
    personas: Mapping[str, Persona] = field(default_factory=dict)
    tempers: Mapping[str, Temper] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)
    rubric: Rubric | None = None
    replies: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # "any" or temper → kind → words
    drills: Mapping[str, Drill] = field(default_factory=dict)
    manners: Mapping[str, Manner] = field(default_factory=dict)
    common: Mapping[str, Common] = field(default_factory=dict)  # segment →

    def wordings(self, persona: Persona, kind: str) -> tuple[str, ...]:
        """Return all wordings of one kind of reply, the persona's own first, then the temper's, then the general."""
        own = persona.replies.get(kind, ())
        temper = self.replies.get(persona.temper, {}).get(kind, ())
        return tuple(dict.fromkeys((*own, *temper, *self.replies.get("any", {}).get(kind, ()))))
