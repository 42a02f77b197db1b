"""Logging in and out: tokens, how they are renewed, the own log-ins, the own password."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from bot.bootstrap import Container
from bot.ops import metrics
from bot.store import sessions, users
from bot.store.tables import User
from bot.web import devices
from bot.web.auth import (
    CHALLENGE,
    COOKIE,
    COOKIE_PATH,
    EXPIRED,
    FOR_NOW,
    KEPT,
    CurrentActor,
    CurrentClaims,
    Entry,
    entry,
    keep_refresh,
    open_session,
)
from bot.web.schemas import LoginIn, PasswordIn, RefreshIn

router = APIRouter()
ARRIVED = "/#arrived"  # the page then asks for an access token with the cookie it was just given


def container(request: Request) -> Container:
    found: Container = request.app.state.container
    return found


Wired = Annotated[Container, Depends(container)]


def address(request: Request) -> str:
    return request.client.host if request.client else ""


def agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


def is_secure(request: Request, wired: Container) -> bool:
    """Whether the browser reached us by HTTPS; behind a proxy, the public address tells."""
    return request.url.scheme == "https" or wired.settings.public_url.startswith("https://")


@router.get("/api/login/ways")
def ways(wired: Wired) -> dict[str, Any]:
    """Return the ways in beside name and password: `{ways: [{code, title, address}]}`."""
    found = []
    if wired.settings.oidc_issuer:
        found.append({"code": "oidc", "title": wired.settings.oidc_title, "address": "/oidc/login"})
    if wired.channels.wecom is not None and wired.settings.public_url:
        found.append({"code": "wecom", "title": "企业微信登录", "address": "/wecom/login"})
    return {"ways": found}


@router.post("/api/login")
async def login(body: LoginIn, wired: Wired, request: Request) -> JSONResponse:
    request.app.state.limits.check("login", f"{address(request)}|{body.username}")
    entered = await asyncio.to_thread(
        let_in, wired, body.username, body.password, agent(request), brief=body.refresh == "none"
    )
    reply = JSONResponse(entered.answer(refresh=body.refresh == "body"))
    if body.refresh == "cookie":
        keep_refresh(reply, entered, is_secure(request, wired), body.remember)
    return reply


def let_in(wired: Container, name: str, password: str, device: str, *, origin: str = "", brief: bool = False) -> Entry:
    """Return the entry of who knows the password. Raises 401."""
    now = wired.gateway.clock()
    with wired.database.session() as session:
        user = users.authenticate(session, name, password, now)
        session.commit()  # failures are counted too
        if isinstance(user, users.LoginRefused):
            metrics.count_login(user.reason)
            raise HTTPException(401, user.message)
        entered = open_session(session, user, wired.settings, now, agent=device, origin=origin, brief=brief)
        session.commit()
        metrics.count_login("ok")
        return entered


@router.post("/api/token/refresh")
async def refresh(wired: Wired, request: Request, body: RefreshIn | None = None) -> JSONResponse:
    """Answer as a login does. With a token in the body the next is in the answer, else it is in the cookie."""
    request.app.state.limits.check("refresh", address(request))
    given = body.refresh_token if body else ""
    kept = request.cookies.get(COOKIE, "")
    secret = given or kept.removeprefix(KEPT).removeprefix(FOR_NOW)
    entered = await asyncio.to_thread(_renew, wired, secret, agent(request), request.headers.get("origin", ""))
    if entered is None:
        raise HTTPException(401, EXPIRED, CHALLENGE)
    reply = JSONResponse(entered.answer(refresh=bool(given)))
    if not given:
        keep_refresh(reply, entered, is_secure(request, wired), kept.startswith(KEPT))
    return reply


def _renew(wired: Container, secret: str, device: str, origin: str) -> Entry | None:
    with wired.database.session() as session:
        opened = sessions.renew(session, secret, wired.gateway.clock(), device, origin) if secret else None
        found = entry(opened, wired.settings) if isinstance(opened, sessions.Opened) else None
        session.commit()
        return found


@router.post("/api/logout")
def logout(actor: CurrentActor, claims: CurrentClaims, wired: Wired, response: Response) -> dict[str, bool]:
    """End this log-in: its access token and every refresh token of it."""
    with wired.database.session() as session:
        if claims.family:
            sessions.end_family(session, actor.user_id, claims.family, wired.gateway.clock())
        session.commit()
    response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")
    return {"ok": True}


@router.get("/api/sessions")
def own_sessions(actor: CurrentActor, claims: CurrentClaims, wired: Wired) -> dict[str, Any]:
    with wired.database.session() as session:
        rows = [
            {
                "id": d.family,
                "device": devices.named(d.user_agent),
                "page": d.origin or None,
                "begun_at": d.begun.isoformat(),
                "seen_at": d.seen.isoformat(),
                "ends_at": d.ends.isoformat(),
                "current": d.family == claims.family,
            }
            for d in sessions.devices(session, actor.user_id, wired.gateway.clock())
        ]
    return {"sessions": rows}


@router.delete("/api/sessions/{family}")
def end_session(family: str, actor: CurrentActor, wired: Wired) -> dict[str, bool]:
    with wired.database.session() as session:
        ended = sessions.end_family(session, actor.user_id, family, wired.gateway.clock())
        session.commit()
    if not ended:
        raise HTTPException(404, "没有这次登录，或者不是您的。")
    return {"ok": True}


@router.delete("/api/sessions")
def end_others(actor: CurrentActor, claims: CurrentClaims, wired: Wired) -> dict[str, bool]:
    """End every log-in but this one."""
    with wired.database.session() as session:
        sessions.end_all(session, actor.user_id, wired.gateway.clock(), but=claims.family)
        session.commit()
    return {"ok": True}


@router.post("/api/password")
def password(
    body: PasswordIn, actor: CurrentActor, claims: CurrentClaims, wired: Wired, request: Request
) -> JSONResponse:
    """Change the own password. Every log-in ends; the answer is a new one, as after a login with the cookie."""
    request.app.state.limits.check("login", f"{address(request)}|#{actor.user_id}")
    if claims.origin:
        raise HTTPException(403, "请打开问需的网页改密码。")
    now = wired.gateway.clock()
    with wired.database.session() as session:
        user = session.get_one(User, actor.user_id)
        try:
            refused = users.change_password(session, user, body.old, body.new, now)
        except users.UserError as error:
            raise HTTPException(422, f"{error}。") from None
        if refused is not None:
            session.commit()
            raise HTTPException(403, "原来的密码不对。连续输错，账号会锁定一段时间。")
        entered = open_session(session, user, wired.settings, now, agent=agent(request))
        session.commit()
    reply = JSONResponse(entered.answer())
    keep_refresh(reply, entered, is_secure(request, wired), request.cookies.get(COOKIE, "").startswith(KEPT))
    return reply
