"""The dialogue server over HTTP, on loopback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2

from bot.conversation.gateway import DialogueDown
from bot.settings import Settings


class HttpDialogue:
    """Talks to the `wenxu` channel of Rasa. One connection pool for the life of the application."""

    def __init__(self, settings: Settings) -> None:
        self._client = httpx2.AsyncClient(
            base_url=f"{settings.rasa_url}/webhooks/wenxu",
            headers={"Authorization": f"Bearer {settings.webhook_secret}"},
            timeout=httpx2.Timeout(settings.turn_timeout, connect=2.0),
            trust_env=False,  # loopback never goes through a proxy
        )

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return await self._post("/turn", {"sender": conversation, "text": text, "metadata": dict(metadata)})

    async def parse(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return await self._post("/parse", {"text": text, "metadata": dict(metadata)})

    async def ready(self) -> bool:
        try:
            reply = await self._client.get("/ready", timeout=2.0)
        except httpx2.HTTPError:
            return False
        return reply.status_code == 200

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            reply = await self._client.post(path, json=dict(body))
        except httpx2.HTTPError as error:
            raise DialogueDown from error
        if reply.status_code != 200:
            raise DialogueDown
        result: dict[str, Any] = reply.json()
        return result

    async def close(self) -> None:
        await self._client.aclose()
