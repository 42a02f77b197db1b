from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from bot.store.database import Database, head_revision
from bot.store.tables import Audit, Base, Client, Contact, Team, User


def not_the_search_index(name: str | None, kind: str, parents: object) -> bool:
    """The full-text index differs between the databases and is no ORM table; test_store_catalogue.py looks after it."""
    return not (kind == "table" and (name or "").startswith("product_search"))


def test_the_migrated_schema_is_the_one_the_tables_describe(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "include_name": not_the_search_index}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    assert database.revision() == head_revision()


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()
    assert database.revision() == head_revision()


def test_two_processes_that_start_together_migrate_once(url: str) -> None:
    program = "import sys; from bot.store.database import Database; Database(sys.argv[1]).migrate()"
    started = [subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE) for _ in range(2)]
    ended = [process.communicate(timeout=60)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], ended
    database = Database(url)
    assert database.revision() == head_revision()
    database.dispose()


def test_an_empty_database_has_no_revision(url: str) -> None:
    database = Database(url)
    assert database.revision() is None
    database.dispose()


def test_a_failed_migration_leaves_nothing_behind(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(url)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("alembic.operations.Operations.create_index", broken)
    monkeypatch.setattr("alembic.operations.BatchOperations.create_index", broken)
    with pytest.raises(RuntimeError):
        database.migrate()
    monkeypatch.undo()
    assert inspect(database.engine).get_table_names() == []
    database.migrate()
    assert database.revision() == head_revision()
    database.dispose()


def test_a_unit_of_work_that_is_not_committed_leaves_nothing(database: Database) -> None:
    with database.session() as session:
        session.add(Team(name="one"))
        session.flush()
    with database.session() as session:
        assert session.scalars(select(Team)).all() == []


def test_a_unit_of_work_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.session() as session:
        session.add(Team(name="one"))
        session.flush()
        raise ZeroDivisionError
    with database.session() as session:
        assert session.scalars(select(Team)).all() == []


def test_objects_stay_readable_after_the_commit(database: Database) -> None:
    with database.session() as session:
        team = Team(name="one")
        session.add(team)
        session.commit()
    assert team.name == "one"


def test_foreign_keys_are_enforced(database: Database) -> None:
    with database.session() as session, pytest.raises(IntegrityError):
        session.add(Client(name="x", segment="corporate", manager_id=999, figure_dates={}))
        session.flush()


def test_what_belongs_to_a_client_goes_with_it(database: Database) -> None:
    with database.session() as session:
        user = User(username="anna", display_name="", role="manager", password_hash="-")
        session.add(user)
        session.flush()
        client = Client(name="x", segment="corporate", manager_id=user.id, figure_dates={})
        client.contacts.append(Contact(name="y"))
        session.add(client)
        session.commit()
        session.execute(text("DELETE FROM clients"))
        session.commit()
        assert session.scalars(select(Contact)).all() == []


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    beijing = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    with database.session() as session:
        session.add(Audit(at=beijing, action="x"))
        session.commit()
    with database.session() as session:
        at = session.scalars(select(Audit.at)).one()
    assert at == beijing
    assert at.tzinfo is UTC


def test_a_writer_waits_for_another_and_does_not_fail_on_what_it_read_before(database: Database) -> None:
    """The unit of work reads, another one commits, then the first writes: no “database is locked”."""
    with database.session() as first:
        assert first.scalars(select(Team)).all() == []
        with database.session() as second:
            second.add(Team(name="two"))
            second.commit()
        first.add(Team(name="one"))
        first.commit()
    with database.session() as session:
        assert set(session.scalars(select(Team.name))) == {"one", "two"}


def test_sqlite_is_set_up_for_several_processes(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with database.engine.connect() as connection:
        found = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("journal_mode", "foreign_keys", "synchronous")
        }
    database.dispose()
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}
