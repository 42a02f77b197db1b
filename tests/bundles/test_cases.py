"""Every hand-written case gets what its writer says a good manager would propose."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bundles.runner import compare, read_cases
from tests.support.talk import library

CASES = read_cases(Path(__file__).parent / "cases", library())


@pytest.mark.parametrize("case", CASES, ids=[f"{c.file}: {c.name}" for c in CASES])
def test_the_client_gets_what_the_case_says(case):
    assert compare(case, library()) == []
