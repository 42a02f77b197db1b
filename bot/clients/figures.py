"""What the record's columns, holdings and flows say as facts: pure arithmetic and the lists that carry meaning.

Fact codes are those of data/knowledge/facts.yml; a test keeps the two the same.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# column of the client's row → fact code
COLUMN_FACTS: Mapping[str, str] = {
    "industry": "industry",
    "region": "region",
    "annual_revenue": "annual_revenue",
    "headcount": "headcount",
    "credit_grade": "credit_grade",
    "tier": "tier",
    "risk_grade": "risk_grade",
    "is_group_parent": "is_group_parent",
    "is_core_enterprise": "is_core_enterprise",
    "branches": "branch_count",
    "stores": "store_count",
    "bank_count": "bank_count",
    "supplier_count": "supplier_count",
    "dealer_count": "dealer_count",
    "export_usd": "export_usd",
    "import_usd": "import_usd",
    "credit_line": "credit_line",
    "receivables_amount": "receivables_amount",
    "receivables_days": "receivables_days",
    "children": "children",
    "is_business_owner": "is_business_owner",
}
FACT_COLUMNS: Mapping[str, str] = {fact: column for column, fact in COLUMN_FACTS.items()}
CORPORATE_ONLY = frozenset(
    {
        "industry", "annual_revenue", "headcount", "credit_grade", "is_group_parent", "is_core_enterprise", "branches",
        "stores", "bank_count", "supplier_count", "dealer_count", "export_usd", "import_usd", "receivables_amount",
        "receivables_days",
    }
)  # fmt: skip
PERSONAL_ONLY = frozenset({"children", "is_business_owner"})

# An assessment is made by the bank in a set form (《金融机构产品适当性管理办法》): no word in a conversation changes it.
ASSESSED = frozenset({"risk_grade", "risk_valid"})
# The bank decides these; a manager may enter a decision, a client's remark does not make one.
DECIDED = frozenset({"credit_grade", "credit_line", "tier"})

CURRENT_ACCOUNT = "current_account"
TIME_DEPOSITS = frozenset({"personal_time_deposit", "personal_large_cd", "corp_large_cd"})
MATURING = TIME_DEPOSITS | {"personal_structured_deposit", "corp_structured_deposit"}
LOANS = frozenset(
    {
        "working_capital_loan", "order_finance", "inventory_pledge", "fixed_asset_loan", "project_loan", "equipment_loan",
        "finance_lease", "ma_loan", "syndicated_loan", "overdraft", "mortgage", "consumer_loan", "personal_business_loan",
        "bill_discount", "domestic_factoring", "receivable_pledge_pool", "export_negotiation", "forfaiting",
    }
)  # fmt: skip
ASSETS = MATURING | {
    CURRENT_ACCOUNT, "personal_notice_deposit", "corp_notice_deposit", "agreement_deposit", "corp_wealth",
    "cash_mgmt_wealth", "fixed_income_wealth", "mutual_fund", "personal_pension", "annuity_insurance", "savings_bond",
    "gold_accumulation", "family_trust",
}  # fmt: skip
WEALTH = frozenset({"cash_mgmt_wealth", "fixed_income_wealth", "mutual_fund"})
SOON = 60  # days before a deposit's maturity from which it counts as "近期到期"
FLOW_MONTHS = 3  # months that an average is taken over


@dataclass(frozen=True)
class Position:
    """One holding as the arithmetic needs it."""

    product: str
    balance: Decimal | None
    as_of: date | None = None
    matures_on: date | None = None


@dataclass(frozen=True)
class Month:
    """One month at one bank; `bank` '' is ours."""

    month: date
    bank: str
    inflow: Decimal | None = None
    outflow: Decimal | None = None
    average_balance: Decimal | None = None


@dataclass(frozen=True)
class Derived:
    """A fact worked out from several rows, with the day it is of (None: unknown)."""

    code: str
    value: str | int | bool
    as_of: date | None


def age_on(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def months_between(earlier: date, later: date) -> int:
    """Return the whole months gone by, at least 0."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return max(0, months - (later.day < earlier.day))


def month_end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def money(value: Decimal) -> str:
    """Write an amount as facts hold it: yuan as a decimal string without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_positions(positions: Iterable[Position], segment: str, today: date) -> list[Derived]:
    """Return balance facts; a sum is of the oldest of its days, and not given when no balance is known."""
    rows = [p for p in positions if p.balance is not None]
    soon = [p for p in rows if p.product in MATURING and p.matures_on and 0 <= (p.matures_on - today).days <= SOON]
    sums = [
        ("average_balance", [p for p in rows if p.product == CURRENT_ACCOUNT]),
        ("loan_balance", [p for p in rows if p.product in LOANS]),
    ]
    if segment == "personal":
        sums += [
            ("deposit_amount", [p for p in rows if p.product in TIME_DEPOSITS]),
            ("deposit_maturing_soon", soon),
            ("wealth_holdings", [p for p in rows if p.product in WEALTH]),
            ("family_assets", [p for p in rows if p.product in ASSETS]),
        ]
    else:
        sums.append(("bills_amount", [p for p in rows if p.product == "bill_pool"]))
    return [Derived(code, money(_total(of)), _oldest(of)) for code, of in sums if of]


def _total(rows: list[Position]) -> Decimal:
    return sum((p.balance for p in rows if p.balance is not None), Decimal(0))


def _oldest(rows: list[Position]) -> date | None:
    days = [p.as_of for p in rows if p.as_of is not None]
    return min(days) if days else None


def from_months(months: Iterable[Month], today: date) -> list[Derived]:
    """Return what the monthly summaries say: own averages, and how many banks money was seen at."""
    rows = sorted(months, key=lambda m: m.month, reverse=True)
    own = [m for m in rows if not m.bank]
    found = []
    for code, column in (("monthly_inflow", "inflow"), ("monthly_outflow", "outflow")):
        values = [(m.month, v) for m in own[:FLOW_MONTHS] if (v := getattr(m, column)) is not None]
        if values:
            mean = sum((v for _, v in values), Decimal(0)) / len(values)
            found.append(Derived(code, money(round(mean, 2)), _until(values[0][0], today)))
    balances = [m for m in own if m.average_balance is not None]
    if balances and (newest := balances[0]).average_balance is not None:
        found.append(Derived("average_balance", money(newest.average_balance), _until(newest.month, today)))
    year = [m for m in rows if m.bank and months_between(m.month, today) <= 12]
    if year:
        found.append(Derived("bank_count", len({m.bank for m in year}) + 1, _until(year[0].month, today)))
    return found


def _until(month: date, today: date) -> date:
    """A month's figure is of its last day, or of today while the month runs."""
    return min(month_end(month), today)
