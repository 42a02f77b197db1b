"""Who speaks: sessions of the page, identities on other channels, the codes that bind them. Secrets are kept as hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.tables.base import Base, utc_now
from bot.store.tables.people import User

BOUND = text("unbound_at IS NULL")


class AuthSession(Base):
    """One log-in of one user on one device. `family` joins the refresh tokens that follow from one another: when an old
    one of a family comes back, the whole family is revoked."""

    __tablename__ = "auth_sessions"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    refresh_hash: Mapped[str] = mapped_column(String(64), unique=True)
    family: Mapped[str] = mapped_column(String(40), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    origin: Mapped[str] = mapped_column(String(200), default="")  # of the page around a widget; else empty
    user: Mapped[User] = relationship()


class Identity(Base):
    """A verified name of a user on a channel. `channel`: wechat (openid) | wecom (staff id) | oidc (issuer and subject).

    One user may have several over time; a name in force (`unbound_at` is null) belongs to one user.
    """

    __tablename__ = "identities"
    __table_args__ = (
        Index(
            "uq_identities_channel_subject_bound",
            "channel",
            "subject",
            unique=True,
            sqlite_where=BOUND,
            postgresql_where=BOUND,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    bound_at: Mapped[datetime] = mapped_column(default=utc_now)
    unbound_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class BindCode(Base):
    """A code that a logged-in user shows on a channel to be known there; used once, for a few minutes."""

    __tablename__ = "bind_codes"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()
