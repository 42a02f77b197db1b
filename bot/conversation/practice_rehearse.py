"""The rehearsal of a visit to a client of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversation.messages import Button, Message, Reply, press, say
from bot.conversation.practice import number_of
from bot.conversation.practice_open import begin, level_of, seed_for, suggested_level
from bot.conversation.starting import find
from bot.conversation.talk import Talk
from bot.practice.rehearse import rehearsal
from bot.store import access, clients
from bot.store.tables import Client


def rehearse(talk: Talk) -> Reply:
    """Rehearse the visit to a client of one's own: the one named, or the one of tomorrow."""
    if talk.reading.first("key") is not None:
        return rehearse_with(talk, access.client_by_id(talk.session, talk.actor, number_of(talk)))
    named, several, _ = find(talk)
    if named is not None:
        return rehearse_with(talk, named)
    tomorrow = several or _of_tomorrow(talk)
    if len(tomorrow) == 1:
        return rehearse_with(talk, tomorrow[0])
    lead = "预演哪一位？" if tomorrow else "明天没有约好的客户。要预演哪一位？"
    people = tomorrow or clients.recently_touched(talk.session, talk.actor, 4)
    buttons: list[Button] = [press(c.short_name or c.name, "practice.rehearse", key=c.id) for c in people]
    return Reply((Message(lead, tuple(buttons)),))


def _of_tomorrow(talk: Talk) -> list[Client]:
    """The clients of the tasks that are due tomorrow."""
    day = talk.today + timedelta(days=1)
    due = [t.client for t in access.tasks_of(talk.session, talk.actor) if t.due_on == day and t.client is not None]
    return list({c.id: c for c in due}.values())


def rehearse_with(talk: Talk, found: Client) -> Reply:
    book = talk.library.practice
    record = talk.record_of(found)
    persona = rehearsal(record, talk.library.bank, book, seed_for(talk, f"client|{found.id}"))
    if persona is None:
        return say("这位客户还没有可以演的内容：资料太少，需要也看不出来。先补几条资料再来。")
    level: Any = level_of(talk) or suggested_level(talk)
    reply = begin(talk, persona, "rehearsal", level, client_id=found.id)
    note = "客户照记录里的情况演：名字、地名、原话、确切数字都遮住了。记录里没有的，他也不知道。"
    return Reply((Message(note), *reply.messages))
