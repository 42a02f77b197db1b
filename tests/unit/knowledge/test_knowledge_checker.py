"""Each kind of mistake in a knowledge file is reported with file and line, all of them at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.knowledge.files import KnowledgeError
from bot.knowledge.library import Library
from bot.settings import ROOT


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data" / "knowledge", tmp_path / "knowledge")
    return tmp_path / "knowledge"


def problems(directory: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        Library.read(directory)
    return [str(p) for p in caught.value.problems]


def change(path: Path, old: str, new: str) -> int:
    """Replace the first `old` and return the line it stands in."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path.name, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_knowledge_that_comes_with_the_program_has_no_mistake():
    Library.read(ROOT / "data" / "knowledge")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("needs.yml", "{code: float_loss, segment: corporate", "{code: float_loss, segment: firm", "segment"),
        (
            "needs.yml",
            "{code: float_loss, segment: corporate,",
            "{code: float_loss, colour: red, segment: corporate,",
            "colour",
        ),
        ("needs.yml", "{code: float_loss,", "{code: reconciliation,", "“reconciliation”重复"),
        ("facts.yml", "{code: headcount, name: 员工人数", "{code: headcount, nmae: 员工人数", "nmae"),
        ("facts.yml", "{code: headcount,", "{code: industry,", "“industry”重复"),
        ("questions/reconciliation.yml", "type: situation", "type: status", "type"),
        (
            "questions/reconciliation.yml",
            "id: reconciliation.situation.days",
            "id: reconciliation.situation.routine",
            "重复",
        ),
        ("questions/reconciliation.yml", "weight: 0.3", "weight: 3", "weight"),
        ("impacts.yml", "code: reconcile_hours_one", "code: reconcile_hours", "重复"),
        ("bundles.yml", "code: retail_chain_collection", "code: group_treasury", "重复"),
        ("catalogue.yml", "- code: e_reconciliation\n    name", "- code: E-reconciliation\n    name", "code"),
        ("methods.yml", "words: [", "wrods: [", "wrods"),
        ("openings.yml", "segment: corporate", "segment: firm", "segment"),
    ],
)
def test_a_row_that_does_not_fit_its_schema_is_reported_where_it_stands(knowledge, file, old, new, message):
    line = change(knowledge / file, old, new)
    found = [p for p in problems(knowledge) if message in p]
    near = {f"{file}:{n}:" for n in range(line - 3, line + 2)}
    assert any(p.startswith(tuple(near)) for p in found), found


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "questions/reconciliation.yml",
            "fills: [reconcile_people]",
            "fills: [reconcile_poeple]",
            "facts.yml 里没有“reconcile_poeple”",
        ),
        (
            "questions/reconciliation.yml",
            "when: [{fact: bank_count",
            "when: [{fact: bank_cuont",
            "facts.yml 里没有“bank_cuont”",
        ),
        (
            "questions/reconciliation.yml",
            "confirm: 上次记的是{reconcile_people}",
            "confirm: 上次记的是{reconcile_peple}",
            "占位符“{reconcile_peple}”",
        ),
        ("questions/reconciliation.yml", "say: '有{branch_count}", "say: '有{branch_cuont}", "占位符“{branch_cuont}”"),
        ("questions/reconciliation.yml", "- 咱们财务这边对账是", "- 咱们{branch_count}对账是", "不能用占位符"),
        (
            "questions/reconciliation.yml",
            "id: reconciliation.problem.errors",
            "id: payroll.problem.errors",
            "应当以 reconciliation.problem.",
        ),
        (
            "questions/reconciliation.yml",
            "      - 回单和账上对不起来的情况多不多？",
            "      - 对账的时候，最容易卡在哪儿？",
            "重复的问法",
        ),
        ("questions/reconciliation.yml", "need: reconciliation", "need: payroll", "与文件名相同"),
        ("impacts.yml", "formula: monthly_transit_amount * 12", "formula: monthly_transit_amuont * 12", "公式算不出来"),
        ("impacts.yml", "formula: monthly_transit_amount * 12", "formula: open('x') * 12", "公式算不出来"),
        (
            "impacts.yml",
            "inputs: [monthly_transit_amount, transit_days]",
            "inputs: [monthly_transit_amount, transit_dasy]",
            "“transit_dasy”没有定义",
        ),
        (
            "impacts.yml",
            "inputs: [monthly_transit_amount, transit_days]",
            "inputs: [monthly_transit_amount, transit_days, pool_method]",
            "“pool_method”不是数",
        ),
        ("impacts.yml", "need: float_loss", "need: float_lost", "“float_lost”没有定义"),
        ("impacts.yml", "少拿或多付的利息{result}", "少拿或多付的利息", "缺少 {result}"),
        (
            "bundles.yml",
            "core: [master_sub_account,",
            "core: [master_sub_acount,",
            "产品“master_sub_acount”不在 catalogue.yml 里",
        ),
        (
            "bundles.yml",
            "needs: [fund_pooling, float_loss,",
            "needs: [fund_poling, float_loss,",
            "需求“fund_poling”不在 needs.yml 里",
        ),
        (
            "bundles.yml",
            "needs: [fund_pooling, float_loss,",
            "needs: [fx_risk, float_loss,",
            "没有一个产品满足需求“fx_risk”",
        ),
        ("bundles.yml", "min_subsidiaries: 2", "min_subsidiarys: 2", "没有“min_subsidiarys”这条资格规则"),
        (
            "bundles.yml",
            "requires_credit_line: [overdraft]",
            "requires_credit_line: [overdarft]",
            "“overdarft”不在这个组合里",
        ),
        (
            "bundles.yml",
            "plus: [cash_pool, corp_wealth, overdraft]",
            "plus: [cash_pool, corp_wealth, overdraft, corp_ebank]",
            "同一个产品写了两次",
        ),
        ("bundles.yml", "      corp_ebank: [host_to_host]", "      corp_card: [host_to_host]", "却不在这个组合里"),
        (
            "openings.yml",
            "when: [{fact: is_group_parent",
            "when: [{fact: is_group_paretn",
            "facts.yml 里没有“is_group_paretn”",
        ),
        ("openings.yml", "{name}在外地有{branch_count}", "{name}在外地有{branch_cuont}", "占位符“{branch_cuont}”"),
    ],
)
def test_what_does_not_fit_together_across_files_is_reported_with_its_line(knowledge, file, old, new, message):
    change(knowledge / file, old, new)
    found = [p for p in problems(knowledge) if message in p]
    assert found
    assert all(p.startswith(f"{file}:") and p.split(":")[1].isdigit() for p in found), found


def test_a_kind_of_question_that_is_missing_is_reported(knowledge):
    text = (knowledge / "questions/reconciliation.yml").read_text(encoding="utf-8")
    head, *blocks = text.split("  - id: ")
    kept = [b for b in blocks if ".need_payoff." not in b.splitlines()[0]]
    (knowledge / "questions/reconciliation.yml").write_text("  - id: ".join([head, *kept]), encoding="utf-8")
    assert any("questions/reconciliation.yml:" in p and "need_payoff" in p for p in problems(knowledge))


def test_a_question_with_two_wordings_is_too_poor(knowledge):
    change(knowledge / "questions/reconciliation.yml", "      - 每个月对账这摊活儿，您安排了几个会计？\n", "")
    assert any("asks" in p for p in problems(knowledge))


def test_an_exclusion_must_be_written_on_both_sides(knowledge):
    library = Library.read(knowledge)
    one = next(p for p in library.catalogue.products.values() if p.excludes)
    text = (knowledge / "catalogue.yml").read_text(encoding="utf-8")
    at = text.index(f"code: {one.code}\n")
    other = sorted(one.excludes)[0]
    cut = text.index("excludes:", at)
    (knowledge / "catalogue.yml").write_text(text[:cut] + text[cut:].replace(other, "payroll", 1), encoding="utf-8")
    found = problems(knowledge)
    assert any(f"与“{one.code}”的互斥应当两边都写" in p for p in found)
    assert any("与“payroll”的互斥应当两边都写" in p for p in found)


@pytest.mark.parametrize(
    "file",
    [
        "needs.yml",
        "facts.yml",
        "impacts.yml",
        "bundles.yml",
        "catalogue.yml",
        "methods.yml",
        "openings.yml",
        "questions/payroll.yml",
    ],
)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "最外层应当是"),
        ("- a\n- b\n", "最外层应当是"),
        ("just words", "最外层应当是"),
        ("a: [1", "YAML 写法有误"),
        ("\x00", "读不出的字符"),
    ],
)
def test_a_file_that_is_no_mapping_is_reported_and_does_not_crash(knowledge, file, content, message):
    (knowledge / file).write_text(content, encoding="utf-8")
    assert any(p.startswith(file) and message in p for p in problems(knowledge))


@pytest.mark.parametrize(
    "file", ["needs.yml", "facts.yml", "impacts.yml", "bundles.yml", "catalogue.yml", "methods.yml", "openings.yml"]
)
def test_a_file_that_is_missing_is_named(knowledge, file):
    (knowledge / file).unlink()
    assert f"{file}: 文件不存在" in problems(knowledge)


def test_a_file_in_another_encoding_is_named(knowledge):
    (knowledge / "needs.yml").write_bytes("needs: [对账]".encode("gbk"))
    assert any(p.startswith("needs.yml") and "UTF-8" in p for p in problems(knowledge))


def test_a_key_that_stands_twice_is_reported_with_its_line(knowledge):
    line = change(knowledge / "questions/payroll.yml", "need: payroll\n", "need: payroll\nneed: payroll\n")
    assert f"questions/payroll.yml:{line + 1}: YAML 写法有误：键“need”重复" in problems(knowledge)


def test_several_mistakes_are_reported_together(knowledge):
    change(knowledge / "needs.yml", "{code: float_loss, segment: corporate", "{code: float_loss, segment: firm")
    change(knowledge / "bundles.yml", "min_subsidiaries: 2", "min_subsidiarys: 2")
    found = problems(knowledge)
    assert any(p.startswith("needs.yml") for p in found)
    assert any(p.startswith("bundles.yml") for p in found)


def test_messages_name_no_folder_of_the_machine(knowledge):
    (knowledge / "needs.yml").unlink()
    assert not [p for p in problems(knowledge) if str(knowledge) in p]
