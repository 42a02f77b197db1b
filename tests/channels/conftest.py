from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.office import Office, open_office


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
async def office(tmp_path: Path, templates: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, templates) as opened:
        yield opened
