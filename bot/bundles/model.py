"""The shapes of bundles and proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bundle:
    """A named bundle (组合方案) of `data/knowledge/bundles.yml`."""

    code: str
    name: str
    segment: str
    needs: tuple[str, ...]
    core: tuple[str, ...]
    plus: tuple[str, ...]
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pitch: str = ""
    eligibility: Mapping[str, Any] = field(default_factory=dict)
    eligibility_notes: tuple[str, ...] = ()
    first_step: str = ""

    @property
    def products(self) -> tuple[str, ...]:
        return (*self.core, *self.plus)


@dataclass(frozen=True)
class Voiced:
    """A need the client voiced as explicit, with the words."""

    need: str
    quote: str
    turn: int


@dataclass(frozen=True)
class Situation:
    """The client as the rules see them. Missing figures are None, never a default."""

    segment: str
    holdings: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)  # by code of facts.yml


@dataclass(frozen=True)
class Offered:
    """A product shown as the benefit to one voiced need. `conditions`: what must be settled first."""

    code: str
    layer: str  # core | plus
    need: str
    quote: str
    feature: str
    advantage: str
    benefit: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withheld:
    """A product not shown: the rule that failed, why in Chinese, and what would change it."""

    code: str
    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Proposal:
    code: str
    name: str
    offered: tuple[Offered, ...]
    withheld: tuple[Withheld, ...]
    first_step: str
    notes: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()  # explicit needs that no offered product answers

    def layer(self, name: str) -> tuple[str, ...]:
        return tuple(o.code for o in self.offered if o.layer == name)
