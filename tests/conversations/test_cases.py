"""Every YAML case in this folder, against the real dialogue server and the real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cases import Case, play, read_cases
from tests.support.stack import Stack

HERE = Path(__file__).parent
pytestmark = pytest.mark.rasa


def name_of(case: Case) -> str:
    return f"{case.file.parent.name}/{case.file.stem}:{case.name}"


def known_misreadings() -> set[str]:
    """Cases with a sentence that is misread today, kept as a manager would type it."""
    lines = (HERE / "known_misreadings.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def cases() -> list[object]:
    """A known misreading may pass after any training, so it is not strict; every other case must pass."""
    known = known_misreadings()
    mark = pytest.mark.xfail(reason="读错的句子，见 known_misreadings.txt", strict=False)
    return [pytest.param(c, id=name_of(c), marks=[mark] if name_of(c) in known else []) for c in read_cases(HERE)]


@pytest.mark.parametrize("case", cases())
def test_the_conversation_goes_as_written(case: Case, stack: Stack) -> None:
    stack.fresh()
    play(case, stack)


def test_every_known_misreading_is_a_case() -> None:
    assert known_misreadings() <= {name_of(c) for c in read_cases(HERE)}
