"""`GET /api/chat/ws`: the chat over a WebSocket, with typing in between.

The token comes as `Authorization: Bearer …` or in the first frame `{"type": "auth", "token": …}`, never in the address.
A connection that does not say who it is within `AUTH_SECONDS` is closed, and an address may have few of those at a time.
Later an `auth` frame of the same user takes the place of a token that is about to run out.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from bot.bootstrap import Container
from bot.store.access import Actor
from bot.web.auth import BadToken, verify
from bot.web.problems import TITLES, describe
from bot.web.schemas import ChatIn

router = APIRouter()
log = structlog.get_logger()
UNAUTHORISED = 4401  # close code, in the range that applications may use
TOO_LATE = 4408
TOO_MANY = 4429
MAX_FRAME = 32_768
AUTH_SECONDS = 10.0
MOST_UNKNOWN = 20  # connections of one address that have not said yet who they are; a page needs a moment for it


class Doorway:
    """How many connections of each address are still unknown."""

    def __init__(self) -> None:
        self._inside: Counter[str] = Counter()

    @contextmanager
    def stand(self, address: str) -> Iterator[bool]:
        """Yield whether there is room."""
        room = self._inside[address] < MOST_UNKNOWN
        self._inside[address] += room
        try:
            yield room
        finally:
            self._inside[address] -= room
            if not self._inside[address]:
                del self._inside[address]


@dataclass
class Line:
    """A connection of a user who is known."""

    socket: WebSocket
    wired: Container
    actor: Actor
    token: str

    async def check(self, token: str) -> Actor:
        """Raises BadToken."""
        origin = self.socket.headers.get("origin")
        return await asyncio.to_thread(verify, token, self.wired.settings, self.wired.database, origin)


@router.websocket("/api/chat/ws")
async def chat_socket(socket: WebSocket) -> None:
    await socket.accept()
    doorway: Doorway = socket.app.state.doorway
    try:
        with doorway.stand(socket.client.host if socket.client else "") as room:
            known = await _enter(socket) if room else None
        if known is None:
            await _end(socket, 429, "连接太多了，请过一会儿再试。", TOO_MANY)
        else:
            await _converse(*known)
    except BadToken:
        await _end(socket, 401, "登录已失效，请重新登录。", UNAUTHORISED)
    except TimeoutError:
        await _end(socket, 408, "没有在限定时间内登录。", TOO_LATE)
    except WebSocketDisconnect:
        return


async def _converse(line: Line, first: dict[str, Any] | None) -> None:
    await line.socket.send_json({"type": "ready"})
    if first is not None:
        await _one(line, first)
    while True:
        await _one(line, await _frame(line.socket))


async def _end(socket: WebSocket, status: int, detail: str, code: int) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # it may have hung up meanwhile
        await socket.send_json(_error(status, detail, None))
        await socket.close(code)


async def _enter(socket: WebSocket) -> tuple[Line, dict[str, Any] | None]:
    """Return the connection and its first frame. Raises BadToken, TimeoutError."""
    wired: Container = socket.app.state.container
    token, first = await asyncio.wait_for(_token(socket), socket.app.state.auth_seconds)
    actor = await asyncio.to_thread(verify, token, wired.settings, wired.database, socket.headers.get("origin"))
    return Line(socket, wired, actor, token), first


async def _token(socket: WebSocket) -> tuple[str, dict[str, Any] | None]:
    header = socket.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer "), None
    frame = await _frame(socket)
    if frame.get("type") != "auth":
        raise BadToken
    return str(frame.get("token") or ""), None


async def _frame(socket: WebSocket) -> dict[str, Any]:
    text = await socket.receive_text()
    if len(text) > MAX_FRAME:
        return {"type": "bad"}
    try:
        frame = json.loads(text)
    except ValueError:
        return {"type": "bad"}
    return frame if isinstance(frame, dict) else {"type": "bad"}


async def _one(line: Line, frame: dict[str, Any]) -> None:
    """Answer one frame. The token is checked again each time: a revoked one ends the connection."""
    socket, wired = line.socket, line.wired
    if frame.get("type") == "ping":
        await socket.send_json({"type": "pong"})
        return
    if frame.get("type") == "auth":
        await _renewed(line, str(frame.get("token") or ""))
        return
    actor = await line.check(line.token)
    key = _echo(frame.get("key"))
    try:
        socket.app.state.limits.check("chat", str(actor.user_id))
        body = ChatIn.model_validate({k: v for k, v in frame.items() if k in ("text", "conversation", "key")})
    except ValidationError:
        await socket.send_json(_error(422, "消息不能为空，也不能超过2000个字。", key))
        return
    except HTTPException as error:
        await socket.send_json(_error(error.status_code, str(error.detail), key))
        return
    await socket.send_json({"type": "typing"})
    try:
        answer = await wired.gateway.turn(actor, body.text, body.conversation, body.key)
    except Exception as error:
        status, detail = describe(error)
        if status == 500:
            log.error("turn_failed", error=type(error).__name__, exc_info=error)
        await socket.send_json(_error(status, detail, key))
        return
    await socket.send_json({"type": "reply", "key": key, **answer})


async def _renewed(line: Line, token: str) -> None:
    """Go on with a fresh token of the same user. Raises BadToken."""
    actor = await line.check(token)
    if actor.user_id != line.actor.user_id:
        raise BadToken
    line.actor, line.token = actor, token
    await line.socket.send_json({"type": "renewed"})


def _echo(key: Any) -> str | None:
    """What comes back to the sender must be text that can be sent."""
    return key if isinstance(key, str) and key.isprintable() else None


def _error(status: int, detail: str, key: Any) -> dict[str, Any]:
    return {"type": "error", "key": key, "status": status, "title": TITLES.get(status, "出错了"), "detail": detail}
