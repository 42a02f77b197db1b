"""A small bank for tests: two teams, a handful of clients, the real application over a temporary database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from shutil import copy
from typing import Any

from bot.bootstrap import Container, build
from bot.conversation.gateway import DialogueDown
from bot.settings import Settings
from bot.store import users
from bot.store.access import Actor
from bot.store.database import Database
from bot.store.tables import Client, Contact, Conversation, Holding, User, Visit
from tests.support.scripted import ScriptedDialogue
from tests.support.talk import library

NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
PASSWORD = "sample-clients-2026"
TEAMS = {
    "zhangwei": ("manager", "一团队"),
    "liuyang": ("manager", "一团队"),
    "lina": ("lead", "一团队"),
    "sunli": ("manager", "二团队"),
    "admin": ("admin", None),
}
HUAXING, HAIDA, CHEN, HENGTAI, YUANHANG = range(1, 6)  # client ids, in the order below
HIDDEN = ("恒泰建材有限公司", "恒泰", "远航汽车零部件股份有限公司", "远航股份")  # liuyang's, not zhangwei's


def _clients(manager: Mapping[str, int]) -> list[Client]:
    recent = {"branches": "2026-10-13", "bank_count": "2026-10-13"}
    zhangwei, liuyang, sunli = manager["zhangwei"], manager["liuyang"], manager["sunli"]
    return [
        Client(id=HUAXING, name="华星机械集团有限公司", short_name="华星集团", segment="corporate", industry="装备制造", region="沈阳", branches=12, bank_count=6,
               is_group_parent=True, manager_id=zhangwei, annual_revenue=1800000000, risk_grade="C3", risk_valid_until=date(2027, 5, 1), credit_line=50000000,
               figure_dates=recent, last_contact_on=date(2026, 10, 20)),
        Client(id=HAIDA, name="海达进出口有限公司", short_name="海达", segment="corporate", industry="外贸", export_usd=42000000, manager_id=zhangwei, figure_dates={}),
        Client(id=CHEN, name="陈秀兰", segment="personal", birth_date=date(1958, 3, 1), risk_grade="C2", risk_valid_until=date(2026, 1, 1), manager_id=zhangwei, figure_dates={}),
        Client(id=HENGTAI, name="恒泰建材有限公司", short_name="恒泰", segment="corporate", industry="建材", receivables_amount=58000000, receivables_days=150, manager_id=liuyang, figure_dates={}),
        Client(id=YUANHANG, name="远航汽车零部件股份有限公司", short_name="远航股份", segment="corporate", industry="汽车零部件", supplier_count=85, manager_id=sunli, figure_dates={}),
    ]  # fmt: skip


@cache
def _template(directory: str) -> Path:
    path = Path(directory) / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.session() as session:
        ids = {}
        for name, (role, team) in TEAMS.items():
            ids[name] = users.create_user(session, name, PASSWORD, role=role, team=team, demo=True).id
        session.add_all(_clients(ids))
        session.flush()
        session.add_all([
            Holding(client_id=HUAXING, product="current_account", balance=23000000, as_of=date(2026, 11, 1)),
            Holding(client_id=CHEN, product="personal_time_deposit", balance=800000, as_of=date(2026, 11, 1), matures_on=date(2026, 12, 10)),
            Holding(client_id=HENGTAI, product="corp_large_cd", balance=12340000, as_of=date(2026, 11, 1), matures_on=date(2026, 12, 12)),
            Contact(client_id=HENGTAI, name="马德胜", title="董事长", role="decision_maker", phone="13900000000"),
        ])  # fmt: skip
        session.commit()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


class Script(ScriptedDialogue):
    """Counts what it was asked, keeps the metadata, and can be down."""

    def __init__(self) -> None:
        super().__init__({})
        self.readings: dict[str, dict[str, Any]] = {}
        self.seen: list[tuple[str, Mapping[str, Any]]] = []
        self.down = False

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        self.seen.append((text, metadata))
        if self.down:
            raise DialogueDown
        await asyncio.sleep(0)
        return await super().turn(conversation, text, metadata)

    async def ready(self) -> bool:
        return not self.down


@dataclass
class House:
    container: Container
    script: Script
    conversations: dict[str, str] = field(default_factory=dict)  # the last conversation of each user

    @classmethod
    def open(cls, directory: Path, templates: Path, clock: Callable[[], datetime] = lambda: NOW, **more: Any) -> House:
        """`more` are settings beside the usual ones."""
        (directory / "var").mkdir()
        copy(_template(str(templates)), directory / "var" / "wenxu.db")
        script = Script()
        settings = Settings(
            var_dir=directory / "var", secret_key="k" * 40, action_secret="s" * 40, _env_file=None, **more
        )
        container = build(settings, dialogue=script, clock=clock, library=library())
        script.executor = container.executor
        return cls(container, script)

    def actor(self, username: str) -> Actor:
        with self.container.database.session() as session:
            user = users.user_by_name(session, username)
            return Actor(user.id, user.role, user.team_id)

    def read(
        self,
        text: str,
        intent: str = "report_reply",
        stance: str = "fact",
        needs: Mapping[str, float] | None = None,
        entities: list[dict[str, Any]] | None = None,
        **more: Any,
    ) -> str:
        """Say how a sentence is to be read from now on (`more`: move, sure); returns the sentence."""
        self.script.readings[text] = {"intent": intent, "stance": stance, "needs": needs, "entities": entities, **more}
        return text

    async def say(
        self,
        text: str,
        *,
        as_: str = "zhangwei",
        new: bool = False,
        key: str | None = None,
        conversation: str | None = None,
    ) -> dict[str, Any]:
        """One turn of a user in their conversation so far."""
        current = conversation or (None if new else self.conversations.get(as_))
        answer = await self.container.gateway.turn(self.actor(as_), text, current, key)
        self.conversations[as_] = answer["conversation"]
        return answer

    def hand_over(self, client: int, to: str) -> None:
        manager = self.actor(to).user_id
        with self.container.database.session() as session:
            session.get_one(Client, client).manager_id = manager
            session.commit()

    def revoke(self, username: str) -> None:
        with self.container.database.session() as session:
            users.user_by_name(session, username).token_version += 1
            session.commit()

    def visits(self) -> list[Visit]:
        with self.container.database.session() as session:
            return session.query(Visit).order_by(Visit.id).all()

    def column(self, client: int, column: str) -> Any:
        with self.container.database.session() as session:
            return getattr(session.get_one(Client, client), column)

    def count(self, table: type) -> int:
        with self.container.database.session() as session:
            return session.query(table).count()

    def close(self) -> None:
        self.container.database.dispose()


__all__ = [
    "CHEN",
    "HAIDA",
    "HENGTAI",
    "HIDDEN",
    "HUAXING",
    "NOW",
    "PASSWORD",
    "YUANHANG",
    "Conversation",
    "House",
    "User",
]


def texts(answer: Mapping[str, Any]) -> str:
    """Everything the answer says, cards and buttons included, as one string."""
    return repr(answer["messages"])


def titles(answer: Mapping[str, Any]) -> list[str]:
    return [b["title"] for m in answer["messages"] for b in m.get("buttons", [])]


def payload(answer: Mapping[str, Any], title: str) -> str:
    """Return what the button of that title sends."""
    return next(b["payload"] for m in answer["messages"] for b in m.get("buttons", []) if b["title"] == title)


def card(answer: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return next(m["card"] for m in answer["messages"] if (m.get("card") or {}).get("type") == kind)
