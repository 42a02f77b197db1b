"""The application: routes, the page, security headers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from bot.bootstrap import Container, build
from bot.settings import Settings
from bot.web import api, internal, problems, ws
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
        yield
        close = getattr(wired.dialogue, "close", None)
        if close is not None:
            await close()
        wired.database.dispose()

    app = FastAPI(title="问需 Wenxu", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.container = wired
    app.state.limits = Limits(wired.settings.redis_url)
    problems.install(app)
    app.middleware("http")(guard)
    for router in (api.router, ws.router, internal.router):
        app.include_router(router)
    mount_page(app)
    return app


async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse large bodies, add the security headers. The webhook's bodies carry a tracker and are ours."""
    inside = request.url.path == "/internal/actions"
    if "chunked" in request.headers.get("transfer-encoding", "") and not inside:
        return problems.problem(411, "请说明内容的长度（Content-Length）。")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MAX_BODY and not inside:
        return problems.problem(413, "一次发的内容太多了。")
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/api/"):
        response.headers["Cache-Control"] = "no-store"
    elif request.url.path.startswith("/static/"):  # names carry no hash; the ETag saves the transfer
        response.headers["Cache-Control"] = "no-cache"
    return response


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
