"""Practice in the database. A session belongs to its manager; the lead of the team and the administrator may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, object_session

from bot.practice.book import Rubric
from bot.practice.client import World
from bot.practice.model import Level, Line, Persona, Said, Temper
from bot.practice.stages import Attempt
from bot.practice.transcript import relabel
from bot.store.access import ADMIN, LEAD, Actor, NotReachable
from bot.store.tables import (
    Conversation,
    PracticeSession,
    PracticeTurn,
    User,
)

MOST_LISTED = 60


def add(session: Session, actor: Actor, conversation_id: str, **values: Any) -> PracticeSession:
    row = PracticeSession(user_id=actor.user_id, conversation_id=conversation_id, **values)
    session.add(row)
    session.flush()
    return row


def frozen_level(level: Level, temper: Temper) -> dict[str, Any]:
    return {"level": asdict(level), "temper": asdict(temper)}


def persona_of(row: PracticeSession) -> Persona:
    return Persona.from_json(row.persona or {})


def rubric_of(row: PracticeSession) -> Rubric:
    return Rubric.from_json(row.rubric)


def level_of(row: PracticeSession) -> tuple[Level, Temper]:
    frozen = row.level or {}
    return Level(**frozen["level"]), Temper(**frozen["temper"])


def world_of(row: PracticeSession, book: Any) -> World:
    """Return what the session is played with: frozen persona, level and rubric; wordings as they are now."""
    level, temper = level_of(row)
    return World(persona_of(row), temper, level, book, rubric_of(row), row.seed)


def last_of(session: Session, conversation_id: str) -> PracticeSession | None:
    """Return the newest session that was played in the conversation, open or closed."""
    query = select(PracticeSession).where(PracticeSession.conversation_id == conversation_id)
    return session.scalar(query.order_by(PracticeSession.id.desc()).limit(1))


def open_in(session: Session, conversation_id: str) -> PracticeSession | None:
    query = select(PracticeSession).where(
        PracticeSession.conversation_id == conversation_id, PracticeSession.status == "open"
    )
    return session.scalar(query.order_by(PracticeSession.id.desc()).limit(1))


def snapshot(conversation: Conversation) -> dict[str, Any] | None:
    """Return the contract's `state.practice`: the practice under way, or the one just finished while nothing else began."""
    session = object_session(conversation)
    if session is None or conversation.mode == "visit":
        return None
    row = last_of(session, conversation.id)
    if row is None or (row.status == "open") != (conversation.mode == "practice"):
        return None
    return {
        "session": row.id,
        "persona": f"{row.persona['title']} {row.persona['name']}" if row.persona else row.state.get("title", ""),
        "difficulty": row.difficulty,
        "seed": row.seed,
        "turns": len(row.turns),
        "finished": row.status == "closed",
        "score": row.total,
        "passed": row.passed,
        "way": row.way,
    }


def unfinished(session: Session, actor: Actor) -> Sequence[PracticeSession]:
    """Return the actor's own open sessions, the latest first."""
    mine = select(PracticeSession).where(PracticeSession.user_id == actor.user_id, PracticeSession.status == "open")
    return session.scalars(mine.order_by(PracticeSession.id.desc()).limit(5)).all()


def last_words(session: Session, conversation: Conversation) -> str:
    """Return what the client, or the round of a drill, said last in the practice that is open; '' without one."""
    row = open_in(session, conversation.id) if conversation.mode == "practice" else None
    return str(row.state.get("last") or "") if row is not None else ""


def resume_buttons(session: Session, actor: Actor, most: int = 2) -> list[tuple[str, str]]:
    """Return (title, payload) of the practices that may be gone on with, those in which something was said."""
    rows = [r for r in unfinished(session, actor) if r.turns][:most]
    return [
        (
            f"接着{'和' + r.persona['name'] + '对练' if r.persona else r.state.get('title', '')}",
            f'/press{{"do": "practice.resume", "key": "{r.id}"}}',
        )
        for r in rows
    ]


def finished(session: Session, actor: Actor, limit: int = MOST_LISTED) -> Sequence[PracticeSession]:
    """Return the actor's own closed sessions, the latest first."""
    mine = select(PracticeSession).where(PracticeSession.user_id == actor.user_id, PracticeSession.status == "closed")
    return session.scalars(
        mine.order_by(PracticeSession.closed_at.desc(), PracticeSession.id.desc()).limit(limit)
    ).all()


def all_scored(session: Session) -> Sequence[PracticeSession]:
    """Return every session that has a total, of everybody, for an administrator's comparison of rubrics."""
    query = select(PracticeSession).where(PracticeSession.total.is_not(None), PracticeSession.level.is_not(None))
    return session.scalars(query.order_by(PracticeSession.id)).all()


def attempts(session: Session, actor: Actor) -> list[Attempt]:
    """Return all finished practices of the actor, oldest first, as the rules on stages want them."""
    query = select(PracticeSession.way, PracticeSession.stage, PracticeSession.passed).where(
        PracticeSession.user_id == actor.user_id, PracticeSession.status == "closed"
    )
    return [
        Attempt(w, s, p) for w, s, p in session.execute(query.order_by(PracticeSession.closed_at, PracticeSession.id))
    ]


def readable(actor: Actor) -> Select[PracticeSession]:
    own = PracticeSession.user_id == actor.user_id
    query = select(PracticeSession)
    if actor.role == ADMIN:
        return query
    if actor.role == LEAD and actor.team_id is not None:
        team = select(User.id).where(User.team_id == actor.team_id)
        return query.where(or_(own, PracticeSession.user_id.in_(team)))
    return query.where(own)


def session_of(session: Session, actor: Actor, session_id: int) -> PracticeSession:
    """Return a session within reach: one's own, or of one's team for a lead. Raises NotReachable."""
    row = session.scalar(readable(actor).where(PracticeSession.id == session_id))
    if row is None:
        raise NotReachable
    return row


def own_session(session: Session, actor: Actor, session_id: int) -> PracticeSession:
    """Raises NotReachable for another's."""
    row = session.get(PracticeSession, session_id)
    if row is None or row.user_id != actor.user_id:
        raise NotReachable
    return row


def keep_turn(row: PracticeSession, line: Line, context: str, confidence: float) -> PracticeTurn:
    turn = PracticeTurn(
        number=line.turn,
        text=line.said.text,
        context=context,
        move=line.said.move,
        confidence=confidence,
        line=asdict(line),
    )
    row.turns.append(turn)
    return turn


def line_of(turn: PracticeTurn) -> Line:
    raw: dict[str, Any] = turn.line
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw["said"].items()}
    said = Said(**given)
    return Line(
        **{**raw, "said": said, "voiced": tuple((a, b) for a, b in raw["voiced"]), "notes": tuple(raw["notes"])}
    )


def lines_of(row: PracticeSession) -> tuple[Line, ...]:
    """Return the transcript with the verdicts of leads in place of the machine's labels."""
    verdicts = {t.number: t.verdict for t in row.turns if t.verdict}
    about = {t.number: t.verdict_need for t in row.turns if t.verdict_need}
    return relabel([line_of(t) for t in row.turns], verdicts, about)


def turn_number(row: PracticeSession, number: int) -> PracticeTurn | None:
    return next((t for t in row.turns if t.number == number), None)


def close(row: PracticeSession, outcome: str, scorecard: dict[str, Any], passed: bool | None, now: datetime) -> None:
    """`scorecard` is the contract's; its total is None when the session could not be scored."""
    row.status, row.outcome, row.closed_at = "closed", outcome, now
    row.scorecard, row.total, row.passed = scorecard, scorecard["total"], passed


def count_finished(session: Session, actor: Actor) -> int:
    mine = (PracticeSession.user_id == actor.user_id, PracticeSession.status == "closed")
    return session.scalar(select(func.count()).select_from(PracticeSession).where(*mine)) or 0
