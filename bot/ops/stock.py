"""`wenxu evaluate --stock`: the stock Rasa pipeline, trained on the same sentences, reads the same test sentences.

It is trained once for the same data and kept under `var/stock`. On two cores a hundred rounds take hours; how many there
were is part of the result.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.ops.evaluate import NOW, Parse, gold, island
from bot.ops.train import Report, TrainingError, current_model, island_environment, island_python
from bot.settings import ROOT, Settings

ROUNDS = 15  # of DIET; what a quarter of an hour allows
SOURCES = ("bot/rasa/stock.yml", "data/nlu/*.yml", "data/reading/*/*.tsv", "data/rules/*.yml")
Reader = Callable[[Path, bool], AbstractContextManager[Parse]]  # (model, stock?)


@dataclass(frozen=True)
class Beside:
    """Intent accuracy and median milliseconds a sentence, of ours and of the stock pipeline, in one run."""

    sentences: int
    rounds: int
    ours: float
    stock: float
    our_milliseconds: float
    stock_milliseconds: float

    def lines(self) -> list[str]:
        ratio = self.our_milliseconds / self.stock_milliseconds if self.stock_milliseconds else 0.0
        return [
            f"与标准 Rasa（DIET，同样的训练句，{self.rounds} 轮）相比，{self.sentences} 句：",
            f"  意图准确率　{self.ours:.3f}，标准 {self.stock:.3f}",
            f"  一句用时中位数　{self.our_milliseconds:.1f} 毫秒，标准 {self.stock_milliseconds:.1f} 毫秒，之比 {ratio:.2f}",
        ]


def stock_path(settings: Settings, rounds: int = ROUNDS, root: Path = ROOT) -> Path:
    """Named after what it is made of, like our own models."""
    digest = hashlib.sha256(str(rounds).encode())
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return settings.var_dir / "stock" / f"stock-{digest.hexdigest()[:12]}.tar.gz"


def train_stock(settings: Settings, report: Report, rounds: int = ROUNDS) -> Path:
    """Train unless it is there already. Raises TrainingError."""
    model = stock_path(settings, rounds)
    if model.exists():
        return model
    model.parent.mkdir(parents=True, exist_ok=True)
    report(f"训练标准 Rasa，{rounds} 轮，要一刻钟以上", 0.0)
    command = [
        str(island_python()),
        "-m",
        "wenxu_rasa.stock",
        "--root",
        str(ROOT),
        "--out",
        str(model),
        "--epochs",
        str(rounds),
    ]
    log = model.with_name(model.name.removesuffix(".tar.gz") + ".log")
    with log.open("w", encoding="utf-8") as said:
        environment = {**island_environment(), "WENXU_TENSORFLOW": "1"}
        code = subprocess.run(
            command, stdout=said, stderr=said, cwd=ROOT, env=environment, preexec_fn=lambda: os.nice(10), check=False
        ).returncode
    if code != 0 or not model.exists():
        raise TrainingError(f"标准 Rasa 没有训练成（退出码 {code}），详情见 {log}")
    return model


def beside_stock(
    settings: Settings, gold_dir: Path, report: Report, rounds: int = ROUNDS,
    train: Callable[..., Path] = train_stock, reader: Reader | None = None,
) -> Beside:  # fmt: skip
    """Let both read the intents of `gold_dir`, one after the other."""
    ours = current_model(settings)
    if ours is None:
        raise FileNotFoundError("还没有模型：请先运行 wenxu train")
    stock = train(settings, report, rounds)
    golden = gold(gold_dir, "intents")
    asked = [{"text": one["text"], "metadata": {"mode": one["mode"], "now": NOW}} for one in golden]
    open_reader = reader or _island
    found = []
    for model, is_stock in ((ours, False), (stock, True)):
        report("标准 Rasa 读测试句" if is_stock else "读测试句", 0.8 if is_stock else 0.7)
        with open_reader(model, is_stock) as parse:
            found.append(_measured(golden, parse(asked)))
    (accuracy, milliseconds), (stock_accuracy, stock_milliseconds) = found
    return Beside(len(golden), rounds, accuracy, stock_accuracy, milliseconds, stock_milliseconds)


def _island(model: Path, is_stock: bool) -> AbstractContextManager[Parse]:
    return island(model, {"WENXU_TENSORFLOW": "1"} if is_stock else None)


def _measured(golden: Sequence[Mapping[str, Any]], read: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    right = sum((got["intent"] or {}).get("name") in {one["intent"], *one["also_ok"]} for one, got in zip(golden, read))
    times = sorted(got.get("ms", 0.0) for got in read)
    return right / len(golden), times[len(times) // 2]
