"""Clients that Hypothesis makes: any facts or none, any holdings, any voiced needs, any member of staff."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from bot.bundles.engine import Shelf
from bot.bundles.model import Situation, Voiced
from bot.bundles.wishes import KINDS, NONE, Change, Wishes, after
from tests.support.talk import library

LIBRARY = library()
SHELF = Shelf(LIBRARY.bundles, LIBRARY.catalogue, LIBRARY.suitability)
BUNDLES = {b.code: b for b in LIBRARY.bundles}
PRODUCTS = LIBRARY.catalogue.products
NEEDS = {s: [n.code for n in LIBRARY.bank.needs_of(s)] for s in ("corporate", "personal")}

money = st.sampled_from([0, 10_000, 49_999, 200_000, 1_000_000, 50_000_000]).map(str) | st.integers(0, 3 * 10**9).map(
    str
)
FACTS = {
    "branch_count": st.integers(0, 40), "store_count": st.integers(0, 60), "headcount": st.integers(0, 3000), "idle_balance": money,
    "family_assets": money, "annual_revenue": money, "overseas_revenue": money, "export_usd": money, "import_usd": money,
    "has_overseas_member": st.booleans(), "is_core_enterprise": st.booleans(), "receivables_amount": money, "bills_amount": money,
    "industry": st.sampled_from(["餐饮连锁", "装备制造", "医院", "外贸", "农业", "零售"]), "age": st.integers(18, 95),
    "risk_grade": st.sampled_from(["C1", "C2", "C3", "C4", "C5"]), "risk_valid": st.booleans(), "credit_line": money,
    "is_business_owner": st.booleans(), "children": st.integers(0, 3), "deposit_amount": money,
}  # fmt: skip


@st.composite
def clients(draw) -> tuple[Situation, list[Voiced]]:
    segment = draw(st.sampled_from(["corporate", "personal"]))
    facts = {code: value for code, made in FACTS.items() if (value := draw(st.none() | made)) is not None}
    holdings = draw(st.frozensets(st.sampled_from(sorted(PRODUCTS)), max_size=6))
    staff = draw(st.none() | st.frozensets(st.sampled_from(sorted(LIBRARY.suitability.names))))
    channel = draw(st.sampled_from(["", "", "", "online", "counter"]))
    needs = draw(st.lists(st.sampled_from(NEEDS[segment]), unique=True, max_size=6))
    stakes = st.none() | st.integers(1, 10**7).map(Decimal)
    voiced = [Voiced(n, f"客户想要{n}", i, draw(st.integers(1, 3)), draw(stakes)) for i, n in enumerate(needs, 1)]
    return Situation(segment, holdings, facts, staff, channel), voiced


codes = st.sampled_from(sorted(PRODUCTS))
changes = st.one_of(
    st.builds(Change, st.sampled_from(["remove", "add", "replace"]), codes),
    st.builds(Change, st.just("swap"), codes, codes),
    st.builds(Change, st.just("without"), st.sampled_from(sorted(KINDS))),
    st.builds(Change, st.just("steadier"), count=st.integers(0, 4)),
    st.builds(Change, st.sampled_from(["bolder", "core_only", "restore"])),
    st.builds(Change, st.just("budget"), amount=st.sampled_from([0, 50_000, 300_000, 10**7]).map(Decimal)),
    st.builds(Change, st.just("fewer"), count=st.integers(1, 5)),
    st.builds(Change, st.just("choose"), st.sampled_from([*sorted(BUNDLES), "composed"])),
    st.builds(Change, st.just("channel"), st.sampled_from(["online", "counter"])),
)


def folded(asked: list[Change]) -> Wishes:
    wishes = NONE
    for change in asked:
        wishes = after(wishes, change)
    return wishes


wished = st.just(NONE) | st.lists(changes, max_size=6).map(folded)
