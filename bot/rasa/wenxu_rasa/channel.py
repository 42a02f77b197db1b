"""The channel through which the application talks to Rasa: `/webhooks/wenxu/{turn,parse,ready}`."""

from __future__ import annotations

import gc
import hmac
import os
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

SECRET = "WENXU_ACTION_SECRET"
PARSED: ContextVar[dict[str, Any]] = ContextVar(
    "parsed"
)  # of the turn under way: what was read, and in how many seconds
READING = ("intent", "intent_ranking", "entities", "move", "stance", "needs", "clauses", "fallback")
_EMPTY: dict[str, Any] = {
    "intent_ranking": [],
    "entities": [],
    "move": None,
    "stance": None,
    "needs": [],
    "clauses": [],
    "fallback": None,
}


class Collected(OutputChannel):
    """Keeps whole messages: `{text, buttons?, card?}`. Rasa's own collector splits a text at blank lines."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "wenxu"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        custom = message.get("custom") or {}
        card = custom.get("card", custom if "type" in custom else None)
        given = {"text": message.get("text") or "", "buttons": message.get("buttons"), "card": card}
        self.messages.append({key: value for key, value in given.items() if value or key == "text"})


def reading(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    """The payload of docs/architecture.md. Rasa strips the text it is sent; spans are put back to `text` as sent."""
    shift = len(text) - len(text.lstrip())
    found = {key: parsed.get(key, _EMPTY.get(key)) for key in READING}
    found["intent_ranking"] = found["intent_ranking"] or [found["intent"]]
    found["entities"] = [_moved(one, shift, text) for one in found["entities"] or ()]
    found["clauses"] = [
        {**one, "start": one["start"] + shift, "end": one["end"] + shift} for one in found["clauses"] or ()
    ]
    return {"text": text, **found}


def _moved(entity: dict[str, Any], shift: int, text: str) -> dict[str, Any]:
    start, end = entity.get("start", 0), entity.get("end", 0)
    if "text" not in entity:  # of a payload: no span of its own
        return {
            "entity": entity["entity"],
            "start": start,
            "end": end,
            "value": entity.get("value"),
            "text": str(entity.get("value")),
        }
    start, end = start + shift, end + shift
    return {
        "entity": entity["entity"],
        "start": start,
        "end": end,
        "value": entity.get("value"),
        "text": text[start:end],
    }


class WenxuInput(InputChannel):
    """Credentials: `wenxu_rasa.channel.WenxuInput: {secret: …}`; the secret comes from the environment otherwise."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    @classmethod
    def name(cls) -> str:
        return "wenxu"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WenxuInput:
        secret = (credentials or {}).get("secret") or os.environ.get(SECRET, "")
        if not secret:
            raise ValueError(f"没有共享密钥：请设置环境变量 {SECRET}")
        return cls(secret)

    def _allowed(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.secret}".encode())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        hook = Blueprint("wenxu")

        @hook.middleware("request")
        async def authorise(request: Request) -> HTTPResponse | None:
            return None if self._allowed(request) else response.json({"title": "未获授权"}, status=401)

        @hook.listener("after_server_start")
        async def settle(app: Any, loop: Any) -> None:
            """Model and libraries stay for good: the collector need not look through them in the middle of a turn."""
            gc.collect()
            gc.freeze()

        @hook.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            loaded = agent is not None and agent.is_ready()
            return response.json({"ready": loaded}, status=200 if loaded else 503)

        @hook.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            text, metadata = _body(request)
            message = UserMessage(text=text, metadata={**metadata, "turn": False})
            parsed = await request.app.ctx.agent.processor.parse_message(message)
            return response.json(reading(text, parsed))

        @hook.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            text, metadata = _body(request)
            sender = request.json["sender"]
            out = Collected()
            _note_parsing(request.app.ctx.agent.processor)
            began, parsed = time.perf_counter(), {}
            PARSED.set(parsed)
            await on_new_message(
                UserMessage(
                    text=text,
                    output_channel=out,
                    sender_id=sender,
                    input_channel=self.name(),
                    metadata={**metadata, "turn": True},
                )
            )
            timing = {"parse": parsed.get("seconds", 0.0), "rasa": time.perf_counter() - began}
            found = reading(text, parsed.get("data") or {})
            return response.json({"messages": out.messages, "reading": found, "timing": timing})

        return hook


def _note_parsing(processor: Any) -> None:
    """Note what each parse found and how long it took, for the turn that asked for it."""
    if getattr(processor, "noted", False):
        return
    parse = processor.parse_message

    async def noted(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        data = await parse(*args, **kwargs)
        PARSED.get({}).update(data=data, seconds=time.perf_counter() - began)
        return data

    processor.parse_message, processor.noted = noted, True


def _body(request: Request) -> tuple[str, dict[str, Any]]:
    body = request.json
    return body["text"], body.get("metadata") or {}
