"""Messages of channels that call us: lanes, what came in, what goes out, tokens of the platforms, leases.

A lane is one person on one channel. Its messages are answered one after another, whichever process has the lease.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.tables.base import Base, utc_now


class Lane(Base):
    """One person on one channel. `choices` is what a bare number means now: [{title, payload}]."""

    __tablename__ = "channel_lanes"
    __table_args__ = (
        UniqueConstraint("channel", "subject"),
        Index("ix_channel_lanes_open", "open_messages", "served_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    open_messages: Mapped[int] = mapped_column(default=0)  # not answered yet; a lane without any is not looked at
    served_at: Mapped[datetime] = mapped_column(default=utc_now)  # who waited longest is served next
    written_at: Mapped[datetime] = mapped_column(default=utc_now)  # whom we wrote to longest ago is written to next
    owner: Mapped[str | None] = mapped_column(String(40))  # the process that answers it now
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]  # when to try again after the dialogue server was down
    choices: Mapped[list[Any]] = mapped_column(default=list)
    last_message_at: Mapped[datetime | None]  # opens the time in which the platform lets us write
    wrong_codes: Mapped[int] = mapped_column(default=0)
    codes_refused_until: Mapped[datetime | None]


class Inbound(Base):
    """A message as it came, claimed by `key` (the platform's id of it) before anything is done about it.

    `status`: waiting | done | refused (a flood).
    """

    __tablename__ = "channel_inbound"
    __table_args__ = (UniqueConstraint("channel", "key"), Index("ix_channel_inbound_lane_status", "lane_id", "status"))
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(100))
    lane_id: Mapped[int] = mapped_column(ForeignKey("channel_lanes.id"))
    content: Mapped[dict[str, Any]]  # kind, text, … of bot/channels/message.py
    status: Mapped[str] = mapped_column(String(20), default="waiting")
    conversation_id: Mapped[str | None] = mapped_column(String(40))  # where the turn was put, before it ran
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    done_at: Mapped[datetime | None]
    lane: Mapped[Lane] = relationship()


class Outbound(Base):
    """One part of an answer. `status`: waiting | sending | sent | parked (until the user asks on) | moved (into a later answer) | dropped.

    `via`: reply (in the answer to the platform's call) | api (by a call of ours).
    """

    __tablename__ = "channel_outbox"
    __table_args__ = (
        UniqueConstraint("inbound_id", "number"),
        Index("ix_channel_outbox_status", "status", "not_before"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lane_id: Mapped[int] = mapped_column(ForeignKey("channel_lanes.id"), index=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("channel_inbound.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    via: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")  # the platform's code and words, never the message's
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    sent_at: Mapped[datetime | None]
    lane: Mapped[Lane] = relationship()


class PlatformToken(Base):
    """A platform's access token, shared by all processes; `secret` is encrypted with the key that signs our own."""

    __tablename__ = "platform_tokens"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    secret: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(40))  # who fetches a new one now
    lease_until: Mapped[datetime | None]


class SeenCall(Base):
    """A signed call that was accepted: `digest` of its signature, time and nonce, and the message it carried."""

    __tablename__ = "channel_calls"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_key: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ConversationLease(Base):
    """Which process answers a conversation at this moment."""

    __tablename__ = "conversation_leases"
    conversation: Mapped[str] = mapped_column(String(120), primary_key=True)
    owner: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]
