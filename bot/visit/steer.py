"""The manager's hand on the visit: skip, go back, another wording, another stage. Each returns a new state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.visit.bank import Bank
from bot.visit.hear import close_open
from bot.visit.model import KINDS, Asked, Known, Open, Record, VisitState, facts_in_force
from bot.visit.planner import Gain, Next, Stop, choose


def open_next(
    state: VisitState, record: Record, bank: Bank, gain: Gain, today: date, turn: int
) -> tuple[VisitState, Next | Stop]:
    """Open the question most worth asking, or say why none is."""
    chosen = choose(state, record, bank, gain, today)
    if isinstance(chosen, Stop):
        return replace(state, open=None), chosen
    wording = 0 if chosen.confirm else (record.client_id + len(state.asked)) % len(chosen.question.asks)
    text = chosen.text if chosen.confirm else chosen.question.asks[wording]
    q = chosen.question
    opened = Open(q.id, q.need, q.kind, wording, text, turn, chosen.confirm)
    return replace(state, open=opened, focus=q.need, phase="asking"), chosen


def skip(state: VisitState) -> VisitState:
    """Leave the open question; it is not asked again by itself, and its kind keeps its room."""
    return close_open(state, "skipped")


def drop_need(state: VisitState) -> VisitState:
    """Leave the need of the open question for another: all its kinds count as asked."""
    if state.open is None:
        return state
    need = state.open.need
    state = close_open(state, "skipped")
    pads = tuple(Asked("", need, k, "", state.turn, "dropped") for k in KINDS for _ in range(2))
    return replace(state, asked=(*state.asked, *pads), focus=None)


def back(state: VisitState, bank: Bank) -> VisitState | None:
    """Open the question asked before the present one again, as it was put then; None when there was none."""
    earlier = [a for a in state.asked if a.id]
    if not earlier:
        return None
    last = earlier[-1]
    asks = bank.questions[last.id].asks
    confirm = last.text not in asks
    reopened = Open(
        last.id, last.need, last.kind, 0 if confirm else asks.index(last.text), last.text, state.turn, confirm
    )
    return replace(
        state, asked=tuple(a for a in state.asked if a is not last), open=reopened, focus=last.need, phase="asking"
    )


def reword(state: VisitState, record: Record, bank: Bank) -> VisitState | None:
    """Put the open question in its next wording (a confirmation becomes the plain question); None when there is none."""
    if state.open is None:
        return None
    question = bank.questions[state.open.id]
    number = 0 if state.open.confirm else (state.open.wording + 1) % len(question.asks)
    return replace(state, open=replace(state.open, wording=number, text=question.asks[number], confirm=False))


def jump(state: VisitState, kind: str, need: str | None) -> VisitState:
    """Go to a question kind at the manager's word: the need in focus (or `need`) is taken as ready for it.

    Only the kind of question moves; the ledger moves on evidence alone.
    """
    target = need or state.focus or (state.open.need if state.open else None)
    if target is None or kind not in KINDS:
        return state
    floor = (*((n, k) for n, k in state.floor if n != target), (target, kind))
    return replace(close_open(state, "skipped"), floor=floor, focus=target)


def open_at(state: VisitState, bank: Bank, need: str, kind: str, turn: int, record: Record) -> VisitState | None:
    """Open a question of this need and kind outside the planner's order; None when all were asked."""
    facts = facts_in_force(record, state)
    done = {a.id for a in state.asked if a.outcome != "skipped"}
    rest = [q for q in bank.of(need, kind) if q.id not in done and all(c.holds(facts) for c in q.when)]
    if not rest:
        return None
    q = rest[0]
    number = (record.client_id + len(state.asked)) % len(q.asks)
    return replace(state, open=Open(q.id, need, kind, number, q.asks[number], turn), focus=need, phase="asking")


def later_kind(state: VisitState) -> str | None:
    """Return the kind after that of the open question, None after the last."""
    if state.open is None:
        return None
    at = KINDS.index(state.open.kind)
    return KINDS[at + 1] if at + 1 < len(KINDS) else None


def confirmed(state: VisitState, record: Record, bank: Bank, today: date) -> VisitState:
    """Take the facts that the open confirmation asked about as true today."""
    if state.open is None or not state.open.confirm:
        return state
    facts = facts_in_force(record, state)
    for code in bank.questions[state.open.id].fills:
        if code in facts:
            old = facts[code]
            state = state.with_known(Known(code, old.value, "client", today.isoformat(), old.quote, state.turn))
    return close_open(state, "answered")
