"""The batch over the book, on both databases: the same as the rules one by one, incremental after that, peers and 80/20."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.intelligence.engine import evaluate
from bot.store.database import Database
from bot.store.insight import holders, inputs_of, moved_tiers, plotted, relations_of, standing
from bot.store.insight_import import HEAD, import_relations
from bot.store.insight_run import Ran, run
from bot.store.insight_sample import fill
from bot.store.tables import Client, ClientInsight, ClientRelation, Holding, InsightChange, InsightTotal
from tests.support.talk import library

RULES = library().insight
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def silent(_text: str, _fraction: float) -> None:
    """Progress is not looked at here."""


def firm(name: str, manager: int, **more: object) -> Client:
    values = {
        "segment": "corporate",
        "industry": "物流",
        "annual_revenue": Decimal(50_000_000),
        "credit_grade": "A",
        "bank_count": 3,
        "figure_dates": {},
    }
    return Client(name=name, number=name, manager_id=manager, **{**values, **more})


@pytest.fixture
def firms(session: Session, house) -> list[Client]:
    """Six firms of one kind: five with payroll and an account of 1 to 5 million, one with an account alone. All are anna's."""
    made = [firm(f"物流{i}", house.users["anna"].id) for i in range(6)]
    session.add_all(made)
    session.flush()
    for i, client in enumerate(made):
        session.add(
            Holding(
                client_id=client.id,
                product="current_account",
                balance=Decimal(1_000_000 * (i or 1)),
                opened_on=date(2020, 1, 1),
            )
        )
        if i:
            session.add(Holding(client_id=client.id, product="payroll"))
    session.commit()
    return made


def test_the_batch_gives_what_the_rules_give_one_by_one(database: Database) -> None:
    fill(database, 300, silent)
    assert run(database, RULES, NOW, silent) == Ran("full", 300)
    with database.session() as session:
        for client in session.scalars(select(Client)):
            row = session.get_one(ClientInsight, client.id)
            found = evaluate(inputs_of(session, client), RULES, NOW.date())
            place = found.place
            assert (row.tier, row.tier_score, row.contribution, row.contribution_net) == (
                found.tier, found.tier_score.value, found.contribution.gross, found.contribution.net,
            )  # fmt: skip
            assert (row.lifecycle, row.peer_group, row.products) == (found.stage, found.peer_group, found.products)
            assert row.ge_class == (place.ge_class if place else "")
        graded = session.scalar(select(func.count()).select_from(ClientInsight).where(ClientInsight.ge_class != ""))
        assert graded  # or the comparison above would compare nothing with nothing


def test_after_a_full_run_only_what_changed_is_computed(database: Database, firms: list[Client]) -> None:
    run(database, RULES, NOW, silent)
    assert run(database, RULES, NOW, silent) == Ran("incremental", 0)
    with database.session() as session:
        holding = session.scalars(select(Holding).where(Holding.client_id == firms[2].id)).first()
        holding.balance = Decimal(90_000_000)
        session.get_one(Client, firms[4].id).bank_count = 1
        session.commit()
    assert run(database, RULES, NOW, silent) == Ran("incremental", 2)
    with database.session() as session:
        assert session.get_one(ClientInsight, firms[2].id).contribution == Decimal(1_080_000)
        assert session.scalar(select(func.count()).select_from(InsightChange)) == 0


def test_a_client_that_is_gone_leaves_peers_and_notes_in_order(database: Database, firms: list[Client]) -> None:
    run(database, RULES, NOW, silent)
    with database.session() as session:
        session.delete(session.get_one(Client, firms[5].id))
        session.commit()
    run(database, RULES, NOW, silent)
    with database.session() as session:
        assert session.get(ClientInsight, firms[5].id) is None


@pytest.mark.parametrize("why", ["rules", "age"])
def test_other_rules_or_an_old_run_ask_for_everything_anew(database: Database, firms: list[Client], why: str) -> None:
    run(database, RULES, NOW, silent)
    rules = replace(RULES, digest="another") if why == "rules" else RULES
    later = NOW + timedelta(days=8) if why == "age" else NOW
    assert run(database, rules, later, silent).mode == "full"


def test_an_incremental_run_leaves_the_same_as_a_full_one(database: Database, firms: list[Client]) -> None:
    run(database, RULES, NOW, silent)
    with database.session() as session:
        session.add(Holding(client_id=firms[0].id, product="payroll"))
        session.get_one(Client, firms[1].id).annual_revenue = Decimal(3_000_000_000)
        session.commit()
    run(database, RULES, NOW, silent)
    partly = everything(database)
    run(database, RULES, NOW, silent, full=True)
    assert partly == everything(database)


def everything(database: Database) -> list[object]:
    from bot.store.tables import InsightPeer, InsightPeerProduct

    with database.session() as session:
        found: list[object] = []
        for table in (ClientInsight, InsightPeer, InsightPeerProduct, InsightTotal):
            columns = [c for c in table.__table__.columns if c.name != "computed_at"]
            found.append(sorted(map(tuple, session.execute(select(*columns))), key=repr))
        return found


def test_peers_are_counted_and_averaged(database: Database, firms: list[Client]) -> None:
    run(database, RULES, NOW, silent)
    with database.session() as session:
        found = standing(session, "corporate", "corporate|物流|1")
        assert (found.peers, found.mean) == (6, Decimal(32_000))  # 1+1+2+3+4+5 million × 1.2 % ÷ 6
        assert holders(session, "corporate|物流|1") == {"current_account": 6, "payroll": 5}


def test_eighty_twenty_is_the_smallest_set_of_the_best(database: Database, firms: list[Client]) -> None:
    """16 million in all: 5 + 4 + 3 = 12 are 75 %, with the 2 they are 87.5 %: four clients, the smallest at 24,000."""
    run(database, RULES, NOW, silent)
    with database.session() as session:
        total = session.get_one(InsightTotal, "corporate")
    assert (total.top_clients, total.cutoff, total.contribution) == (4, Decimal(24_000), Decimal(192_000))


def test_the_decided_tier_is_not_touched(database: Database, firms: list[Client], house) -> None:
    with database.session() as session:
        session.get_one(Client, firms[0].id).tier = "总行级"
        session.commit()
    run(database, RULES, NOW, silent)
    with database.session() as session:
        assert session.get_one(Client, firms[0].id).tier == "总行级"
        total, rows = moved_tiers(session, house.actor("anna"))
        assert firms[0].id in [c.id for c, _, _ in rows]
        assert total == len(rows)
        assert moved_tiers(session, house.actor("carl")) == (0, [])


def test_the_matrix_shows_the_own_clients_alone(database: Database, firms: list[Client], house) -> None:
    with database.session() as session:
        session.get_one(Client, firms[0].id).manager_id = house.users["carl"].id
        session.commit()
    run(database, RULES, NOW, silent)
    with database.session() as session:
        mine = {row[0] for row in plotted(session, house.actor("anna"))}
        assert mine
        assert firms[0].id not in mine
        assert {row[0] for row in plotted(session, house.actor("carl"))} == {firms[0].id}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "relations.csv"


def written(file: Path, *rows: str) -> Path:
    file.write_text("\n".join([",".join(HEAD), *rows]), encoding="utf-8")
    return file


def test_relations_are_imported_and_changed_in_place(session: Session, firms: list[Client], file: Path) -> None:
    found = import_relations(
        session, written(file, "物流0,核心企业,,物流1,1200,合同,2026-10-01", "物流0,上游,大海油料行,,,,"), NOW.date()
    )
    assert (found.added, found.problems) == (2, [])
    again = import_relations(session, written(file, "物流0,上游,大海油料行,,80,名录,"), NOW.date())
    assert (again.added, again.changed) == (0, 1)
    row = session.scalar(select(ClientRelation).where(ClientRelation.other_name == "大海油料行"))
    assert (row.amount, row.as_of, row.other_id) == (Decimal(800_000), NOW.date(), None)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("没有这家,上游,甲,,,,", "relations.csv:2: 没有客户号“没有这家”"),
        ("物流0,亲戚,甲,,,,", "relations.csv:2: 关系“亲戚”不认识"),
        ("物流0,上游,,物流99,,,", "没有对方客户号“物流99”"),
        ("物流0,上游,,物流0,,,", "对方就是客户自己"),
        ("物流0,上游,,,,,", "对方名称、对方客户号要写一个"),
        ("物流0,上游,甲,,很多,,", "“很多”不是数"),
        ("物流0,上游,甲,,1,,昨天", "日期“昨天”"),
    ],
)
def test_a_wrong_line_is_named(session: Session, firms: list[Client], file: Path, row: str, complaint: str) -> None:
    found = import_relations(session, written(file, row), NOW.date())
    assert not found.ok
    assert complaint in found.problems[0]


def test_a_relation_is_seen_from_both_sides_and_never_into_another_book(
    session: Session, firms: list[Client], house, file: Path
) -> None:
    session.get_one(Client, firms[1].id).is_core_enterprise = True
    import_relations(session, written(file, "物流1,上游,,物流2,,,", "物流1,上游,,物流3,,,"), NOW.date())
    session.commit()
    anna = house.actor("anna")
    assert [(r.kind, r.name) for r in relations_of(session, anna, firms[1])] == [
        ("upstream", "物流2"),
        ("upstream", "物流3"),
    ]
    assert [(r.kind, r.name) for r in relations_of(session, anna, firms[2])] == [("core", "物流1")]
    session.get_one(Client, firms[3].id).manager_id = house.users["carl"].id
    session.commit()
    assert [r.name for r in relations_of(session, anna, firms[1])] == ["物流2"]
