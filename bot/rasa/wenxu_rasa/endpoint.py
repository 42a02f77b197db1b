"""The action endpoint over connections that are kept: Rasa opens a session and a connection for every call."""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.utils.endpoints import EndpointConfig

IDLE = 4.0  # s; below the 5 s after which the application closes a connection that is not used


class _Lent:
    """A session that `async with` does not close."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self.session

    async def __aexit__(self, *_: object) -> None:
        return None


class KeptEndpoint(EndpointConfig):
    """An endpoint with one session for the life of the server."""

    kept: aiohttp.ClientSession | None = None

    @classmethod
    def of(cls, other: EndpointConfig) -> KeptEndpoint:
        return cls(
            other.url,
            other.params,
            other.headers,
            other.basic_auth,
            other.token,
            other.token_name,
            other.cafile,
            **other.kwargs,
        )

    def session(self) -> Any:
        if self.kept is None or self.kept.closed:
            # a cookie jar and proxies of the environment have no place on loopback
            self.kept = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=IDLE, limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )
        return _Lent(self.kept)
