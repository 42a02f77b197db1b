"""The dialogue server over HTTP, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.conversation.gateway import DialogueDown
from bot.settings import Settings

DOWN = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)
READY_TIMEOUT = aiohttp.ClientTimeout(total=2.0)


class HttpDialogue:
    """Talks to the `wenxu` channel of Rasa. One connection pool for the life of the application.

    aiohttp and not httpx2: every turn makes this call, and aiohttp's parser in C takes a third of the time.
    """

    def __init__(self, settings: Settings) -> None:
        self._base = f"{settings.rasa_url}/webhooks/wenxu"
        self._headers = {"Authorization": f"Bearer {settings.webhook_secret}"}
        self._timeout = aiohttp.ClientTimeout(total=settings.turn_timeout, sock_connect=2.0)
        self._kept: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        """Opened by the first call: a session belongs to the running event loop."""
        if self._kept is None or self._kept.closed:
            self._kept = aiohttp.ClientSession(
                headers=self._headers,
                timeout=self._timeout,
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=4.0),  # Sanic closes after 5 s
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._kept

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return await self._post("/turn", {"sender": conversation, "text": text, "metadata": dict(metadata)})

    async def parse(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return await self._post("/parse", {"text": text, "metadata": dict(metadata)})

    async def ready(self) -> bool:
        try:
            async with self._session.get(f"{self._base}/ready", timeout=READY_TIMEOUT) as reply:
                return reply.status == 200
        except DOWN:
            return False

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            async with self._session.post(f"{self._base}{path}", json=dict(body)) as reply:
                if reply.status != 200:
                    raise DialogueDown
                result: dict[str, Any] = await reply.json()
                return result
        except DOWN as error:
            raise DialogueDown from error

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()
