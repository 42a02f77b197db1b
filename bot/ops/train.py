"""Training: the model is a build product, named after the hash of everything that made it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.settings import ROOT, Settings

Report = Callable[[str, float], None]
# What makes a model. Patterns are relative to the project's root.
SOURCES = (
    "config.yml", "data/nlu/*.yml", "data/reading/*/*.tsv", "data/rules/*.yml", "data/vocabulary/*.yml",
    "data/knowledge/catalogue.yml", "data/knowledge/needs.yml", "bot/rasa/wenxu_rasa/**/*.py", "bot/rasa/domain/*.yml",
    "bot/rasa/uv.lock", "bot/zh/*.py",
)  # fmt: skip
# Code that runs beside a model and does not make it.
NOT_MADE_OF = (
    "serve.py",
    "channel.py",
    "answers.py",
    "endpoint.py",
    "tracker.py",
    "parse_many.py",
    "ablate.py",
    "curve.py",
    "stock.py",
    "light.py",
)


class TrainingError(RuntimeError):
    """Training did not end with a model; the message says why."""


def fingerprint(root: Path = ROOT, base: str = "") -> str:
    """The first 12 hex digits of the SHA-256 over the names and contents of all sources."""
    digest = hashlib.sha256(base.encode())
    for path in _sources(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from (path for path in sorted(root.glob(pattern)) if path.name not in NOT_MADE_OF)


def current_model(settings: Settings) -> Path | None:
    """The model made of what is there now, or else the newest one there is; None without any."""
    exact = model_path(settings)
    if exact.exists():
        return exact
    others = sorted(settings.models_dir.glob("wenxu-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return others[-1] if others else None


def model_path(settings: Settings) -> Path:
    return settings.models_dir / f"wenxu-{fingerprint(ROOT, settings.spacy_model)}.tar.gz"


def train(settings: Settings, report: Report, force: bool = False) -> Path:
    """Train unless the model is there already; `report(step, part done)` is called as it goes on.

    Raises TrainingError.
    """
    model = model_path(settings)
    if model.exists() and not force:
        report("没有变化，沿用现有模型", 1.0)
        return model
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    log = model.with_name(model.name.removesuffix(".tar.gz") + ".log")
    with log.open("w", encoding="utf-8") as errors:
        code = _run(
            ["-m", "wenxu_rasa.train", "--root", str(ROOT), "--out", str(model), "--spacy", settings.spacy_model],
            errors,
            report,
        )
    if code != 0 or not model.exists():
        raise TrainingError(f"训练失败（退出码 {code}），详情见 {log}：\n{_tail(log)}")
    return model


def island_python(root: Path = ROOT) -> Path:
    """The dialogue server's own Python. Raises TrainingError if it is not installed."""
    python = root / "bot" / "rasa" / ".venv" / "bin" / "python"
    if not python.exists():
        raise TrainingError("对话服务的 Python 环境还没有安装：请在 bot/rasa 下运行 uv sync")
    return python


def island_environment(root: Path = ROOT) -> dict[str, str]:
    """The environment in which the dialogue server's Python finds its code."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root), str(root / "bot" / "rasa")]),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def _run(arguments: list[str], errors, report: Report) -> int:  # type: ignore[no-untyped-def]
    command = [str(island_python()), *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env=island_environment()
    ) as process:
        for line in process.stdout or ():
            _pass_on(line, report)
        return process.wait()


def _pass_on(line: str, report: Report) -> None:
    try:
        said = json.loads(line)
        report(said["step"], said["done"])
    except (ValueError, KeyError, TypeError):
        pass  # Rasa prints to stdout too


def _tail(log: Path, lines: int = 5) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
