"""Visits and conversations as rows: the whole state as JSON, and its ledger, questions and facts as rows for lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session, joinedload, object_session

from bot.store.access import Actor, in_reach
from bot.store.tables import AskedQuestion, Client, Conversation, Fact, LedgerRow, Proposal, Turn, Visit, VisitStep
from bot.visit.model import Asked, Entry, VisitState

PLAIN = {"synchronize_session": False}  # these rows are never in the session
# Statements that every turn runs are built once: putting one together costs more than running it.
LEDGER_GONE = delete(LedgerRow).where(
    LedgerRow.visit_id == bindparam("visit"), LedgerRow.need.in_(bindparam("needs", expanding=True))
)
SHOWN = select(Turn.messages).where(Turn.conversation_id == bindparam("talk"), Turn.number == bindparam("turn"))
KEEP = (
    update(Turn)
    .where(Turn.conversation_id == bindparam("talk"), Turn.number == bindparam("turn_number"), Turn.state.is_(None))
    .values({c: bindparam(f"new_{c}") for c in ("messages", "state", "visit_id", "reading")})
)
WITH_VISIT = (joinedload(Conversation.user), joinedload(Conversation.visit).joinedload(Visit.client))


def open_visit(session: Session, client: Client, user_id: int, state: VisitState) -> Visit:
    visit = Visit(client=client, user_id=user_id, state=state.to_json(), stage=state.stage)
    session.add(visit)
    session.flush()
    _project(session, visit, None, state)
    return visit


def state_of(visit: Visit) -> VisitState:
    return VisitState.from_json(visit.state)


def save(visit: Visit, state: VisitState, *, undoable: bool = True) -> None:
    """Store the new state and bring the rows made from it up to date."""
    session = object_session(visit)
    assert session is not None
    if undoable:
        session.add(VisitStep(visit_id=visit.id, state=visit.state))
    _project(session, visit, state_of(visit), state)
    visit.state = state.to_json()
    visit.stage = state.stage


def undo(visit: Visit) -> VisitState | None:
    """Go back to the state before the last step and return it; None when there is none."""
    session = object_session(visit)
    assert session is not None
    last = session.scalar(
        select(VisitStep).where(VisitStep.visit_id == visit.id).order_by(VisitStep.id.desc()).limit(1)
    )
    if last is None:
        return None
    session.delete(last)
    state = VisitState.from_json(last.state)
    save(visit, state, undoable=False)
    return state


def _project(session: Session, visit: Visit, old: VisitState | None, new: VisitState) -> None:
    """Write the rows in which two states differ, without reading them: most turns change one or two."""
    _project_ledger(session, visit, {e.need: e for e in old.ledger} if old else {}, {e.need: e for e in new.ledger})
    _project_questions(session, visit, _questions(old) if old else [], _questions(new))


def _project_ledger(session: Session, visit: Visit, old: dict[str, Entry], new: dict[str, Entry]) -> None:
    gone = [need for need, entry in old.items() if new.get(need) != entry]
    if gone:
        session.execute(LEDGER_GONE, {"visit": visit.id, "needs": gone}, execution_options=PLAIN)
    came = [entry for need, entry in new.items() if old.get(need) != entry]
    if came:
        same = {"visit_id": visit.id, "client_id": visit.client_id}
        rows = [{**same, "need": e.need, "status": e.status, "quote": e.quote, "turn": e.turn} for e in came]
        session.execute(insert(LedgerRow), rows)


def _questions(state: VisitState) -> list[Asked]:
    asked = [a for a in state.asked if a.id]
    if state.open is not None:
        o = state.open
        asked.append(Asked(o.id, o.need, o.kind, o.text, o.turn, "open"))
    return asked


def _project_questions(session: Session, visit: Visit, old: list[Asked], new: list[Asked]) -> None:
    """Questions only grow, but for a step back: from the first that differs on, the rows are written anew."""
    same = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    if same < len(old):
        rest = (
            select(AskedQuestion.id).where(AskedQuestion.visit_id == visit.id).order_by(AskedQuestion.id).offset(same)
        )
        session.execute(delete(AskedQuestion).where(AskedQuestion.id.in_(rest)), execution_options=PLAIN)
    rows = [
        {
            "visit_id": visit.id,
            "question": a.id,
            "need": a.need,
            "type": a.kind,
            "text": a.text,
            "turn": a.turn,
            "outcome": a.outcome,
        }
        for a in new[same:]
    ]
    if rows:
        session.execute(insert(AskedQuestion), rows)


def close(visit: Visit, summary: str, outcome: str, now: datetime) -> None:
    visit.status, visit.summary, visit.outcome, visit.closed_at = "closed", summary, outcome, now


def discard(session: Session, visit: Visit) -> None:
    """Remove a visit in which nothing was taken down; facts keep their rows without it."""
    for conversation in session.scalars(select(Conversation).where(Conversation.visit_id == visit.id)):
        conversation.visit_id = None
    for turn in session.scalars(select(Turn).where(Turn.visit_id == visit.id)):
        turn.visit_id = None
    for fact in session.scalars(select(Fact).where(Fact.visit_id == visit.id)):
        fact.visit_id = None
    session.flush()
    session.delete(visit)


def unfinished(session: Session, actor: Actor, client_id: int | None = None) -> Sequence[Visit]:
    """Return the actor's open visits to clients that are still theirs, the latest first."""
    query = _own(actor).where(Visit.status == "open").order_by(Visit.id.desc())
    if client_id is not None:
        query = query.where(Visit.client_id == client_id)
    return session.scalars(query).all()


def _own(actor: Actor) -> Select[Visit]:
    return (
        select(Visit).join(Client, Client.id == Visit.client_id).where(Visit.user_id == actor.user_id, in_reach(actor))
    )


def record_proposal(session: Session, visit: Visit, bundle: dict[str, Any]) -> None:
    session.add(Proposal(visit_id=visit.id, bundle=bundle["code"], content=bundle))


def turn_with_key(session: Session, conversation_id: str, key: str) -> Turn | None:
    return session.scalar(select(Turn).where(Turn.conversation_id == conversation_id, Turn.key == key))


def first_turn_with_key(session: Session, user_id: int, key: str) -> Turn | None:
    """Return the user's turn that began a conversation with this key."""
    query = select(Turn).join(Conversation, Conversation.id == Turn.conversation_id)
    return session.scalar(query.where(Conversation.user_id == user_id, Turn.key == key, Turn.number == 1))


def conversation_with_visit(session: Session, conversation_id: str) -> Conversation | None:
    """Return the conversation with its user, visit and client in one query: every turn needs them all."""
    return session.get(Conversation, conversation_id, options=WITH_VISIT)


def keep_answer(
    session: Session,
    talk: str,
    number: int,
    *,
    messages: list[Any],
    state: dict[str, Any],
    visit_id: int | None,
    reading: Any,
) -> bool:
    """Write the answer of a turn without reading the row first; return False when it was answered or given back."""
    values = {"new_messages": messages, "new_state": state, "new_visit_id": visit_id, "new_reading": reading}
    return bool(session.connection().execute(KEEP, {"talk": talk, "turn_number": number, **values}).rowcount)


def drop_unanswered(session: Session, conversation_id: str, number: int) -> bool:
    """Delete a turn that nothing was done in; return whether there was one."""
    this = (Turn.conversation_id == conversation_id, Turn.number == number, Turn.state.is_(None))
    done = session.execute(delete(Turn).where(*this), execution_options={"synchronize_session": False})
    return bool(done.rowcount)  # type: ignore[attr-defined]


def turn_number(session: Session, conversation_id: str, number: int) -> Turn | None:
    return session.scalar(select(Turn).where(Turn.conversation_id == conversation_id, Turn.number == number))


def messages_of(session: Session, conversation_id: str, number: int) -> list[Any]:
    """Return what a turn was answered with; empty for one that is not there."""
    return session.scalar(SHOWN, {"talk": conversation_id, "turn": number}) or []


def turns_of(session: Session, actor: Actor, conversation_id: str) -> Sequence[Turn]:
    """Return the turns, but for those of a visit to a client that is no longer the actor's."""
    client = (
        select(Client.id).join(Visit, Visit.client_id == Client.id).where(Visit.id == Turn.visit_id, in_reach(actor))
    )
    query = select(Turn).where(Turn.conversation_id == conversation_id, or_(Turn.visit_id.is_(None), client.exists()))
    return session.scalars(query.order_by(Turn.number)).all()


def last_closed(session: Session, actor: Actor) -> Visit | None:
    return session.scalar(_own(actor).where(Visit.status == "closed").order_by(Visit.closed_at.desc()).limit(1))


def last_typed(session: Session, conversation_id: str) -> Turn | None:
    """Return the last turn that the manager typed, buttons left out."""
    query = select(Turn).where(Turn.conversation_id == conversation_id, ~Turn.text.startswith("/"))
    return session.scalar(query.order_by(Turn.number.desc()).limit(1))


def last_words(session: Session, conversation_id: str) -> str:
    turn = last_typed(session, conversation_id)
    return turn.text if turn else ""
