"""A fresh small bank for each test that asks for one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.support.house import House
from tests.support.stack import Stack


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House.open(tmp_path, tmp_path_factory.getbasetemp())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The real dialogue server; `WENXU_TEST_MODEL` names a model at hand."""
    from bot.ops.train import train

    given = os.environ.get("WENXU_TEST_MODEL")
    model = Path(given) if given else train(Settings(), lambda detail, progress: None)
    running = Stack(tmp_path_factory.mktemp("questions"), model)
    running.start()
    yield running
    running.stop()
