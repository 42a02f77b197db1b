"""The widget on pages of other origins: the script, who may embed it, and how its user is let in.

A page of a configured origin gets an embed ticket signed for that origin; with it the widget's user logs in, by
password or by a ticket that the intranet's own server asked for with its key. What they are given is good for calls
from that origin alone. Nothing of all this ever stands in an address.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import jwt
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from ulid import ULID

from bot.bootstrap import Container
from bot.ops import metrics
from bot.store import users
from bot.store.channels import first_time
from bot.web import widget_script
from bot.web.auth import ALGORITHM, CHALLENGE, Entry, bearer, open_session
from bot.web.identity import Wired, address, agent, let_in
from bot.web.schemas import TicketIn, WidgetLoginIn, WidgetSessionIn

router = APIRouter()
EMBED, TICKET = "wenxu-embed", "wenxu-ticket"  # audiences
EMBED_SECONDS, TICKET_SECONDS = 600, 60
FOREIGN = "这个网页没有获准嵌入问需，请联系管理员。"
OPEN_TO_PAGES = (
    "/api/widget/",
    "/api/token/refresh",
    "/api/chat",
    "/api/conversations/",
    "/api/me",
    "/api/status",
    "/api/logout",
)


class Embedding:
    """CORS for the configured origins, on the routes that the widget calls and nowhere else. No cookies cross."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self.plain = app
        self.open = CORSMiddleware(
            app,
            sorted(origins),
            ["GET", "POST"],
            ["Authorization", "Content-Type"],
            expose_headers=["Retry-After"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        meant = scope["type"] == "http" and scope["path"].startswith(OPEN_TO_PAGES)
        await (self.open if meant else self.plain)(scope, receive, send)


@router.get("/widget.js", include_in_schema=False)
def script(request: Request) -> Response:
    made = widget_script.joined()
    headers = {
        "ETag": made.tag,
        "Cache-Control": "no-cache",  # the ETag saves the transfer
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
        "Vary": "Accept-Encoding",
    }
    if made.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(made.packed, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})
    return Response(made.plain, media_type="text/javascript", headers=headers)


def embedder(request: Request) -> str:
    """The origin of the calling page, if it may hold the widget. Raises 403."""
    origin = request.headers.get("origin", "")
    if origin not in request.app.state.container.settings.embedders:
        raise HTTPException(403, FOREIGN)
    request.app.state.limits.check("widget", address(request))
    return origin


Embedder = Annotated[str, Depends(embedder)]


def _sign(wired: Container, audience: str, seconds: int, **claims: str) -> str:
    ends = datetime.now(UTC) + timedelta(seconds=seconds)
    return jwt.encode({**claims, "aud": audience, "exp": ends}, wired.settings.signing_key, ALGORITHM)


def _signed(wired: Container, audience: str, ticket: str, origin: str) -> dict[str, Any]:
    """Raises 403 for what was not signed by us, for this use and this origin, or is too old."""
    try:
        options: Any = {"require": ["exp", "aud", "org"]}
        claims: dict[str, Any] = jwt.decode(
            ticket, wired.settings.signing_key, algorithms=[ALGORITHM], audience=audience, options=options
        )
    except jwt.InvalidTokenError:
        raise HTTPException(403, "嵌入凭据已过期或不是给这个网页的，请刷新网页。") from None
    if claims["org"] != origin:
        raise HTTPException(403, "嵌入凭据已过期或不是给这个网页的，请刷新网页。")
    return claims


@router.post("/api/widget/embed")
def embed(origin: Embedder, wired: Wired) -> dict[str, Any]:
    """Return `{embed, expires_in}`, what a widget shows when its user logs in."""
    return {"embed": _sign(wired, EMBED, EMBED_SECONDS, org=origin), "expires_in": EMBED_SECONDS}


@router.post("/api/widget/login")
async def login(body: WidgetLoginIn, origin: Embedder, wired: Wired, request: Request) -> dict[str, Any]:
    _signed(wired, EMBED, body.embed, origin)
    request.app.state.limits.check("login", f"{address(request)}|{body.username}")
    entered = await asyncio.to_thread(let_in, wired, body.username, body.password, agent(request), origin=origin)
    return entered.answer(refresh=True)


@router.post("/api/widget/tickets")
def ticket(
    body: TicketIn,
    wired: Wired,
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> dict[str, Any]:
    """For the intranet's server, with `Authorization: Bearer <WENXU_WIDGET_KEY>`: let this user in on that page, once."""
    key = wired.settings.widget_key.get_secret_value()
    if not key:
        raise HTTPException(404, "没有开通票据登录。")
    if given is None or not hmac.compare_digest(given.credentials.encode(), key.encode()):
        request.app.state.limits.check("login", f"{address(request)}|ticket")
        raise HTTPException(401, "密钥不对。", CHALLENGE)
    if body.origin not in wired.settings.embedders:
        raise HTTPException(403, FOREIGN)
    with wired.database.session() as session:
        user = users.find_user(session, body.username)
        if user is None or not user.active:
            raise HTTPException(404, "没有这个用户，或者已停用。")
        name = user.username
    made = _sign(wired, TICKET, TICKET_SECONDS, sub=name, org=body.origin, jti=str(ULID()))
    return {"ticket": made, "expires_in": TICKET_SECONDS}


@router.post("/api/widget/session")
async def session(body: WidgetSessionIn, origin: Embedder, wired: Wired, request: Request) -> dict[str, Any]:
    """Change a ticket for a log-in. A ticket works once."""
    _signed(wired, EMBED, body.embed, origin)
    claims = _signed(wired, TICKET, body.ticket, origin)
    entered = await asyncio.to_thread(_use, wired, claims, agent(request), origin)
    return entered.answer(refresh=True)


def _use(wired: Container, claims: dict[str, Any], device: str, origin: str) -> Entry:
    now = wired.gateway.clock()
    digest = hashlib.sha256(f"ticket {claims['jti']}".encode()).hexdigest()
    with wired.database.session() as base:
        fresh = first_time(base, digest, str(ULID()), datetime.now(UTC) + timedelta(seconds=2 * TICKET_SECONDS))
        user = users.find_user(base, claims["sub"])
        if not fresh or user is None or not user.active:
            raise HTTPException(403, "登录票据已经用过或失效，请刷新网页。")
        entered = open_session(base, user, wired.settings, now, agent=device, origin=origin)
        base.commit()
        metrics.count_login("ok")
        return entered
