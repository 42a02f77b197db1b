"""One real product for all conversation cases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from bot.ops.train import train
from bot.settings import Settings
from tests.support.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    given = os.environ.get("WENXU_TEST_MODEL")  # a model at hand, while the sources of another are being edited
    model = Path(given) if given else train(Settings(), lambda detail, progress: None)
    running = Stack(tmp_path_factory.mktemp("product"), model)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def phone() -> Iterator[Page]:
    """A page in headless Chromium, 360 px wide."""
    with sync_playwright() as play:
        path = shutil.which("chromium")
        browser = play.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
        yield context.new_page()
        browser.close()
