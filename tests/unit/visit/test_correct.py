"""Corrections: of a figure, of a need, and what only sounds like one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.visit.correct import correct, wants_undo
from bot.visit.model import VisitState
from tests.support.talk import TODAY, asking, entry, known, library, record, said

BANK = library().bank
LEARNED = (
    known("branch_count", 12, source="client", quote="一共12家分公司"),
    known("bank_count", 6, source="client", quote="账户开在6家银行"),
    known("reconcile_days_per_month", 3, source="client", quote="对账要三四天"),
)
STATE = VisitState(segment="corporate", turn=4, learned=LEARNED)


def corrected(text: str, state: VisitState = STATE, rec=None, **more):
    return correct(state, rec or record(), said(text, **more), BANK, 5, TODAY)


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("不是12家，是21家", "branch_count", 21),
        ("不是12家是21家", "branch_count", 21),
        ("是21家，不是12家", "branch_count", 21),
        ("不是12家，应该是二十一家", "branch_count", 21),
        ("银行不是6家，是8家", "bank_count", 8),
        ("记错了，分公司是21家", "branch_count", 21),
        ("6家改成8家", "bank_count", 8),
        ("对账不是3天，是5天", "reconcile_days_per_month", 5),
    ],
)
def test_the_named_figure_is_replaced(text, code, value):
    found = corrected(text)
    fact = next(k for k in found.state.learned if k.code == code)
    assert (found.kind, found.code, fact.value) == ("fact", code, value)


def test_all_other_facts_stay_as_they_were():
    found = corrected("不是12家，是21家")
    assert {k.code: k.value for k in found.state.learned} == {
        "branch_count": 21,
        "bank_count": 6,
        "reconcile_days_per_month": 3,
    }
    assert (found.old, found.new) == ("12", "21")


def test_a_figure_of_the_record_can_be_corrected_too():
    rec = record(known("headcount", 2600))
    assert corrected("不是2600人，是2800人", VisitState(segment="corporate"), rec).code == "headcount"


def test_money_is_compared_as_money_however_it_is_written():
    rec = record(known("average_balance", "23000000"))
    found = corrected("不是2300万，是3200万", VisitState(segment="corporate"), rec)
    assert (found.code, found.new) == ("average_balance", "32000000.00")


def test_a_figure_that_nobody_took_down_is_not_corrected():
    assert corrected("不是15家，是21家") is None


def test_a_correction_without_the_old_figure_means_what_was_learned_last_of_that_kind():
    assert corrected("应该是21家", intent="disagree").code == "bank_count"
    assert corrected("写错了，是5天").code == "reconcile_days_per_month"


@pytest.mark.parametrize(
    "text",
    [
        "应该是九十天吧",
        "倒不是钱的事，一年就跑3家",
        "上个月工资发错了8家",
        "对不对得上难说，差个2家",
        "去年打错3家的款",
        "不是每家都有，大概3家",
    ],
)
def test_what_a_client_says_with_such_words_is_not_taken_for_a_correction(text):
    assert corrected(text, asking("payroll", "problem", learned=LEARNED)) is None


def test_a_figure_of_another_measure_does_not_replace_a_fact():
    assert corrected("写错了，是21人") is None


@pytest.mark.parametrize(
    "text",
    [
        "这个不算问题",
        "这不是问题",
        "刚才那条别算",
        "那个其实不算需求",
        "划掉",
        "删掉这条吧",
        "这条不用记",
        "嗯，这个不算问题吧",
    ],
)
def test_a_need_can_be_taken_off_the_ledger(text):
    state = replace(STATE, ledger=(entry("reconciliation", "implied", "对账要三四天"),), focus="reconciliation")
    found = corrected(text, state, intent="disagree")
    assert (found.kind, found.state.status("reconciliation"), found.state.focus) == ("need", "dismissed", None)
    assert found.state.entry("reconciliation").quote == "对账要三四天"


def test_the_open_question_of_a_need_taken_off_is_closed():
    state = asking("reconciliation", "implication", ledger=(entry("reconciliation", "implied"),))
    assert corrected("这个不算问题", state).state.open is None


def test_the_need_that_is_named_is_meant_rather_than_the_last_one():
    state = replace(STATE, ledger=(entry("reconciliation", "implied", turn=2), entry("payroll", "implied", turn=4)))
    assert corrected("对账那个不算问题", state).code == "reconciliation"
    assert corrected("这个不算问题", state).code == "payroll"


@pytest.mark.parametrize(
    "text",
    [
        "价格不是问题，关键要快",
        "钱倒不是问题",
        "密码不用记就行",
        "去掉手续费就行",
        "别算利息了直接给个数",
        "利率高低都不算事，主要是慢",
    ],
)
def test_what_the_client_calls_no_problem_is_not_the_need(text):
    state = replace(STATE, ledger=(entry("reconciliation", "implied"),))
    assert corrected(text, state) is None


def test_with_an_empty_ledger_there_is_nothing_to_take_off():
    assert corrected("这个不算问题", VisitState(segment="corporate")) is None


@pytest.mark.parametrize("text", ["撤销", "撤回刚才那条", "上一句不算", "刚才说的作废", "undo"])
def test_a_step_back_is_understood(text):
    assert wants_undo(text)


@pytest.mark.parametrize("text", ["刚才财务说对账慢", "不算太慢", "收回的款有五百万"])
def test_a_reply_is_not_taken_for_a_step_back(text):
    assert not wants_undo(text)
