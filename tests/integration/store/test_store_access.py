"""A second manager cannot see, guess or infer the first one's client by any function."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import access
from bot.store.access import Actor, NotReachable
from bot.store.books import Books, book
from bot.store.database import Database
from bot.store.tables import Audit, Client, Conversation, Task, Visit, VisitLog

from .conftest import House


def visit_to(session: Session, client: Client, user_id: int, status: str = "open") -> Visit:
    visit = Visit(client_id=client.id, user_id=user_id, status=status, state={})
    session.add(visit)
    session.flush()
    return visit


def test_a_manager_reaches_the_own_book_only(session: Session, house: House) -> None:
    anna = house.actor("anna")
    assert session.scalars(access.reachable_clients(anna)).all() == [house.clients["anna"]]
    assert access.client_by_id(session, anna, house.clients["anna"].id) is house.clients["anna"]


@pytest.mark.parametrize("other", ["bert", "carl"])
def test_not_yours_and_not_there_read_the_same(session: Session, house: House, other: str) -> None:
    anna = house.actor("anna")
    with pytest.raises(NotReachable) as theirs:
        access.client_by_id(session, anna, house.clients[other].id)
    with pytest.raises(NotReachable) as nowhere:
        access.client_by_id(session, anna, 987_654)
    assert str(theirs.value) == str(nowhere.value)


def test_a_lead_reaches_the_team_and_not_the_other_one(session: Session, house: House) -> None:
    found = session.scalars(access.reachable_clients(house.actor("lea"))).all()
    assert {c.short_name for c in found} == {"anna", "bert"}
    with pytest.raises(NotReachable):
        access.client_by_id(session, house.actor("lea"), house.clients["carl"].id)


def test_a_lead_without_a_team_reaches_nobody_elses_client(session: Session, house: House) -> None:
    lead = Actor(house.users["lea"].id, "lead", None)
    assert access.count_clients(session, lead) == 0


@pytest.mark.parametrize("role", ["", "Manager", "root", "guest"])
def test_an_unknown_role_reaches_nothing(session: Session, house: House, role: str) -> None:
    assert access.count_clients(session, Actor(house.users["anna"].id, role, house.users["anna"].team_id)) == 0


def test_an_administrators_look_leaves_a_trace_even_without_a_commit(
    database: Database, session: Session, house: House
) -> None:
    client = house.clients["carl"]
    with database.session() as reading:
        access.client_by_id(reading, house.actor("root"), client.id)
    traces = session.scalars(select(Audit).where(Audit.action == "read")).all()
    assert [(t.actor_id, t.object_type, t.object_id) for t in traces] == [
        (house.users["root"].id, "clients", str(client.id))
    ]


def test_counts_and_name_search_say_nothing_about_other_books(session: Session, house: House) -> None:
    anna = house.actor("anna")
    assert access.count_clients(session, anna) == 1
    assert access.search_clients(session, anna, "bert") == []
    assert [c.short_name for c in access.search_clients(session, anna, "家的公司")] == ["anna"]
    assert access.search_clients(session, anna, "%") == [], "a wildcard is a character like any other"


def test_the_name_index_holds_the_own_book_only(session: Session, house: House) -> None:
    assert [c.name for c in book(session, house.actor("anna"))] == ["anna家的公司"]
    index = Books().index(session, house.actor("anna"))
    assert index.rank("bert家的公司") == [] or all(m.id == house.clients["anna"].id for m in index.rank("bert家的公司"))
    assert index.mentions("明天去carl家的公司") == []


def test_links_of_a_group_do_not_lead_into_another_book(session: Session, house: House) -> None:
    parent, below = house.clients["anna"], house.clients["bert"]
    below.parent_id = parent.id
    session.commit()
    assert access.family_of(session, house.actor("anna"), parent) == (None, ())
    assert access.family_of(session, house.actor("bert"), below) == (None, ())
    assert access.family_of(session, house.actor("lea"), below) == (parent, ())
    assert access.family_of(session, house.actor("lea"), parent) == (None, (below,))


def test_a_conversation_is_its_users_alone(session: Session, house: House) -> None:
    session.add(Conversation(id="c_1", user_id=house.users["anna"].id))
    session.commit()
    assert access.conversation_of(session, house.actor("anna"), "c_1").id == "c_1"
    assert [c.id for c in access.conversations_of(session, house.actor("anna"))] == ["c_1"]
    for other in ("bert", "lea", "carl", "root"):
        with pytest.raises(NotReachable):
            access.conversation_of(session, house.actor(other), "c_1")
        assert access.conversations_of(session, house.actor(other)) == []


def test_a_visit_is_reached_through_its_client(session: Session, house: House) -> None:
    visit = visit_to(session, house.clients["anna"], house.users["anna"].id)
    session.commit()
    for name in ("anna", "lea"):
        assert access.visit_of(session, house.actor(name), visit.id) is visit
        assert access.visits_of(session, house.actor(name), house.clients["anna"]) == [visit]
    for name in ("bert", "carl"):
        with pytest.raises(NotReachable):
            access.visit_of(session, house.actor(name), visit.id)
        assert access.visits_of(session, house.actor(name), house.clients["anna"]) == []
        assert access.open_visits(session, house.actor(name)) == []


def test_what_was_begun_cannot_be_resumed_after_the_client_was_handed_over(session: Session, house: House) -> None:
    client = house.clients["anna"]
    visit = visit_to(session, client, house.users["anna"].id)
    task = Task(user_id=house.users["anna"].id, client_id=client.id, title="给某公司打电话")
    log = VisitLog(user_id=house.users["anna"].id, client_id=client.id, on=date(2026, 11, 1), text="谈过了")
    session.add_all([task, log])
    client.manager_id = house.users["carl"].id
    session.commit()
    anna = house.actor("anna")
    assert access.open_visits(session, anna) == []
    assert access.tasks_of(session, anna) == []
    assert access.visit_logs_of(session, anna, client) == []
    for reach in (lambda: access.visit_of(session, anna, visit.id), lambda: access.task_of(session, anna, task.id)):
        with pytest.raises(NotReachable):
            reach()
    assert access.visit_of(session, house.actor("carl"), visit.id) is visit


def test_tasks_are_the_own_ones_most_urgent_first(session: Session, house: House) -> None:
    anna = house.users["anna"].id
    titles = [("没有日期", None), ("后天", date(2026, 11, 24)), ("明天", date(2026, 11, 23))]
    session.add_all([Task(user_id=anna, title=t, due_on=d) for t, d in titles])
    session.add(Task(user_id=anna, title="做完了", status="done"))
    session.add(Task(user_id=house.users["bert"].id, title="别人的"))
    session.commit()
    assert [t.title for t in access.tasks_of(session, house.actor("anna"))] == ["明天", "后天", "没有日期"]
    assert len(access.tasks_of(session, house.actor("anna"), status=None)) == 4


def test_the_index_follows_the_book(session: Session, house: House) -> None:
    books, anna = Books(), house.actor("anna")
    before = books.index(session, anna)
    assert books.index(session, anna) is before, "an unchanged book is not indexed again"
    house.clients["bert"].manager_id = house.users["anna"].id
    session.commit()
    after = books.index(session, anna)
    assert [m.id for m in after.rank("bert家的公司")][:1] == [house.clients["bert"].id]
    house.clients["bert"].name = "改名后的公司"
    session.commit()
    assert [m.id for m in books.index(session, anna).rank("改名后的公司")][:1] == [house.clients["bert"].id]


def test_the_audit_names_who_did_what_to_which_object(session: Session, house: House) -> None:
    access.audit(session, house.actor("anna"), "client.update", house.clients["anna"], columns=2)
    session.flush()
    trace = session.scalars(select(Audit)).one()
    assert (trace.action, trace.object_type, trace.object_id, trace.detail) == (
        "client.update",
        "clients",
        str(house.clients["anna"].id),
        {"columns": 2},
    )
