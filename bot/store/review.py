"""Sentences that were perhaps misread, kept for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.reading import Reading
from bot.store.tables import Conversation, ReviewItem, Turn


def keep(session: Session, text: str, mode: str, reading: Reading, reason: str, user_id: int) -> None:
    """`reason`: disagree | fallback | corrected."""
    shown = {
        "intent": reading.intent,
        "confidence": reading.confidence,
        "ranking": [list(r) for r in reading.ranking[:3]],
    }
    session.add(ReviewItem(text=text, mode=mode, reading=shown, reason=reason, user_id=user_id))


def keep_last(session: Session, conversation: Conversation, user_id: int, reason: str) -> None:
    """Keep the turn before the present one: that is what the objection is about."""
    query = select(Turn).where(Turn.conversation_id == conversation.id, Turn.number < conversation.turns)
    last = session.scalar(query.order_by(Turn.number.desc()).limit(1))
    if last is not None and not last.text.startswith("/"):
        session.add(
            ReviewItem(text=last.text, mode=conversation.mode, reading=last.reading, reason=reason, user_id=user_id)
        )


def unjudged(session: Session) -> Sequence[ReviewItem]:
    return session.scalars(select(ReviewItem).where(ReviewItem.verdict.is_(None)).order_by(ReviewItem.id)).all()


def judged(session: Session) -> Sequence[ReviewItem]:
    return session.scalars(select(ReviewItem).where(ReviewItem.verdict.is_not(None)).order_by(ReviewItem.id)).all()


def set_verdict(session: Session, item: int, verdict: str) -> None:
    """Write down what the sentence really was: an intent's name, or x for one that teaches nothing."""
    session.execute(update(ReviewItem).where(ReviewItem.id == item).values(verdict=verdict))
