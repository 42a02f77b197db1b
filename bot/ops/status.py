"""How far the product is: written by `serve`, shown by the page (`/api/status`) while it is not ready."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from bot.settings import Settings

Phase = Literal["training", "loading", "ready", "down"]


@dataclass(frozen=True)
class Status:
    """`progress` runs from 0 to 1 within the phase; `detail` is Chinese and fit for a user's eyes."""

    phase: Phase
    progress: float = 0.0
    detail: str = ""

    @property
    def ready(self) -> bool:
        return self.phase == "ready"


def status_file(settings: Settings) -> Path:
    return settings.var_dir / "run" / "status.json"


def write_status(path: Path, status: Status) -> None:
    """Replace the file at once, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(status), ensure_ascii=False), encoding="utf-8")
    os.replace(draft, path)  # noqa: PTH105  (the atomic call, by its name)


def read_status(path: Path) -> Status | None:
    """Return what was written last; None when nothing was, as when the application runs by itself."""
    try:
        return Status(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
