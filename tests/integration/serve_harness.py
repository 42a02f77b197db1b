"""Runs the real supervisor over small stand-ins for its children: `python serve_harness.py app|rasa|train|supervise …`.

Behaviour of the stand-ins comes from the environment: FAKE_TRAIN (ok | fails | missing: no training needed) and
FAKE_RASA (ok | stubborn: does not heed SIGTERM).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HERE = str(Path(__file__).resolve())


def listen(port: int, ready) -> None:  # type: ignore[no-untyped-def]
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if ready() else 503)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


def note_pid(name: str) -> None:
    path = Path(os.environ["WENXU_VAR_DIR"]) / f"{name}.pid"
    path.write_text(path.read_text() + f" {os.getpid()}" if path.exists() else str(os.getpid()))


def app() -> None:
    from bot.ops.health import answers

    note_pid("app")
    rasa = f"http://127.0.0.1:{os.environ['WENXU_RASA_PORT']}/"
    listen(int(os.environ["WENXU_PORT"]), lambda: answers(rasa, 1))


def rasa(port: str) -> None:
    note_pid("rasa")
    if os.environ.get("FAKE_RASA") == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("2026-11-22 10:00:00 WARNING  rasa.core  无法处理“周明的定期”", flush=True)
    listen(int(port), lambda: True)


def train() -> None:
    print(json.dumps({"progress": 0.5, "detail": "正在训练意图"}, ensure_ascii=False), flush=True)
    if os.environ.get("FAKE_TRAIN") == "fails":
        print(json.dumps({"error": "data/nlu/greet.yml:3 写错了"}, ensure_ascii=False), flush=True)
        sys.exit(1)
    (Path(os.environ["WENXU_MODELS_DIR"]) / "wenxu-fake.tar.gz").touch()


def supervise() -> int:
    from bot.ops.serve import Commands, Supervisor
    from bot.settings import Settings

    def model(settings: Settings) -> Path | None:
        return next(settings.models_dir.glob("wenxu-*.tar.gz"), None)

    commands = Commands(
        app=lambda s: (sys.executable, HERE, "app"),
        train=lambda s: (sys.executable, HERE, "train"),
        rasa=lambda s, m: (sys.executable, HERE, "rasa", str(s.rasa_port)),
        model=model,
    )
    return asyncio.run(Supervisor(Settings(), commands).run())


if __name__ == "__main__":
    sys.exit({"app": app, "rasa": rasa, "train": train, "supervise": supervise}[sys.argv[1]](*sys.argv[2:]))
