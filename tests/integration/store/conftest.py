"""Every store test runs on SQLite and, marked `postgres`, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.store.access import Actor, actor_of
from bot.store.database import Database
from bot.store.tables import Client, Team, User
from tests.postgres import postgres_server, postgres_url  # noqa: F401  (fixtures)

TODAY = date(2026, 11, 22)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url)
    made.migrate()
    yield made
    made.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        yield opened


@pytest.fixture
def today() -> date:
    return TODAY


class House:
    """Two teams: anna and bert under lea, carl elsewhere, and an administrator. Each of the three has one client."""

    def __init__(self, session: Session) -> None:
        one, two = Team(name="one"), Team(name="two")
        session.add_all([one, two])
        session.flush()
        self.users = {
            name: User(username=name, display_name=name, role=role, team_id=team, password_hash="-")
            for name, role, team in (
                ("anna", "manager", one.id),
                ("bert", "manager", one.id),
                ("lea", "lead", one.id),
                ("carl", "manager", two.id),
                ("root", "admin", None),
            )
        }
        session.add_all(self.users.values())
        session.flush()
        self.clients = {
            name: Client(
                name=f"{name}家的公司",
                short_name=name,
                segment="corporate",
                manager_id=self.users[name].id,
                figure_dates={},
            )
            for name in ("anna", "bert", "carl")
        }
        session.add_all(self.clients.values())
        session.commit()

    def actor(self, name: str) -> Actor:
        return actor_of(self.users[name])


@pytest.fixture
def house(session: Session) -> House:
    return House(session)
