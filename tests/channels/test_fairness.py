"""Order, fairness, and a worker that dies: on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.order import DatabaseLeases, Order
from bot.store import channels, leases, outbox, tokens
from bot.store.database import Database
from bot.store.tables import Inbound, Outbound
from tests.channels.office import Office
from tests.postgres import postgres_server, postgres_url
from tests.support.house import NOW

__all__ = ["postgres_server", "postgres_url"]
LEASE = timedelta(seconds=15)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = Database(url)
    opened.migrate()
    yield opened
    opened.dispose()


def came(database: Database, who: str, key: str) -> channels.Received:
    with database.session() as session:
        received = channels.receive(session, "wecom", who, key, {"kind": "text", "text": key}, NOW)
        session.commit()
        return received


def claim(database: Database, owner: str = "one", now: Any = NOW) -> channels.Job | None:
    with database.session() as session:
        return channels.claim_lane(session, owner, now, LEASE)


def done(database: Database, job: channels.Job, owner: str = "one", now: Any = NOW, parts: int = 1) -> bool:
    rows = [
        {"body": {"kind": "text", "text": f"{job.key}.{n}"}, "via": "api", "status": "waiting"} for n in range(parts)
    ]
    with database.session() as session:
        if not channels.finish(session, job, owner, now, rows, []):
            return False
        channels.release(session, job.lane, owner, now)
        session.commit()
        return True


def test_a_message_is_claimed_once(database: Database) -> None:
    assert came(database, "a", "1").fresh
    assert not came(database, "a", "1").fresh
    job = claim(database)
    assert job is not None
    assert claim(database) is None
    assert done(database, job)
    assert claim(database) is None


def test_one_person_s_messages_are_answered_in_order_and_one_at_a_time(database: Database) -> None:
    for key in "123":
        came(database, "a", key)
    seen = []
    for n in range(3):
        job = claim(database, now=NOW + timedelta(seconds=n))
        assert job is not None
        assert claim(database, "two") is None
        seen.append(job.key)
        done(database, job)
    assert seen == ["1", "2", "3"]


def test_a_flood_of_one_delays_nobody_else(database: Database) -> None:
    for n in range(20):
        came(database, "flood", f"f{n}")
    came(database, "calm", "c")
    order = []
    for n in range(3):
        now = NOW + timedelta(seconds=n + 1)
        job = claim(database, now=now)
        assert job is not None
        order.append(job.subject)
        done(database, job, now=now)
    assert order[:2] == ["flood", "calm"]


def test_too_many_at_once_are_refused_and_say_so(database: Database) -> None:
    accepted = [came(database, "flood", str(n)).accepted for n in range(channels.MOST_WAITING + 2)]
    assert accepted == [True] * channels.MOST_WAITING + [False] * 2
    assert not came(database, "flood", str(channels.MOST_WAITING)).accepted  # its retry too


def test_a_dead_worker_s_message_is_taken_over_and_its_late_answer_does_not_count(database: Database) -> None:
    came(database, "a", "1")
    dead = claim(database, "dead")
    assert dead is not None
    assert claim(database, "alive", NOW + timedelta(seconds=14)) is None
    later = NOW + timedelta(seconds=16)
    taken = claim(database, "alive", later)
    assert taken is not None
    assert (taken.key, taken.attempts) == ("1", 2)
    assert not done(database, dead, "dead", later)
    assert done(database, taken, "alive", later)
    with database.session() as session:
        assert session.query(Outbound).count() == 1


def letter(database: Database, owner: str = "one", now: Any = NOW) -> outbox.Letter | None:
    with database.session() as session:
        return outbox.claim_letter(session, owner, now, LEASE)


def settle(database: Database, sent: outbox.Letter, owner: str = "one", now: Any = NOW, status: str = "sent") -> bool:
    with database.session() as session:
        settled = outbox.settle(session, sent.id, owner, status, now)
        session.commit()
        return settled


def test_parts_go_out_in_order_and_one_at_a_time(database: Database) -> None:
    came(database, "a", "1")
    job = claim(database)
    assert job is not None
    done(database, job, parts=3)
    texts = []
    for _ in range(3):
        one = letter(database)
        assert one is not None
        assert letter(database, "two") is None
        texts.append(one.body["text"])
        assert settle(database, one)
    assert texts == ["1.0", "1.1", "1.2"]


def test_a_part_of_a_dead_sender_is_sent_again_and_marked_so(database: Database) -> None:
    came(database, "a", "1")
    job = claim(database)
    assert job is not None
    done(database, job)
    first = letter(database, "dead")
    assert first is not None
    assert not first.again
    later = NOW + timedelta(seconds=16)
    second = letter(database, "alive", later)
    assert second is not None
    assert second.again
    assert not settle(database, first, "dead", later)
    assert settle(database, second, "alive", later)


def test_many_workers_at_once_answer_each_message_once(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for n in range(30):
        came(database, f"user{n % 6}", str(n))

    def work(owner: str) -> list[str]:
        keys = []
        for _ in range(200):
            job = claim(database, owner)
            if job is not None:
                keys.append(job.key)
                assert done(database, job, owner)
        return keys

    with ThreadPoolExecutor(4) as pool:
        answered = [key for keys in pool.map(work, "abcd") for key in keys]
    assert sorted(answered, key=int) == [str(n) for n in range(30)]
    with database.session() as session:
        assert {r.status for r in session.query(Inbound)} == {"done"}
        assert session.query(Outbound).count() == 30


def test_one_process_fetches_the_token(database: Database) -> None:
    with database.session() as session:
        assert tokens.may_fetch(session, "t", "one", 0, NOW, LEASE)
        session.commit()
        assert not tokens.may_fetch(session, "t", "two", 0, NOW, LEASE)
        tokens.keep(session, "t", "one", "sealed", NOW + timedelta(hours=2))
        session.commit()
        assert not tokens.may_fetch(session, "t", "two", 0, NOW, LEASE)  # that version is gone
        assert tokens.read(session, "t").version == 1


def test_a_conversation_is_leased_to_one_until_its_end(database: Database) -> None:
    with database.session() as session:
        assert leases.take(session, "c", "one", NOW, LEASE)
        assert not leases.take(session, "c", "two", NOW, LEASE)
        assert leases.take(session, "c", "two", NOW + timedelta(seconds=16), LEASE)
        assert not leases.renew(session, "c", "one", NOW)
        leases.give_back(session, "c", "one")
        assert not leases.take(session, "c", "three", NOW + timedelta(seconds=17), LEASE)


async def test_turns_of_one_conversation_do_not_overlap_across_processes(database: Database) -> None:
    orders = [Order(DatabaseLeases(database)) for _ in range(2)]
    inside, most, count = 0, 0, 0

    async def turn(order: Order) -> None:
        nonlocal inside, most, count
        async with order.hold("c"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            count += 1
            inside -= 1

    await asyncio.gather(*(turn(orders[n % 2]) for n in range(8)))
    assert (most, count) == (1, 8)


async def test_a_flood_is_told_so_and_everybody_else_is_answered(office: Office) -> None:
    from bot.channels.sentences import FLOOD

    office.bind()
    office.bind("liuyang", "oOther")
    office.house.read("你好", "greet")
    go, usual = asyncio.Event(), office.house.script.turn
    office.channels.patience = 0.01

    async def slow(conversation: str, text: str, metadata: Any) -> dict[str, Any]:
        if text == "慢":
            await go.wait()
        return await usual(conversation, text, metadata)

    office.house.script.turn = slow  # type: ignore[method-assign]
    office.house.read("慢", "greet")
    said = [await office.write("慢") for _ in range(channels.MOST_WAITING + 1)]
    assert said[-1] == FLOOD
    office.channels.patience = 10
    assert "问需" in await office.write("你好", openid="oOther")
    go.set()
    office.clock.move(seconds=10)
    await office.settle()
    assert {r.status for r in office.inbound()} == {"done", "refused"}
