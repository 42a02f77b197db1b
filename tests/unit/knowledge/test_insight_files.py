"""data/intelligence: what is wrong is named with its file, and a wrong file is never used."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from bot.knowledge.files import KnowledgeError
from bot.knowledge.insight import FILES, digest, load_rules
from bot.settings import ROOT
from tests.support.talk import library

SHIPPED = ROOT / "data" / "intelligence"


def loaded(directory: Path):
    known = library()
    return load_rules(directory, known.catalogue.products, known.bank.needs, known.margins)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(copytree(SHIPPED, tmp_path / "intelligence"))


def test_the_files_that_come_along_are_in_order():
    rules = loaded(SHIPPED)
    assert sum(rules.attractiveness.weights.values()) == 1
    assert sum(rules.competitiveness.weights.values()) == 1
    assert {p.name for p in SHIPPED.glob("*.yml")} == set(FILES)


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("ge.yml", "[scale, credit, '1']", "[scale, credit, '1/9']", "前后矛盾"),
        ("ge.yml", "    - [reach, trade, '1']\n", "", "还没有比较"),
        ("ge.yml", "factors: [scale,", "factors: [size,", "没有“size”"),
        ("ge.yml", "min_weight: '0.70'", "min_weight: '1.70'", "min_weight"),
        ("tier.yml", "credit: '0.20'", "credit: '0.30'", "权重合计"),
        ("tier.yml", "from: '3.40'", "from: '4.40'", "从高到低"),
        ("factors.yml", "metric: annual_revenue", "metric: turnover", "没有“turnover”这项数"),
        ("factors.yml", "steps: ['2', '3', '4', '6']}", "steps: ['2', '9', '4', '6']}", "从小到大"),
        ("contribution.yml", "code: mortgage", "code: mortgages", "产品目录里没有“mortgages”"),
        ("contribution.yml", "{code: mutual_fund, kind: fee, margin: '0.0050'}", "{code: mutual_fund, kind: fee}", "没有写 margin"),
        ("relations.yml", "need: receivables", "need: receivable", "needs.yml 里没有“receivable”"),
        ("relations.yml", "least: 5 ", "least: 1 ", "peers.least"),
        ("relations.yml", "pareto:", "paretto:", "paretto"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_file(copied, file, old, new, complaint):
    path = copied / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        loaded(copied)
    assert any(f"intelligence/{file}:" in str(p) and complaint in str(p) for p in caught.value.problems), caught.value


def test_a_change_of_any_file_gives_another_digest(copied):
    known = library()
    seen = {digest(copied, known.margins)}
    for name in FILES:
        (copied / name).write_text((copied / name).read_text(encoding="utf-8") + "\n# x\n", encoding="utf-8")
        seen.add(digest(copied, known.margins))
    assert len(seen) == len(FILES) + 1
