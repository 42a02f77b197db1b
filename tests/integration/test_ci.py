"""`.ci/run` cleans up after itself: run in a scratch project whose launcher only pretends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from bot.settings import ROOT

PRETEND = """
import http.server, os, subprocess, sys, time
what = sys.argv[1]
with open("calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
if what == os.environ.get("FAILS"):
    sys.exit(7)
if what == os.environ.get("HANGS"):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    open("hung", "w").write(f"{os.getpid()} {child.pid}")
    child.wait()
if what == "serve":
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.end_headers()
        def log_message(self, *a): pass
    import signal
    signal.signal(signal.SIGTERM, lambda *a: sys.exit(0))
    open("served", "w").write(str(os.getpid()))
    http.server.HTTPServer(("127.0.0.1", int(os.environ["WENXU_PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "main"
    (place / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", place / ".ci" / "run")
    (place / "wenxu").write_text(PRETEND)
    return place


def ci(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(project / ".ci" / "run")]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_all_steps_run_in_order_and_the_server_is_stopped(project: Path) -> None:
    result = ci(project)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (project / "calls").read_text().split() == ["setup", "test", "train", "serve"]
    assert not alive(int((project / "served").read_text()))
    assert "passed" in result.stdout


@pytest.mark.parametrize("step", ["setup", "test", "train", "serve"])
def test_a_step_that_fails_fails_the_whole_and_stops_there(project: Path, step: str) -> None:
    result = ci(project, FAILS=step)
    assert result.returncode != 0
    assert (project / "calls").read_text().split()[-1] == step
    assert "FAILED" in result.stdout


def test_the_budget_ends_a_step_that_hangs_with_all_it_started(project: Path) -> None:
    result = ci(project, HANGS="test", WENXU_CI_SECONDS="3")
    assert result.returncode == 124
    assert not any(alive(int(pid)) for pid in (project / "hung").read_text().split())


def test_leftovers_are_killed_when_it_is_itself_told_to_stop(project: Path) -> None:
    process = subprocess.Popen(
        [str(project / ".ci" / "run")], env={**os.environ, "HANGS": "test"}, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not ((project / "hung").exists() and (project / "hung").read_text().count(" ")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 143
    assert not any(alive(int(pid)) for pid in (project / "hung").read_text().split())
