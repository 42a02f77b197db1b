"""One real product for all conversation cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ops.train import train
from bot.settings import Settings
from tests.support.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    model: Path = train(Settings(), lambda detail, progress: None)
    running = Stack(tmp_path_factory.mktemp("product"), model)
    running.start()
    yield running
    running.stop()
