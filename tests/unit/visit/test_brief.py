"""What a manager reads before the door."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.visit.bank import Condition, Opening
from bot.visit.brief import MOST, likely_needs, opening, prepare
from bot.visit.planner import BASE_PRIOR
from tests.support.talk import TODAY, known, library, likely, record, small_bank

BANK = library().bank
HUAXING = record(
    known("branch_count", 12, "2026-10-13"),
    known("bank_count", 6, "2026-10-13"),
    known("annual_revenue", "1800000000", "2026-10-13"),
    known("average_balance", "23000000", "2026-03-01"),
    known("is_group_parent", True, "2026-10-13"),
    known("has_product_cash_pool", False, "2026-11-22"),
)


def test_everything_known_is_shown_as_people_say_it():
    shown = dict(prepare(HUAXING, BANK, TODAY).known)
    assert (shown["分支机构数"], shown["年营业收入"], shown["是否集团总部"]) == ("12家", "18亿元", "是")


def test_products_that_are_not_held_and_empty_facts_are_not_listed_as_known():
    shown = prepare(
        record(known("has_product_cash_pool", False), known("is_core_enterprise", False), known("region", "")),
        BANK,
        TODAY,
    )
    assert shown.known == ()


def test_old_figures_are_named_with_the_day_they_are_of():
    assert prepare(HUAXING, BANK, TODAY).stale == (("我行活期日均余额", "2300万元", "2026-03-01"),)


def test_what_is_known_is_not_among_what_to_find_out():
    brief = prepare(HUAXING, BANK, TODAY)
    assert brief.find_out
    assert not {name for name, _ in brief.known} & set(brief.find_out)


def test_who_decides_is_to_be_found_out_while_no_contact_does():
    assert "谁拍板" in prepare(HUAXING, BANK, TODAY).find_out
    with_boss = replace(HUAXING, contacts=(("王总", "董事长", "decision_maker"),))
    assert "谁拍板" not in prepare(with_boss, BANK, TODAY).find_out


def test_likely_needs_come_with_the_figures_that_speak_for_them_likeliest_first():
    found = likely_needs(HUAXING, BANK)
    assert {"fund_pooling", "reconciliation"} <= {n.need for n in found}
    assert all(n.reasons and n.chance > BASE_PRIOR for n in found)
    assert [n.chance for n in found] == sorted((n.chance for n in found), reverse=True)


def test_a_client_of_whom_nothing_is_known_has_no_likely_need():
    assert likely_needs(record(), BANK) == ()


def test_lists_are_short_enough_for_a_phone():
    brief = prepare(HUAXING, BANK, TODAY)
    assert max(len(brief.find_out), len(brief.likely), len(brief.stale)) <= MOST


def test_a_reason_with_an_unknown_figure_is_left_out_rather_than_filled_up():
    bank = small_bank(likely={"alpha": (likely("alpha_count", "known", None, 0.3, "有{beta_count}"),)})
    assert likely_needs(record(known("alpha_count", 3)), bank) == ()


@pytest.mark.parametrize("segment", ["corporate", "personal"])
def test_a_client_of_whom_nothing_is_known_still_gets_an_opening(segment):
    assert opening(record(segment=segment), BANK)


def test_the_opening_with_the_most_conditions_met_is_taken():
    bank = replace(
        small_bank(),
        openings=(
            Opening("plain", "corporate", "您好"),
            Opening("one", "corporate", "您有{alpha_count}", (Condition("alpha_count", "known"),)),
            Opening(
                "two",
                "corporate",
                "您有{alpha_count}，不少",
                (Condition("alpha_count", "known"), Condition("alpha_count", ">=", 10)),
            ),
        ),
    )
    assert opening(record(), bank) == "您好"
    assert opening(record(known("alpha_count", 3)), bank) == "您有3家"
    assert opening(record(known("alpha_count", 12)), bank) == "您有12家，不少"


def test_an_opening_for_the_other_segment_is_not_used():
    bank = replace(small_bank(), openings=(Opening("p", "personal", "叔叔好"), Opening("b", "both", "您好{name}")))
    assert opening(record(), bank) == "您好华星机械集团有限公司"


def test_every_figure_of_a_brief_stands_in_the_record():
    brief = prepare(HUAXING, BANK, TODAY)
    for text in (brief.opening, *(r for n in brief.likely for r in n.reasons)):
        digits = set("".join(c if c.isdigit() else " " for c in text).split())
        assert digits <= {"12", "6", "18", "2300"}, text
