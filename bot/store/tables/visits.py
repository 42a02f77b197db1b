"""Guided visits: state, steps, questions, needs, proposals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.tables.base import Base, utc_now

if TYPE_CHECKING:
    from bot.store.tables.clients import Client


class Visit(Base):
    """One guided visit. `state` is the whole VisitState (bot/visit/model.py); the states before it, for undo, are
    VisitStep rows, so that a turn does not read them.
    `status`: open | closed. Ledger, questions and facts are also kept as rows, for lists and figures."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_user_status", "user_id", "status"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(String(20), default="open")
    stage: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[dict[str, Any]]
    summary: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    closed_at: Mapped[datetime | None]
    client: Mapped[Client] = relationship()
    ledger: Mapped[list[LedgerRow]] = relationship(cascade="all, delete-orphan", order_by="LedgerRow.id")
    asked: Mapped[list[AskedQuestion]] = relationship(cascade="all, delete-orphan", order_by="AskedQuestion.id")


class VisitStep(Base):
    """A state that the visit was in before; the newest is the one to go back to."""

    __tablename__ = "visit_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    state: Mapped[dict[str, Any]]


class AskedQuestion(Base):
    """A question put in a visit and what became of it: `outcome` answered | skipped | open | dropped."""

    __tablename__ = "asked_questions"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(80))
    need: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    turn: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20), default="open")


class LedgerRow(Base):
    """One need of one visit: status, the client's words, the turn they came from."""

    __tablename__ = "needs_ledger"
    __table_args__ = (UniqueConstraint("visit_id", "need"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    need: Mapped[str] = mapped_column(String(40), index=True)
    status: Mapped[str] = mapped_column(String(20))
    quote: Mapped[str] = mapped_column(Text, default="")
    turn: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


class Proposal(Base):
    """A bundle proposed in a visit, as it was shown."""

    __tablename__ = "proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    bundle: Mapped[str] = mapped_column(String(60))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
