"""Schemas of data/intelligence. Unknown keys are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.knowledge.files import Strict
from bot.knowledge.schemas import Code, Segment, Text

Share = Annotated[Decimal, Field(ge=0, le=1)]
Points = Annotated[Decimal, Field(ge=1, le=5)]
Four = Annotated[tuple[Decimal, ...], Field(min_length=4, max_length=4)]


class FactorRow(Strict):
    code: Code
    name: Text
    metric: Code
    unit: str = ""
    steps: tuple[Decimal, ...] = ()
    falling: bool = False
    table: dict[str, Annotated[int, Field(ge=1, le=5)]] = Field(default_factory=dict)


class AxisRow(Strict):
    name: Text
    factors: tuple[Code, ...]
    compare: tuple[tuple[Code, Code, str], ...]


class GeFile(Strict):
    segment: Segment
    min_weight: Share
    low: Points
    high: Points
    attractiveness: AxisRow
    competitiveness: AxisRow
    classes: dict[Literal["A", "B", "C"], Text]


class LevelRow(Strict):
    name: Literal["总行级", "一级分行级", "二级分行级", "支行级"]
    from_: Points = Field(alias="from")


class TierFile(Strict):
    min_weight: Share
    levels: tuple[LevelRow, ...]
    corporate: dict[Code, Share]
    personal: dict[Code, Share]
    visits: dict[Literal["总行级", "一级分行级", "二级分行级", "支行级"], Text]


class CapitalRow(Strict):
    ratio: Share
    cost: Share
    loss: dict[str, Share]
    personal_loss: Share


class RateRow(Strict):
    code: Code
    kind: Literal["deposit", "loan", "fee"]
    margin: Decimal | None = None
    per: Literal["", "headcount"] = ""


class ContributionFile(Strict):
    source: Text
    as_of: Text
    capital: CapitalRow
    products: tuple[Any, ...]


class LifecycleRow(Strict):
    new_months: int = Field(ge=1)
    loyal_months: int = Field(ge=1)
    loyal_products: int = Field(ge=1)
    note: str = ""


class ChanceRow(Strict):
    when: Text
    chance: Text
    least: int = 4


class RetentionRow(Strict):
    source: Text
    one_account: ChanceRow
    one_savings: ChanceRow
    both: ChanceRow
    many: ChanceRow
    checking: tuple[Code, ...]
    savings: tuple[Code, ...]


class PeersRow(Strict):
    least: int = Field(ge=3, description="fewer would show who the others are")
    share: Share
    corporate: Four
    personal: Four
    skip: tuple[Code, ...] = ()


class ParetoRow(Strict):
    share: Share


class LeadRow(Strict):
    code: Code
    relation: Literal["core", "upstream", "downstream", "group"]
    core: bool = False
    need: Code
    without: tuple[Code, ...] = ()
    say: Text


class RelationsFile(Strict):
    lifecycle: LifecycleRow
    retention: RetentionRow
    peers: PeersRow
    pareto: ParetoRow
    leads: tuple[Any, ...]
