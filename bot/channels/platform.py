"""Calls to the two platforms: one client each, tokens shared by all processes, errors told apart.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
https://developer.work.weixin.qq.com/document/path/91039 (gettoken), path/90313 (error codes)

    Refused      the platform answered with an error code: nothing was done
    Unreachable  the call never arrived
    Unknown      it was sent, no answer came: perhaps it was done
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from cryptography.fernet import Fernet, InvalidToken

from bot.store import tokens
from bot.store.database import Database

TIMEOUT = httpx2.Timeout(8.0, connect=3.0)
STALE_TOKEN = {40001, 40014, 42001}
EARLY = timedelta(seconds=200)  # both platforms keep the old token alive for some minutes beside the new one
FETCHING = timedelta(seconds=15)  # how long one process may take over it
PATIENCE, PAUSE = 100, 0.1  # tries and seconds between them while another process fetches
BUSY = -1  # the platforms' own "try again"


class PlatformFailure(Exception):
    """A call did not succeed."""


class Refused(PlatformFailure):
    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}")
        self.code = code


class Unreachable(PlatformFailure):
    """Nothing was sent."""


class Unknown(PlatformFailure):
    """Nobody knows whether it was done."""


Fetch = Callable[[bool], Awaitable[tuple[str, int]]]  # after a refusal? → token, seconds it is valid


class TokenKeeper:
    """One access token in the database, sealed; fetched by one process at a time, early enough."""

    def __init__(
        self, database: Database, name: str, secret: str, owner: str, clock: Callable[[], datetime], fetch: Fetch
    ) -> None:
        self._database, self._name, self._owner, self._clock, self._fetch = database, name, owner, clock, fetch
        self._box = Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"platform:{secret}".encode()).digest()))
        self._mine = asyncio.Lock()

    async def get(self, refused: int = -1) -> tuple[str, int]:
        """Return (token, version). `refused`: a version the platform no longer takes. Raises PlatformFailure."""
        async with self._mine:
            for _ in range(PATIENCE):
                kept = await asyncio.to_thread(self._read)
                token = self._open(kept) if kept.version != refused else ""
                if token and kept.expires_at and kept.expires_at - EARLY > self._clock():
                    return token, kept.version
                if await asyncio.to_thread(self._may_fetch, kept.version):
                    return await self._renewed(kept.version, kept.version == refused)
                if token and kept.expires_at and kept.expires_at > self._clock():
                    return token, kept.version  # another process is at it; this one still works
                await asyncio.sleep(PAUSE)
        raise Unreachable

    async def _renewed(self, version: int, after_refusal: bool) -> tuple[str, int]:
        try:
            token, seconds = await self._fetch(after_refusal)
        except BaseException:
            await asyncio.to_thread(self._give_up)
            raise
        await asyncio.to_thread(self._keep, token, seconds)
        return token, version + 1

    def _open(self, kept: tokens.Kept) -> str:
        try:
            return self._box.decrypt(kept.sealed.encode()).decode() if kept.sealed else ""
        except InvalidToken:  # sealed with an older key of ours
            return ""

    def _read(self) -> tokens.Kept:
        with self._database.session() as session:
            return tokens.read(session, self._name)

    def _may_fetch(self, version: int) -> bool:
        with self._database.session() as session:
            won = tokens.may_fetch(session, self._name, self._owner, version, self._clock(), FETCHING)
            session.commit()
            return won

    def _keep(self, token: str, seconds: int) -> None:
        sealed = self._box.encrypt(token.encode()).decode()
        with self._database.session() as session:
            tokens.keep(session, self._name, self._owner, sealed, self._clock() + timedelta(seconds=seconds))
            session.commit()

    def _give_up(self) -> None:
        with self._database.session() as session:
            tokens.give_up(session, self._name, self._owner)
            session.commit()


@dataclass
class Http:
    """The connections to one platform, opened by the first call. Errors become ours; no secret is in them."""

    base: str
    _client: httpx2.AsyncClient | None = field(default=None, init=False, repr=False)

    async def call(self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None) -> Any:
        """Return the answer's JSON object. Raises PlatformFailure."""
        if self._client is None:
            self._client = httpx2.AsyncClient(base_url=self.base, timeout=TIMEOUT)
        try:
            reply = await self._client.request(method, path, params=dict(params), json=body)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise Unreachable from None
        except httpx2.HTTPError:
            raise Unknown from None
        if reply.status_code != 200:
            raise Refused(BUSY) if reply.status_code < 500 else Unknown
        try:
            answer = reply.json()
        except ValueError:
            raise Unknown from None
        if not isinstance(answer, dict):
            raise Unknown
        if answer.get("errcode"):
            raise Refused(int(answer["errcode"]))
        return answer

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


@dataclass
class Platform:
    """One app on one platform. `post` and `get` bring the access token, and a new one once when it is refused."""

    http: Http
    keeper: TokenKeeper

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Raises PlatformFailure."""
        return await self._with_token("POST", path, {}, body)

    async def get(self, path: str, **params: str) -> Any:
        """Raises PlatformFailure."""
        return await self._with_token("GET", path, params, None)

    async def _with_token(self, method: str, path: str, params: Mapping[str, str], body: Any) -> Any:
        token, version = await self.keeper.get()
        try:
            return await self.http.call(method, path, {**params, "access_token": token}, body)
        except Refused as refusal:
            if refusal.code not in STALE_TOKEN:
                raise
        token, _ = await self.keeper.get(refused=version)
        return await self.http.call(method, path, {**params, "access_token": token}, body)

    async def close(self) -> None:
        await self.http.close()


def wechat_fetch(http: Http, app_id: str, secret: str) -> Fetch:
    """The stable token: asking for it leaves the one in force alone."""

    async def fetch(after_refusal: bool) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": app_id,
            "secret": secret,
            "force_refresh": after_refusal,
        }
        answer = await http.call("POST", "/cgi-bin/stable_token", {}, body)
        return str(answer["access_token"]), int(answer["expires_in"])

    return fetch


def wecom_fetch(http: Http, corp_id: str, secret: str) -> Fetch:
    async def fetch(after_refusal: bool) -> tuple[str, int]:
        answer = await http.call("GET", "/cgi-bin/gettoken", {"corpid": corp_id, "corpsecret": secret}, None)
        return str(answer["access_token"]), int(answer["expires_in"])

    return fetch
