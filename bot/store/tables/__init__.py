"""The tables. Money is CNY as Numeric(18, 2), times are UTC, dates are the bank's local dates."""

from bot.store.tables.base import Base, UtcDateTime, utc_now
from bot.store.tables.clients import Client, Contact, Fact, Flow, Holding
from bot.store.tables.conversations import Conversation, ReviewItem, Turn
from bot.store.tables.people import Audit, Team, User
from bot.store.tables.visits import AskedQuestion, LedgerRow, Proposal, Visit, VisitStep
from bot.store.tables.work import Task, VisitLog

__all__ = [
    "AskedQuestion",
    "Audit",
    "Base",
    "Client",
    "Contact",
    "Conversation",
    "Fact",
    "Flow",
    "Holding",
    "LedgerRow",
    "Proposal",
    "ReviewItem",
    "Task",
    "Team",
    "Turn",
    "User",
    "UtcDateTime",
    "Visit",
    "VisitLog",
    "VisitStep",
    "utc_now",
]
