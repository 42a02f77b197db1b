"""A GE matrix worked out with pencil and paper, then by the rules.

Attractiveness, pairwise: scale is twice as important as credit and four times as important as outlook, credit twice outlook.
Rows (1, 2, 4), (1/2, 1, 2), (1/4, 1/2, 1); products 8, 1, 1/8; cube roots 2, 1, 1/2; sum 3.5; weights 4/7, 2/7, 1/7 =
0.5714, 0.2857, 0.1429. The comparisons follow from each other, so the consistency ratio is 0.

The client: revenue 1.8bn -> 4 (borders 30m, 100m, 500m, 2bn); credit AA -> 5; industry 装备制造 -> 4.
A = 4×0.5714 + 5×0.2857 + 4×0.1429 = 2.2856 + 1.4285 + 0.5716 = 4.2857 -> 4.29.

Competitiveness: share three times breadth: (1, 3), (1/3, 1); roots 1.7321, 0.5774; weights 0.75, 0.25.
Deposits 23m of 1.8bn = 1.28 % -> 2 (borders 0.5, 2, 5, 10 %); two products -> 2. S = 2×0.75 + 2×0.25 = 2.00.
Attractive above 3.67, competitive below 2.33: column 0, row 2, on the diagonal: class B.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.intelligence.engine import evaluate, place
from bot.intelligence.model import Axis, Factor, Inputs, Rate, Rules
from bot.intelligence.plot import Point, svg
from bot.intelligence.weights import consistency, weights

TODAY = date(2026, 11, 22)
A_PAIRS = (("scale", "credit", "2"), ("scale", "outlook", "4"), ("credit", "outlook", "2"))
S_PAIRS = (("share", "breadth", "3"),)


def money(*steps: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, steps))


RULES = Rules(
    factors={
        "scale": Factor("scale", "经营规模", "annual_revenue", "money", money("3e7", "1e8", "5e8", "2e9")),
        "credit": Factor("credit", "信用", "credit_grade", table={"AA": 5, "A": 4}),
        "outlook": Factor("outlook", "前景", "industry", table={"装备制造": 4}),
        "share": Factor("share", "存款占比", "deposit_ratio", "rate", money("0.005", "0.02", "0.05", "0.1")),
        "breadth": Factor("breadth", "产品数", "products", "个", money("2", "3", "4", "6")),
    },
    attractiveness=Axis("吸引力", weights(("scale", "credit", "outlook"), A_PAIRS), A_PAIRS),
    competitiveness=Axis("竞争力", weights(("share", "breadth"), S_PAIRS), S_PAIRS),
    rates={"current_account": Rate("current_account", "deposit", Decimal("0.012"))},
)
CLIENT = Inputs(
    1,
    "corporate",
    "装备制造",
    annual_revenue=Decimal("1800000000"),
    credit_grade="AA",
    balances={"current_account": Decimal("23000000"), "corp_ebank": None},
)


def test_the_weights_are_those_of_the_hand_calculation():
    assert RULES.attractiveness.weights == {
        "scale": Decimal("0.5714"),
        "credit": Decimal("0.2857"),
        "outlook": Decimal("0.1429"),
    }
    assert RULES.competitiveness.weights == {"share": Decimal("0.7500"), "breadth": Decimal("0.2500")}
    assert consistency(("scale", "credit", "outlook"), A_PAIRS) == Decimal("0.0000")


def test_scores_and_cell_are_those_of_the_hand_calculation():
    found = place(CLIENT, RULES, TODAY, None)
    assert (found.attractiveness.value, found.competitiveness.value) == (Decimal("4.29"), Decimal("2.00"))
    assert (found.cell, found.ge_class) == ((0, 2), "B")
    assert found.attractiveness.formula() == "4×0.5714 + 5×0.2857 + 4×0.1429 = 4.29"


@pytest.mark.parametrize(
    ("a", "s", "wanted"),
    [
        ("4.00", "4.00", "A"), ("4.00", "3.00", "A"), ("3.00", "4.00", "A"),
        ("4.00", "1.00", "B"), ("3.00", "3.00", "B"), ("1.00", "4.00", "B"),
        ("3.00", "2.00", "C"), ("2.00", "3.00", "C"), ("1.00", "1.00", "C"),
    ],
)  # fmt: skip
def test_each_of_the_nine_cells_has_its_class(a, s, wanted):
    from bot.intelligence.engine import CELLS, third

    assert CELLS[third(Decimal(s), RULES) + third(Decimal(a), RULES) - 2] == wanted


def test_a_missing_factor_is_not_rated_and_too_many_leave_the_client_out():
    without_outlook = place(replace(CLIENT, industry=""), RULES, TODAY, None)
    assert without_outlook.attractiveness.missing == ("前景",)
    assert without_outlook.attractiveness.formula() == "(4×0.5714 + 5×0.2857) ÷ 0.8571 = 4.33"
    nothing = place(replace(CLIENT, annual_revenue=None), RULES, TODAY, None)
    assert nothing.attractiveness.value is None
    assert nothing.ge_class == ""
    assert "未评：缺经营规模" in nothing.attractiveness.formula()


def test_a_private_client_is_not_plotted():
    assert evaluate(replace(CLIENT, segment="personal"), RULES, TODAY).place is None


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        (A_PAIRS[:2], "还没有比较"),
        ((*A_PAIRS, ("credit", "scale", "2")), "比较了两次"),
        ((*A_PAIRS[:2], ("credit", "nobody", "2")), "不在 factors"),
        ((*A_PAIRS[:2], ("credit", "outlook", "12")), "1/9 到 9"),
    ],
)
def test_a_comparison_that_cannot_stand_is_refused(pairs, complaint):
    with pytest.raises(ValueError, match=complaint):
        weights(("scale", "credit", "outlook"), pairs)


def test_comparisons_that_contradict_each_other_are_noticed():
    around = (("scale", "credit", "3"), ("credit", "outlook", "3"), ("outlook", "scale", "3"))
    assert consistency(("scale", "credit", "outlook"), around) > Decimal("0.1")


def test_the_plot_puts_the_client_where_the_scores_say_and_survives_any_name():
    drawn = svg([Point('<b>甲&"乙', Decimal("2.00"), Decimal("4.29"))], RULES.low, RULES.high)
    assert 'cx="121.0"' in drawn  # 46 + (2 - 1) / 4 × 300
    assert 'cy="69.2"' in drawn  # 16 + 300 - 3.29 / 4 × 300 = 69.25, halves to even
    assert "<b>" not in drawn
    assert "style=" not in drawn
    assert "<script" not in drawn
    assert drawn.count("<rect") == 9
