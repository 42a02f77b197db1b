"""Short ways to say in a test what was known, asked and understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from bot.knowledge.library import Library
from bot.reading import Reading
from bot.settings import ROOT
from bot.visit.bank import Bank, Condition, FactSpec, Likely, Need, Question
from bot.visit.model import Asked, Entry, Known, Open, Record, VisitState
from tests.support.scripted import reading

TODAY = date(2026, 11, 22)


@cache
def library() -> Library:
    """The knowledge that comes with the program, read once."""
    return Library.read(ROOT / "data" / "knowledge")


def said(
    text: str,
    stance: str = "fact",
    needs: Mapping[str, float] | None = None,
    *,
    intent: str = "report_reply",
    clauses: Sequence[tuple[str, str, Mapping[str, float]]] = (),
) -> Reading:
    """What was understood of one reply; `clauses` gives (words, stance, needs) where the parts differ."""
    raw = reading(text, intent, stance, needs)
    if clauses:
        raw["clauses"] = [_clause(text, *one) for one in clauses]
        raw["needs"] = [{"code": c, "confidence": p} for _, _, found in clauses for c, p in found.items()]
    return Reading.of(raw)


def _clause(text: str, words: str, stance: str, needs: Mapping[str, float]) -> dict[str, Any]:
    start = text.index(words)
    found = [{"code": c, "confidence": p} for c, p in needs.items()]
    return {"start": start, "end": start + len(words), "stance": {"name": stance}, "needs": found}


def known(code: str, value: Any, as_of: str = "2026-11-01", source: str = "record", quote: str = "") -> Known:
    return Known(code, value, source, as_of, quote)


def record(*facts: Known, segment: str = "corporate", **more: Any) -> Record:
    return Record(client_id=0, name="华星机械集团有限公司", segment=segment, facts={k.code: k for k in facts}, **more)


def asking(
    need: str, kind: str, question: str = "", *, segment: str = "corporate", confirm: bool = False, **more: Any
) -> VisitState:
    """A visit in which a question of this need and kind stands open."""
    opened = Open(question or f"{need}.{kind}.one", need, kind, 0, "……？", 1, confirm)
    return VisitState(segment=segment, turn=1, open=opened, focus=need, **more)


def entry(need: str, status: str, quote: str = "客户的话", turn: int = 1) -> Entry:
    return Entry(need, status, quote, turn)


def asked(need: str, kind: str, name: str = "one", outcome: str = "answered") -> Asked:
    return Asked(f"{need}.{kind}.{name}", need, kind, "……？", 1, outcome)


def question(need: str, kind: str, name: str = "one", **more: Any) -> Question:
    asks = more.pop("asks", (f"{need}{kind}{name}一？", f"{need}{kind}{name}二？", f"{need}{kind}{name}三？"))
    return Question(f"{need}.{kind}.{name}", need, kind, asks, "因为要知道", **more)


NEEDS = ("alpha", "beta", "gamma")


def small_bank(questions: Sequence[Question] = (), likely: Mapping[str, tuple[Likely, ...]] | None = None) -> Bank:
    """Three needs; without `questions` each has one question of each kind, the situation filling `<need>_count`."""
    specs = [FactSpec(f"{n}_count", f"{n}数", "corporate", "count", "家", 100, ("家",), (), (n,)) for n in NEEDS]
    made = questions or [
        question(
            n, kind, fills=(f"{n}_count",) if kind == "situation" else (), confirm=f"上次记的是{{{n}_count}}，还是吗？"
        )
        for n in NEEDS
        for kind in ("situation", "problem", "implication", "need_payoff")
    ]
    return Bank(
        {n: Need(n, f"{n}需要", "corporate", "") for n in NEEDS},
        {s.code: s for s in specs},
        {q.id: q for q in made},
        likely or {},
    )


def likely(fact: str, op: str, value: Any, weight: float, say: str = "记录如此") -> Likely:
    return Likely(Condition(fact, op, value), weight, say)
