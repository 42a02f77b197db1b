"""The small bank with both channels open: calls as the platforms make them, through the real endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from bot.channels import xmlio
from bot.channels.crypto import Sealer, signature
from bot.store import identity, users
from bot.store.tables import Inbound, Outbound
from bot.web.app import create_app
from tests.channels.standin import Standin
from tests.support.house import NOW, House

APP, CORP, AGENT = "wx2c2769f8efd9abc2", "ww1436e0e65a779aee", 1000002
ACCOUNT = "gh_b629c48b653e"
TOKEN, KEY = "spamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OPENID, STRANGER = "oABCD1234567890zhangwei", "oABCD1234567890stranger"
WECHAT_SEND, WECOM_SEND = "/cgi-bin/message/custom/send", "/cgi-bin/message/send"
numbers = count(23456789012345678)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    @property
    def seconds(self) -> str:
        return str(int(self.now.timestamp()))


@dataclass
class Office:
    house: House
    clock: Clock
    standin: Standin
    client: httpx2.AsyncClient
    app: Any
    wechat_sealer: Sealer = field(default_factory=lambda: Sealer.of(TOKEN, KEY, APP))
    wecom_sealer: Sealer = field(default_factory=lambda: Sealer.of(TOKEN, KEY, CORP))

    @property
    def channels(self) -> Any:
        return self.house.container.channels

    # --- calls of the platforms

    async def wechat(
        self,
        body: bytes,
        *,
        sealed: bool = True,
        nonce: str | None = None,
        timestamp: str | None = None,
        **query: str,
    ) -> httpx2.Response:
        time, nonce = timestamp or self.clock.seconds, nonce or str(next(numbers))
        given = {"signature": signature(TOKEN, time, nonce), "timestamp": time, "nonce": nonce, "openid": OPENID}
        if sealed:
            encrypted, signed = self.wechat_sealer.seal(body, time, nonce)
            given |= {"encrypt_type": "aes", "msg_signature": signed}
            body = xmlio.write({"ToUserName": ACCOUNT, "Encrypt": encrypted})
        return await self.client.post("/wechat", params={**given, **query}, content=body)

    async def wecom(
        self, body: bytes, *, nonce: str | None = None, timestamp: str | None = None, **query: str
    ) -> httpx2.Response:
        time, nonce = timestamp or self.clock.seconds, nonce or str(next(numbers))
        encrypted, signed = self.wecom_sealer.seal(body, time, nonce)
        given = {"msg_signature": signed, "timestamp": time, "nonce": nonce, **query}
        sealed = xmlio.write({"ToUserName": CORP, "AgentID": str(AGENT), "Encrypt": encrypted})
        return await self.client.post("/wecom", params=given, content=sealed)

    async def write(self, text: str, *, openid: str = OPENID, message: str | None = None) -> str:
        """One text message to the 公众号; the text of the answer inside the call, "" for none."""
        reply = await self.wechat(wechat_text(text, openid, self.clock.seconds, message))
        assert reply.status_code == 200, reply.text
        return self.said(reply)

    def said(self, reply: httpx2.Response) -> str:
        return "" if reply.content in (b"", b"success") else self.opened(reply, self.wechat_sealer)["Content"]

    def opened(self, reply: httpx2.Response, sealer: Sealer) -> Mapping[str, Any]:
        outer = xmlio.read(reply.content)
        if "Encrypt" not in outer:
            return outer
        return xmlio.read(sealer.open(outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"], outer["Encrypt"]))

    async def tell(self, text: str, *, staff: str = "zhangwei", message: str | None = None) -> list[Mapping[str, Any]]:
        """One text message to the 企业微信 app; the bodies of what it is answered with."""
        before = len(self.standin.of(WECOM_SEND))
        reply = await self.wecom(wecom_text(text, staff, self.clock.seconds, message))
        assert (reply.status_code, reply.content) == (200, b"")
        await self.settle()
        return [c.body for c in self.standin.of(WECOM_SEND)[before:]]

    # --- what became of it

    async def settle(self) -> None:
        """Wait until everything that is due is answered and sent."""
        for _ in range(2000):
            if await asyncio.to_thread(self._nothing_due):
                return
            self.channels.workers._came.set()
            self.channels.workers._to_send.set()
            await asyncio.sleep(0.005)
        raise AssertionError(f"still waiting: {self.outbox()} {self.inbound()}")

    def _nothing_due(self) -> bool:
        now = self.clock()
        due = [
            r for r in self.inbound() if r.status == "waiting" and not (r.lane.not_before and r.lane.not_before > now)
        ]
        due += [r for r in self.outbox() if r.status == "sending"]
        waiting: dict[int, Any] = {}
        for row in self.outbox():
            if row.status == "waiting":
                waiting.setdefault(row.lane_id, row)
        return not due and all(r.not_before and r.not_before > now for r in waiting.values())

    def inbound(self) -> list[Inbound]:
        with self.house.container.database.session() as session:
            rows = session.query(Inbound).order_by(Inbound.id).all()
            for row in rows:
                _ = row.lane.not_before
            return rows

    def outbox(self) -> list[Outbound]:
        with self.house.container.database.session() as session:
            return session.query(Outbound).order_by(Outbound.id).all()

    def sent(self, path: str = WECHAT_SEND) -> list[str]:
        return [c.body["text"]["content"] for c in self.standin.of(path) if c.body["msgtype"] == "text"]

    # --- who is who

    def bind(self, username: str = "zhangwei", subject: str = OPENID, channel: str = "wechat") -> None:
        with self.house.container.database.session() as session:
            identity.bind(session, users.user_by_name(session, username), channel, subject, self.clock())
            session.commit()

    def bearer(self, username: str = "zhangwei") -> dict[str, str]:
        from bot.web.auth import issue

        with self.house.container.database.session() as session:
            token, _ = issue(users.user_by_name(session, username), self.house.container.settings)
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def open_office(directory: Path, templates: Path, **settings: Any) -> AsyncIterator[Office]:
    standin, clock = Standin(), Clock()
    await standin.start()
    given = {
        "wechat_app_id": APP,
        "wechat_app_secret": "app-secret",
        "wechat_token": TOKEN,
        "wechat_aes_key": KEY,
        "wechat_api": standin.url,
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_secret": "corp-secret",
        "wecom_token": TOKEN,
        "wecom_aes_key": KEY,
        "wecom_api": standin.url,
        "public_url": "https://wenxu.bank.example",
        **settings,
    }
    house = House.open(directory, templates, clock, **given)
    app = create_app(container=house.container)
    house.container.channels.workers.poll = 0.02
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test", timeout=30) as client,
    ):
        yield Office(house, clock, standin, client, app)
    await standin.stop()
    house.close()


def wechat_text(text: str, openid: str, seconds: str, message: str | None = None) -> bytes:
    return xmlio.write(
        {
            "ToUserName": ACCOUNT,
            "FromUserName": openid,
            "CreateTime": int(seconds),
            "MsgType": "text",
            "Content": text,
            "MsgId": int(message or next(numbers)),
        }
    )


def wecom_text(text: str, staff: str, seconds: str, message: str | None = None) -> bytes:
    return xmlio.write(
        {
            "ToUserName": CORP,
            "FromUserName": staff,
            "CreateTime": int(seconds),
            "MsgType": "text",
            "Content": text,
            "MsgId": int(message or next(numbers)),
            "AgentID": AGENT,
        }
    )
