"""What a proposal brings the bank: worked by hand, nothing invented, no loss unnoticed."""

from __future__ import annotations

from decimal import Decimal

from bot.bundles.margins import Margin, Margins, returns
from tests.support.talk import library

DEPOSIT = Margin("deposit", "deposit", "idle", Decimal("0.006"), cost=Decimal(1000))
WEALTH = Margin("wealth", "fee", "idle", Decimal("0.003"))
DESK = Margin("desk", "fee", cost=Decimal(50000))
EXPORT = Margin("export", "loan", "export_usd", Decimal("0.003"), usd=True)
PAYROLL = Margin("payroll", "deposit", "headcount", units=Decimal(60))
MARGINS = Margins({m.code: m for m in (DEPOSIT, WEALTH, DESK, EXPORT, PAYROLL)}, Decimal("7.10"))


def test_a_margin_is_taken_on_its_volume_less_its_cost():
    found = returns(["deposit"], {"idle": "15000000"}, MARGINS)
    assert found.total == 15_000_000 * Decimal("0.006") - 1000 == 89_000
    assert found.verdict == "covered"


def test_two_products_on_one_volume_share_it():
    found = returns(["deposit", "wealth"], {"idle": "15000000"}, MARGINS)
    assert [line.amount for line in found.lines] == [7_500_000 * Decimal("0.006") - 1000, 7_500_000 * Decimal("0.003")]


def test_dollars_are_taken_at_the_rate_of_the_file_and_heads_by_the_unit():
    found = returns(["export", "payroll"], {"export_usd": "42000000", "headcount": 620}, MARGINS)
    assert [line.amount for line in found.lines] == [Decimal(894_600), Decimal(37_200)]
    assert found.by_kind() == {"loan": Decimal(894_600), "deposit": Decimal(37_200)}


def test_what_is_not_known_is_not_estimated_and_says_what_is_missing():
    found = returns(["deposit", "nothing"], {}, MARGINS)
    assert [(line.amount, line.missing) for line in found.lines] == [(None, "idle"), (None, "")]
    assert (found.total, found.verdict) == (None, "unknown")


def test_a_loss_without_a_compensating_part_is_a_shortfall():
    assert returns(["desk"], {}, MARGINS).verdict == "shortfall"
    assert returns(["desk", "deposit"], {"idle": "1000000"}, MARGINS).verdict == "shortfall"


def test_a_loss_is_compensated_by_another_part():
    found = returns(["desk", "deposit"], {"idle": "15000000"}, MARGINS)
    assert (found.verdict, found.losing, found.carrying) == ("compensated", ("desk",), ("deposit",))


def test_every_margin_of_the_file_is_an_assumption_with_a_source_until_the_bank_sets_it():
    rows = library().margins.rows.values()
    assert rows
    assert all(row.source and row.assumption for row in rows)
