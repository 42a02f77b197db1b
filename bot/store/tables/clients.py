"""Clients and what is known of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.tables.base import Base, utc_now

if TYPE_CHECKING:
    from bot.store.tables.people import User


LISTED_BY = (
    "manager_id", "last_contact_on", "id", "segment", "is_prospect", "industry", "region", "tier", "credit_grade",
    "risk_grade", "risk_valid_until", "annual_revenue", "headcount", "birth_date",
)  # fmt: skip


class Client(Base):
    """A client of the bank, or a prospect (`is_prospect`). `segment`: corporate | personal."""

    __tablename__ = "clients"
    __table_args__ = (
        Index("ix_clients_book", "manager_id", "updated_at", "id"),  # whether a book changed, without its rows
        Index("ix_clients_list", *LISTED_BY),  # what a manager's list filters and sorts by, without the rows
        Index("ix_clients_short_name", "short_name"),
    )
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
    __table_args__ = (
        UniqueConstraint("client_id", "product", "reference"),
        Index("ix_holdings_list", "client_id", "product", "matures_on", "balance"),  # sums and dues without the rows
    )
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
