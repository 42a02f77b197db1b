"""Agreement: against figures worked out by hand or printed in textbooks."""

from __future__ import annotations

import pytest

from bot.practice.agreement import kappa, quadratic_kappa, ranks, report, spearman


def test_kappa_of_the_textbook_example() -> None:
    """Cohen 1960 style 2×2: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no → po .70, pe .50, κ .40."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa(pairs, "y") == pytest.approx(0.4)


def test_full_agreement_is_one_and_no_spread_is_none() -> None:
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "a"), ("a", "a")]) is None
    assert kappa([]) is None


def test_quadratic_kappa_forgives_near_misses() -> None:
    near = [(15, 25), (45, 35), (85, 95), (65, 65)]
    far = [(15, 95), (45, 5), (85, 15), (65, 65)]
    assert quadratic_kappa([(10, 10), (90, 90)]) == 1
    assert quadratic_kappa(near) > 0.8 > 0 > quadratic_kappa(far)
    assert quadratic_kappa([]) is None


def test_ranks_share_the_mean_place_of_equals() -> None:
    assert ranks([10, 30, 20, 20]) == [1, 4, 2.5, 2.5]


def test_spearman_follows_order_not_distance() -> None:
    assert spearman([1, 2, 3], [10, 200, 3000]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 2, 3, 4], [1, 2, 4, 3]) == pytest.approx(0.8)
    assert spearman([1, 1], [1, 2]) is None


def test_the_report_counts_per_label_and_holds_no_sentence() -> None:
    found = report([("problem", "problem"), ("feature", "benefit")], [(80, 85)])
    assert (found["sentences"], found["same"], found["sessions"]) == (2, 1, 1)
    assert {r["code"]: (r["machine"], r["lead"]) for r in found["labels"]} == {
        "problem": (1, 1),
        "feature": (1, 0),
        "benefit": (0, 1),
    }
