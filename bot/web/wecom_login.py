"""Logging in to the page with 企业微信: OAuth2 as the platform does it, which is not standard.

https://developer.work.weixin.qq.com/document/path/91022 (inside the app) and path/98152 (a code to scan on a computer):
the token is the corporation's, and who logged in comes by a second call. The state is bound to the browser by a cookie.
"""

from __future__ import annotations

import asyncio
import hmac
import html
import secrets
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.bootstrap import Container
from bot.channels.message import WECOM
from bot.channels.platform import PlatformFailure, Refused
from bot.ops import metrics
from bot.store import identity
from bot.web.auth import Entry, keep_refresh, open_session
from bot.web.wechat import Given

router = APIRouter(include_in_schema=False)
COOKIE, MINUTES = "wenxu_wecom_state", 10
INSIDE = "https://open.weixin.qq.com/connect/oauth2/authorize"
OUTSIDE = "https://login.work.weixin.qq.com/wwlogin/sso/login"
NOBODY = "您的企业微信账号还没有开通问需，请联系管理员。"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>正在登录</title>
<meta name="wenxu-token" content="{token}"><script type="module" src="/static/js/arrive.js"></script><p>正在登录 …</p></html>"""


def _wired(request: Request) -> Container:
    wired: Container = request.app.state.container
    if wired.channels.wecom is None or not wired.settings.public_url:
        raise HTTPException(404, "没有开通企业微信登录。")
    return wired


@router.get("/wecom/login")
def begin(request: Request) -> Response:
    """Send the browser to the platform: straight on inside 企业微信, to a code to scan elsewhere."""
    settings, state = _wired(request).settings, secrets.token_urlsafe(24)
    back = f"{settings.public_url.rstrip('/')}/wecom/login/back"
    common = {"appid": settings.wecom_corp_id, "redirect_uri": back, "state": state, "agentid": settings.wecom_agent_id}
    if "wxwork" in request.headers.get("user-agent", "").lower():
        asked = {**common, "response_type": "code", "scope": "snsapi_base"}
        address = f"{INSIDE}?{urlencode(asked)}#wechat_redirect"
    else:
        address = f"{OUTSIDE}?{urlencode({'login_type': 'CorpApp', **common})}"
    reply = RedirectResponse(address, 302, {"Cache-Control": "no-store"})
    secure = settings.public_url.startswith("https://")
    reply.set_cookie(COOKIE, state, MINUTES * 60, path="/wecom/login", httponly=True, secure=secure, samesite="lax")
    return reply


@router.get("/wecom/login/back")
async def back(request: Request, code: Given = "", state: Given = "") -> Response:
    """The platform sent the browser back: find out who it is and let them in."""
    wired = _wired(request)
    kept = request.cookies.get(COOKIE, "")
    if not code or not kept or not hmac.compare_digest(kept.encode(), state.encode()):
        raise HTTPException(400, "登录已过期或不是从这里开始的，请重新登录。")
    request.app.state.limits.check("login", request.client.host if request.client else "")
    try:
        found: Any = await wired.channels.platform(WECOM).get("/cgi-bin/auth/getuserinfo", code=code)
    except Refused:
        raise HTTPException(401, "企业微信没有认可这次登录，请重新登录。") from None
    except PlatformFailure:
        raise HTTPException(503, "企业微信暂时连不上，请过一会儿再试。") from None
    staff_id, device = str(found.get("userid") or found.get("UserId") or ""), request.headers.get("user-agent", "")
    entered = await asyncio.to_thread(_let_in, wired, staff_id, device)
    page = PAGE.format(token=html.escape(entered.token, quote=True))
    reply = HTMLResponse(page, headers={"Cache-Control": "no-store"})
    keep_refresh(reply, entered, wired.settings.public_url.startswith("https://"), remember=False)
    reply.delete_cookie(COOKIE, path="/wecom/login")
    return reply


def _let_in(wired: Container, staff_id: str, device: str) -> Entry:
    """Let a member in. Somebody outside the corporation has no staff id."""
    with wired.database.session() as session:
        by_name = wired.settings.wecom_by_username
        user = identity.staff_user(session, staff_id, by_name, wired.channels.clock()) if staff_id else None
        if user is None:
            metrics.count_login("unknown")
            raise HTTPException(403, NOBODY)
        entered = open_session(session, user, wired.settings, wired.channels.clock(), agent=device)
        session.commit()
        metrics.count_login("ok")
        return entered
