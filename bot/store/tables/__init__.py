"""The tables. Money is CNY as Numeric(18, 2), times are UTC, dates are the bank's local dates."""

from bot.store.tables.base import Base, UtcDateTime, utc_now
from bot.store.tables.channels import (
    ConversationLease,
    Inbound,
    Lane,
    Outbound,
    PlatformToken,
    SeenCall,
)
from bot.store.tables.clients import Client, Contact, Fact, Flow, Holding
from bot.store.tables.conversations import Conversation, ReviewItem, Turn
from bot.store.tables.identity import AuthSession, BindCode, Identity
from bot.store.tables.insight import (
    ClientInsight,
    ClientRelation,
    Commitment,
    InsightChange,
    InsightPeer,
    InsightPeerProduct,
    InsightRun,
    InsightTotal,
    Paper,
    TierProposal,
)
from bot.store.tables.people import Audit, Team, User
from bot.store.tables.practice import PracticeAppeal, PracticeGold, PracticeMark, PracticeSession, PracticeTurn
from bot.store.tables.products import BankTerm, CatalogueProduct, CatalogueVersion
from bot.store.tables.visits import AskedQuestion, LedgerRow, Proposal, Visit, VisitStep
from bot.store.tables.work import Task, VisitLog

__all__ = [
    "AskedQuestion",
    "Audit",
    "AuthSession",
    "BankTerm",
    "Base",
    "BindCode",
    "CatalogueProduct",
    "CatalogueVersion",
    "Client",
    "ClientInsight",
    "ClientRelation",
    "Commitment",
    "Contact",
    "Conversation",
    "ConversationLease",
    "Fact",
    "Flow",
    "Holding",
    "Identity",
    "Inbound",
    "InsightChange",
    "InsightPeer",
    "InsightPeerProduct",
    "InsightRun",
    "InsightTotal",
    "Lane",
    "LedgerRow",
    "Outbound",
    "Paper",
    "PlatformToken",
    "PracticeAppeal",
    "PracticeGold",
    "PracticeMark",
    "PracticeSession",
    "PracticeTurn",
    "Proposal",
    "ReviewItem",
    "SeenCall",
    "Task",
    "Team",
    "TierProposal",
    "Turn",
    "User",
    "UtcDateTime",
    "Visit",
    "VisitLog",
    "VisitStep",
    "utc_now",
]
