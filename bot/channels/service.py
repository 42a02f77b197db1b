"""The channels of this process, wired: what the callback routes call. Nothing is opened before `start`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ulid import ULID

from bot.channels import sentences
from bot.channels.crypto import Forged, Sealer
from bot.channels.desk import Desk
from bot.channels.message import WECHAT, WECOM, Incoming
from bot.channels.platform import Http, Platform, TokenKeeper, wechat_fetch, wecom_fetch
from bot.channels.postman import Postman
from bot.channels.workers import Workers
from bot.conversation.gateway import Gateway
from bot.settings import Settings
from bot.store import channels as store
from bot.store.database import Database

WINDOW = timedelta(minutes=5)  # by which a call's time may differ from ours
PATIENCE = 4.2  # s of the platform's five that an answer may take


@dataclass
class Channels:
    """`wechat` and `wecom` are None while they are not set up."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    workers: Workers
    postman: Postman
    wechat: Sealer | None
    wecom: Sealer | None
    patience: float = PATIENCE

    def start(self) -> None:
        if self.postman.platforms:
            self.workers.start()

    async def stop(self) -> None:
        await self.workers.stop()
        for platform in self.postman.platforms.values():
            await platform.close()

    def platform(self, channel: str) -> Platform:
        return self.postman.platforms[channel]

    def in_time(self, timestamp: str) -> None:
        """Raises Forged for a call that is too old, or from the future."""
        if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
            raise Forged
        if abs(self.clock().timestamp() - int(timestamp)) > WINDOW.total_seconds():
            raise Forged

    async def receive(self, incoming: Incoming, signed: tuple[str, ...]) -> store.Received:
        """Store the message; `signed` are signature, time and nonce it came with. Raises Forged for a replay: the same
        signed call with another message."""
        received = await asyncio.to_thread(self._receive, incoming, "\n".join(signed))
        self.workers.wake()
        return received

    def _receive(self, incoming: Incoming, signed: str) -> store.Received:
        now = self.clock()
        digest = hashlib.sha256(f"{incoming.channel}\n{signed}".encode()).hexdigest()
        message = hashlib.sha256(f"{incoming.subject}\n{incoming.key}".encode()).hexdigest()
        with self.database.session() as session:
            if not store.first_time(session, digest, message, now + 2 * WINDOW):
                raise Forged
            received = store.receive(session, incoming.channel, incoming.subject, incoming.key, incoming.content(), now)
            session.commit()
            return received

    async def reply(self, received: store.Received) -> str | None:
        """Return what goes into the platform's own call, None for nothing: the answer comes by a call of ours."""
        if not received.accepted:
            return sentences.FLOOD
        if await self.workers.until_done(received.id, self.patience):
            return await self.workers.take_reply(received.id)
        return None if self.postman.writes_wechat else sentences.SLOW


def build_channels(
    settings: Settings, database: Database, gateway: Gateway, clock: Callable[[], datetime], bank: Any
) -> Channels:
    """Wire the channels that are set up."""
    owner = str(ULID())
    wechat, wecom = _wechat_sealer(settings), _wecom_sealer(settings)
    platforms = {}
    if wechat is not None:
        http = Http(settings.wechat_api)
        fetch = wechat_fetch(http, settings.wechat_app_id, settings.wechat_app_secret.get_secret_value())
        name = f"{WECHAT}:{settings.wechat_app_id}"
        platforms[WECHAT] = Platform(http, _keeper(settings, database, name, owner, clock, fetch))
    if wecom is not None:
        http = Http(settings.wecom_api)
        fetch = wecom_fetch(http, settings.wecom_corp_id, settings.wecom_secret.get_secret_value())
        name = f"{WECOM}:{settings.wecom_corp_id}:{settings.wecom_agent_id}"
        platforms[WECOM] = Platform(http, _keeper(settings, database, name, owner, clock, fetch))
    postman = Postman(database, owner, clock, platforms, settings.wecom_agent_id, settings.wechat_can_write)
    desk = Desk(
        database,
        gateway,
        bank,
        clock,
        settings.signing_key if platforms else "",
        settings.wecom_by_username,
        lambda: postman.writes_wechat,
    )
    workers = Workers(database, desk, postman, owner, clock)
    return Channels(settings, database, clock, workers, postman, wechat, wecom)


def _keeper(settings: Settings, database: Database, name: str, owner: str, clock: Any, fetch: Any) -> TokenKeeper:
    return TokenKeeper(database, name, settings.signing_key, owner, clock, fetch)


def _wechat_sealer(settings: Settings) -> Sealer | None:
    if not settings.wechat_app_id:
        return None
    key = settings.wechat_aes_key.get_secret_value() or "A" * 43  # the plain mode has none
    return Sealer.of(settings.wechat_token.get_secret_value(), key, settings.wechat_app_id)


def _wecom_sealer(settings: Settings) -> Sealer | None:
    if not settings.wecom_corp_id:
        return None
    token, key = settings.wecom_token.get_secret_value(), settings.wecom_aes_key.get_secret_value()
    return Sealer.of(token, key, settings.wecom_corp_id)
