"""The real product for tests: the application in this process, the real dialogue server beside it, a fresh database a case."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from bot.bootstrap import Container, build
from bot.ops.ports import free_port
from bot.settings import ROOT, Settings
from bot.store.database import Database
from bot.web.app import create_app

PASSWORD = "sample-clients-2026"
PATIENCE = 180  # s until the dialogue server answers; it loads in far less


class Unlimited:
    """The cases type faster than people do."""

    def check(self, kind: str, who: str) -> None:
        """Lets everybody through."""


@dataclass
class Stack:
    """Application and dialogue server. `fresh()` gives every case the untouched sample clients."""

    directory: Path
    model: Path
    container: Container = field(init=False)
    base: str = field(init=False)
    token: str = ""

    def start(self) -> None:
        self.settings = Settings(
            var_dir=self.directory,
            port=free_port(),
            rasa_port=free_port(),
            demo=True,
            action_secret="s" * 40,
            secret_key="k" * 40,
        )
        self.template = self.directory / "template.db"
        load_sample_clients(self.settings, self.template)
        self.base = f"http://127.0.0.1:{self.settings.port}"
        self.client = httpx2.Client(base_url=self.base, timeout=60, trust_env=False)
        self._serve()
        self._start_rasa()

    def _serve(self) -> None:
        self.container = build(self.settings)
        app = create_app(container=self.container)
        app.state.limits = Unlimited()
        config = uvicorn.Config(app, port=self.settings.port, log_level="warning", ws="websockets-sansio")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        _wait(lambda: self.server.started, 30, "the application did not start")

    def _start_rasa(self) -> None:
        from bot.ops.serve import product_commands

        self.log = (self.directory / "rasa.log").open("wb")
        command = product_commands().rasa(self.settings, self.model)
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'bot' / 'rasa'}",
            "WENXU_ACTION_URL": f"{self.base}/internal/actions",
            "WENXU_ACTION_SECRET": self.settings.webhook_secret,
        }
        self.rasa = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log)
        _wait(self._answers, PATIENCE, f"the dialogue server did not get ready, see {self.log.name}")

    def _answers(self) -> bool:
        if self.rasa.poll() is not None:
            raise AssertionError(
                f"the dialogue server ended: {Path(self.log.name).read_text(errors='replace')[-3000:]}"
            )
        return self.client.get("/readyz").status_code == 200

    def fresh(self) -> None:
        """Put the untouched sample clients in place."""
        self.container.database.dispose()
        for name in ("wenxu.db", "wenxu.db-wal", "wenxu.db-shm"):
            (self.directory / name).unlink(missing_ok=True)
        shutil.copy(self.template, self.directory / "wenxu.db")
        self._use(Database(self.settings.db_url))

    def _use(self, database: Database) -> None:
        from bot.store.books import Books

        books = Books()
        self.container.database = database
        for part in (self.container.gateway, self.container.runner):
            part.database, part.books = database, books
        self.container.books = books

    def restart(self) -> None:
        """The application starts anew on the database as it is; nothing in memory survives."""
        self.container.database.dispose()
        self._use(Database(self.settings.db_url))

    def login(self, username: str) -> None:
        reply = self.client.post("/api/login", json={"username": username, "password": PASSWORD})
        assert reply.status_code == 200, reply.text
        self.token = reply.json()["access_token"]

    def say(self, text: str, conversation: str | None = None) -> dict[str, Any]:
        body = {"text": text} | ({"conversation": conversation} if conversation else {})
        reply = self.client.post("/api/chat", json=body, headers={"Authorization": f"Bearer {self.token}"})
        assert reply.status_code == 200, f"{text!r}: {reply.status_code} {reply.text}"
        answer: dict[str, Any] = reply.json()
        return answer

    def stop(self) -> None:
        self.client.close()
        self.server.should_exit = True
        self.thread.join(10)
        self.rasa.terminate()
        try:
            self.rasa.wait(15)
        except subprocess.TimeoutExpired:
            self.rasa.kill()
            self.rasa.wait(5)
        self.log.close()


def _wait(done: Any, seconds: float, message: str) -> None:
    """Ask until it is so; how long it takes is no matter of the test."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise AssertionError(message)
        time.sleep(0.1)


def load_sample_clients(settings: Settings, path: Path) -> None:
    from datetime import date

    from bot.store.demo import load_demo

    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.session() as session:
        load_demo(session, date.today(), PASSWORD)
        session.commit()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
