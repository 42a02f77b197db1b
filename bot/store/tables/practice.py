"""Practice: sessions, turns, appeals, what leads judged."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.tables.base import Base, utc_now

if TYPE_CHECKING:
    from bot.store.tables.people import User


class PracticeSession(Base):
    """One practice. `way`: learn | real | exam | drill | rehearsal; `status`: open | closed.

    `persona`, `rubric` and `level` are frozen as they were at the start, so that the session can be scored again and
    reads the same later; `state` is the played client (bot/practice/model.py), or the round of a drill.
    """

    __tablename__ = "practice_sessions"
    __table_args__ = (Index("ix_practice_sessions_user_status", "user_id", "status"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    way: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), default="")  # of an exam: induction | theory | practice
    persona_code: Mapped[str] = mapped_column(String(60), default="")
    persona: Mapped[dict[str, Any] | None]
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="SET NULL"), index=True)
    difficulty: Mapped[str] = mapped_column(String(10))
    drill: Mapped[str] = mapped_column(String(60), default="")
    seed: Mapped[int]
    level: Mapped[dict[str, Any] | None]
    rubric: Mapped[dict[str, Any]]
    rubric_version: Mapped[str] = mapped_column(String(40))
    state: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default="open")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    total: Mapped[int | None]
    passed: Mapped[bool | None]
    scorecard: Mapped[dict[str, Any] | None]
    branched_from: Mapped[int | None] = mapped_column(ForeignKey("practice_sessions.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    closed_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()
    turns: Mapped[list[PracticeTurn]] = relationship(
        cascade="all, delete-orphan", order_by="PracticeTurn.number", back_populates="session"
    )


class PracticeTurn(Base):
    """One sentence of the seller, how it was read, what the client answered. `verdict` is a lead's label in its place."""

    __tablename__ = "practice_turns"
    __table_args__ = (UniqueConstraint("session_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("practice_sessions.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text, default="")  # what the client had said just before
    move: Mapped[str] = mapped_column(String(20))
    confidence: Mapped[float] = mapped_column(default=0.0)
    line: Mapped[dict[str, Any]]  # the whole Line
    verdict: Mapped[str | None] = mapped_column(String(20))
    verdict_need: Mapped[str | None] = mapped_column(String(40))
    session: Mapped[PracticeSession] = relationship(back_populates="turns")


class PracticeAppeal(Base):
    """“我不同意第7句”: `status` open | upheld | rejected; decided by a lead of the manager's team."""

    __tablename__ = "practice_appeals"
    __table_args__ = (UniqueConstraint("turn_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("practice_turns.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(10), default="open")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    decided_at: Mapped[datetime | None]
    turn: Mapped[PracticeTurn] = relationship()


class PracticeGold(Base):
    """A sentence with the label that a lead gave it, beside the machine's: the gold set that agreement is measured on."""

    __tablename__ = "practice_gold"
    __table_args__ = (UniqueConstraint("turn_id", "lead_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("practice_turns.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str] = mapped_column(String(10))  # appeal | review
    machine: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(20))
    need: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(default=utc_now)
    turn: Mapped[PracticeTurn] = relationship()


class PracticeMark(Base):
    """A lead's own total for a session, beside the machine's."""

    __tablename__ = "practice_marks"
    __table_args__ = (UniqueConstraint("session_id", "lead_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("practice_sessions.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    machine: Mapped[int]
    total: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=utc_now)
