"""Clients made up by a fixed rule, to measure the batch by: any number, the same ones each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.store.database import Database
from bot.store.tables import Client, Holding, User

INDUSTRIES = (
    "装备制造",
    "外贸",
    "餐饮连锁",
    "农业",
    "零售",
    "物流",
    "建材",
    "汽车零部件",
    "软件",
    "医药",
    "化工",
    "食品加工",
)
GRADES = ("", "AAA", "AA", "A", "BBB", "BB")
CORPORATE = ("current_account", "payroll", "corp_ebank", "working_capital_loan", "agreement_deposit", "bank_acceptance")
PERSONAL = (
    "current_account",
    "personal_time_deposit",
    "credit_card",
    "mortgage",
    "cash_mgmt_wealth",
    "personal_large_cd",
)
PAGE = 20_000
TODAY = date(2026, 11, 22)


def fill(database: Database, clients: int, report: Callable[[str, float], None]) -> None:
    """Put `clients` clients with about three holdings each into an empty, migrated database."""
    random = Random(20261122)
    with database.session() as session:
        user = User(username="sample", display_name="样本", role="manager", password_hash="-")
        session.add(user)
        session.commit()
        manager = user.id
    for first in range(1, clients + 1, PAGE):
        ids = range(first, min(first + PAGE, clients + 1))
        with database.session() as session:
            session.execute(insert(Client), [_client(i, manager, random) for i in ids])
            session.execute(insert(Holding), [h for i in ids for h in _holdings(i, random)])
            session.commit()
        report(f"造样本 {ids[-1]:,}", ids[-1] / clients)


def _client(number: int, manager: int, random: Random) -> dict[str, Any]:
    firm = number % 5 == 0
    return {
        "id": number,
        "name": f"样本{number}",
        "short_name": "",
        "segment": "corporate" if firm else "personal",
        "industry": random.choice(INDUSTRIES) if firm else "",
        "annual_revenue": round(10 ** random.uniform(6.5, 9.8)) if firm and random.random() < 0.8 else None,
        "headcount": random.randint(10, 3000) if firm else None,
        "credit_grade": random.choice(GRADES) if firm else "",
        "branches": random.randint(0, 14) if firm and random.random() < 0.5 else None,
        "bank_count": random.randint(1, 7) if firm else None,
        "is_prospect": number % 50 == 0,
        "last_contact_on": TODAY - timedelta(days=random.randint(1, 600)),
        "figure_dates": {},
        "manager_id": manager,
    }


def _holdings(number: int, random: Random) -> Iterator[dict[str, Any]]:
    if number % 50 == 0:
        return
    for product in random.sample(CORPORATE if number % 5 == 0 else PERSONAL, random.randint(1, 5)):
        yield {
            "client_id": number,
            "product": product,
            "reference": "",
            "balance": None if random.random() < 0.1 else round(10 ** random.uniform(3, 7), 2),
            "as_of": TODAY,
            "opened_on": TODAY - timedelta(days=random.randint(10, 4000)),
        }


def touch(database: Database, clients: int) -> int:
    """Change the balances of the first clients; returns how many clients that are."""
    with database.session() as session:
        session.execute(update(Holding).where(Holding.client_id <= clients).values(balance=Holding.balance + 1))
        held = session.scalar(select(func.count(Holding.client_id.distinct())).where(Holding.client_id <= clients))
        session.commit()
    return held or 0
