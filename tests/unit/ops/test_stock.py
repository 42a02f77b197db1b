"""`wenxu evaluate --stock`: trained once for the same data, and both read the same sentences."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.ops import stock
from bot.ops.stock import beside_stock, stock_path, train_stock
from bot.ops.train import TrainingError
from bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    models = tmp_path / "models"
    models.mkdir()
    (models / "wenxu-000000000000.tar.gz").write_bytes(b"")
    return Settings(var_dir=tmp_path / "var", models_dir=models)


@pytest.fixture
def gold_dir(tmp_path: Path) -> Path:
    given = [("你好", "greet", []), ("拜拜", "goodbye", ["stop"])]
    lines = [
        json.dumps({"text": text, "mode": "idle", "intent": intent, "also_ok": also}) for text, intent, also in given
    ]
    (tmp_path / "intents.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@contextmanager
def fake(model: Path, is_stock: bool) -> Iterator[stock.Parse]:
    def parse(asked: Sequence[Any]) -> list[dict[str, Any]]:
        names = ["greet", "greet"] if is_stock else ["greet", "stop"]
        return [{"intent": {"name": name}, "ms": 20.0 if is_stock else 5.0} for name in names]

    yield parse


def test_both_read_the_same_sentences(settings: Settings, gold_dir: Path) -> None:
    found = beside_stock(
        settings, gold_dir, lambda step, done: None, rounds=3, train=lambda *_: Path("stock.tar.gz"), reader=fake
    )
    assert (found.ours, found.stock, found.sentences, found.rounds) == (1.0, 0.5, 2, 3)
    assert "之比 0.25" in "\n".join(found.lines())


def test_what_is_trained_already_is_not_trained_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    model = stock_path(settings)
    model.parent.mkdir(parents=True)
    model.write_bytes(b"")
    monkeypatch.setattr(stock.subprocess, "run", lambda *_, **__: pytest.fail("trained again"))
    assert train_stock(settings, lambda step, done: None) == model


def test_the_number_of_rounds_is_part_of_the_name(settings: Settings) -> None:
    assert stock_path(settings, 3) != stock_path(settings, 4)


def test_a_training_that_leaves_no_model_says_where_to_look(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        returncode = 1

    monkeypatch.setattr(stock, "island_python", lambda: Path("python"))
    monkeypatch.setattr(stock.subprocess, "run", lambda *_, **__: Ended())
    with pytest.raises(TrainingError, match=r"stock-\w+\.log"):
        train_stock(settings, lambda step, done: None)
