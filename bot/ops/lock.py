"""One `serve` at a time on the same data directory."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.ops.errors import OpsError
from bot.settings import Settings


def _path(settings: Settings) -> Path:
    return settings.var_dir / "run" / "serve.lock"


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the lock for the time of the block; the system lets go of it however the process ends. Raises OpsError."""
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _taken(settings) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def _taken(settings: Settings) -> OpsError:
    pid = _path(settings).read_text(encoding="ascii") or "?"
    return OpsError(
        f"{settings.var_dir} 上已经有一个 wenxu serve 在运行（进程 {pid}）",
        f"先停掉它（kill {pid}），或用 WENXU_VAR_DIR 另给一个数据目录",
    )


def running(settings: Settings) -> int | None:
    """Return the process id of the `serve` that runs on this data directory, None when there is none."""
    path = _path(settings)
    if not path.exists():
        return None
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return int(file.read().decode("ascii") or 0)
    return None
