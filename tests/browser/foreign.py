"""A page of somebody else's, on a port of its own, with a strict policy; and the real application behind the widget."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import uvicorn

PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>内网首页</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css"></head><body>
<header><h1>内网办公平台</h1><button id="theirs">他们的按钮</button></header>
<main><p>通知：本周五下午三点召开季度会。</p><p>这是一个和问需没有关系的网页。</p><input id="search" aria-label="搜索"></main>
<script src="{script}" {data}></script></body></html>"""
# Rules as careless as those of old intranets: they must not reach into the widget.
CSS = """:root{--accent:#ff00ff;--bg:#ff00ff} *{font-size:11px;letter-spacing:3px;box-sizing:content-box;line-height:1}
body{margin:0;display:grid;gap:40px;min-height:150vh;background:#fffbe6;font-family:serif}
button{background:red!important;border-radius:0!important} body>*{padding:30px}"""


class Foreign(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    ours = ""  # the application's origin
    data = ""  # attributes of the script tag
    policy: str | None = None
    ticket: Callable[[], str] | None = None
    blocked: list[str]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def csp(self) -> str:
        sockets = self.ours.replace("http", "ws", 1)
        return self.policy or (
            f"default-src 'none'; script-src {self.ours}; style-src 'self'; connect-src 'self' {self.ours} {sockets}; "
            "img-src 'none'; frame-src 'none'; base-uri 'none'; require-trusted-types-for 'script'"
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is nothing to report."""


class Handler(BaseHTTPRequestHandler):
    server: Foreign

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        if self.path == "/page.css":
            self._send(200, "text/css", CSS)
        elif self.path == "/ticket" and self.server.ticket is not None:
            self._send(200, "application/json", json.dumps({"ticket": self.server.ticket()}))
        elif self.path in ("/", "/other"):
            page = PAGE.replace("{script}", f"{self.server.ours}/widget.js").replace("{data}", self.server.data)
            self._send(200, "text/html; charset=utf-8", page)
        else:
            self._send(404, "text/plain", "")

    def _send(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.server.csp)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)


@contextmanager
def foreign() -> Iterator[Foreign]:
    server = Foreign(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[tuple[str, uvicorn.Server]]:
    """Serve the application in a thread; yield its origin and the server."""
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_config=None, timeout_graceful_shutdown=1))
    ready = threading.Event()
    begin = server.startup

    async def startup(sockets: Any = None) -> None:
        await begin(sockets)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", server
    server.should_exit = True
    thread.join(15)
