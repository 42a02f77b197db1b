"""A real PostgreSQL for tests: started from Debian's package in a temporary directory, stopped afterwards.

Use: `from tests.postgres import postgres_server, postgres_url` in a conftest; `postgres_url` is an empty database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
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


def as_owner(directory: Path, *command: str) -> None:
    """Run a program as the directory's owner: PostgreSQL refuses to run as root. Raises CalledProcessError."""
    owner = directory.stat().st_uid
    user = owner if os.getuid() == 0 else None
    subprocess.run(command, check=True, user=user, cwd=directory, stdout=subprocess.DEVNULL, timeout=PATIENCE)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    if os.environ.get(SKIP) == "1":
        pytest.skip(f"{SKIP}=1")
    initdb, ctl = program("initdb"), program("pg_ctl")
    directory = Path(tempfile.mkdtemp(prefix="wenxu-pg-"))  # short: a socket's path has at most 107 bytes
    if os.getuid() == 0:
        shutil.chown(directory, "postgres")
    data, log = str(directory / "data"), str(directory / "log")
    try:
        as_owner(directory, initdb, "-D", data, "-U", "wenxu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{directory}' -c fsync=off -c max_connections=60"
        as_owner(directory, ctl, "start", "-D", data, "-l", log, "-w", "-t", str(PATIENCE), "-o", options)
        try:
            yield Server(directory, "wenxu", count(1))
        finally:
            as_owner(directory, ctl, "stop", "-D", data, "-m", "immediate", "-w")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    return postgres_server.fresh()
