"""The tables. Money is CNY as Numeric(18, 2), times are UTC, dates are the bank's local dates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    Numeric,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMING = {  # fixed names, so that migrations can drop what they made on any database
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which forgets the offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime may not be stored")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        date: Date,
        Decimal: Numeric(18, 2),
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class User(Base):
    """Someone who logs in. `role`: manager | lead | admin."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    token_version: Mapped[int] = mapped_column(default=0)  # raised to revoke every token of the user
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    team: Mapped[Team | None] = relationship()


class Client(Base):
    """A client of the bank, or a prospect (`is_prospect`). `segment`: corporate | personal."""

    __tablename__ = "clients"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)  # 客户号
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)  # 统一社会信用代码
    name: Mapped[str] = mapped_column(String(120), index=True)
    short_name: Mapped[str] = mapped_column(String(60), default="")
    segment: Mapped[str] = mapped_column(String(20))
    industry: Mapped[str] = mapped_column(String(40), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    annual_revenue: Mapped[Decimal | None]
    headcount: Mapped[int | None]
    credit_grade: Mapped[str] = mapped_column(String(10), default="")
    tier: Mapped[str] = mapped_column(String(20), default="")
    risk_grade: Mapped[str] = mapped_column(String(10), default="")  # C1..C5
    risk_valid_until: Mapped[date | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"), index=True)
    is_group_parent: Mapped[bool] = mapped_column(default=False)
    branches: Mapped[int | None]  # 分支机构数, whether or not they are clients of their own
    stores: Mapped[int | None]
    is_core_enterprise: Mapped[bool] = mapped_column(default=False)
    supplier_count: Mapped[int | None]
    dealer_count: Mapped[int | None]
    export_usd: Mapped[Decimal | None]  # a year
    import_usd: Mapped[Decimal | None]  # a year
    bank_count: Mapped[int | None]  # banks the client works with, us included
    credit_line: Mapped[Decimal | None]
    credit_line_valid_until: Mapped[date | None]
    receivables_amount: Mapped[Decimal | None]
    receivables_days: Mapped[int | None]
    birth_date: Mapped[date | None]
    children: Mapped[int | None]
    is_business_owner: Mapped[bool] = mapped_column(default=False)
    is_prospect: Mapped[bool] = mapped_column(default=False)
    last_contact_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    figure_dates: Mapped[dict[str, Any]] = mapped_column(default=dict)  # column → ISO date its value is of
    manager_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    manager: Mapped[User] = relationship()
    contacts: Mapped[list[Contact]] = relationship(back_populates="client", cascade="all, delete-orphan")
    holdings: Mapped[list[Holding]] = relationship(back_populates="client", cascade="all, delete-orphan")
    flows: Mapped[list[Flow]] = relationship(back_populates="client", cascade="all, delete-orphan")
    facts: Mapped[list[Fact]] = relationship(back_populates="client", cascade="all, delete-orphan")


class Contact(Base):
    """A person at the client. `role`: decision_maker | influencer | user | gatekeeper | unknown."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("client_id", "name", "title"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(60), default="")
    role: Mapped[str] = mapped_column(String(20), default="unknown")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    client: Mapped[Client] = relationship(back_populates="contacts")


class Holding(Base):
    """A product the client has with us. `product` is a catalogue code, or `current_account` for plain accounts."""

    __tablename__ = "holdings"
    __table_args__ = (UniqueConstraint("client_id", "product", "reference"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    product: Mapped[str] = mapped_column(String(60), index=True)
    reference: Mapped[str] = mapped_column(String(60), default="")  # account or contract number, masked
    balance: Mapped[Decimal | None]
    as_of: Mapped[date | None]  # the day the balance is of
    rate: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))  # fraction a year
    opened_on: Mapped[date | None]
    matures_on: Mapped[date | None] = mapped_column(index=True)
    client: Mapped[Client] = relationship(back_populates="holdings")


class Flow(Base):
    """One month of one client at one bank; `bank` is '' for us and a name for a peer bank seen in transfers."""

    __tablename__ = "flows"
    __table_args__ = (UniqueConstraint("client_id", "month", "bank"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    month: Mapped[date]  # the first day of the month
    bank: Mapped[str] = mapped_column(String(40), default="")
    inflow: Mapped[Decimal | None]
    outflow: Mapped[Decimal | None]
    average_balance: Mapped[Decimal | None]
    client: Mapped[Client] = relationship(back_populates="flows")


class Fact(Base):
    """Something learned about a client. `value` is {"v": …} in the unit of facts.yml; the newest row that is not
    superseded is in force, the older ones are kept with their dates."""

    __tablename__ = "facts"
    __table_args__ = (Index("ix_facts_client_code", "client_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(60))
    value: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(20))  # client | manager | record | import
    quote: Mapped[str] = mapped_column(Text, default="")
    learned_on: Mapped[date]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id", ondelete="SET NULL"))
    superseded_at: Mapped[datetime | None]
    client: Mapped[Client] = relationship(back_populates="facts")


class Conversation(Base):
    """One thread of talk of one user; `id` is unguessable. The state of the dialogue is here, not in Rasa."""

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20), default="web")
    mode: Mapped[str] = mapped_column(String(20), default="idle")
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    pending: Mapped[dict[str, Any] | None]  # what the bot asked last and waits for: a choice, a confirmation
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


class Task(Base):
    """Something to do. `status`: open | done | cancelled."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_user_status_due", "user_id", "status", "due_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), default="open")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    done_at: Mapped[datetime | None]
    client: Mapped[Client | None] = relationship()


class VisitLog(Base):
    """A visit logged by hand, outside the guided questioning."""

    __tablename__ = "visit_logs"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


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


class Audit(Base):
    """Who did what to which object; never the client's words."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")
    detail: Mapped[dict[str, Any] | None]
