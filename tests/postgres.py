"""A real PostgreSQL for tests: started from Debian's package in a temporary directory, stopped afterwards.

Use: `from tests.postgres import postgres_server, postgres_url` in a conftest; `postgres_url` is an empty database.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

SKIP = "WENXU_SKIP_POSTGRES"
BINARIES = Path("/usr/lib/postgresql/15/bin")
INSTALL = f"PostgreSQL 15 没有装。装：apt-get install -y postgresql-15；不想跑这些测试：{SKIP}=1"
PATIENCE = 60  # s for the server to start or stop


@dataclass
class Server:
    """A running server, reached by a socket in `directory` alone: no port is opened."""

    directory: Path
    user: str
    numbers: Iterator[int]

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@/{database}?host={self.directory}"

    def fresh(self) -> str:
        """Return the URL of a new, empty database."""
        name = f"wenxu_{next(self.numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


def program(name: str) -> str:
    """Return the path of a PostgreSQL program; fails the test, saying how to install it, when there is none."""
    found = BINARIES / name
    path = str(found) if found.exists() else shutil.which(name)
    if path is None:
        pytest.fail(INSTALL, pytrace=False)
    return path


def _owner(directory: Path) -> int | None:
    """Whom to run as: PostgreSQL refuses to run as root."""
    return directory.stat().st_uid if os.getuid() == 0 else None


@contextmanager
def running(directory: Path, *options: str) -> Iterator[None]:
    """Run the server while the block runs. It ends with this process, even when that is killed (where setpriv exists)."""
    guard = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    command = [*guard, program("postgres"), "-D", str(directory / "data"), *(f"-c{option}" for option in options)]
    log = (directory / "log").open("wb")
    server = subprocess.Popen(command, user=_owner(directory), cwd=directory, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(server, directory)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # "fast" shutdown
        server.wait(PATIENCE)
        log.close()


def _wait_until_ready(server: subprocess.Popen[bytes], directory: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    ready = [program("pg_isready"), "-q", "-h", str(directory)]
    while subprocess.run(ready, timeout=PATIENCE).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail("PostgreSQL 没有启动：\n" + (directory / "log").read_text(encoding="utf-8"), pytrace=False)
        time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    if os.environ.get(SKIP) == "1":
        pytest.skip(f"{SKIP}=1")
    initdb = program("initdb")
    directory = Path(tempfile.mkdtemp(prefix="wenxu-pg-"))  # short: a socket's path has at most 107 bytes
    if os.getuid() == 0:
        shutil.chown(directory, "postgres")
    try:
        initialise = [
            initdb,
            "-D",
            str(directory / "data"),
            "-U",
            "wenxu",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        subprocess.run(
            initialise, check=True, user=_owner(directory), cwd=directory, stdout=subprocess.DEVNULL, timeout=PATIENCE
        )
        with running(
            directory, "listen_addresses=", f"unix_socket_directories={directory}", "fsync=off", "max_connections=60"
        ):
            yield Server(directory, "wenxu", count(1))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    return postgres_server.fresh()
