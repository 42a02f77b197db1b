"""What the dialogue server understood of one sentence, as the rules use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entity:
    """One entity; `start`, `end` are code-point offsets in the text as typed, `value` has the contract's form."""

    type: str
    text: str
    start: int
    end: int
    value: Any = None


@dataclass(frozen=True)
class Clause:
    """A stretch of the text between punctuation, read by itself."""

    start: int
    end: int
    stance: str = ""
    needs: tuple[tuple[str, float], ...] = ()
    confidence: float = 1.0  # of the stance


@dataclass(frozen=True)
class Reading:
    text: str
    intent: str = ""
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    stance: str = ""
    stance_confidence: float = 0.0
    needs: tuple[tuple[str, float], ...] = ()
    clauses: tuple[Clause, ...] = ()
    move: str = ""
    move_confidence: float = 0.0

    def values(self, kind: str) -> list[Any]:
        """Return the values of all entities of a type, in order, those without a value left out."""
        return [e.value for e in self.entities if e.type == kind and e.value is not None]

    def first(self, kind: str) -> Entity | None:
        return next((e for e in self.entities if e.type == kind), None)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Reading:
        """Read the payload described in docs/architecture.md; what is missing is empty, never an error."""
        text = raw.get("text") or ""
        return cls(
            text=text,
            intent=(raw.get("intent") or {}).get("name") or "",
            confidence=(raw.get("intent") or {}).get("confidence") or 0.0,
            ranking=tuple((i["name"], i["confidence"]) for i in raw.get("intent_ranking") or ()),
            entities=tuple(_entity(e, text) for e in raw.get("entities") or ()),
            stance=(raw.get("stance") or {}).get("name") or "",
            stance_confidence=(raw.get("stance") or {}).get("confidence") or 0.0,
            needs=_needs(raw),
            clauses=tuple(
                Clause(
                    c["start"],
                    c["end"],
                    (c.get("stance") or {}).get("name") or "",
                    _needs(c),
                    (c.get("stance") or {}).get("confidence", 1.0),
                )
                for c in raw.get("clauses") or ()
            ),
            move=(raw.get("move") or {}).get("name") or "",
            move_confidence=(raw.get("move") or {}).get("confidence") or 0.0,
        )


def _needs(raw: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    return tuple((n["code"], n["confidence"]) for n in raw.get("needs") or ())


def _entity(raw: Mapping[str, Any], text: str) -> Entity:
    start, end = raw.get("start", 0), raw.get("end", 0)
    return Entity(raw["entity"], raw.get("text") or text[start:end], start, end, raw.get("value"))
