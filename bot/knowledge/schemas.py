"""Schemas of the knowledge files. A key that stands here twice, or not at all, is an error with file and line."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from bot.knowledge.files import Strict

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
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
    until: Day | Literal[""] = ""


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


class DatedRow(Strict):
    """A line that may be quoted up to and including `until`."""

    text: Text
    until: Day


Line = Text | DatedRow


class ProductRow(Strict):
    code: Code
    name: Text
    aliases: tuple[str, ...] = ()
    segment: Segment
    category: Text
    summary: Text
    features: tuple[Line, ...]
    advantages: tuple[Line, ...] = ()
    benefits: tuple[BenefitRow, ...]
    terms: dict[str, Any]
    fixed_terms: tuple[str, ...] = ()
    eligibility: tuple[Line, ...] = ()
    documents: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    steps: tuple[Text, ...] = ()
    traits: dict[Code, Text] = Field(default_factory=dict)
    effective_from: Day | Literal[""] = ""
    effective_until: Day | Literal[""] = ""
    checked_until: str = ""
    valid_until: Day | Literal[""] = ""
    contact: str = ""
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


class UnlikeRow(Strict):
    """Names that are near a product and yet another thing; answered with `why` and `near`, never with terms."""

    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    near: tuple[Code, ...]
    why: Text


class SiblingRow(Strict):
    """A name that mostly means `code` and sometimes one of `others`."""

    word: Text
    code: Code
    others: Annotated[tuple[Code, ...], Field(min_length=1)]


class StepsRow(Strict):
    categories: Annotated[tuple[Text, ...], Field(min_length=1)]
    lines: Annotated[tuple[Text, ...], Field(min_length=1)]


class OwnTermRow(Strict):
    """A value of the bank's own for a term that varies. `value` in the term's unit."""

    product: Code
    term: Code
    value: Any
    source: Text
    since: Day
    until: Day | Literal[""] = ""


class BundleRow(Strict):
    code: Code
    name: Text
    segment: Segment
    client_profile: Text
    needs: tuple[Code, ...]
    leads: tuple[Code, ...] = ()
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
    use: str = ""
    practise: bool = False


class TraitRow(Strict):
    code: Code
    name: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    near: tuple[Code, ...] = ()


class CategoryWordsRow(Strict):
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    names: Annotated[tuple[Text, ...], Field(min_length=1)]


class LookupFile(Strict):
    attributes: dict[Code, tuple[Text, ...]]
    parts: dict[Code, tuple[Text, ...]]
    terms: dict[Code, tuple[Text, ...]]
    traits: tuple[TraitRow, ...]
    segments: dict[Segment, tuple[Text, ...]]
    categories: tuple[CategoryWordsRow, ...]
    needs: dict[Code, tuple[Text, ...]]
    compare: tuple[Text, ...]
    lists: tuple[Text, ...]
    not_names: tuple[Text, ...] = ()
    same: tuple[tuple[Text, ...], ...] = ()
