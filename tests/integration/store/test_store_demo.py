"""The demo data that callers rely on (contract, section 5), whatever day it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clients.figures import LOANS
from bot.knowledge.library import Library
from bot.settings import ROOT
from bot.store import users
from bot.store.access import actor_of, count_clients
from bot.store.database import Database
from bot.store.demo import ANCHOR, load_demo
from bot.store.records import catalogue_codes, record_of, save_fact
from bot.store.tables import Base, Client, Contact, Fact, Flow, Holding, LedgerRow, Task, User
from bot.visit.model import Known, Record
from bot.zh.names import Candidate, NameIndex

PASSWORD = "demo-password-1"
DAYS = [date(2026, 11, 22), ANCHOR, date(2027, 1, 31), date(2028, 2, 29), date(2029, 12, 1)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, date]]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.db")
    database.migrate()
    with database.session() as session:
        load_demo(session, request.param, PASSWORD)
        session.commit()
        yield session, request.param
    database.dispose()


def record(loaded: tuple[Session, date], name: str, manager: str) -> Record:
    session, today = loaded
    client = session.scalars(select(Client).where(Client.name == name)).one()
    assert client.manager.username == manager
    return record_of(session, client, today)


def yuan(known: Record, code: str) -> Decimal:
    return Decimal(known.value(code))


def test_huaxing(loaded: tuple[Session, date]) -> None:
    r = record(loaded, "华星机械集团有限公司", "zhangwei")
    assert (r.segment, r.value("industry"), r.value("is_group_parent")) == ("corporate", "装备制造", True)
    assert (r.value("branch_count"), r.value("bank_count")) == (12, 6)
    assert (yuan(r, "annual_revenue"), yuan(r, "average_balance")) == (1_800_000_000, 23_000_000)
    assert r.holdings == {"current_account"}, "no cash-management product"
    assert (r.value("risk_grade"), r.value("risk_valid"), yuan(r, "credit_line")) == ("C3", True, 50_000_000)


def test_haida(loaded: tuple[Session, date]) -> None:
    r = record(loaded, "海达进出口有限公司", "zhangwei")
    assert (r.value("industry"), yuan(r, "export_usd"), yuan(r, "annual_revenue")) == ("外贸", 42_000_000, 310_000_000)
    assert r.value("receivables_days") == 90
    assert "美元" in loaded[0].scalars(select(Client.note).where(Client.name == r.name)).one()


def test_baiwei(loaded: tuple[Session, date]) -> None:
    r = record(loaded, "百味餐饮管理有限公司", "zhangwei")
    assert (r.value("industry"), r.value("store_count"), r.value("headcount")) == ("餐饮连锁", 46, 620)
    assert yuan(r, "annual_revenue") == 160_000_000
    assert "现金" in r.value("collection_methods")


def test_lvyuan_is_almost_unknown_and_long_unseen(loaded: tuple[Session, date]) -> None:
    r = record(loaded, "绿源农业科技有限公司", "zhangwei")
    assert r.value("industry") == "农业"
    assert r.value("months_since_contact") > 12
    learned = {c for c, k in r.facts.items() if k.value is not False}
    assert learned == {"industry", "region", "months_since_contact"}


def test_chen_xiulan(loaded: tuple[Session, date]) -> None:
    session, today = loaded
    r = record(loaded, "陈秀兰", "zhangwei")
    assert (r.segment, r.value("age"), r.value("risk_grade"), r.value("risk_valid")) == ("personal", 68, "C2", False)
    assert yuan(r, "deposit_amount") == 1_800_000
    due = session.scalars(
        select(Holding.matures_on)
        .join(Client)
        .where(Client.name == "陈秀兰", Holding.matures_on.is_not(None))
        .order_by(Holding.matures_on)
    ).all()
    assert due[0] is not None
    assert (due[0].year * 12 + due[0].month) - (today.year * 12 + today.month) == 1, "one is due next month"
    assert yuan(r, "deposit_maturing_soon") == 800_000


def test_zhou_ming(loaded: tuple[Session, date]) -> None:
    r = record(loaded, "周明", "zhangwei")
    assert (r.value("age"), r.value("is_business_owner"), r.value("children")) == (41, True, 2)
    assert (yuan(r, "average_balance"), r.value("risk_grade"), r.value("risk_valid")) == (900_000, "C4", True)


def test_hengtai_and_yuanhang(loaded: tuple[Session, date]) -> None:
    r = record(loaded, "恒泰建材有限公司", "liuyang")
    assert (r.value("industry"), yuan(r, "receivables_amount"), r.value("receivables_days")) == (
        "建材",
        58_000_000,
        150,
    )
    r = record(loaded, "远航汽车零部件股份有限公司", "liuyang")
    assert (r.value("industry"), r.value("is_core_enterprise"), r.value("supplier_count")) == ("汽车零部件", True, 85)
    assert yuan(r, "annual_revenue") == 1_200_000_000


def test_the_short_names_are_the_contracts(loaded: tuple[Session, date]) -> None:
    names = dict(loaded[0].execute(select(Client.name, Client.short_name)).all())
    assert [names[n] for n in ("华星机械集团有限公司", "海达进出口有限公司", "百味餐饮管理有限公司", "绿源农业科技有限公司")] == [
        "华星集团", "海达", "百味餐饮", "绿源",
    ]  # fmt: skip
    assert (names["恒泰建材有限公司"], names["远航汽车零部件股份有限公司"]) == ("恒泰", "远航股份")


def test_users_teams_and_books(loaded: tuple[Session, date]) -> None:
    session, _ = loaded
    people = {u.username: u for u in session.scalars(select(User))}
    assert {n: people[n].role for n in ("zhangwei", "liuyang", "lina", "admin", "sunli")} == {
        "zhangwei": "manager", "liuyang": "manager", "lina": "lead", "admin": "admin", "sunli": "manager",
    }  # fmt: skip
    assert people["zhangwei"].team_id == people["liuyang"].team_id == people["lina"].team_id != people["sunli"].team_id
    second = [u for u in people.values() if u.team_id == people["sunli"].team_id]
    assert Counter(u.role for u in second) == {"manager": 3, "lead": 1}
    assert all(count_clients(session, actor_of(u)) > 0 for u in people.values())
    assert users.password_matches(people["liuyang"], PASSWORD)


def test_there_are_enough_believable_clients(loaded: tuple[Session, date]) -> None:
    session, _ = loaded
    kinds = Counter(session.scalars(select(Client.segment)))
    assert kinds["corporate"] >= 80 and kinds["personal"] >= 80
    assert len(set(session.scalars(select(Client.industry).where(Client.segment == "corporate")))) >= 12
    assert sum(session.scalars(select(Client.is_prospect))) >= 8
    assert session.scalar(select(func.count()).select_from(Client).where(Client.parent_id.is_not(None))) >= 4
    assert not [c.name for c in session.scalars(select(Client).where(~Client.is_prospect)) if not (c.number or c.uscc)]


def test_every_figure_fits_the_others(loaded: tuple[Session, date]) -> None:
    session, today = loaded
    for client in session.scalars(select(Client)):
        assert {h.product for h in client.holdings} <= {*catalogue_codes(), "current_account"}
        if client.is_prospect:
            assert not client.holdings and not client.flows
        if client.annual_revenue:
            month = max((f.month for f in client.flows), default=None)
            inflow = sum((f.inflow or 0 for f in client.flows if f.month == month), Decimal(0))
            assert inflow <= client.annual_revenue / 12 * Decimal("1.2"), client.name
            balance = sum((h.balance or 0 for h in client.holdings if h.product == "current_account"), Decimal(0))
            assert balance <= client.annual_revenue / 8, client.name
            assert (client.receivables_amount or 0) <= client.annual_revenue * (client.receivables_days or 0) / 365, (
                client.name
            )
        loans = sum((h.balance or 0 for h in client.holdings if h.product in LOANS), Decimal(0))
        if client.segment == "corporate":
            assert loans <= (client.credit_line or 0), client.name
            assert client.bank_count is None or len({f.bank for f in client.flows if f.bank}) in (
                0,
                client.bank_count - 1,
            ), client.name
        for day in (
            client.last_contact_on,
            *(h.as_of for h in client.holdings),
            *(h.opened_on for h in client.holdings),
        ):
            assert day is None or day <= today, client.name
        assert all(f.month <= today for f in client.flows)


def test_no_client_can_be_mistaken_for_another(loaded: tuple[Session, date]) -> None:
    everybody = [Candidate(*row) for row in loaded[0].execute(select(Client.id, Client.name, Client.short_name))]
    index = NameIndex(everybody)
    for one in everybody:
        for text in {one.name, one.short_name} - {""}:
            first, *others = index.rank(text)
            assert first.id == one.id, text
            assert [m for m in others if m.score >= 0.7] == [], text


def test_needs_and_facts_of_the_history_are_known_codes(loaded: tuple[Session, date]) -> None:
    session, _ = loaded
    library = Library.read(ROOT / "data" / "knowledge")
    assert set(session.scalars(select(LedgerRow.need))) <= set(library.bank.needs)
    assert set(session.scalars(select(Fact.code))) <= set(library.bank.facts)


def counts(session: Session) -> dict[str, int]:
    models: tuple[type[Base], ...] = (User, Client, Contact, Holding, Flow, Task, LedgerRow, Fact)
    return {m.__tablename__: session.scalar(select(func.count()).select_from(m)) or 0 for m in models}


def test_loading_again_changes_nothing_and_keeps_what_was_learned(database: Database) -> None:
    with database.session() as session:
        load_demo(session, DAYS[0], PASSWORD)
        session.commit()
        before = counts(session)
        client = session.scalars(select(Client).where(Client.short_name == "华星集团")).one()
        save_fact(session, client, Known("branch_count", 21, "client", DAYS[0].isoformat(), "二十一家"), None, None)
        session.scalars(select(Task)).first().status = "done"  # type: ignore[union-attr]
        session.commit()
    for today in (DAYS[0], date(2026, 11, 23)):
        with database.session() as session:
            load_demo(session, today, PASSWORD)
            session.commit()
            after = counts(session)
            assert {**after, "facts": 0} == {**before, "facts": 0}
            client = session.scalars(select(Client).where(Client.short_name == "华星集团")).one()
            assert client.branches == 21
            assert "done" in set(session.scalars(select(Task.status)))


def test_a_changed_demo_password_takes_effect(database: Database) -> None:
    for password in (PASSWORD, "another-one"):
        with database.session() as session:
            load_demo(session, DAYS[0], password)
            session.commit()
    with database.session() as session:
        assert all(users.password_matches(u, "another-one") for u in users.list_users(session))


def test_the_sample_files_are_what_the_generator_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy

    made = runpy.run_path(str(ROOT / "data" / "sample" / "make_sample.py"), run_name="sample")
    monkeypatch.setitem(made["main"].__globals__, "HERE", tmp_path)
    made["main"]()
    for name in ("clients.csv", "contacts.csv", "holdings.csv", "flows.csv"):
        assert (tmp_path / name).read_bytes() == (ROOT / "data" / "sample" / name).read_bytes(), name
