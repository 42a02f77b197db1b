"""What to ask next: the question whose answer would most change what can be proposed.

The worth of a question is  P(need) × gain × progress:  how likely the need is, by how much the best proposal would grow
if it became explicit, and how close the question brings it. Every factor can be shown ("为什么问这个").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.visit.bank import Bank, Need, Question, fill
from bot.visit.model import KINDS, Known, Record, VisitState, facts_in_force

Gain = Callable[[str], float]  # need code → by how much the proposal would grow, any unit

BASE_PRIOR = 0.15  # a need that nothing in the record hints at
EARLIER_PRIOR = 0.6  # voiced at an earlier visit
MAX_PRIOR = 0.9
STATUS_PRIOR = {"implied": 0.75, "developed": 0.9}
# How close an answer of this kind brings an explicit need; the later the kind, the closer.
PROGRESS = {"situation": 0.45, "problem": 0.5, "implication": 0.8, "need_payoff": 1.0}
FOCUS_BONUS = 1.6  # stay with what the client is talking about
MAX_PER_KIND = {"situation": 1, "problem": 2, "implication": 2, "need_payoff": 2}  # asked per need
MAX_QUESTIONS = 24
ENOUGH = 0.12  # a best question worth less than this share of the best possible one is not worth the client's time


@dataclass(frozen=True)
class Next:
    """The question to ask: which, in which wording, whether as a confirmation, and why now."""

    question: Question
    wording: int
    text: str
    worth: float
    reasons: tuple[str, ...]
    confirm: bool = False


@dataclass(frozen=True)
class Stop:
    """Nothing more is worth asking. `reason`: enough | nothing_left | too_many."""

    reason: str


def likelihood(need: str, bank: Bank, facts: Mapping[str, Known], record: Record) -> tuple[float, tuple[str, ...]]:
    """Return P(need) before it is voiced, and the record's figures that speak for it, in Chinese."""
    total, reasons = BASE_PRIOR, []
    for rule in bank.likely.get(need, ()):
        if rule.when.holds(facts):
            total += rule.weight
            if (said := fill(rule.say, facts, bank.facts)) is not None:
                reasons.append(said)
    if any(code == need and status != "dismissed" for code, status, _ in record.earlier_needs):
        total = max(total, EARLIER_PRIOR)
        reasons.append("上次拜访提到过")
    return min(total, MAX_PRIOR), tuple(reasons)


def next_kind(need: str, state: VisitState, bank: Bank, facts: Mapping[str, Known]) -> str | None:
    """Return the kind of question that the need waits for, None when it is settled or used up."""
    status = state.status(need)
    if status in (None, "implied", "developed"):
        kinds = {None: ("situation", "problem"), "implied": ("implication",), "developed": ("need_payoff",)}[status]
        floor = dict(state.floor).get(need)
        if floor:
            kinds = tuple(k for k in KINDS if KINDS.index(k) >= KINDS.index(floor)) if status else kinds
        return next((k for k in kinds if _room(need, k, state) and candidates(need, k, state, bank, facts)), None)
    return None


def _room(need: str, kind: str, state: VisitState) -> bool:
    if kind == "situation" and any(a.need == need and a.kind == "problem" for a in state.asked):
        return False  # the talk is past the facts
    return sum(a.need == need and a.kind == kind and a.outcome != "skipped" for a in state.asked) < MAX_PER_KIND[kind]


def candidates(need: str, kind: str, state: VisitState, bank: Bank, facts: Mapping[str, Known]) -> list[Question]:
    """Return the questions of this need and kind that may still be put."""
    done = {a.id for a in state.asked} | ({state.open.id} if state.open else set())
    return [
        q
        for q in bank.of(need, kind)
        if q.id not in done
        and all(c.holds(facts) for c in q.when)
        and not (q.kind == "situation" and _known_all(q, facts))
    ]


def _known_all(question: Question, facts: Mapping[str, Known]) -> bool:
    """查得到就别问: a situation question whose facts are all known is not asked (a stale one is confirmed instead)."""
    return bool(question.fills) and all(code in facts for code in question.fills)


def stale_question(
    need: str, state: VisitState, bank: Bank, facts: Mapping[str, Known], today: date
) -> tuple[Question, str] | None:
    """Return a situation question that only confirms an old fact, with its text, or None."""
    if not _room(need, "situation", state):
        return None
    done = {a.id for a in state.asked}
    for question in bank.of(need, "situation"):
        old = [c for c in question.fills if c in facts and c in bank.facts and bank.facts[c].is_stale(facts[c], today)]
        if question.id not in done and old and question.confirm:
            text = fill(question.confirm, facts, bank.facts)
            if text:
                return question, text
    return None


def choose(state: VisitState, record: Record, bank: Bank, gain: Gain, today: date) -> Next | Stop:
    """Return the next question or the reason to stop. Deterministic: ties go to the order of needs.yml."""
    if sum(bool(a.id) for a in state.asked) >= MAX_QUESTIONS:
        return Stop("too_many")
    facts = facts_in_force(record, state)
    options = [
        n for need in bank.needs_of(state.segment) if (n := _option(need, state, record, bank, facts, gain, today))
    ]
    if not options:
        return Stop("nothing_left")
    best = max(options, key=lambda n: n.worth)
    has_explicit = bool(state.needs("explicit", "matched"))
    if has_explicit and state.focus != best.question.need and best.worth < ENOUGH:
        return Stop("enough")
    return best


def _option(
    need: Need, state: VisitState, record: Record, bank: Bank, facts: Mapping[str, Known], gain: Gain, today: date
) -> Next | None:
    kind = next_kind(need.code, state, bank, facts)
    stale = stale_question(need.code, state, bank, facts, today) if state.status(need.code) is None else None
    if kind is None and stale is None:
        return None
    prior, reasons = likelihood(need.code, bank, facts, record)
    prior = STATUS_PRIOR.get(state.status(need.code) or "", prior)
    grows = gain(need.code)
    if (
        kind in (None, "situation", "problem")
        and stale
        and not (kind == "problem" and not _room(need.code, "situation", state))
    ):
        question, text, confirm = stale[0], stale[1], True
    else:
        assert kind is not None
        question, confirm = candidates(need.code, kind, state, bank, facts)[0], False
        text = question.asks[0]
    worth = prior * grows * PROGRESS[question.kind] * (FOCUS_BONUS if state.focus == need.code else 1.0)
    return Next(question, 0, text, worth, reasons, confirm)


def wording(question: Question, seed: int) -> int:
    """Return which wording to open with: spread over the visits, fixed within one."""
    return seed % len(question.asks)
