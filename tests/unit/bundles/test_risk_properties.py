"""Risk against grade and age, on products of every level there can be: the catalogue has few that start high."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bundles.engine import Shelf, arrange
from bot.bundles.model import Bundle, Situation, Voiced
from bot.catalogue.model import Catalogue, Product

levels = st.tuples(st.integers(1, 5), st.integers(1, 5)).map(sorted)
grades = st.none() | st.integers(1, 5)


@settings(max_examples=500, deadline=None)
@given(st.lists(levels, min_size=1, max_size=4), grades, st.none() | st.booleans(), st.none() | st.integers(18, 95))
def test_a_rated_product_is_offered_exactly_to_whom_it_suits(ranges, grade, valid, age):
    products = {
        f"p{i}": Product(
            f"p{i}", f"产品{i}", "personal", "x", "", benefits={"n": "好处"},
            terms={"risk_rating_range": [f"PR{low}", f"PR{high}"]},
        )
        for i, (low, high) in enumerate(ranges)
    }  # fmt: skip
    given_facts = {"risk_grade": f"C{grade}" if grade else None, "risk_valid": valid, "age": age}
    situation = Situation("personal", facts={k: v for k, v in given_facts.items() if v is not None})
    bundle = Bundle("b", "组合", "personal", ("n",), tuple(products), ())
    found = arrange([Voiced("n", "要", 1)], situation, Shelf((bundle,), Catalogue(products)))
    offered = {o.code: o.conditions for o in found.offered} if found else {}
    for i, (low, high) in enumerate(ranges):
        old = age is not None and age >= 65
        fits = grade is not None and valid is True and low <= grade and not (old and low > 2)
        assert (f"p{i}" in offered) == fits
        limit = min(grade, 2) if fits and old else grade
        assert not fits or (f"只选风险等级不高于R{limit}的产品" in offered[f"p{i}"]) == (high > limit)
