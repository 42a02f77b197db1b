from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients.figures import COLUMN_FACTS
from bot.settings import ROOT
from bot.store.records import catalogue_codes, record_of, save_fact, situation_facts
from bot.store.tables import Client, Contact, Fact, Flow, Holding, LedgerRow, Visit
from bot.visit.model import Known

from .conftest import House


@pytest.fixture
def client(session: Session, house: House) -> Client:
    client = house.clients["anna"]
    client.updated_at = datetime(2026, 6, 1, tzinfo=UTC)
    session.commit()
    return client


@pytest.fixture
def person(session: Session, house: House) -> Client:
    made = Client(name="某人", segment="personal", manager_id=house.users["anna"].id, figure_dates={})
    session.add(made)
    session.commit()
    return made


def say(code: str, value: Any, on: str = "2026-11-22", source: str = "client") -> Known:
    return Known(code, value, source, on, "原话", 3)


def test_every_source_of_the_fact_file_is_filled_from_somewhere() -> None:
    facts = yaml.safe_load((ROOT / "data/knowledge/facts.yml").read_text(encoding="utf-8"))["facts"]
    sourced = {f["code"] for f in facts if f.get("source") and not f["code"].startswith("has_product_")}
    derived = {"average_balance", "monthly_inflow", "monthly_outflow", "loan_balance", "bills_amount", "bank_count", "age",
               "deposit_amount", "deposit_maturing_soon", "risk_valid", "months_since_contact"}  # fmt: skip
    only_learned = {"idle_balance"}  # nobody's books say which money is idle: the client does
    assert sourced == set(COLUMN_FACTS.values()) | derived | only_learned
    products = {f["code"].removeprefix("has_product_") for f in facts if f["code"].startswith("has_product_")}
    assert products <= set(catalogue_codes())


def test_columns_become_facts_with_their_own_date(session: Session, client: Client, today: date) -> None:
    client.branches, client.annual_revenue = 12, Decimal("1800000000.00")
    client.figure_dates = {"branches": "2026-10-01"}
    client.updated_at = datetime(2026, 6, 2, 12, tzinfo=UTC)
    record = record_of(session, client, today)
    assert record.facts["branch_count"] == Known("branch_count", 12, "record", "2026-10-01")
    assert record.facts["annual_revenue"] == Known("annual_revenue", "1800000000", "record", "2026-06-02")


def test_an_empty_column_is_no_fact(session: Session, client: Client, today: date) -> None:
    facts = record_of(session, client, today).facts
    assert not {"branch_count", "headcount", "industry", "credit_grade", "risk_valid", "average_balance"} & set(facts)


def test_a_client_holds_what_is_on_the_books_and_nothing_else(session: Session, client: Client, today: date) -> None:
    client.holdings.append(Holding(product="corp_ebank"))
    record = record_of(session, client, today)
    assert record.value("has_product_corp_ebank") is True
    assert {record.value(f"has_product_{c}") for c in catalogue_codes() if c != "corp_ebank"} == {False}
    assert record.holdings == {"corp_ebank"}


def test_of_a_prospect_nobody_knows_what_it_holds(session: Session, client: Client, today: date) -> None:
    client.is_prospect = True
    record = record_of(session, client, today)
    assert not [c for c in record.facts if c.startswith("has_product_")]
    assert record.value("is_group_parent") is None
    assert record.is_prospect and record.value("is_prospect") is True


def test_balances_come_from_the_current_account_before_the_flows(session: Session, client: Client, today: date) -> None:
    client.flows.append(Flow(month=date(2026, 10, 1), bank="", average_balance=Decimal(5)))
    assert record_of(session, client, today).facts["average_balance"] == Known(
        "average_balance", "5", "record", "2026-10-31"
    )
    client.holdings.append(Holding(product="current_account", balance=Decimal("23000000.00"), as_of=date(2026, 11, 12)))
    assert record_of(session, client, today).facts["average_balance"] == Known(
        "average_balance", "23000000", "record", "2026-11-12"
    )


def test_flows_are_averaged_over_the_last_three_own_months(session: Session, client: Client, today: date) -> None:
    for month, inflow in ((7, 1000), (8, 100), (9, 200), (10, 300)):
        client.flows.append(Flow(month=date(2026, month, 1), bank="", inflow=Decimal(inflow), outflow=Decimal(inflow)))
    client.flows.append(Flow(month=date(2026, 10, 1), bank="招商银行", inflow=Decimal(9999)))
    facts = record_of(session, client, today).facts
    assert facts["monthly_inflow"] == Known("monthly_inflow", "200", "record", "2026-10-31")
    assert facts["monthly_outflow"].value == "200"


def test_peer_banks_count_when_the_column_is_empty(session: Session, client: Client, today: date) -> None:
    for bank in ("招商银行", "工商银行", "招商银行"):
        client.flows.append(Flow(month=date(2026, 8 + len(client.flows), 1), bank=bank))
    client.flows.append(Flow(month=date(2024, 1, 1), bank="交通银行"))
    assert record_of(session, client, today).value("bank_count") == 3, "two peers seen this year, and us"
    client.bank_count = 6
    assert record_of(session, client, today).value("bank_count") == 6


def test_deposits_and_those_due_within_sixty_days(session: Session, person: Client, today: date) -> None:
    for balance, due in ((80, date(2026, 12, 15)), (60, date(2027, 8, 15)), (40, date(2026, 11, 1))):
        person.holdings.append(
            Holding(product="personal_time_deposit", reference=str(balance), balance=Decimal(balance), matures_on=due)
        )
    person.holdings.append(Holding(product="mortgage", balance=Decimal(900)))
    person.holdings.append(Holding(product="current_account", balance=Decimal(7)))
    facts = situation_facts(record_of(session, person, today))
    assert (facts["deposit_amount"], facts["deposit_maturing_soon"], facts["loan_balance"]) == ("180", "80", "900")
    assert facts["family_assets"] == "187", "what is owed is no asset"


def test_age_risk_and_contact_are_as_of_today(session: Session, person: Client, today: date) -> None:
    person.birth_date, person.risk_grade, person.risk_valid_until = date(1958, 11, 23), "C2", date(2026, 11, 21)
    person.last_contact_on = date(2026, 5, 23)
    facts = record_of(session, person, today).facts
    assert facts["age"] == Known("age", 67, "record", "2026-11-22")
    assert facts["risk_valid"].value is False
    assert facts["months_since_contact"].value == 5


def test_a_lapsed_credit_line_is_none(session: Session, client: Client, today: date) -> None:
    client.credit_line, client.credit_line_valid_until = Decimal(100), date(2026, 11, 21)
    assert record_of(session, client, today).value("credit_line") is None
    client.credit_line_valid_until = date(2026, 11, 22)
    assert record_of(session, client, today).value("credit_line") == "100"


def test_contacts_start_with_who_decides(session: Session, client: Client, today: date) -> None:
    client.contacts += [Contact(name="甲", role="user"), Contact(name="乙", title="总经理", role="decision_maker")]
    assert record_of(session, client, today).contacts == (("乙", "总经理", "decision_maker"), ("甲", "", "user"))


def test_a_learned_fact_changes_the_column_and_keeps_the_old_value_with_its_date(
    session: Session, client: Client, house: House, today: date
) -> None:
    client.branches, client.figure_dates = 12, {"branches": "2026-10-01"}
    save_fact(session, client, say("branch_count", 21), None, house.users["anna"].id)
    session.commit()
    assert client.branches == 21
    rows = session.scalars(select(Fact).where(Fact.code == "branch_count").order_by(Fact.learned_on)).all()
    assert [(r.value, r.source, r.learned_on, r.superseded_at is None) for r in rows] == [
        ({"v": 12}, "record", date(2026, 10, 1), False),
        ({"v": 21}, "client", date(2026, 11, 22), True),
    ]
    known = record_of(session, client, today).facts["branch_count"]
    assert (known.value, known.source, known.quote, known.as_of) == (21, "client", "原话", "2026-11-22")


def test_learning_one_figure_does_not_make_the_others_look_fresh(session: Session, client: Client, today: date) -> None:
    client.branches, client.headcount = 12, 300
    client.figure_dates = {"branches": "2025-01-01", "headcount": "2025-01-01"}
    save_fact(session, client, say("branch_count", 21), None, None)
    session.commit()
    assert record_of(session, client, today).facts["headcount"].as_of == "2025-01-01"


def test_a_correction_supersedes_and_there_is_one_fact_in_force(session: Session, client: Client, today: date) -> None:
    for value in (12, 21, 22):
        save_fact(session, client, say("reconcile_people", value), None, None)
    session.commit()
    rows = session.scalars(select(Fact).order_by(Fact.id)).all()
    assert [r.superseded_at is None for r in rows] == [False, False, True]
    assert record_of(session, client, today).value("reconcile_people") == 22


def test_a_record_newer_than_what_was_said_wins(session: Session, client: Client, today: date) -> None:
    save_fact(session, client, say("branch_count", 21, "2026-09-01"), None, None)
    client.branches, client.figure_dates = 25, {"branches": "2026-11-01"}
    assert record_of(session, client, today).facts["branch_count"] == Known("branch_count", 25, "record", "2026-11-01")


@pytest.mark.parametrize("source", ["client", "manager"])
def test_no_word_in_a_conversation_changes_a_risk_assessment(
    session: Session, person: Client, today: date, source: str
) -> None:
    person.risk_grade, person.risk_valid_until = "C2", date(2026, 1, 1)
    save_fact(session, person, say("risk_grade", "C5", source=source), None, None)
    save_fact(session, person, say("risk_valid", True, source=source), None, None)
    record = record_of(session, person, today)
    assert (person.risk_grade, record.value("risk_grade"), record.value("risk_valid")) == ("C2", "C2", False)
    assert situation_facts(record, [say("risk_valid", True, source=source)])["risk_valid"] is False


def test_a_credit_line_is_the_banks_word_not_the_clients(session: Session, client: Client, today: date) -> None:
    save_fact(session, client, say("credit_line", "50000000"), None, None)
    assert record_of(session, client, today).value("credit_line") is None
    save_fact(session, client, say("credit_line", "30000000", source="manager"), None, None)
    assert record_of(session, client, today).value("credit_line") == "30000000"
    assert client.credit_line == Decimal("30000000.00")


def test_a_value_that_does_not_fit_the_column_is_kept_as_a_fact(session: Session, client: Client, today: date) -> None:
    save_fact(session, client, say("industry", "做" * 60), None, None)
    session.commit()
    assert client.industry == ""
    assert record_of(session, client, today).value("industry") == "做" * 60


def test_needs_of_closed_visits_are_remembered_as_they_stood_last(
    session: Session, client: Client, house: House, today: date
) -> None:
    for day, status, need_status in ((1, "closed", "implied"), (5, "closed", "explicit"), (9, "open", "dismissed")):
        visit = Visit(client_id=client.id, user_id=house.users["anna"].id, status=status, state={})
        visit.opened_at = datetime(2026, 11, day, tzinfo=UTC)
        visit.ledger = [LedgerRow(client_id=client.id, need="reconciliation", status=need_status, quote=f"{day}日说的")]
        session.add(visit)
    session.commit()
    assert record_of(session, client, today).earlier_needs == (("reconciliation", "explicit", "5日说的"),)


def test_what_is_learned_now_beats_the_record(session: Session, client: Client, today: date) -> None:
    client.branches = 12
    facts = situation_facts(record_of(session, client, today), [say("branch_count", 21)])
    assert facts["branch_count"] == 21
