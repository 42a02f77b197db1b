"""Which figure of a reply is which fact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.visit.bank import FactSpec
from bot.visit.facts import clause_around, midpoint, read_facts
from tests.support.talk import library, said

SPECS = {c: s for c, s in library().bank.facts.items() if s.segment in ("corporate", "both")}
PERSONAL = {c: s for c, s in library().bank.facts.items() if s.segment in ("personal", "both")}


def facts(text: str, fills: tuple[str, ...] = (), specs=SPECS) -> dict[str, object]:
    return {k.code: k.value for k in read_facts(said(text), specs.values(), fills, 3, "2026-11-22")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一共12家分公司", {"branch_count": 12}),
        ("账户开在6家银行", {"bank_count": 6}),
        ("一共12家分公司，账户开在6家银行", {"branch_count": 12, "bank_count": 6}),
        ("底下有二十一家子公司", {"branch_count": 21}),
        ("46家门店", {"store_count": 46}),
        ("员工六百二十人", {"headcount": 620}),
        ("供应商有85家", {"supplier_count": 85}),
        ("去年营收1.6亿", {"annual_revenue": "160000000.00"}),
        ("应收账款5800万", {"receivables_amount": "58000000.00"}),
        ("回款要90天", {"receivables_days": 90}),
        ("三个会计对账", {"reconcile_people": 3}),
        ("每个月对账要三四天", {"reconcile_days_per_month": 3}),
        ("每月付款两千笔", {"monthly_payments": 2000}),
        ("贷款利率4.35%", {"loan_rate": 0.0435}),
        ("每笔付款要录三分钟", {"minutes_per_payment": 3}),
        ("报表每天要弄两个半小时", {"report_hours_per_day": 2.5}),
        ("跑一趟银行四个钟头", {"errand_hours": 4}),
        ("机器用了8年", {"equipment_age": 8}),
        ("账上闲置两千万", {"idle_balance": "20000000.00"}),
    ],
)
def test_the_words_around_a_figure_say_which_fact_it_is(text, found):
    read = facts(text)
    assert {c: read.get(c) for c in found} == found


@pytest.mark.parametrize(
    ("text", "fills", "found"),
    [
        ("12家", ("branch_count",), {"branch_count": 12}),
        ("大概六家吧", ("bank_count",), {"bank_count": 6}),
        ("四天左右", ("reconcile_days_per_month",), {"reconcile_days_per_month": 4}),
        ("两千来万", ("monthly_transit_amount",), {"monthly_transit_amount": "20000000.00"}),
        ("3个人", ("reconcile_people",), {"reconcile_people": 3}),
        ("3分钟", ("minutes_per_payment",), {"minutes_per_payment": 3}),
        ("半个小时", ("report_hours_per_day",), {"report_hours_per_day": 0.5}),
        ("8年了", ("equipment_age",), {"equipment_age": 8}),
        ("四个点", ("loan_rate",), {"loan_rate": 0.04}),
    ],
)
def test_a_bare_figure_answers_the_open_question(text, fills, found):
    assert facts(text, fills) == found


@pytest.mark.parametrize("text", ["12家", "大概三千万", "四五天", "百分之五", "有3个", "8个"])
def test_a_bare_figure_without_a_question_is_no_fact(text):
    assert facts(text) == {}


def test_two_facts_that_fit_equally_well_mean_that_neither_is_taken():
    twins = {n: FactSpec(n, n, "corporate", "count", "家", None, ("家",), (), ("单位",)) for n in ("one", "two")}
    assert facts("下面单位12家", (), twins) == {}
    assert facts("下面单位12家", ("two",), twins) == {"two": 12}


def test_a_figure_with_the_wrong_measure_does_not_answer_the_question():
    assert facts("3个月", ("branch_count",)) == {}
    assert facts("12人", ("branch_count",)) == {}


def test_a_figure_of_another_kind_does_not_answer_the_question():
    assert facts("大概两千万", ("branch_count",)) == {}


def test_each_fact_keeps_the_clause_it_was_read_from():
    found = read_facts(said("一共12家分公司，账户开在6家银行"), SPECS.values(), (), 3, "2026-11-22")
    assert [(k.code, k.quote, k.source, k.as_of, k.turn) for k in found] == [
        ("branch_count", "一共12家分公司", "client", "2026-11-22", 3),
        ("bank_count", "账户开在6家银行", "client", "2026-11-22", 3),
    ]


def test_a_decimal_point_does_not_cut_the_clause():
    found = read_facts(said("去年营收1.6亿，还行"), SPECS.values(), (), 3, "2026-11-22")
    assert found[0].quote == "去年营收1.6亿"


def test_the_first_of_two_figures_for_one_fact_stands():
    assert facts("分公司12家，算上筹建的分公司14家")["branch_count"] == 12


def test_terms_that_may_be_the_clients_own_or_the_suppliers_are_not_guessed():
    assert facts("账期90天") == {}
    assert facts("账期90天", ("receivables_days",)) == {"receivables_days": 90}


def test_facts_of_the_other_segment_are_not_read():
    assert facts("本人68岁", (), PERSONAL) == {"age": 68}
    assert facts("本人68岁") == {}


def test_ages_belong_to_whom_they_are_said_of():
    assert facts("孩子今年8岁", (), PERSONAL) == {"child_age": 8}
    assert facts("打算六十岁退休", (), PERSONAL) == {"retire_age": 60}
    assert facts("六十八岁", ("age",), PERSONAL) == {"age": 68}


@pytest.mark.parametrize(
    ("value", "single"),
    [({"min": 3, "max": 5}, 3), ({"days": 90}, 90), ({"min_days": 3, "max_days": 4}, 3), (7, 7), ({}, None)],
)
def test_of_a_range_the_careful_end_is_taken(value, single):
    assert midpoint(value) == single


@given(st.text(alphabet="一二三12家人万天%，。、！分公司银行对账会计", max_size=40))
def test_every_fact_is_quoted_verbatim_from_the_reply(text):
    for found in read_facts(said(text), SPECS.values(), ("branch_count",), 1, "2026-11-22"):
        assert found.quote in text
        assert found.quote


@given(st.text(alphabet="ab，。1.", min_size=1, max_size=20), st.data())
def test_a_clause_always_holds_its_figure(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    left, right = clause_around(text, start, end)
    assert left <= start
    assert end <= right
