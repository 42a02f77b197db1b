"""The supervisor for real, over stand-ins for the application, the training and Rasa."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.ops.health import answers
from bot.ops.ports import bind_error, free_port
from bot.settings import ROOT

HARNESS = Path(__file__).with_name("serve_harness.py")
PATIENCE = 60.0  # s; a condition that is not met by then never will be


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still waiting: {what}"
        time.sleep(0.02)


class Served:
    """A supervisor in its own process, its data in a temporary directory."""

    def __init__(self, place: Path, **environment: str) -> None:
        self.var = place / "var"
        self.port, self.rasa_port = free_port(), free_port()
        self.console = place / "console.txt"
        for folder in (self.var, place / "models"):
            folder.mkdir()
        settings = {
            "WENXU_PORT": str(self.port),
            "WENXU_RASA_PORT": str(self.rasa_port),
            "WENXU_VAR_DIR": str(self.var),
            "WENXU_MODELS_DIR": str(place / "models"),
            "WENXU_STOP_SECONDS": "0.5",
            "PYTHONPATH": str(ROOT),
        }
        with self.console.open("wb") as console:
            self.process = subprocess.Popen(
                [sys.executable, str(HARNESS), "supervise"],
                env={**os.environ, **settings, **environment},
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.console.read_text(encoding="utf-8")

    def status(self) -> dict[str, object]:
        path = self.var / "run" / "status.json"
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def pids(self, name: str) -> list[int]:
        path = self.var / f"{name}.pid"
        return [int(p) for p in path.read_text().split()] if path.exists() else []

    def wait_ready(self) -> None:
        until(lambda: self.status().get("phase") == "ready" or self.process.poll() is not None, "ready")
        assert self.process.poll() is None, self.said()

    def ports_are_free(self) -> bool:
        return bind_error("127.0.0.1", self.port) is None and bind_error("127.0.0.1", self.rasa_port) is None

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    made: list[Served] = []

    def start(**environment: str) -> Served:
        made.append(Served(tmp_path, **environment))
        return made[-1]

    yield start
    for served in made:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()
        until(served.ports_are_free, "no child outlives its supervisor")


def test_it_trains_first_then_says_ready_and_stops_without_leaving_anything(start: Callable[..., Served]) -> None:
    served = start()
    served.wait_ready()
    said = served.said()
    assert said.index("正在训练意图") < said.index("就绪")
    assert f"http://127.0.0.1:{served.port}" in said
    assert served.end(signal.SIGINT) == 0
    assert served.ports_are_free()
    assert served.status()["phase"] == "down"
    assert "已停止" in served.said()


def test_the_page_is_there_while_the_model_is_being_made(start: Callable[..., Served]) -> None:
    served = start()
    until(lambda: bool(served.pids("app")), "the application started")
    served.wait_ready()
    assert answers(f"http://127.0.0.1:{served.port}/readyz")


def test_children_die_with_a_supervisor_that_is_killed(start: Callable[..., Served]) -> None:
    served = start()
    served.wait_ready()
    served.end(signal.SIGKILL)
    until(served.ports_are_free, "the children are gone")


def test_a_child_that_does_not_heed_sigterm_is_killed(start: Callable[..., Served]) -> None:
    served = start(FAKE_RASA="stubborn")
    served.wait_ready()
    assert served.end() == 0
    assert served.ports_are_free()


def test_a_dead_child_is_started_again(start: Callable[..., Served]) -> None:
    served = start()
    served.wait_ready()
    os.kill(served.pids("rasa")[0], signal.SIGKILL)
    until(lambda: served.status().get("phase") != "ready", "the loss is noticed")
    served.wait_ready()
    assert len(served.pids("rasa")) == 2
    assert "对话服务退出了（状态 137），1 秒后重新启动" in served.said()


def test_a_failed_training_is_said_and_ends_it(start: Callable[..., Served]) -> None:
    served = start(FAKE_TRAIN="fails")
    assert served.process.wait(PATIENCE) == 1
    assert "data/nlu/greet.yml:3 写错了" in served.said()
    assert "Traceback" not in served.said()
    assert served.ports_are_free()


def test_what_rasa_says_is_logged_without_the_clients_words(start: Callable[..., Served]) -> None:
    served = start()
    served.wait_ready()
    assert served.end() == 0
    logged = (served.var / "log" / "rasa.log").read_text(encoding="utf-8")
    assert "WARNING  rasa.core" in logged
    assert "周明" not in logged + served.said()
