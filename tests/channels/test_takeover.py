"""A turn whose process died, or whose action came late, counts once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import null, update

from actions.registry import handlers
from bot.conversation.gateway import DialogueDown
from bot.conversation.order import Order
from bot.conversation.runner import TurnOver
from bot.store.tables import Conversation, Task, Turn, utc_now
from tests.channels.office import Office


async def begun(office: Office) -> str:
    office.house.read("你好", "greet")
    return str((await office.house.say("你好"))["conversation"])


def half_done(office: Office, conversation: str, key: str) -> None:
    """A process wrote the turn down and died."""
    with office.house.container.database.session() as session:
        row = session.get_one(Conversation, conversation)
        row.turns += 1
        session.add(Turn(conversation_id=conversation, number=row.turns, key=key, text="你好", at=utc_now()))
        session.commit()


def turns(office: Office) -> list[tuple[int, str, bool]]:
    with office.house.container.database.session() as session:
        return [(t.number, t.text, t.state is not None) for t in session.query(Turn).order_by(Turn.id)]


class Nowhere:
    """Leases that are always free: the process that had one is gone."""

    async def take(self, name: str, owner: str) -> bool:
        return True

    async def renew(self, name: str, owner: str) -> None: ...

    async def give_back(self, name: str, owner: str) -> None: ...


async def test_the_turn_of_a_dead_process_is_made_anew_and_stands_once(office: Office) -> None:
    conversation = await begun(office)
    office.house.container.gateway.order = Order(Nowhere())
    half_done(office, conversation, "k")
    await office.house.say("你好", conversation=conversation, key="k")
    assert turns(office) == [(1, "你好", True), (2, "你好", True)]


async def test_the_first_turn_of_a_dead_process_leaves_no_second_conversation(office: Office) -> None:
    conversation = await begun(office)
    office.house.container.gateway.order = Order(Nowhere())
    with office.house.container.database.session() as session:
        session.execute(update(Turn).values(key="first", state=null()))
        session.commit()
    answer = await office.house.say("你好", new=True, key="first")
    assert answer["conversation"] == conversation
    assert turns(office) == [(1, "你好", True)]


async def test_an_action_that_was_never_reached_is_no_answer(office: Office) -> None:
    conversation = await begun(office)

    async def unreached(conversation: str, text: str, metadata: Any) -> dict[str, Any]:
        return {"messages": [], "reading": None}

    usual, office.house.script.turn = office.house.script.turn, unreached  # type: ignore[method-assign]
    with pytest.raises(DialogueDown):
        await office.house.say("你好", conversation=conversation, key="k")
    office.house.script.turn = usual  # type: ignore[method-assign]
    await office.house.say("你好", conversation=conversation, key="k")
    assert turns(office) == [(1, "你好", True), (2, "你好", True)]


async def test_an_action_that_comes_after_the_turn_was_given_back_does_nothing(office: Office) -> None:
    conversation = await begun(office)
    raw = office.house.script.read(
        office.house.read("下周三提醒我回访海达", "create_task"), {"now": "2026-11-22T10:00:00+08:00"}
    )
    with pytest.raises(TurnOver):  # the last turn is answered already
        office.house.container.runner.run(conversation, handlers()["action_create_task"], raw)
    assert office.house.count(Task) == 0
