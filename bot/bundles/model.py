"""The shapes of bundles and proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

COMPOSED = "composed"  # code of a proposal put together from products because no named bundle fits


@dataclass(frozen=True)
class Bundle:
    """A named bundle (组合方案) of `data/knowledge/bundles.yml`.

    `leads`: needs of which one at least must be voiced before the bundle is chosen by itself; empty for any of `needs`.
    """

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
    leads: tuple[str, ...] = ()

    @property
    def products(self) -> tuple[str, ...]:
        return (*self.core, *self.plus)


@dataclass(frozen=True)
class Voiced:
    """A need the client voiced as explicit, with the words.

    `strength`: 1 said so; +1 the consequences were acknowledged; +1 it was put into a figure.
    `stake`: CNY a year that the difficulty costs, None when it cannot be worked out.
    """

    need: str
    quote: str
    turn: int
    strength: int = 1
    stake: Decimal | None = None


@dataclass(frozen=True)
class Situation:
    """The client, and who sells how, as the rules see them. What is missing is None, never a default.

    `qualifications`: of the member of staff; None when nobody recorded them. `channel`: counter | online | '' for not fixed.
    """

    segment: str
    holdings: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)  # by code of facts.yml
    qualifications: frozenset[str] | None = None
    channel: str = ""


@dataclass(frozen=True)
class Offered:
    """A product shown as the benefit to one voiced need. `conditions`: what must be settled first.

    `origin`: bundle | stand_in | supplement | manager. `also`: (need, benefit) of further voiced needs that it answers.
    """

    code: str
    layer: str  # core | plus
    need: str
    quote: str
    feature: str
    advantage: str
    benefit: str
    conditions: tuple[str, ...] = ()
    origin: str = "bundle"
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Withheld:
    """A product not shown: the rule that failed, why in Chinese, and what would change it."""

    code: str
    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Proposal:
    """`unanswered`: explicit needs that no offered product answers; `why_unanswered` says of each what stands in the way."""

    code: str
    name: str
    offered: tuple[Offered, ...]
    withheld: tuple[Withheld, ...]
    first_step: str
    notes: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    why_unanswered: tuple[tuple[str, str], ...] = ()

    @property
    def composed(self) -> bool:
        return self.code == COMPOSED

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(o.code for o in self.offered)

    @property
    def answered(self) -> frozenset[str]:
        return frozenset(n for o in self.offered for n in (o.need, *(need for need, _ in o.also)))

    def layer(self, name: str) -> tuple[str, ...]:
        return tuple(o.code for o in self.offered if o.layer == name)
