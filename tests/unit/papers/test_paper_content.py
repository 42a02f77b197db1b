"""What goes into papers, and what never does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.blocks import TITLES, blocks
from bot.papers.content import NO_PROMISE, content, missing
from bot.papers.model import COMMON, KINDS, sample
from bot.papers.source import Promise, Source
from bot.visit.model import Entry, VisitState
from tests.support.talk import TODAY, known, library, record

LIBRARY = library()
BUNDLE = {
    "code": "group_treasury",
    "name": "集团资金管理方案",
    "products": [
        {"code": "e_reconciliation", "layer": "core", "need": "reconciliation", "quote": "想自动对账", "feature": "对账单线上发送",
         "advantage": "", "benefit": "差异当天列出来。", "conditions": ["先开通企业网银"]},
    ],
    "withheld": [{"code": "corp_wealth", "rule": "risk", "reason": "内部：风险测评过期", "remedy": "重新测评"}],
    "first_step": "请客户给出账户清单。",
    "notes": ["内部备注：这家利润薄"],
    "unanswered": ["payroll"],
    "why_unanswered": {"payroll": "内部：人数不够"},
}  # fmt: skip
STATE = VisitState(
    "corporate",
    phase="closed",
    ledger=(
        Entry("reconciliation", "matched", "想自动对账", 3),
        Entry("payroll", "dismissed", "工资不归我们管", 4),
    ),
    learned=(
        known("reconcile_people", 3, source="client", quote="三个人对账"),
        known("reconcile_days_per_month", 4, source="client", quote="要四天"),
        known("credit_grade", "BB", source="client", quote="听说评级是BB"),
        known("headcount", 77, source="manager", quote="估计七十七人"),
    ),
    proposal=BUNDLE,
)
PROMISE = Promise("advance", "财务总监", "来听一次讲解", date(2026, 11, 25), "下周三来", "open")
SOURCE = Source(
    record=replace(
        record(known("branch_count", 12), known("tier", "一级分行级")), contacts=(("王芳", "财务总监", "user"),)
    ),
    bank=LIBRARY.bank,
    catalogue=LIBRARY.catalogue,
    manager="张伟",
    today=TODAY,
    state=STATE,
    visited_on=TODAY,
    promise=PROMISE,
    tasks=(("内部：先摸清他们老板的底", date(2026, 11, 24), "open"),),
    analysis=(("综合贡献", "一年约27.6万元（内部口径）"),),
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_part_is_empty_and_every_part_has_a_title_and_columns_that_templates_know(kind):
    filled = content(kind, SOURCE)
    assert all(filled.values())
    assert set(filled) <= {*COMMON, *KINDS[kind].fields}
    for name, value in filled.items():
        if isinstance(value, list):
            assert all(set(row) == set(KINDS[kind].fields[name]) for row in value), name
    assert [b.title for b in blocks(kind, filled)] == [t for n, t in TITLES[kind].items() if n in filled]


@pytest.mark.parametrize("kind", [k.code for k in KINDS.values() if k.for_client])
def test_what_is_for_the_client_holds_no_internal_word_and_nothing_of_the_banks_return(kind):
    written = json.dumps(content(kind, SOURCE), ensure_ascii=False)
    for internal in (
        "内部",
        "利润",
        "27.6",
        "一级分行级",
        "BB",
        "77",
        "明确需求",
        "已匹配",
        "工资不归我们管",
        "综合贡献",
    ):
        assert internal not in written, internal


def test_needs_stand_beside_the_clients_own_words_and_figures_beside_their_formula():
    filled = content("needs", SOURCE)
    assert filled["needs"] == [{"name": "对账核算", "status": "希望解决", "quote": "想自动对账"}]
    assert "1152小时" in filled["figures"][0]["result"]
    assert "对账人数 3人（客户说的）" in filled["figures"][0]["inputs"]
    assert filled["next"] == [
        {"label": "谁", "value": "财务总监"},
        {"label": "做什么", "value": "来听一次讲解"},
        {"label": "什么时候", "value": "2026年11月25日"},
    ]


def test_a_plan_has_three_ws_and_five_settled_things_and_promises_nothing():
    filled = content("plan", SOURCE)
    assert {"why", "products", "gains", "plan"} <= filled.keys()
    assert [row["label"] for row in filled["plan"]] == ["定目标", "定方案", "定人员", "定进度", "定责任"]
    assert filled["products"][0]["way"] == "对账单线上发送；先开通企业网银"
    assert filled["promise"] == NO_PROMISE


def test_a_private_client_is_addressed_as_one():
    source = replace(SOURCE, record=replace(SOURCE.record, segment="personal"))
    assert content("plan", source)["party"] == "您"


def test_a_visit_that_agreed_to_nothing_has_no_next_step():
    assert "next" not in content("needs", replace(SOURCE, promise=Promise("continuation", quote="再看看")))


@pytest.mark.parametrize(
    ("kind", "state", "says"),
    [
        ("plan", replace(STATE, proposal=None), "还没有方案"),
        ("needs", None, "还没有记下"),
        ("record", None, "还没有做过拜访"),
        ("brief", None, ""),
    ],
)
def test_a_paper_that_would_be_empty_is_not_made(kind, state, says):
    found = missing(kind, content(kind, replace(SOURCE, state=state)))
    assert says in found
    assert bool(found) == bool(says)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_sample_is_shown_on_the_page(kind):
    content_ = sample(KINDS[kind])
    shown = repr(blocks(kind, content_))
    for field, columns in KINDS[kind].fields.items():
        for column in columns or ("",):
            assert (f"{field}.{column}" if column else f"样张{field}") in shown


words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40)


@given(words, words)
def test_any_words_of_a_client_come_through_unchanged(quote, name):
    state = replace(STATE, ledger=(Entry("reconciliation", "explicit", quote, 1),))
    filled = content("needs", replace(SOURCE, state=state, record=replace(SOURCE.record, name=name)))
    assert filled["needs"][0]["quote"] == quote
    assert filled["client"] == name
