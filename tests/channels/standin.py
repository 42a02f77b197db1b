"""The platforms' APIs on loopback: they hand out tokens, take messages, and fail as they are told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: Mapping[str, str]
    body: Any


@dataclass
class Standin:
    """`calls` is everything that was asked; `script(path, …)` says how the next calls of a path are answered:
    a dict is the answer, an int an error code, "hang" takes the message and never answers."""

    calls: list[Call] = field(default_factory=list)
    tokens: int = 0
    staff: dict[str, str] = field(default_factory=dict)  # OAuth2 code → staff id
    _scripts: dict[str, deque[Any]] = field(default_factory=dict)
    _runner: web.AppRunner | None = None
    url: str = ""
    delivered: list[tuple[str, str]] = field(
        default_factory=list
    )  # (member, text or task id), doubles dropped when asked
    expired: set[str] = field(default_factory=set)
    _hanging: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        self._hanging.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def script(self, path: str, *answers: Any) -> None:
        self._scripts.setdefault(path, deque()).extend(answers)

    def of(self, path: str) -> list[Call]:
        return [c for c in self.calls if c.path == path]

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.calls.append(Call(request.method, request.path, dict(request.query), body))
        queue = self._scripts.get(request.path)
        if queue:
            scripted = queue.popleft()
            if scripted == "hang":
                await self._hanging.wait()
                return web.Response(status=500)
            if scripted == "broken":
                return web.Response(text="<html>502</html>", status=502)
            return web.json_response({"errcode": scripted, "errmsg": "x"} if isinstance(scripted, int) else scripted)
        return web.json_response(self._usual(request, body))

    def _usual(self, request: web.Request, body: Any) -> dict[str, Any]:
        if request.path in ("/cgi-bin/stable_token", "/cgi-bin/gettoken"):
            self.tokens += 1
            return {"errcode": 0, "access_token": f"token-{self.tokens}", "expires_in": 7200}
        token = request.query.get("access_token", "")
        if not token.startswith("token-"):
            return {"errcode": 41001, "errmsg": "access_token missing"}
        if token in self.expired:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        if request.path == "/cgi-bin/auth/getuserinfo":
            code = request.query.get("code", "")
            return {"errcode": 0, "userid": self.staff[code]} if code in self.staff else {"errcode": 40029}
        if request.path == "/cgi-bin/message/send":
            self._deliver(body)
        return {"errcode": 0, "errmsg": "ok", "msgid": f"m{len(self.calls)}"}

    def _deliver(self, body: Any) -> None:
        """The platform drops a message it had already when it is asked to look."""
        content = body["text"]["content"] if body["msgtype"] == "text" else body["template_card"]["task_id"]
        if not (body.get("enable_duplicate_check") and (body["touser"], content) in self.delivered):
            self.delivered.append((body["touser"], content))
