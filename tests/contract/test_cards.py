"""Cards: types of the contract, with a text that says the same."""

from __future__ import annotations

import ast

import pytest

from bot.conversation import bundle_cards, cards
from bot.conversation.messages import Message, button, card, command, item, section
from bot.settings import ROOT
from bot.visit.impact import figures
from bot.visit.model import Open
from tests.support.talk import entry, known, library

TYPES = {
    "question",
    "client",
    "needs",
    "impact",
    "bundle",
    "product",
    "comparison",
    "list",
    "task",
    "document",
    "brief",
    "scorecard",
    "progress",
}
BANK = library().bank


def made_types() -> set[tuple[str, str]]:
    found = set()
    for path in sorted((ROOT / "bot" / "conversation").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "card":
                assert isinstance(node.args[0], ast.Constant), path
                found.add((path.name, str(node.args[0].value)))
    return found


@pytest.mark.parametrize(("file", "kind"), sorted(made_types()))
def test_every_card_that_is_made_is_of_a_type_of_the_contract(file, kind):
    assert kind in TYPES


def test_the_text_of_a_card_says_what_its_sections_say():
    shown = card("client", "华星", [section("基本", [item("12家", "分支机构", "2026-10-13")]), section("空的", [])])
    assert shown["text"] == "华星\n【基本】\n· 分支机构：12家（2026-10-13）"
    assert [s["title"] for s in shown["sections"]] == ["基本"]


def test_a_card_without_sections_has_none():
    assert "sections" not in card("list", "空", [], text="没有")


def test_a_message_leaves_out_what_it_has_not():
    assert Message("好").to_json() == {"text": "好"}
    assert Message("好", (button("跳过", "skip_question"),)).to_json()["buttons"] == [
        {"title": "跳过", "payload": "/skip_question"}
    ]


def test_a_payload_keeps_chinese_and_quotes():
    assert command("x", name="他说“好”", quote='a"b') == '/x{"name": "他说“好”", "quote": "a\\"b"}'


def test_a_question_card_holds_all_that_the_channels_need():
    question = BANK.questions["reconciliation.problem.errors"]
    shown = cards.question_card(Open(question.id, "reconciliation", "problem", 0, question.asks[0], 3), BANK)
    assert shown["text"] == f"【问题性问题 · 对账核算】{question.asks[0]}"
    assert {"stage", "kind", "kind_name", "need", "need_name", "question", "why", "confirm"} <= shown.keys()


def test_a_ledger_card_shows_status_and_words():
    shown = cards.needs_card(
        "记下了",
        [entry("reconciliation", "implied", "老对不上")],
        [known("branch_count", 12, quote="12家分公司")],
        BANK,
    )
    assert "对账核算 → 暗示需求：“老对不上”" in shown["text"]
    assert "分支机构数：12家（“12家分公司”）" in shown["text"]
    assert {"code", "name", "status", "status_name", "quote", "turn"} <= shown["entries"][0].keys()


def test_an_impact_card_shows_formula_inputs_and_marks_assumptions():
    facts = {
        "reconcile_people": known("reconcile_people", 3, source="client"),
        "reconcile_days_per_month": known("reconcile_days_per_month", 4),
    }
    shown = cards.impact_card(figures("reconciliation", facts, BANK)[0], BANK)
    assert all(
        part in shown["text"]
        for part in ("1152小时", "算法：", "3人（客户说的）", "4天（系统记录）", "假设：每天工时 8")
    )
    assert {"need", "need_name", "result", "formula", "inputs", "assumptions"} <= shown.keys()
    assert {"name", "value", "why"} <= shown["assumptions"][0].keys()


def test_a_bundle_card_ties_each_product_to_words_and_promises_no_rate():
    from bot.bundles.engine import propose
    from bot.bundles.model import Situation, Voiced

    found = propose(
        [Voiced("reconciliation", "能自动对最好", 4)],
        Situation("corporate", facts={"branch_count": 12}),
        library().bundles,
        library().catalogue,
    )
    bundle = bundle_cards.bundle_json(found)
    assert {"code", "name", "core", "plus", "products", "withheld", "first_step"} <= bundle.keys()
    assert {"code", "need", "feature", "advantage", "benefit"} <= bundle["products"][0].keys()
    shown = bundle_cards.bundle_card(bundle, BANK, library().catalogue)
    assert "客户说“能自动对最好”" in shown["text"]
    assert "不作承诺" in shown["text"]
