"""Entries that may not be quoted any more, and lines that end on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.catalogue.model import Catalogue, Dated, Product
from bot.catalogue.validity import quotable, refusal
from tests.support.talk import TODAY, library

CATALOGUE = Catalogue({}, checked_until="2026-08", valid_until="2027-08-31", contact="产品部王工")


def product(**more) -> Product:
    return Product("x", "某产品", "corporate", "存款", "一句话", **more)


@pytest.mark.parametrize(
    ("one", "refused"),
    [
        (product(), False),
        (product(effective_until="2026-11-22"), False),
        (product(effective_until="2026-11-21"), True),
        (product(effective_from="2026-11-22"), False),
        (product(effective_from="2026-11-23"), True),
        (product(valid_until="2026-11-21"), True),
        (product(valid_until="2026-11-22"), False),
    ],
)
def test_an_entry_is_quoted_only_between_its_days(one, refused):
    assert bool(refusal(one, CATALOGUE, TODAY)) is refused


def test_after_the_last_check_has_run_out_nothing_is_quoted_and_somebody_is_named():
    said = refusal(product(), CATALOGUE, date(2027, 9, 1))
    assert "2026-08" in said
    assert "产品部王工" in said


def test_an_entry_checked_later_outlives_the_catalogue():
    assert refusal(product(valid_until="2028-01-01"), CATALOGUE, date(2027, 9, 1)) == ""


def test_a_line_is_dropped_after_its_day_and_the_rest_stays():
    one = product(
        features=("不变的。", Dated("贴息。", "2026-12-31")),
        terms={"rate_basis": ["LPR", Dated("贴息1.5个百分点", "2026-12-31")]},
    )
    catalogue = replace(CATALOGUE, products={"x": one})
    on_the_day = quotable(catalogue, date(2026, 12, 31)).products["x"]
    after = quotable(catalogue, date(2027, 1, 1)).products["x"]
    assert on_the_day.features == ("不变的。", "贴息。")
    assert (after.features, after.terms["rate_basis"]) == (("不变的。",), ["LPR"])


def test_no_subsidy_of_the_catalogue_is_quoted_after_it_ended():
    after = quotable(library().catalogue, date(2027, 1, 1))
    for one in after.products.values():
        lines = (*one.features, *one.advantages, str(one.terms.get("rate_basis")), str(one.terms.get("tenor_text")))
        assert not [line for line in lines if "贴息" in line], one.code
