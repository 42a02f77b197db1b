"""Lists by conditions on both databases: each kind of condition finds what it should, within the actor's reach."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from bot.clients.query import FIELDS, ClientQuery, Condition, Order
from bot.store import client_query
from bot.store.access import ADMIN, LEAD, MANAGER, Actor
from bot.store.books import LARGE, RECOUNT, Books, LiteralNames
from bot.store.database import Database
from bot.store.tables import Client, Contact, Holding, LedgerRow, Team, User, Visit
from tests.support.talk import library

TODAY = date(2026, 11, 22)
WORDS = library().client_words
A, B, C, D = "甲制造有限公司", "乙餐饮有限公司", "丙一", "丁外人有限公司"


@pytest.fixture
def bank(database: Database) -> tuple[Database, Actor, Actor]:
    """A manager with three clients, and another team's manager with one."""
    with database.session() as session:
        teams = [Team(name="一"), Team(name="二")]
        session.add_all(teams)
        session.flush()
        one, two, lead = (
            User(username=name, display_name=name, role=role, team_id=teams[n].id, password_hash="-")
            for name, role, n in (("one", MANAGER, 0), ("two", MANAGER, 1), ("lead", LEAD, 0))
        )
        session.add_all([one, two, lead])
        session.flush()
        clients = [
            Client(name=A, short_name="甲", segment="corporate", industry="装备制造", region="沈阳", tier="总行级", credit_grade="AA", annual_revenue=100_000_000,
                   headcount=300, is_group_parent=True, credit_line_valid_until=date(2026, 12, 5), last_contact_on=date(2026, 11, 1), manager_id=one.id),
            Client(name=B, segment="corporate", industry="餐饮连锁", region="大连", is_prospect=True, manager_id=one.id),
            Client(name=C, segment="personal", birth_date=date(1960, 12, 31), risk_grade="C2", risk_valid_until=date(2026, 1, 1), children=2,
                   last_contact_on=date(2026, 2, 1), manager_id=one.id),
            Client(name=D, segment="corporate", industry="装备制造", region="沈阳", tier="总行级", annual_revenue=900_000_000, manager_id=two.id),
        ]  # fmt: skip
        session.add_all(clients)
        session.flush()
        a, b, c, d = clients
        b.parent_id = a.id
        visit = Visit(client_id=a.id, user_id=one.id, state={})
        session.add_all([
            visit,
            Holding(client_id=a.id, product="current_account", balance=5_000_000, opened_on=date(2026, 11, 3)),
            Holding(client_id=c.id, product="personal_time_deposit", balance=800_000, matures_on=date(2026, 12, 10)),
            Holding(client_id=d.id, product="corp_large_cd", balance=90_000_000, matures_on=date(2026, 12, 11)),
            Contact(client_id=a.id, name="王", phone="13900000000"),
        ])  # fmt: skip
        session.flush()
        session.add(LedgerRow(visit_id=visit.id, client_id=a.id, need="reconciliation", status="implied"))
        session.commit()
        return database, Actor(one.id, MANAGER, one.team_id), Actor(lead.id, LEAD, lead.team_id)


CASES = [
    ("segment", "personal", [C]), ("industry", ("制造",), [A]), ("region", ("大连",), [B]), ("tier", ("总行级",), [A]), ("credit", ("AA",), [A]),
    ("risk", ("C2",), [C]), ("risk_state", "expired", [C]), ("risk_state", "valid", []), ("risk_state", "none", []),
    ("risk_until", ("2025-12-01", "2026-02-01"), [C]), ("credit_until", ("2026-12-01", "2026-12-31"), [A]),
    ("contacted", ("2026-11-01", "2026-11-30"), [A]), ("untouched", "2026-08-24", [B, C]), ("untouched", "", [B]),
    ("opened", ("2026-11-01", "2026-11-30"), [A]), ("birthday", ("2026-12-25", "2027-01-05"), [C]), ("birthday", ("2026-12-01", "2026-12-30"), []),
    ("maturing", ("2026-12-01", "2026-12-31", ()), [C]), ("maturing", ("2026-12-01", "2026-12-31", ("corp_large_cd",)), []),
    ("holds", ("current_account",), [A]), ("measure", ("headcount", ">=", "300", "300"), [A]), ("measure", ("deposits", ">", "1000000", "1000000"), [A]),
    ("measure", ("deposits", "<", "1000000", "1000000"), [C]), ("measure", ("age", ">=", "65", "65"), [C]), ("measure", ("age", ">", "65", "65"), []),
    ("measure", ("products", "=", "1", "1"), [A, C]), ("need", ("reconciliation",), [A]), ("status", ("implied",), [A]), ("status", ("committed",), []),
    ("flag", "is_prospect", [B]), ("name", ("start", "丙"), [C]), ("name", ("part", "餐饮"), [B]), ("phone", "missing", [B, C]),
]  # fmt: skip


def names(session: Session, actor: Actor, query: ClientQuery) -> list[str]:
    return [r.name for r in client_query.find(session, actor, query, WORDS, TODAY).rows]


def test_each_condition_finds_its_clients_and_its_negation_the_others(bank):
    database, actor, _ = bank
    unknown = {"measure", "risk_until", "credit_until", "contacted", "birthday", "opened", "risk_state", "untouched"}
    with database.session() as session:
        for field, value, expected in CASES:
            found = names(session, actor, ClientQuery((Condition(field, value, ""),)))
            assert sorted(found) == sorted(expected), (field, value)
            others = names(session, actor, ClientQuery((Condition(field, value, "", True),)))
            assert field in unknown or sorted(others) == sorted({A, B, C} - set(expected)), (field, value)


def test_every_field_has_a_case():
    assert FIELDS - {c[0] for c in CASES} == {"family", "manager"}


def test_the_family_of_a_client_out_of_reach_is_empty(bank):
    database, actor, _ = bank
    with database.session() as session:
        ids = {c.name: c.id for c in session.query(Client)}
        session.query(Client).filter_by(name=C).one().parent_id = ids[D]
        session.flush()
        assert names(session, actor, ClientQuery((Condition("family", ids[A], ""),))) == [B]
        assert names(session, actor, ClientQuery((Condition("family", ids[D], ""),))) == []


def test_a_lead_sees_the_team_and_nobody_elses(bank):
    database, actor, lead = bank
    with database.session() as session:
        assert sorted(names(session, lead, ClientQuery())) == sorted([A, B, C])
        mine = ClientQuery((Condition("manager", actor.user_id, ""),))
        assert sorted(names(session, lead, mine)) == sorted([A, B, C])


def test_the_order_the_limit_and_the_pages_fit_together(bank):
    database, actor, _ = bank
    with database.session() as session:
        query = ClientQuery(order=Order("deposits", True, ""), limit=1)
        page = client_query.find(session, actor, query, WORDS, TODAY)
        assert (page.total, [r.name for r in page.rows]) == (1, [A])
        assert Decimal(str(page.rows[0].figures["deposits"])) == 5_000_000
        everyone = [client_query.find(session, actor, ClientQuery(), WORDS, TODAY, 1, n).rows[0].name for n in range(3)]
        assert everyone == [B, C, A]  # the longest untouched first


def test_what_falls_due_is_named_beside_the_client(bank):
    database, actor, _ = bank
    with database.session() as session:
        due = ClientQuery((Condition("maturing", ("2026-12-01", "2026-12-31", ()), ""),))
        row = client_query.find(session, actor, due, WORDS, TODAY).rows[0]
        assert [(p, d) for p, _, d in row.due] == [("personal_time_deposit", date(2026, 12, 10))]


def test_how_many_have_no_figure_is_counted_within_the_book(bank):
    database, actor, _ = bank
    with database.session() as session:
        query = ClientQuery((Condition("measure", ("headcount", ">=", "1", "1"), ""),))
        assert client_query.unknown(session, actor, query, WORDS) == {"员工人数": 1}


# --- the names of a book ---------------------------------------------------------------------------------------------


def test_the_words_of_a_book_are_its_own(bank):
    database, actor, lead = bank
    with database.session() as session:
        books = Books()
        assert set(books.terms(session, actor).regions) == {"沈阳", "大连"}
        assert books.terms(session, actor).managers == {}
        assert set(books.terms(session, lead).managers.values()) == {actor.user_id}


def test_a_new_client_is_found_at_once(bank):
    database, actor, _ = bank
    with database.session() as session:
        books = Books()
        assert not books.index(session, actor).mentions("去戊己科技有限公司")
        session.add(Client(name="戊己科技有限公司", segment="corporate", region="铁岭", manager_id=actor.user_id))
        session.flush()
        assert books.index(session, actor).mentions("去戊己科技有限公司")
        assert "铁岭" in books.terms(session, actor).regions


def test_a_large_book_is_counted_once_a_minute(bank, monkeypatch):
    database, actor, _ = bank
    counted: list[int] = []
    monkeypatch.setattr("bot.store.books._stamp", lambda session, who: counted.append(1) or (LARGE + 1, None, 1, 1))
    now = [0.0]
    books = Books(lambda: now[0])
    with database.session() as session:
        for at in (0.0, RECOUNT - 1, RECOUNT + 1):
            now[0] = at
            books.terms(session, actor)
    assert len(counted) == 2


def test_names_of_a_book_too_large_for_memory_are_found_as_written_within_reach(bank):
    database, actor, _ = bank
    with database.session() as session:
        found = LiteralNames(session, actor).mentions(f"明天去{A}和{D}")
        assert [(m.text, m.start) for m in found] == [(A, 3)]
        assert [m.how for m in LiteralNames(session, actor).rank("甲")] == ["exact"]
        assert LiteralNames(session, actor).rank(D) == []
        everyone = LiteralNames(session, Actor(0, ADMIN)).mentions(f"去{D}")
        assert [m.text for m in everyone] == [D]
