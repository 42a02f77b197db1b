"""The catalogue in the database: every version of every entry, and the values that the bank entered itself.

The search index (`product_search`) is no ORM table: FTS5 on SQLite, tsvector on PostgreSQL; see catalogue_search.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, utc_now


class CatalogueVersion(Base):
    """One load of the catalogue. `origin`: shipped (came with the program) | import; `header`: what stands beside the
    products in the file, complete."""

    __tablename__ = "catalogue_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(200))
    header: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class CatalogueProduct(Base):
    """One state of one entry; `version_id` brought it, `replaced_id` replaced it (null while it stands). `content`: the
    row of the file."""

    __tablename__ = "catalogue_products"
    __table_args__ = (
        UniqueConstraint("code", "version_id"),
        Index("ix_catalogue_products_replaced_code", "replaced_id", "code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    segment: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(60))
    origin: Mapped[str] = mapped_column(String(20))
    effective_from: Mapped[date | None]
    effective_until: Mapped[date | None]
    content: Mapped[dict[str, Any]]
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_versions.id"))
    replaced_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_versions.id"))


class BankTerm(Base):
    """The bank's own value of a term, from a day on. `value`: {"value": …} in the term's unit."""

    __tablename__ = "bank_terms"
    __table_args__ = (UniqueConstraint("product", "term", "since"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(String(60))
    term: Mapped[str] = mapped_column(String(60))
    value: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    until: Mapped[date | None]
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_versions.id"))
