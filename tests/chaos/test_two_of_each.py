"""Two gateways, two dialogue servers, PostgreSQL and Redis; one of each pair is killed in the middle of 50 conversations.

Half of the people write on the page and try again with the same key, half in 企业微信, which tries again by itself. In the
end every message has exactly one turn, in the order it was written, in its own conversation, and one answer.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels import xmlio
from bot.channels.crypto import Sealer
from bot.ops.train import train
from bot.settings import Settings
from bot.store import users
from bot.store.database import Database
from bot.store.tables import Client, Conversation, Inbound, Outbound, Turn, User
from bot.web.auth import issue
from tests.channels.office import AGENT, CORP, KEY, TOKEN, wecom_text
from tests.chaos.town import SECRET, Town
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
pytestmark = [pytest.mark.chaos, pytest.mark.postgres, pytest.mark.rasa]
PEOPLE, MESSAGES = 50, 4
NAMES = [f"{a}{b}" for a in "甲乙丙丁戊己庚辛壬癸" for b in "松柏桐枫桦"]


def people(database: Database) -> dict[str, int]:
    with database.session() as session:
        made = {}
        for n in range(PEOPLE):
            user = users.create_user(session, f"m{n:02d}", "chaos-chaos-2026", team="一团队", demo=True)
            session.add(
                Client(
                    name=f"{NAMES[n]}机械有限公司",
                    short_name=NAMES[n],
                    segment="corporate",
                    manager_id=user.id,
                    figure_dates={},
                )
            )
            made[user.username] = user.id
        session.commit()
        return made


def script(n: int) -> list[str]:
    """What one person writes. The client's name shows whose answer it is."""
    name = f"{NAMES[n]}机械"
    return [f"{name}有限公司的情况", "我的待办", f"下周三提醒我回访{name}", f"再看看{name}有限公司"][:MESSAGES]


@pytest.fixture
async def town(tmp_path: Path, postgres_url: str) -> AsyncIterator[Town]:
    database = Database(postgres_url)
    database.migrate()
    people(database)
    given = os.environ.get("WENXU_TEST_MODEL")
    model = Path(given) if given else train(Settings(), lambda detail, progress: None)
    opened = Town(tmp_path, postgres_url, model)
    opened.database = database  # type: ignore[attr-defined]
    try:
        await opened.start()
        yield opened
    finally:
        await opened.stop()
        database.dispose()


class Crowd:
    """Everybody at once."""

    def __init__(self, town: Town, session: aiohttp.ClientSession) -> None:
        self.http = session
        self.base = f"http://127.0.0.1:{town.gateways.port}"
        self.sealer = Sealer.of(TOKEN, KEY, CORP)
        self.dice = random.Random(7)
        self.answers: dict[str, list[str]] = {}

    async def again(self, call: Any) -> Any:
        """Until it is taken: the page and the platform both do so."""
        last = ""
        for _ in range(240):
            try:
                async with call() as reply:
                    if reply.status == 200:
                        return await reply.read(), await reply.json() if "json" in reply.content_type else None
                    last = await reply.text()
                    assert reply.status in (409, 429, 500, 502, 503), last
            except (aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
                last = repr(error)
            await asyncio.sleep(0.5)
        raise AssertionError(f"never taken: {last}")

    async def on_the_page(self, n: int, bearer: str) -> None:
        conversation = None
        for number, text in enumerate(script(n)):
            body = {"text": text, "key": f"k{n}-{number}"} | ({"conversation": conversation} if conversation else {})
            _, answer = await self.again(
                lambda body=body: self.http.post(
                    f"{self.base}/api/chat", json=body, headers={"Authorization": f"Bearer {bearer}"}
                )
            )
            conversation = answer["conversation"]
            self.answers.setdefault(f"m{n:02d}", []).append(str(answer["messages"]))

    async def in_wecom(self, n: int) -> None:
        for number, text in enumerate(script(n)):
            document = wecom_text(
                text, f"m{n:02d}", str(int(datetime.now(UTC).timestamp())), str(10_000 + n * 100 + number)
            )
            await self.again(lambda document=document: self._callback(document))

    def _callback(self, document: bytes) -> Any:
        time, nonce = str(int(datetime.now(UTC).timestamp())), str(self.dice.random())[2:]
        encrypted, signed = self.sealer.seal(document, time, nonce)
        body = xmlio.write({"ToUserName": CORP, "AgentID": str(AGENT), "Encrypt": encrypted})
        given = {"msg_signature": signed, "timestamp": time, "nonce": nonce}
        return self.http.post(f"{self.base}/wecom", params=given, data=body)


async def test_no_message_is_lost_doubled_or_crossed(town: Town) -> None:
    database: Database = town.database  # type: ignore[attr-defined]
    with database.session() as session:
        settings = Settings(_env_file=None, secret_key=SECRET)
        bearers = {u.username: issue(u, settings)[0] for u in session.query(User)}
    timeout = aiohttp.ClientTimeout(total=25)
    connector = aiohttp.TCPConnector(limit=0, force_close=True)  # each call is balanced anew
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        crowd = Crowd(town, http)
        work = [
            asyncio.create_task(crowd.on_the_page(n, bearers[f"m{n:02d}"]) if n % 2 else crowd.in_wecom(n))
            for n in range(PEOPLE)
        ]
        while answered(database) < PEOPLE * MESSAGES // 3:
            await asyncio.sleep(0.05)
        assert "turn_answered" in (town.directory / "gateway0.log").read_text()  # it had its share of the work
        town.kill("gateway0")
        town.kill("rasa1")
        await asyncio.gather(*work)
        await settled(database)
    check(town, database, crowd)


def answered(database: Database) -> int:
    with database.session() as session:
        return session.query(Turn).filter(Turn.state.is_not(None)).count()


async def settled(database: Database) -> None:
    for _ in range(900):
        with database.session() as session:
            waiting = session.query(Inbound).filter(Inbound.status == "waiting").count()
            waiting += session.query(Outbound).filter(Outbound.status.in_(("waiting", "sending"))).count()
        if not waiting:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{waiting} still wait")


def check(town: Town, database: Database, crowd: Crowd) -> None:
    with database.session() as session:
        names = {u.id: u.username for u in session.query(User)}
        turns: dict[str, list[Turn]] = {name: [] for name in names.values()}
        owner = {c.id: names[c.user_id] for c in session.query(Conversation)}
        for turn in session.query(Turn).order_by(Turn.id):
            turns[owner[turn.conversation_id]].append(turn)
        sent = Counter((o.lane.subject, o.status) for o in session.query(Outbound))
    for n in range(PEOPLE):
        name = f"m{n:02d}"
        assert [t.text for t in turns[name]] == script(n), name
        assert all(t.state is not None for t in turns[name]), name
        said = [str(t.messages) for t in turns[name]] + crowd.answers.get(name, [])
        assert not any("没能处理好" in s or "没有做成" in s for s in said), name
        said += [text for to, text in town.standin.delivered if to == name]
        assert not [
            other for k, other in enumerate(NAMES[:PEOPLE]) if k != n and any(f"{other}机械" in s for s in said)
        ]
        if n % 2 == 0:
            mine = [m for m in town.standin.delivered if m[0] == name]
            assert len(mine) == sent[name, "sent"] >= MESSAGES, name
            assert not any(status != "sent" for (who, status) in sent if who == name)
