"""Schemas of the knowledge files. A key that stands here twice, or not at all, is an error with file and line."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from bot.knowledge.files import Strict

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Segment = Literal["corporate", "personal"]
Kind = Literal["situation", "problem", "implication", "need_payoff"]


class NeedRow(Strict):
    code: Code
    segment: Segment
    name: Text
    means: Text


class FactRow(Strict):
    code: Code
    name: Text
    segment: Literal["corporate", "personal", "both"]
    kind: Literal["count", "money", "rate", "duration", "text", "choice", "bool"]
    unit: str = ""
    stale_after_days: int | None = None
    measures: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    source: str = ""


class ConditionRow(Strict):
    fact: Code
    op: Literal["=", "!=", ">=", "<=", ">", "<", "known", "unknown"]
    value: Any = None


class LikelyRow(Strict):
    fact: Code
    op: Literal["=", "!=", ">=", "<=", ">", "<", "known", "unknown"]
    value: Any = None
    weight: float = Field(gt=0, le=0.6)
    say: Text


class QuestionRow(Strict):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+\.[a-z0-9_]+$")]
    type: Kind
    fills: tuple[Code, ...] = ()
    when: tuple[ConditionRow, ...] = ()
    asks: Annotated[tuple[Text, ...], Field(min_length=3)]
    why: Text
    follow_up: str = ""
    confirm: str = ""


class OpeningRow(Strict):
    id: Code
    segment: Literal["corporate", "personal", "both"]
    when: tuple[ConditionRow, ...] = ()
    text: Text


class AssumptionRow(Strict):
    code: Code
    name: Text
    value: Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?$")]
    why: Text


class ImpactRow(Strict):
    code: Code
    need: Code
    name: Text
    formula: Text
    shown: Text
    unit: Literal["money", "hours", "usd"]
    inputs: tuple[Code, ...]
    assumptions: tuple[AssumptionRow, ...] = ()
    unless: tuple[Code, ...] = ()
    result: Text


class BenefitRow(Strict):
    need: Code
    text: Text


class RegulationRow(Strict):
    rule: Text
    number: str = ""
    fixes: str = ""
    effective: str = ""
    expires: str = ""
    seen: bool = False


class PairRow(Strict):
    code: Code
    why: Text


class SourceRow(Strict):
    supports: Text
    url: Text


class ProductRow(Strict):
    code: Code
    name: Text
    aliases: tuple[str, ...] = ()
    segment: Segment
    category: Text
    summary: Text
    features: tuple[Text, ...]
    advantages: tuple[Text, ...] = ()
    benefits: tuple[BenefitRow, ...]
    terms: dict[str, Any]
    fixed_terms: tuple[str, ...] = ()
    eligibility: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    suitability: str | None = None
    excludes: tuple[Code, ...] = ()
    pairs_with: tuple[PairRow, ...] = ()
    regulation: tuple[RegulationRow, ...] = ()
    verified: str = ""
    varies: bool = False
    sources: tuple[SourceRow, ...] = ()


class AmbiguousRow(Strict):
    alias: Text
    codes: Annotated[tuple[Code, ...], Field(min_length=2)]
    ask: Text


class BundleRow(Strict):
    code: Code
    name: Text
    segment: Segment
    client_profile: Text
    needs: tuple[Code, ...]
    core: tuple[Code, ...]
    plus: tuple[Code, ...]
    alternatives: dict[Code, tuple[Code, ...]] = Field(default_factory=dict)
    cross_segment: tuple[Code, ...] = ()
    pitch: Text
    eligibility: dict[str, Any]
    eligibility_fixed: tuple[str, ...] = ()
    eligibility_notes: tuple[str, ...] = ()
    first_step: Text


class MethodRow(Strict):
    code: Code
    name: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    definition: Text
    example: str = ""
