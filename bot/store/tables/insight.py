"""Client intelligence: scores, peers, relations; papers; commitments.

`insight_changes` is filled by triggers (migration 0003): every change of a client, a holding or a flow names its client.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.tables.base import Base, utc_now

if TYPE_CHECKING:
    from bot.store.tables.clients import Client
    from bot.store.tables.visits import Visit
    from bot.store.tables.work import Task


class ClientInsight(Base):
    """What the last run made of one client; null and '' are 未评. The tier here is computed, that of `clients` decided."""

    __tablename__ = "client_insights"
    __table_args__ = (
        Index("ix_client_insights_segment_contribution", "segment", "contribution"),
        Index("ix_client_insights_peer_group", "peer_group"),
    )
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True)
    segment: Mapped[str] = mapped_column(String(20))
    peer_group: Mapped[str] = mapped_column(String(80), default="")
    products: Mapped[int] = mapped_column(default=0)
    deposits: Mapped[Decimal | None]
    loans: Mapped[Decimal | None]
    contribution: Mapped[Decimal | None]  # CNY a year, before capital cost and risk
    contribution_net: Mapped[Decimal | None]
    tier: Mapped[str] = mapped_column(String(20), default="")
    tier_score: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    attractiveness: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    competitiveness: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    ge_class: Mapped[str] = mapped_column(String(1), default="")
    lifecycle: Mapped[str] = mapped_column(String(20), default="")
    computed_at: Mapped[datetime] = mapped_column(default=utc_now)


class InsightPeer(Base):
    """Clients of one kind, industry and size together."""

    __tablename__ = "insight_peers"
    peer_group: Mapped[str] = mapped_column(String(80), primary_key=True)
    clients: Mapped[int]
    contribution: Mapped[Decimal | None]  # the mean of those that have one


class InsightPeerProduct(Base):
    """How many clients of a peer group hold a product."""

    __tablename__ = "insight_peer_products"
    peer_group: Mapped[str] = mapped_column(String(80), primary_key=True)
    product: Mapped[str] = mapped_column(String(60), primary_key=True)
    holders: Mapped[int]


class InsightTotal(Base):
    """80/20 of one segment: the smallest contribution among those that bring `share` of the whole."""

    __tablename__ = "insight_totals"
    segment: Mapped[str] = mapped_column(String(20), primary_key=True)
    clients: Mapped[int]
    contribution: Mapped[Decimal]
    top_clients: Mapped[int]
    cutoff: Mapped[Decimal | None]


class InsightRun(Base):
    """One batch. `book` is a digest of the data files it computed by: another digest asks for a full run."""

    __tablename__ = "insight_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(String(20))  # full | incremental
    book: Mapped[str] = mapped_column(String(40))
    clients: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class InsightChange(Base):
    """A client that changed since the last run; it may stand here more than once."""

    __tablename__ = "insight_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(index=True)


class ClientRelation(Base):
    """`other` is to `client` what `kind` says: core | upstream | downstream | group. `other_id` is null for one who is
    no client."""

    __tablename__ = "client_relations"
    __table_args__ = (UniqueConstraint("client_id", "kind", "other_name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    other_name: Mapped[str] = mapped_column(String(120))
    amount: Mapped[Decimal | None]  # CNY a year between the two
    source: Mapped[str] = mapped_column(String(120), default="")
    as_of: Mapped[date | None]


class TierProposal(Base):
    """A tier that the figures speak for, put before the lead. `status`: open | accepted | refused."""

    __tablename__ = "tier_proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    before: Mapped[str] = mapped_column(String(20), default="")
    tier: Mapped[str] = mapped_column(String(20))
    score: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    decided_at: Mapped[datetime | None]
    client: Mapped[Client] = relationship()


class Paper(Base):
    """A paper as it was made: `content` is what both the Word file and the page show. `id` is unguessable."""

    __tablename__ = "papers"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # brief | needs | plan | record
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Commitment(Base):
    """How a visit ended. `grade`: order 成交 | advance 进展 | continuation 拖延 | refusal 未成; what is not said is ''.

    A promise is kept when its task is done.
    """

    __tablename__ = "commitments"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    grade: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(60), default="")
    what: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    quote: Mapped[str] = mapped_column(Text, default="")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    task: Mapped[Task | None] = relationship()
    visit: Mapped[Visit] = relationship()
