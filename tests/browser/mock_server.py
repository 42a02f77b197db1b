"""A stand-in for the application: serves the page and answers with canned replies, over WebSocket and HTTP.

For development: `python tests/browser/mock_server.py --port 8800`, any user with the password `wenxu`. Tests start it in
a thread and pull its switches (`sockets_open`, `mute`, `expire_tokens`, `set_status`).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import mimetypes
import socket
import struct
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mock_replies import IDLE, answer

STATIC = Path(__file__).resolve().parents[2] / "bot" / "web" / "static"
CSP = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PASSWORD = "wenxu"
NAMES = {"zhangwei": "张伟", "liuyang": "刘洋"}
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")

JSON = dict[str, Any]


class Mock:
    """What the server knows and how it is told to behave."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.sockets: set[socket.socket] = set()
        self.sockets_open = True  # False: the handshake is refused
        self.requests_open = True  # False: /api answers nothing but a broken connection
        self.mute = 0  # so many answers are worked out and stored, but the connection is cut before they are sent
        self.refuse: list[JSON] = []  # problems to answer the next messages with
        self.status: JSON = {"ready": True, "phase": "ready", "progress": 1.0, "detail": ""}
        self.received: list[str] = []  # every message as it arrived, repeats included
        self.handled: list[str] = []  # texts answered for the first time
        self.tokens: dict[str, str] = {}
        self.kept: dict[str, str] = {}  # what stands in the cookie to go on with → user
        self.conversations: dict[str, JSON] = {}
        self.replies: dict[str, JSON] = {}
        self.counter = 0

    def cut(self) -> None:
        """Cut every open WebSocket the hard way."""
        with self.lock:
            for sock in list(self.sockets):
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def expire_tokens(self) -> None:
        with self.lock:
            self.tokens.clear()
            self.kept.clear()

    def login(self, username: str, password: str) -> str | None:
        return self.grant(username) if password == PASSWORD and username in NAMES else None

    def grant(self, username: str) -> str:
        with self.lock:
            self.counter += 1
            token = f"token-{self.counter}"
            self.tokens[token] = username
            return token

    def chat(self, user: str, body: JSON) -> JSON:
        """Answer one message; a key that was answered before gets the same answer."""
        with self.lock:
            key, text = body["key"], body["text"]
            self.received.append(text)
            if self.refuse:
                return {"type": "error", "key": key, **self.refuse.pop(0)}
            if key not in self.replies:
                self.replies[key] = self._turn(user, text, body.get("conversation"))
                self.handled.append(text)
            return {"type": "reply", "key": key, **self.replies[key]}

    def _turn(self, user: str, text: str, conversation: str | None) -> JSON:
        if conversation is None:
            self.counter += 1
            conversation = f"c_{self.counter:02}"
        kept = self.conversations.setdefault(
            conversation, {"user": user, "title": text[:20], "step": 0, "turns": [], "state": IDLE}
        )
        messages, state, kept["step"] = answer(text, kept["step"])
        kept["state"] = state
        number = len(kept["turns"]) + 1
        kept["turns"].append({"number": number, "text": text, "messages": messages, "at": "2025-11-20T09:30:00+08:00"})
        return {"conversation": conversation, "messages": messages, "state": state, "turn": number}

    def listing(self, user: str) -> list[JSON]:
        return [
            {
                "id": id_,
                "title": c["title"],
                "updated_at": "2025-11-20T09:30:00+08:00",
                "mode": c["state"]["mode"],
                "client": c["state"]["client"],
            }
            for id_, c in reversed(self.conversations.items())
            if c["user"] == user
        ]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mock: Mock

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/api/") and not self.mock.requests_open:
            self.close_connection = True
        elif path == "/api/chat/ws":
            self._websocket()
        elif path == "/api/status":
            self._json(200, self.mock.status)
        elif path == "/api/login/ways":
            self._json(200, {"ways": []})
        elif path.startswith("/api/"):
            self._authorised(path)
        else:
            self._file(path)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        if not self.mock.requests_open:
            self.close_connection = True
        elif self.path == "/api/login":
            token = self.mock.login(body["username"], body["password"])
            if token is None:
                self._problem(401, "登录没有成功", "用户名或密码不对，请再试一次。")
            else:
                self._granted(token, body.get("remember", False))
        elif self.path == "/api/token/refresh":
            user = self.mock.kept.pop(self._cookie(), None)
            if user is None:
                self._problem(401, "需要登录", "登录已过期。")
            else:
                self._granted(self.mock.grant(user), True)
        elif self._user() is None:
            self._problem(401, "需要登录", "登录已过期。")
        elif self.path == "/api/chat":
            reply = self.mock.chat(self._user() or "", body)
            if reply["type"] == "error":
                self._problem(reply["status"], reply["title"], reply["detail"])
            else:
                self._json(200, reply)
        else:
            self._json(200, {})

    def _granted(self, token: str, remember: bool) -> None:
        """Answer a login: the access token in the body, the one to go on with in a cookie."""
        secret = f"kept-{token}"
        self.mock.kept[secret] = self.mock.tokens[token]
        lasts = "; Max-Age=3600" if remember else ""
        body = {"access_token": token, "token_type": "bearer", "expires_in": 3600, "username": self.mock.tokens[token]}
        cookie = f"wenxu_refresh={secret}; Path=/api/token; HttpOnly; SameSite=Strict{lasts}"
        self._send(200, "application/json", json.dumps(body).encode(), cookie)

    def _cookie(self) -> str:
        return self.headers.get("Cookie", "").partition("wenxu_refresh=")[2].partition(";")[0]

    def _user(self) -> str | None:
        return self.mock.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))

    def _authorised(self, path: str) -> None:
        user = self._user()
        if user is None:
            self._problem(401, "需要登录", "登录已过期。")
        elif path == "/api/me":
            self._json(200, {"username": user, "display_name": NAMES[user], "role": "manager"})
        elif path == "/api/conversations":
            self._json(200, {"conversations": self.mock.listing(user)})
        else:
            kept = self.mock.conversations.get(path.removeprefix("/api/conversations/"))
            if kept is None or kept["user"] != user:
                self._problem(404, "没有这段对话", "没有找到这段对话。")
            else:
                self._json(
                    200, {"conversation": path.rsplit("/", 1)[1], "turns": kept["turns"], "state": kept["state"]}
                )

    def _file(self, path: str) -> None:
        name = (
            "index.html" if path == "/" else path.removeprefix("/static/") if path.startswith("/static/") else path[1:]
        )
        file = (STATIC / name).resolve()
        if not file.is_relative_to(STATIC) or not file.is_file():
            self._problem(404, "没有这个页面", path)
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self._send(200, f"{kind}; charset=utf-8", file.read_bytes())

    def _json(self, status: int, body: object) -> None:
        self._send(status, "application/json", json.dumps(body, ensure_ascii=False).encode())

    def _problem(self, status: int, title: str, detail: str) -> None:
        body = json.dumps({"title": title, "detail": detail, "status": status}, ensure_ascii=False).encode()
        self._send(status, "application/problem+json", body)

    def _send(self, status: int, kind: str, body: bytes, cookie: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cache-Control", "no-cache")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def _websocket(self) -> None:
        self.close_connection = True
        if not self.mock.sockets_open:
            self._problem(503, "不可用", "")
            return
        accept = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + WEBSOCKET_GUID).encode()).digest()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(accept).decode())
        self.end_headers()
        self.mock.sockets.add(self.connection)
        try:
            self._converse()
        except (OSError, EOFError):
            pass
        finally:
            self.mock.sockets.discard(self.connection)

    def _converse(self) -> None:
        user = None
        while True:
            frame = self._read()
            if frame["type"] == "auth":
                user = self.mock.tokens.get(frame["token"])
            if user is None or (frame["type"] == "message" and user not in self.mock.tokens.values()):
                self._write({"type": "error", "status": 401, "title": "需要登录", "detail": "登录已过期。"})
                return
            if frame["type"] == "auth":
                self._write({"type": "ready"})
                continue
            self._write({"type": "typing"})
            reply = self.mock.chat(user, frame)
            if self.mock.mute:
                self.mock.mute -= 1
                return
            self._write(reply)

    def _read(self) -> JSON:
        while True:
            first, second = self._exactly(2)
            size = second & 127
            if size == 126:
                (size,) = struct.unpack(">H", self._exactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self._exactly(8))
            mask = self._exactly(4)
            data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self._exactly(size)))
            if first & 15 == 8:
                raise EOFError
            if first & 15 == 1:
                return json.loads(data)

    def _exactly(self, size: int) -> bytes:
        data = self.rfile.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _write(self, frame: JSON) -> None:
        data = json.dumps(frame, ensure_ascii=False).encode()
        head = (
            struct.pack(">BB", 0x81, len(data))
            if len(data) < 126
            else struct.pack(">BBH", 0x81, 126, min(len(data), 0xFFFF))
        )
        if len(data) > 0xFFFF:
            head = struct.pack(">BBQ", 0x81, 127, len(data))
        self.wfile.write(head + data)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is nothing to report."""


def start(mock: Mock, port: int = 0) -> Server:
    """Serve in a thread on loopback and return the server; `server_port` tells where."""
    handler = type("MockHandler", (Handler,), {"mock": mock})
    server = Server(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8800)
    server = start(Mock(), parser.parse_args().port)
    print(f"http://127.0.0.1:{server.server_port}/")
    threading.Event().wait()


if __name__ == "__main__":
    main()
