"""The checker of data/practice names file and line of what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.knowledge.files import KnowledgeError
from bot.knowledge.practice import read_practice
from bot.settings import ROOT
from tests.support.talk import library

SHIPPED = ROOT / "data" / "practice"
NEEDS = {n.code: n.segment for n in library().bank.needs.values()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy with one persona, general wordings, and the rest."""
    for name in ("tempers.yml", "levels.yml", "rubric.yml", "drills.yml", "rehearsal_common.yml"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    for path in ("personas/busy_cfo.yml", "replies/any.yml"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(SHIPPED / path, tmp_path / path)
    return tmp_path


def problems(folder: Path) -> list[str]:
    try:
        read_practice(folder, NEEDS, library().catalogue.products)
    except KnowledgeError as error:
        return [str(p) for p in error.problems]
    return []


def change(path: Path, old: str, new: str) -> int:
    """Replace the first occurrence; return the line it stood on."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_what_comes_with_the_program_is_in_order(folder: Path) -> None:
    assert problems(folder) == []
    assert problems(SHIPPED) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("personas/busy_cfo.yml", "temper: busy", "temper: angry", "没有性情“angry”"),
        ("personas/busy_cfo.yml", "code: idle_cash", "code: idle_money", "需要“idle_money”"),
        ("personas/busy_cfo.yml", "id: busy_cfo", "id: cfo", "与文件名相同"),
        ("personas/busy_cfo.yml", "e_reconciliation:", "no_such_product:", "没有产品“no_such_product”"),
        ("personas/busy_cfo.yml", "when: commitment", "when: benefit", "缺少 when: commitment"),
        ("personas/busy_cfo.yml", "挑重点。", "我还有十分钟，你到底想说什么？", "写了两遍"),
        ("replies/any.yml", "rapport: [客气了，坐吧。, 谢谢，你有心了。, ", "rapport: [", "至少要 12 句"),
        ("replies/any.yml", "listen:", "lisen:", "没有“lisen”这种回应"),
        ("rubric.yml", "weight: 22", "weight: 23", "之和应当是 100"),
        ("rubric.yml", "稳赚'", "稳赚('", "不是正确的模式"),
        (
            "drills.yml",
            "needs: [reconciliation, receivables, payroll, fx_risk]",
            "needs: [reconciliation]",
            "正好 4 条",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_line(folder: Path, file: str, old: str, new: str, says: str) -> None:
    change(folder / file, old, new)
    found = problems(folder)
    assert any(p.startswith(f"{file}:") and says in p for p in found), found
    assert all(p.split(":")[1].strip().isdigit() for p in found if says in p), found


def test_an_unknown_key_is_named_with_its_line(folder: Path) -> None:
    line = change(folder / "personas/busy_cfo.yml", "    pain: 3", "    pain: 3\n    pian: 3")
    found = problems(folder)
    assert len(found) == 1 and "pian" in found[0]
    assert abs(int(found[0].split(":")[1]) - line) <= 1


def test_all_mistakes_are_named_at_once(folder: Path) -> None:
    change(folder / "personas/busy_cfo.yml", "temper: busy", "temper: angry")
    change(folder / "rubric.yml", "weight: 22", "weight: 23")
    assert len(problems(folder)) == 2


def test_a_half_filled_list_of_manners_is_refused(folder: Path) -> None:
    three = "[一。, 二。, 三。]"
    text = f"needs:\n  - {{code: payroll, words: [工资, 发薪, 代发], implied: {three}, developed: {three}, explicit: {three}}}\n"
    (folder / "rehearsal.yml").write_text(text, encoding="utf-8")
    assert len(problems(folder)) == len(NEEDS) - 1
