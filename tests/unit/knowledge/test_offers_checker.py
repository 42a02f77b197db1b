"""suitability.yml and margins.yml: what is wrong is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.files import Reader
from bot.knowledge.offers import read_margins, read_suitability
from tests.support.talk import library

LIBRARY = library()


def problems(tmp_path: Path, name: str, content: str) -> list[str]:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    reader = Reader(tmp_path)
    if name == "suitability.yml":
        read_suitability(reader, path, LIBRARY.catalogue)
    else:
        read_margins(reader, path, LIBRARY.catalogue, LIBRARY.bank)
    return [str(p) for p in reader.problems]


@pytest.mark.parametrize(
    ("row", "line", "said"),
    [
        ("{code: nonsense}", 3, "不在 catalogue.yml 里"),
        ("{code: overdraft, qualification: juggling}", 3, "juggling"),
        ("{code: overdraft, needs: {min_hats: 2}}", 3, "min_hats"),
        ("{code: overdraft, colour: red}", 3, "colour"),
    ],
)
def test_a_wrong_rule_of_selling_is_named(tmp_path, row, line, said):
    found = problems(tmp_path, "suitability.yml", f"qualifications: []\nproducts:\n  - {row}\n")
    assert len(found) == 1
    assert found[0].startswith(f"suitability.yml:{line}:")
    assert said in found[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{code: nonsense, kind: fee}", "不在 catalogue.yml 里"),
        ("{code: overdraft, kind: loan, volume: hats, margin: '0.01'}", "hats"),
        ("{code: overdraft, kind: loan, volume: industry, margin: '0.01'}", "industry"),
        ("{code: overdraft, kind: loan, volume: gap_amount}", "margin 或 units"),
        ("{code: overdraft, kind: loan, margin: '0.01'}", "margin 或 units"),
        ("{code: overdraft, kind: gift}", "kind"),
    ],
)
def test_a_wrong_margin_is_named(tmp_path, row, said):
    found = problems(tmp_path, "margins.yml", f"source: 假设\nproducts:\n  - {row}\n")
    assert len(found) == 1
    assert found[0].startswith("margins.yml:3:")
    assert said in found[0]


def test_a_margin_without_a_source_is_refused(tmp_path):
    assert "来源" in problems(tmp_path, "margins.yml", "products:\n  - {code: corp_ebank, kind: fee}\n")[0]


def test_the_files_that_come_with_the_program_are_right():
    assert LIBRARY.suitability.sales
    assert LIBRARY.margins.rows
