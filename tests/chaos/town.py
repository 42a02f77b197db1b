"""Two gateways and two dialogue servers behind a balancer each, PostgreSQL and Redis, a stand-in of 企业微信."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.ops.ports import free_port
from bot.ops.serve import product_commands
from bot.settings import ROOT, Settings
from tests.channels.office import AGENT, CORP, KEY, TOKEN
from tests.channels.standin import Standin

ACTION_SECRET, SECRET = "s" * 40, "k" * 40
PATIENCE = 300.0  # s until everything answers, on a busy machine


@dataclass
class Balancer:
    """Passes connections on to whoever of `ports` takes them; what a bank has in front of its servers."""

    ports: list[int]
    port: int = field(default_factory=free_port)
    _next: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._next += 1
        first = self._next
        for n in range(len(self.ports)):
            try:
                there = await asyncio.open_connection("127.0.0.1", self.ports[(first + n) % len(self.ports)])
            except OSError:
                continue
            both = (asyncio.create_task(_pipe(reader, there[1])), asyncio.create_task(_pipe(there[0], writer)))
            self._tasks.update(both)
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for end in (writer, there[1]):
                end.close()
            await asyncio.wait(both)
            self._tasks.difference_update(both)
            return
        writer.close()

    async def stop(self) -> None:
        self.server.close()
        for task in list(self._tasks):
            task.cancel()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.CancelledError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@dataclass
class Town:
    directory: Path
    database_url: str
    model: Path
    standin: Standin = field(default_factory=Standin)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    async def start(self) -> None:
        await self.standin.start()
        self.redis_port = free_port()
        self._run(
            "redis", [str(redis_server()), "--port", str(self.redis_port), "--save", "", "--appendonly", "no"], {}
        )
        self.gateways = Balancer([free_port(), free_port()])
        self.rasas = Balancer([free_port(), free_port()])
        await self.gateways.start()
        await self.rasas.start()
        for n in (0, 1):
            self._run(
                f"gateway{n}", [sys.executable, "-m", "bot.web.serve"], {"WENXU_PORT": str(self.gateways.ports[n])}
            )
            settings = Settings(_env_file=None, rasa_port=self.rasas.ports[n], var_dir=self.directory)
            path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'bot' / 'rasa'}", "LOG_LEVEL": "WARNING"}
            self._run(f"rasa{n}", list(product_commands().rasa(settings, self.model)), path)
        for port in self.gateways.ports:
            await self._until(f"http://127.0.0.1:{port}/healthz", {})
        for port in self.rasas.ports:
            await self._until(
                f"http://127.0.0.1:{port}/webhooks/wenxu/ready", {"Authorization": f"Bearer {ACTION_SECRET}"}
            )

    def _run(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        log = (self.directory / f"{name}.log").open("wb")
        self.children[name] = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **self.environment, **environment}, stdout=log, stderr=log
        )
        log.close()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "WENXU_DATABASE_URL": self.database_url,
            "WENXU_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "WENXU_VAR_DIR": str(self.directory / "var"),
            "WENXU_RASA_PORT": str(getattr(self, "rasas", Balancer([])).port),
            "WENXU_ACTION_URL": f"http://127.0.0.1:{getattr(self, 'gateways', Balancer([])).port}/internal/actions",
            "WENXU_ACTION_SECRET": ACTION_SECRET,
            "WENXU_SECRET_KEY": SECRET,
            "WENXU_WECOM_CORP_ID": CORP,
            "WENXU_WECOM_AGENT_ID": str(AGENT),
            "WENXU_WECOM_SECRET": "corp-secret",
            "WENXU_WECOM_TOKEN": TOKEN,
            "WENXU_WECOM_AES_KEY": KEY,
            "WENXU_WECOM_API": self.standin.url,
            "WENXU_WECOM_BY_USERNAME": "1",
        }

    async def _until(self, address: str, headers: dict[str, str]) -> None:
        end = asyncio.get_running_loop().time() + PATIENCE
        async with aiohttp.ClientSession() as session:
            while asyncio.get_running_loop().time() < end:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    async with session.get(address, headers=headers) as reply:
                        if reply.status == 200:
                            return
                gone = [n for n, c in self.children.items() if c.poll() is not None]
                assert not gone, (
                    f"{gone} ended: {(self.directory / (gone[0] + '.log')).read_text(errors='replace')[-2000:]}"
                )
                await asyncio.sleep(0.2)
        raise AssertionError(f"{address} does not answer")

    def kill(self, name: str) -> None:
        """As a power cut would."""
        self.children[name].send_signal(signal.SIGKILL)
        self.children[name].wait(10)

    async def stop(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.kill()
                child.wait(10)
        await self.gateways.stop()
        await self.rasas.stop()
        await self.standin.stop()


def redis_server() -> str:
    import pytest

    found = shutil.which("redis-server")
    if found is None:
        pytest.fail("Redis 没有装。装：apt-get install -y redis-server", pytrace=False)
    return found
