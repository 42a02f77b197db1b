"""`GET /api/chat/ws`: the chat over a WebSocket, with typing in between.

The token comes as `Authorization: Bearer …` or in the first frame `{"type": "auth", "token": …}`, never in the address.
"""

from __future__ import annotations

import asyncio
import json
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
MAX_FRAME = 32_768


@router.websocket("/api/chat/ws")
async def chat_socket(socket: WebSocket) -> None:
    await socket.accept()
    wired: Container = socket.app.state.container
    try:
        token, first = await _token(socket)
        actor = await asyncio.to_thread(verify, token, wired.settings, wired.database)
    except BadToken:
        await socket.send_json(_error(401, "登录已失效，请重新登录。", None))
        await socket.close(UNAUTHORISED)
        return
    except WebSocketDisconnect:
        return
    await socket.send_json({"type": "ready"})
    try:
        if first is not None:
            await _one(socket, wired, actor, token, first)
        while True:
            await _one(socket, wired, actor, token, await _frame(socket))
    except WebSocketDisconnect:
        return
    except BadToken:
        await socket.send_json(_error(401, "登录已失效，请重新登录。", None))
        await socket.close(UNAUTHORISED)


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


async def _one(socket: WebSocket, wired: Container, actor: Actor, token: str, frame: dict[str, Any]) -> None:
    """Answer one frame. The token is checked again each time: a revoked one ends the connection."""
    if frame.get("type") == "ping":
        await socket.send_json({"type": "pong"})
        return
    await asyncio.to_thread(verify, token, wired.settings, wired.database)
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


def _echo(key: Any) -> str | None:
    """What comes back to the sender must be text that can be sent."""
    return key if isinstance(key, str) and key.isprintable() else None


def _error(status: int, detail: str, key: Any) -> dict[str, Any]:
    return {"type": "error", "key": key, "status": status, "title": TITLES.get(status, "出错了"), "detail": detail}
