"""The application: routes, the page, security headers."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.bootstrap import Container, build
from bot.settings import Settings
from bot.web import (
    api,
    bindings,
    identity,
    identity_oidc,
    internal,
    papers,
    practice,
    problems,
    wechat,
    wecom,
    wecom_login,
    widget,
    ws,
)
from bot.web.limits import Limits

STATIC = Path(__file__).parent / "static"
MAX_BODY = 65_536  # bytes
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_app(settings: Settings | None = None, container: Container | None = None) -> FastAPI:
    """Return the application. Nothing is opened until it starts."""
    wired = container or build(settings or Settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        settle()
        wired.channels.start()
        yield
        await wired.channels.stop()
        close = getattr(wired.dialogue, "close", None)
        if close is not None:
            await close()
        leases = getattr(wired.gateway.order.leases, "close", None)
        if leases is not None:
            await leases()
        wired.database.dispose()

    app = FastAPI(title="问需 Wenxu", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.container = wired
    app.state.limits = Limits(wired.settings.redis_url)
    app.state.doorway, app.state.auth_seconds = ws.Doorway(), ws.AUTH_SECONDS
    problems.install(app)
    app.add_middleware(Guard)
    app.add_middleware(widget.Embedding, origins=wired.settings.embedders)  # outermost: refusals carry its headers, too
    for router in (
        api.router,
        identity.router,
        identity_oidc.router,
        widget.router,
        ws.router,
        wechat.router,
        wecom.router,
        wecom_login.router,
        bindings.router,
        practice.router,
        papers.router,
    ):
        app.include_router(router)
    mount_page(app)
    return app


def settle() -> None:
    """What is loaded by now stays for good: the collector need not look through it in the middle of a turn."""
    gc.collect()
    gc.freeze()


class Guard:
    """Refuses large bodies, adds the security headers. Plain ASGI: it stands before every call, the webhook's too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == internal.PATH:  # those bodies carry a tracker and are ours
            await internal.actions(scope["app"].state.container, scope, receive, send)
            return
        refusal = _refusal(Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self.app(scope, receive, send_guarded)


def _refusal(headers: Headers) -> Response | None:
    if "chunked" in headers.get("transfer-encoding", ""):
        return problems.problem(411, "请说明内容的长度（Content-Length）。")
    length = headers.get("content-length", "0")
    return problems.problem(413, "一次发的内容太多了。") if length.isdigit() and int(length) > MAX_BODY else None


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith("/api/"):
        headers["Cache-Control"] = "no-store"
    elif path.startswith("/static/"):  # names carry no hash; the ETag saves the transfer
        headers["Cache-Control"] = "no-cache"


def mount_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    @app.get("/favicon.svg", include_in_schema=False)
    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg")

    @app.get("/manifest.webmanifest", include_in_schema=False)
    def manifest() -> FileResponse:
        return FileResponse(STATIC / "manifest.webmanifest", media_type="application/manifest+json")

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
