"""Binding a WeChat account to a user: the code on the logged-in page, what is bound, and its end."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel

from bot.bootstrap import Container
from bot.channels.message import NAMES
from bot.store import identity
from bot.web.auth import CurrentActor

router = APIRouter()


def container(request: Request) -> Container:
    found: Container = request.app.state.container
    return found


Wired = Annotated[Container, Depends(container)]


class CodeIn(BaseModel):
    channel: Literal["wechat"] = "wechat"


@router.post("/api/bindings/code")
def code(actor: CurrentActor, wired: Wired, request: Request, body: CodeIn | None = None) -> dict[str, Any]:
    """Return `{code, channel, expires_at, how}`. An earlier code of the user works no more."""
    request.app.state.limits.check("login", f"bind|{actor.user_id}")
    channel = (body or CodeIn()).channel
    if wired.channels.wechat is None:
        raise HTTPException(404, "没有开通公众号，请联系管理员。")
    with wired.database.session() as session:
        given, ends = identity.new_code(
            session, actor.user_id, channel, wired.settings.signing_key, wired.channels.clock()
        )
        session.commit()
    how = f"在公众号里发送：绑定 {given}"
    return {"code": given, "channel": channel, "expires_at": ends.isoformat(), "how": how}


@router.get("/api/bindings")
def bindings(actor: CurrentActor, wired: Wired) -> dict[str, Any]:
    """Return what is bound; the account's own name on the platform is not shown whole."""
    with wired.database.session() as session:
        rows = [
            {
                "id": b.id,
                "channel": b.channel,
                "channel_name": NAMES.get(b.channel, b.channel),
                "account": _masked(b.subject),
                "bound_at": b.bound_at.isoformat(),
            }
            for b in identity.bindings_of(session, actor.user_id)
        ]
    return {"bindings": rows, "available": sorted(wired.channels.postman.platforms)}


def _masked(subject: str) -> str:
    return f"{subject[:3]}…{subject[-3:]}" if len(subject) > 8 else subject[:1] + "…"


@router.delete("/api/bindings/{binding_id}")
def unbind(binding_id: int, actor: CurrentActor, wired: Wired) -> dict[str, bool]:
    with wired.database.session() as session:
        ended = identity.unbind(session, actor, actor.user_id, wired.channels.clock(), id=binding_id)
        session.commit()
    if not ended:
        raise HTTPException(404, "没有这个绑定，或者不是您的。")
    return {"ok": True}
