"""A stand-in for the bank's OpenID provider, on loopback: discovery, keys, the page to log in, and tokens signed for real."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "wenxu", "provider-secret"


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
        self.shown = self.key  # the key that its key set shows
        self.who: dict[str, Any] = {"sub": "7f3a", "preferred_username": "zhangwei"}
        self.said: dict[str, Any] = {}  # claims that differ from what is right
        self.algorithm = "RS256"
        self.codes: dict[str, dict[str, str]] = {}
        self.asked_for_keys = 0
        self.broken = False

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def authorize(self, url: str) -> dict[str, str]:
        """Log in at the provider, as a browser that was sent to `url`; return what it brings back."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        assert urlsplit(url).path == "/authorize"
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.who,
            **self.said,
        }
        header = {"alg": self.algorithm, "kid": self.key.kid}
        key: Any = self.key
        if self.algorithm == "HS256":  # as if our own secret were its key
            from joserfc.jwk import OctKey

            key = OctKey.import_key(SECRET * 3)
        return jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, key, algorithms=[self.algorithm])


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        here = self.server.issuer
        if self.server.broken:
            self._send(500, {})
        elif self.path == "/.well-known/openid-configuration":
            self._send(200, {
                "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            })  # fmt: skip
        elif self.path.startswith("/authorize?"):  # a browser that has logged in there already
            brought = self.server.authorize(self.path)
            asked = self.server.codes[brought["code"]]
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(brought)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/keys":
            self.server.asked_for_keys += 1
            self._send(200, {"keys": [self.server.shown.as_dict(private=False)]})
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {k: v[0] for k, v in parse_qs(body).items()}
        asked = self.server.codes.pop(given.get("code", ""), None)
        basic = "Basic " + base64.b64encode(urlencode({CLIENT: SECRET}).replace("=", ":").encode()).decode()
        if self.headers.get("Authorization") != basic:
            self._send(401, {"error": "invalid_client"})
        elif (
            asked is None
            or _challenge(given.get("code_verifier", "")) != asked["code_challenge"]
            or given["redirect_uri"] != asked["redirect_uri"]
        ):
            self._send(400, {"error": "invalid_grant"})
        else:
            self._send(
                200,
                {
                    "access_token": "a",
                    "token_type": "Bearer",
                    "expires_in": 300,
                    "id_token": self.server.id_token(asked),
                },
            )

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@contextmanager
def standing_in() -> Iterator[Provider]:
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
