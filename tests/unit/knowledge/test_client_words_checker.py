"""The checker of client_words.yml names file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.knowledge.files import KnowledgeError
from bot.knowledge.library import Library
from bot.settings import ROOT


def broken(tmp_path: Path, old: str, new: str) -> list[str]:
    """Return the problems after one replacement in the file."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("nlu", "sample"))
    path = tmp_path / "data" / "knowledge" / "client_words.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        Library.read(tmp_path / "data" / "knowledge")
    return [str(p) for p in error.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("stored: [总行级]}", "stored: [董事会级]}", "客户层级没有“董事会级”"),
        ("column: annual_revenue", "column: password_hash", "column 不能是“password_hash”"),
        ("codes: [bank_acceptance, commercial_acceptance]", "codes: [bank_accptance]", "产品目录里没有“bank_accptance”"),
        ("  reconciliation: [对账]", "  reconcilation: [对账]", "needs.yml 里没有“reconcilation”"),
        ("{code: is_prospect,", "{code: is_rich,", "code 不能是“is_rich”"),
        ("{words: [化工], stored: [化工]}", "{words: [化工, 物业], stored: [化工]}", "“物业”在 industries 里写了两处"),
        ("filler:", "filller:", "filller"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_file_and_line(tmp_path, old, new, says):
    problems = broken(tmp_path, old, new)
    assert any(p.startswith("client_words.yml:") and says in p for p in problems), problems
