"""One watched child process: started under the guard, its output kept in a log, started again after a pause."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bot.settings import ROOT

GUARD = Path(__file__).with_name("guard.py")
LOG_BYTES, LOG_FILES = 5_000_000, 5
LONGEST_PAUSE = 60.0  # s
STEADY = 60.0  # s up after which earlier failures are forgotten
MAX_FAILURES = 8
LOUD = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")
TALK = re.compile(r"[㐀-鿿]+")  # Rasa may quote what a client said


@dataclass
class BackOff:
    """1, 2, 4 … 60 s between starts; gives up after eight failures in a row."""

    failures: int = 0

    def failed(self, lasted: float) -> float | None:
        """Return the pause before the next start, None when there should be none."""
        self.failures = 1 if lasted >= STEADY else self.failures + 1
        return None if self.failures >= MAX_FAILURES else min(2.0 ** (self.failures - 1), LONGEST_PAUSE)


class GaveUp(Exception):
    """A child would not stay up."""

    def __init__(self, child: Child, status: int) -> None:
        super().__init__(child.title)
        self.child = child
        self.status = status


@dataclass
class Child:
    """`title` is for people, `name` for the log file. `on_line` sees every line of output first; a line for which it
    returns True is not logged."""

    name: str
    title: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_dir: Path
    warn: Callable[[str], None]
    on_line: Callable[[str], bool] = lambda line: False
    private: bool = False  # hide Chinese text in the log
    up: bool = field(default=False, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def log_path(self) -> Path:
        return self.log_dir / f"{self.name}.log"

    async def keep(self, pause: Callable[[float], None] = lambda seconds: None) -> None:
        """Run it again and again; raises GaveUp."""
        back_off = BackOff()
        while True:
            started = time.monotonic()
            status = await self.run()
            wait = back_off.failed(time.monotonic() - started)
            if wait is None:
                raise GaveUp(self, status)
            self.warn(f"{self.title}退出了（状态 {status}），{wait:.0f} 秒后重新启动；日志：{self.log_path}")
            pause(wait)
            await asyncio.sleep(wait)

    async def run(self) -> int:
        """Run it once and return its exit status. Cancelling stops it first."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        log = RotatingFileHandler(self.log_path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(GUARD), *self.command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(self.environment),
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C on the terminal is for the supervisor alone
        )
        self.up = True
        pump = asyncio.create_task(self._pump(log))
        try:
            return await self._process.wait()
        finally:
            await asyncio.shield(self._end(pump, log))

    async def _end(self, pump: asyncio.Task[None], log: RotatingFileHandler) -> None:
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()  # the guard stops the rest
        await process.wait()
        await asyncio.wait([pump], timeout=5)  # something that left the group may still hold the pipe
        pump.cancel()
        log.close()
        self.up, self._process = False, None

    async def _pump(self, log: RotatingFileHandler) -> None:
        assert self._process is not None and self._process.stdout is not None
        rest = b""
        while chunk := await self._process.stdout.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._take(line.decode("utf-8", "replace"), log)
            if len(rest) > LOG_BYTES:
                rest = b""
        if rest:
            self._take(rest.decode("utf-8", "replace"), log)

    def _take(self, line: str, log: RotatingFileHandler) -> None:
        if self.on_line(line):
            return
        line = TALK.sub("…", line) if self.private else line
        log.emit(logging.LogRecord(self.name, logging.INFO, "", 0, line, None, None))
        loud = loud_part(line)
        if loud:
            self.warn(f"{self.title}：{loud}")

    def tail(self, lines: int = 8) -> str:
        """Return the end of the log."""
        try:
            return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def loud_part(line: str) -> str:
    """Return what of a log line deserves the console: all of a warning or worse, '' otherwise."""
    if not line.startswith("{"):
        return line.strip() if LOUD.search(line) else ""
    try:
        record = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(record, dict) or record.get("level") not in ("warning", "error", "critical"):
        return ""
    return " ".join(str(record[key]) for key in ("level", "event", "error", "place") if record.get(key))
