"""The HTTP routes of the contract, and those the page needs besides."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from bot.bootstrap import Container
from bot.ops import metrics
from bot.ops.status import read_status, status_file
from bot.store import access, visits
from bot.store.tables import User
from bot.web.auth import CHALLENGE, EXPIRED, BadToken, CurrentActor, CurrentClaims
from bot.web.problems import problem
from bot.web.reading import contract_reading
from bot.web.schemas import ChatIn, NluIn

router = APIRouter()


def container(request: Request) -> Container:
    found: Container = request.app.state.container
    return found


Wired = Annotated[Container, Depends(container)]


@router.post("/api/chat")
async def chat(body: ChatIn, claims: CurrentClaims, request: Request) -> JSONResponse:
    request.app.state.limits.check("chat", str(claims.user_id))
    wired: Container = request.app.state.container
    try:
        return JSONResponse(await wired.gateway.turn(claims, body.text, body.conversation, body.key))
    except BadToken:
        raise HTTPException(401, EXPIRED, CHALLENGE) from None


@router.post("/api/nlu")
async def nlu(body: NluIn, actor: CurrentActor, wired: Wired) -> dict[str, Any]:
    reading = await wired.gateway.nlu(actor, body.text, body.mode, body.context or "")
    return contract_reading(body.text, reading)


@router.get("/api/me")
def me(actor: CurrentActor, wired: Wired) -> dict[str, str]:
    with wired.database.session() as session:
        user = session.get_one(User, actor.user_id)
        return {"username": user.username, "display_name": user.display_name, "role": user.role}


@router.get("/api/conversations")
def conversations(actor: CurrentActor, wired: Wired) -> dict[str, Any]:
    with wired.database.session() as session:
        rows = [
            {
                "id": c.id,
                "title": _title(session, c),
                "updated_at": c.updated_at.isoformat(),
                "mode": c.mode,
                "client": c.visit.client.name if c.visit else None,
            }
            for c in access.conversations_of(session, actor)
            if c.turns
        ]
    return {"conversations": rows}


def _title(session: Any, conversation: Any) -> str:
    if conversation.visit is not None:
        return f"拜访 {conversation.visit.client.short_name or conversation.visit.client.name}"
    first = visits.turn_number(session, conversation.id, 1)
    return (first.text[:20] if first and not first.text.startswith("/") else "") or "对话"


@router.get("/api/conversations/{conversation_id}")
def conversation(conversation_id: str, actor: CurrentActor, wired: Wired) -> dict[str, Any]:
    from bot.conversation.state import snapshot

    with wired.database.session() as session:
        found = access.conversation_of(session, actor, conversation_id)
        turns = [
            {"number": t.number, "key": t.key, "text": t.text, "messages": t.messages, "at": t.at.isoformat()}
            for t in visits.turns_of(session, actor, conversation_id)
        ]
        return {"conversation": found.id, "turns": turns, "state": snapshot(found, wired.library.bank)}


@router.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(wired: Wired) -> JSONResponse:
    ready = await wired.dialogue.ready()  # type: ignore[attr-defined]
    metrics.set_rasa_up(ready)
    if not ready:
        return problem(503, "对话服务还在启动，请过一会儿再试。")
    try:
        await asyncio.to_thread(wired.database.ping)
    except Exception:
        return problem(503, "数据库连不上，请检查 WENXU_DATABASE_URL。")
    return JSONResponse({"status": "ready"})


@router.get("/api/status")
async def status(wired: Wired) -> dict[str, Any]:
    """How far the start is, for the page; no login needed, no data in it."""
    ready = await wired.dialogue.ready()  # type: ignore[attr-defined]
    written = read_status(status_file(wired.settings))
    if ready:
        return {"ready": True, "phase": "ready", "progress": 1.0, "detail": "准备好了"}
    if written is None or written.ready:
        return {"ready": False, "phase": "down", "progress": 0.0, "detail": "对话服务暂时不可用，正在恢复"}
    return {"ready": False, "phase": written.phase, "progress": written.progress, "detail": written.detail}


@router.get("/metrics")
def metrics_text() -> Response:
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)
