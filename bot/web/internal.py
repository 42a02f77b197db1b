"""The webhook that the dialogue server calls for every action: loopback, behind a shared secret.

An action that fails answers with a fixed sentence; neither the error nor the tracker leaves the process. Plain ASGI: it is
called once a turn, and a route would cost more than the call.
"""

from __future__ import annotations

import hmac
import json
from typing import Any

import structlog
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.bootstrap import Container
from bot.web.problems import problem

log = structlog.get_logger()
PATH = "/internal/actions"
FAILED = "这一步没有做成，已记入日志。请再试一次；还不行就换个说法。"


async def actions(wired: Container, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one call of the dialogue server: `{"next_action", "sender_id", "tracker", …}` → `{"events", "responses"}`."""
    request = Request(scope, receive)
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {wired.settings.webhook_secret}".encode()):
        await problem(401, "密钥不对。")(scope, receive, send)
    elif request.method != "POST":
        await problem(405, "只接受 POST。")(scope, receive, send)
    else:
        await _respond(send, await _run(wired, json.loads(await request.body())))


async def _run(wired: Container, call: dict[str, Any]) -> dict[str, Any]:
    call.setdefault("domain", {})  # the SDK wants one; no action of ours reads it
    try:
        result = await wired.executor.run(call)
    except Exception as error:
        log.error("action_failed", action=call.get("next_action"), error=type(error).__name__, exc_info=error)
        return {"events": [], "responses": [{"text": FAILED}]}
    return dict(result.model_dump() if hasattr(result, "model_dump") else result or {"events": [], "responses": []})


async def _respond(send: Send, answer: dict[str, Any]) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
