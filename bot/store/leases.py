"""Which process answers a conversation: a row with an end, so that a dead process holds nobody up for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.store.channels import insert
from bot.store.tables import ConversationLease

QUIET = {"synchronize_session": False}


def take(session: Session, conversation: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Return whether the conversation is ours now. The caller commits."""
    over = ConversationLease.until < now
    made = (
        insert(session, ConversationLease)
        .values(conversation=conversation, owner=owner, until=now + lease)
        .on_conflict_do_update(index_elements=["conversation"], set_={"owner": owner, "until": now + lease}, where=over)
        .returning(ConversationLease.owner)
    )
    return session.scalar(made) is not None


def renew(session: Session, conversation: str, owner: str, until: datetime) -> bool:
    mine = update(ConversationLease).where(
        ConversationLease.conversation == conversation, ConversationLease.owner == owner
    )
    return bool(session.execute(mine.values(until=until), execution_options=QUIET).rowcount)  # type: ignore[attr-defined]


def give_back(session: Session, conversation: str, owner: str) -> None:
    mine = delete(ConversationLease).where(
        ConversationLease.conversation == conversation, ConversationLease.owner == owner
    )
    session.execute(mine, execution_options=QUIET)
