"""Every YAML case in this folder, against the real dialogue server and the real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cases import Case, play, read_cases
from tests.support.stack import Stack

CASES = read_cases(Path(__file__).parent)
pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("case", CASES, ids=[f"{c.file.parent.name}/{c.file.stem}:{c.name}" for c in CASES])
def test_the_conversation_goes_as_written(case: Case, stack: Stack) -> None:
    stack.fresh()
    play(case, stack)
