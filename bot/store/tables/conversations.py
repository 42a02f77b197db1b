"""Threads of talk, their turns, and sentences kept for review."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.tables.base import Base, utc_now

if TYPE_CHECKING:
    from bot.store.tables.people import User
    from bot.store.tables.visits import Visit


class Conversation(Base):
    """One thread of talk of one user; `id` is unguessable. The state of the dialogue is here, not in Rasa."""

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20), default="web")
    mode: Mapped[str] = mapped_column(String(20), default="idle")
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    pending: Mapped[dict[str, Any] | None]  # what the bot asked last and waits for: a choice, a confirmation
    focus: Mapped[dict[str, Any] | None]  # what the last look-up was about: {turn, kind, products, listed, attributes}
    draft: Mapped[dict[str, Any] | None]  # a proposal made outside a visit: {client, bundle, steps}
    turns: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    visit: Mapped[Visit | None] = relationship()
    user: Mapped[User] = relationship()


class Turn(Base):
    """One turn: what the user typed, how it was read, what was answered. `key` de-duplicates a retry."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "number"), UniqueConstraint("conversation_id", "key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[str | None] = mapped_column(String(60))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    reading: Mapped[dict[str, Any] | None]
    messages: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[dict[str, Any] | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class ReviewItem(Base):
    """A sentence that the bot may have misread, kept for review by a person; never trained on by itself."""

    __tablename__ = "review_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(String(20))
    reading: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(String(20))  # disagree | fallback | corrected
    verdict: Mapped[str | None] = mapped_column(String(60))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
