"""Turns of one conversation run one after another: in this process by a lock, among several by a lease besides.

A lease is kept alive while the turn runs and ends by itself when its process dies. It lives in Redis when there is one,
else in PostgreSQL; SQLite has one process.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from weakref import WeakValueDictionary

from ulid import ULID

from bot.store import leases
from bot.store.database import Database
from bot.store.tables import utc_now

LEASE = timedelta(seconds=10)
RENEW = 3.0  # s
PAUSE = 0.03  # s between tries while another process has the conversation


class Leases(Protocol):
    """Where leases are kept. `owner` is one holder, not one process."""

    async def take(self, name: str, owner: str) -> bool: ...

    async def renew(self, name: str, owner: str) -> None: ...

    async def give_back(self, name: str, owner: str) -> None: ...


@dataclass
class Order:
    """`leases` is None where there is one process."""

    leases: Leases | None = None
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @property
    def alone(self) -> bool:
        return self.leases is None

    @asynccontextmanager
    async def hold(self, name: str | None) -> AsyncIterator[None]:
        """Run the block while nobody else runs one of the same name; without a name at once."""
        if name is None:
            yield
            return
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            if self.leases is None:
                yield
                return
            async with self._leased(self.leases, name):
                yield

    @asynccontextmanager
    async def _leased(self, leases: Leases, name: str) -> AsyncIterator[None]:
        owner = str(ULID())
        while not await leases.take(name, owner):
            await asyncio.sleep(PAUSE)
        beat = asyncio.create_task(_beat(lambda: leases.renew(name, owner)))
        try:
            yield
        finally:
            beat.cancel()
            with contextlib.suppress(Exception):  # it ends by itself
                await leases.give_back(name, owner)


async def _beat(renew: Callable[[], Any]) -> None:
    while True:
        await asyncio.sleep(RENEW)
        with contextlib.suppress(Exception):
            await renew()


@dataclass
class DatabaseLeases:
    """A row each, in `conversation_leases`."""

    database: Database

    async def take(self, name: str, owner: str) -> bool:
        return bool(await asyncio.to_thread(self._do, leases.take, name, owner, utc_now(), LEASE))

    async def renew(self, name: str, owner: str) -> None:
        await asyncio.to_thread(self._do, leases.renew, name, owner, utc_now() + LEASE)

    async def give_back(self, name: str, owner: str) -> None:
        await asyncio.to_thread(self._do, leases.give_back, name, owner)

    def _do(self, what: Callable[..., Any], *given: Any) -> Any:
        with self.database.session() as session:
            done = what(session, *given)
            session.commit()
            return done


MINE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call({}) else return 0 end"
PROLONG = MINE.format("'pexpire', KEYS[1], ARGV[2]")
DELETE = MINE.format("'del', KEYS[1]")
MILLISECONDS = int(LEASE.total_seconds() * 1000)


@dataclass
class RedisLeases:
    """A key each, set if absent, with an end."""

    url: str
    _client: Any = None

    @property
    def _redis(self) -> Any:
        """Opened by the first turn: connections belong to the running event loop."""
        if self._client is None:
            from redis.asyncio import Redis

            self._client = Redis.from_url(self.url)
        return self._client

    async def take(self, name: str, owner: str) -> bool:
        return bool(await self._redis.set(f"wenxu:turn:{name}", owner, nx=True, px=MILLISECONDS))

    async def renew(self, name: str, owner: str) -> None:
        await self._redis.eval(PROLONG, 1, f"wenxu:turn:{name}", owner, MILLISECONDS)

    async def give_back(self, name: str, owner: str) -> None:
        await self._redis.eval(DELETE, 1, f"wenxu:turn:{name}", owner)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def order_for(database: Database, redis_url: str) -> Order:
    """Return the order for this installation."""
    if redis_url:
        return Order(RedisLeases(redis_url))
    return Order(DatabaseLeases(database)) if database.engine.dialect.name == "postgresql" else Order()
