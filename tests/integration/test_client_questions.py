"""Every question of tests/lookups/clients.yml against the SQL written beside it, over the sample clients of one day.

Twice: by the house's own rules alone (no entity but figures and dates), and, marked rasa, through the real reading.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from bot.settings import ROOT
from bot.store.database import Database
from bot.store.demo import load_demo
from tests.support.house import NOW, PASSWORD, House
from tests.support.stack import Stack

FILE = ROOT / "tests" / "lookups" / "clients.yml"
BOOK = "manager_id IN (SELECT id FROM users WHERE username = :user)"
TEAM = "manager_id IN (SELECT id FROM users WHERE team_id = (SELECT team_id FROM users WHERE username = :user))"
ENOUGH = 0.9  # of the questions through the real reading; the rules alone answer all
Say = Callable[[str], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Question:
    ask: str
    where: str
    order: str = ""
    limit: int = 10_000
    user: str = "zhangwei"
    after: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def expected(self, database: Database) -> list[int]:
        reach = TEAM if self.user == "lina" else BOOK
        sql = f"SELECT c.id FROM clients c WHERE {reach} AND ({self.where}) ORDER BY {self.order or 'c.id'} LIMIT {self.limit}"
        with database.session() as session:
            return list(session.scalars(text(sql), {"user": self.user}))


def questions() -> list[Question]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["questions"]
    return [Question(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}) for row in rows]


QUESTIONS = questions()


@pytest.fixture(scope="module")
def demo_house(tmp_path_factory: pytest.TempPathFactory) -> Any:
    directory = tmp_path_factory.mktemp("questions")
    house = House.open(directory, directory / "template")
    with house.container.database.session() as session:
        for table in ("contacts", "holdings", "clients"):
            session.execute(text(f"DELETE FROM {table}"))
        for table in ("users", "teams"):
            session.execute(text(f"DELETE FROM {table}"))
        load_demo(session, NOW.date(), PASSWORD)
        session.commit()
    yield house
    house.close()


def ids_of(answer: dict[str, Any]) -> list[int]:
    items = [i for m in answer["messages"] for i in (m.get("card") or {}).get("items", [])]
    return [
        int(json.loads(i["payload"].partition("{")[1] + i["payload"].partition("{")[2])["client"])
        for i in items
        if "client_profile" in i["payload"]
    ]


async def all_ids(answer: dict[str, Any], say: Say) -> list[int]:
    """All pages, by the button that leads to the next."""
    found = ids_of(answer)
    while following := next(
        (b["payload"] for m in answer["messages"] for b in m.get("buttons", []) if b["title"] == "下一页"), None
    ):
        answer = await say(following)
        found += ids_of(answer)
    return found


def wrong(question: Question, answer: dict[str, Any], found: list[int], expected: list[int]) -> str:
    """What is not as it should be; "" when all is."""
    whole = json.dumps(answer["messages"], ensure_ascii=False)
    missing = [w for w in (*question.says, *question.unread) if w not in whole]
    lists_nothing = question.ask == "其中民企"  # nothing to narrow by: the list is left as it was
    same = found == expected if question.order else sorted(found) == sorted(expected)
    if not same and not lists_nothing:
        return (
            f"{question.ask}: {len(found)} clients instead of {len(expected)}: {answer['messages'][0]['text'][:90]!r}"
        )
    return f"{question.ask}: does not say {missing}" if missing else ""


def test_there_are_enough_questions_and_most_of_them_find_somebody(demo_house: House) -> None:
    assert len(QUESTIONS) >= 80
    found = [q.expected(demo_house.container.database) for q in QUESTIONS]
    assert sum(bool(f) for f in found) >= 0.8 * len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.ask)
async def test_the_list_is_what_the_sql_says(demo_house: House, question: Question) -> None:
    async def say(words: str) -> dict[str, Any]:
        if not words.startswith("/"):
            demo_house.read(words, "list_clients")
        return await demo_house.say(words, as_=question.user)

    demo_house.conversations.pop(question.user, None)
    for before in question.after:
        await say(before)
    answer = await say(question.ask)
    assert all(len(m["text"]) <= 600 for m in answer["messages"])
    found = await all_ids(answer, say)
    assert not (problem := wrong(question, answer, found, question.expected(demo_house.container.database))), problem


@pytest.fixture(scope="module")
def real(stack: Stack) -> Iterator[Stack]:
    """The real reading over sample clients of the day that the questions were written for."""
    stack.fresh()
    clocks = stack.container.gateway.clock, stack.container.runner.clock
    stack.container.gateway.clock = stack.container.runner.clock = lambda: NOW
    with stack.container.database.session() as session:
        for table in ("needs_ledger", "visits", "tasks", "facts", "flows", "contacts", "holdings", "clients", "audit"):
            session.execute(text(f"DELETE FROM {table}"))
        load_demo(session, NOW.date(), PASSWORD)
        session.commit()
    yield stack
    stack.container.gateway.clock, stack.container.runner.clock = clocks


@pytest.mark.rasa
async def test_the_real_reading_brings_the_questions_to_their_answers(real: Stack) -> None:
    """Counts what comes out right; a question that is read as another intent is a miss."""
    failed = []
    for question in QUESTIONS:
        real.login(question.user)
        thread: dict[str, str] = {}

        async def say(words: str, thread: dict[str, str] = thread) -> dict[str, Any]:
            answer = real.say(words, thread.get("id"))
            thread["id"] = answer["conversation"]
            return answer

        for before in question.after:
            await say(before)
        answer = await say(question.ask)
        found = await all_ids(answer, say)
        problem = wrong(question, answer, found, question.expected(real.container.database))
        if problem:
            failed.append(problem)
    share = 1 - len(failed) / len(QUESTIONS)
    print(f"\n{len(QUESTIONS) - len(failed)} of {len(QUESTIONS)} right ({share:.3f})", *failed, sep="\n")
    assert share >= ENOUGH, "\n".join(failed)
