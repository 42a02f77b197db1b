"""Schemas of data/practice. What a key means stands in data/practice/README.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.knowledge.files import Strict
from bot.knowledge.schemas import Code, Segment, Text

Words = Annotated[tuple[Text, ...], Field(min_length=1)]
Two = Annotated[tuple[Text, ...], Field(min_length=2)]
Three = Annotated[tuple[Text, ...], Field(min_length=3)]

KINDS = {  # kinds of reply that every client can give → when
    "rapport": "寒暄的回应",
    "listen": "听着，请对方接着说",
    "no_info": "问到他不清楚或没有的事",
    "guarded": "问到痛处，但信任还不够，不肯说",
    "no_problem": "问到他没有的难处",
    "vague": "问得太泛，没落到具体的事",
    "no_impact": "没说过难处就问后果",
    "half": "影响刚问出一点，还没说透",
    "no_value": "后果还没说透就问好处",
    "price": "过早推介，开始谈价",
    "bored": "一再推介，听不进去",
    "nitpick": "只讲优势，挑毛病",
    "interest": "利益正对上他说过的需要",
    "mismatch": "讲的产品对不上他的需要",
    "repeat": "问过的又问",
    "on_card": "资料上写着的还问",
    "prying": "接连查户口式地问",
    "unclear": "没听懂",
    "impatient": "快没耐心了，给一个提醒",
    "leave": "结束谈话",
    "bye": "对方告辞",
    "when": "愿意往下走，请对方定个时间",
    "continuation": "客气，但什么也不答应",
    "refuse": "拒绝下一步",
    "promise": "听到保本保收益之类的许诺",
    "leak": "听到别家客户的事",
    "unsuitable": "被推了不合适的产品",
    "ignored": "提了异议，对方跳过去了",
    "stands": "异议没有被化解",
    "eased": "异议被化解了",
    "gate_ask": "门口的人再问一句来意",
    "gate_stop": "门口的人不让进",
}
LEAST_GENERAL, LEAST_TEMPER = 12, 3


class TemperRow(Strict):
    code: Code
    name: Text
    means: Text
    trust: int = Field(ge=0, le=50)
    patience: int = Field(ge=3, le=20)
    rapport: int = Field(ge=0, le=12)


class LevelRow(Strict):
    code: Literal["easy", "medium", "hard"]
    name: Text
    means: Text
    trust: int
    patience: int
    opens: int
    implications: int = Field(ge=1, le=3)
    objections: int = Field(ge=0, le=3)
    gatekeeper: bool
    facts: int = Field(ge=1)
    turns: int = Field(ge=10, le=60)


class CardRow(Strict):
    label: Text
    value: Text


class TopicRow(Strict):
    id: Code
    words: Words
    says: Two
    need: str = ""
    trust: int = Field(default=0, ge=0, le=60)
    on_card: bool = False


class HiddenNeedRow(Strict):
    code: Code
    pain: int = Field(ge=1, le=3)
    trust: int = Field(ge=0, le=45)
    words: Three
    implied: Three
    developed: Three
    explicit: Three


class TriggerRow(Strict):
    words: Words
    trust: int = Field(ge=-20, le=15)
    says: Two


class ObjectionRow(Strict):
    id: Code
    when: Literal["pitch", "benefit", "commitment"]
    says: Two
    eased_by: Three
    eased: Two


class DecidesRow(Strict):
    who: Text
    alone: bool
    advance: Three
    order: tuple[Text, ...] = ()


class GatekeeperRow(Strict):
    who: Text
    asks: Two
    passes: Two


class PersonaFile(Strict):
    id: Code
    name: Text
    title: Text
    temper: Code
    segment: Segment
    age: int | None = None
    risk: Literal["", "C1", "C2", "C3", "C4", "C5"] = ""
    business: Text
    goal: Text
    card: Annotated[tuple[CardRow, ...], Field(min_length=3)]
    opening: Three
    facts: Annotated[tuple[TopicRow, ...], Field(min_length=8)]
    needs: Annotated[tuple[HiddenNeedRow, ...], Field(min_length=2, max_length=4)]
    decides: DecidesRow
    gatekeeper: GatekeeperRow
    opens: Annotated[tuple[TriggerRow, ...], Field(min_length=2)]
    closes: Annotated[tuple[TriggerRow, ...], Field(min_length=1)]
    forbidden: Annotated[tuple[TriggerRow, ...], Field(min_length=1)]
    objections: Annotated[tuple[ObjectionRow, ...], Field(min_length=2)]
    products: dict[Code, Two] = Field(default_factory=dict)
    replies: dict[Code, tuple[Text, ...]] = Field(default_factory=dict)


class CriterionRow(Strict):
    code: Literal["discovery", "chain", "benefit", "early_pitch", "listening", "objection", "advance", "compliance"]
    name: Text
    weight: int = Field(ge=0, le=60)
    rule: Text
    advice: Text
    better: Words  # sentences to say instead, {need} is filled in
    options: dict[Code, float] = Field(default_factory=dict)


class ComplianceRow(Strict):
    code: Literal["promise", "leak", "unsuitable"]
    name: Text
    words: tuple[Text, ...] = ()  # regular expressions
    unless: tuple[Text, ...] = ()
    levels: dict[Text, Annotated[int, Field(ge=1, le=5)]] = Field(default_factory=dict)  # kind of product → least risk
    say_instead: Text


class RubricFile(Strict):
    version: Text
    pass_mark: int = Field(ge=1, le=100)
    exam_mark: int = Field(ge=1, le=100)
    great: int = Field(ge=1, le=100)
    average: int = Field(ge=1, le=100)
    least_turns: int = Field(ge=1, le=20)
    most_unsure: float = Field(ge=0, le=1)
    criteria: Annotated[tuple[CriterionRow, ...], Field(min_length=3, max_length=8)]
    compliance: Annotated[tuple[ComplianceRow, ...], Field(min_length=1)]


class DrillRow(Strict):
    code: Code
    name: Text
    move: Literal["situation", "problem", "implication", "need_payoff", "benefit", "commitment"]
    stage: Literal["quantity", "quality"]
    count: int = Field(ge=1, le=10)
    brief: Text
    asks: tuple[Text, ...] = ()  # quality: what the client says, one per round
    needs: tuple[Code, ...] = ()  # quality: the need each of them is about
    criterion: Literal[
        "discovery", "chain", "benefit", "early_pitch", "listening", "objection", "advance", "compliance"
    ]


class RehearsalRow(Strict):
    """How a client who may have this need speaks of it, when a persona is made from a record."""

    code: Code
    words: Three
    implied: Three
    developed: Three
    explicit: Three


class CommonRow(Strict):
    """What a persona made from a record takes from no record: manners, moods, objections of one segment."""

    opening: Three
    temper: Annotated[tuple[Code, ...], Field(min_length=1)]
    title: Text
    unknown: Two
    decides: DecidesRow
    gatekeeper: GatekeeperRow
    opens: Annotated[tuple[TriggerRow, ...], Field(min_length=2)]
    closes: Annotated[tuple[TriggerRow, ...], Field(min_length=1)]
    forbidden: Annotated[tuple[TriggerRow, ...], Field(min_length=1)]
    objections: Annotated[tuple[ObjectionRow, ...], Field(min_length=2)]


class CommonFile(Strict):
    corporate: CommonRow
    personal: CommonRow
