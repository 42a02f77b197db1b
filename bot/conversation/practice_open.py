"""Opening a practice session: the level that fits, the briefing, the first words."""

from __future__ import annotations

import re
from zlib import crc32

from bot.conversation import practice_cards as cards
from bot.conversation.messages import Message, Reply, button
from bot.conversation.practice import enter, pause
from bot.conversation.talk import Talk
from bot.practice import client
from bot.practice.model import LEVELS, Persona
from bot.store import practice as store

LEVEL_WORDS = {
    "easy": "入门|简单|容易|初级",
    "medium": "进阶|中等|一般|普通",
    "hard": "高难|困难|最难|难一点|高级|难度高",
}
RAISED_AFTER = 2  # sessions passed at a level before the next one is suggested


def level_of(talk: Talk) -> str | None:
    entity = talk.reading.first("difficulty")
    if entity is not None and entity.value in LEVELS:
        return str(entity.value)
    return next((code for code, words in LEVEL_WORDS.items() if re.search(words, talk.text)), None)


def suggested_level(talk: Talk) -> str:
    """The lowest level not yet passed twice."""
    passed = [s.difficulty for s in store.finished(talk.session, talk.actor) if s.passed and s.way in ("learn", "real")]
    return next((code for code in LEVELS if passed.count(code) < RAISED_AFTER), LEVELS[-1])


def begin(
    talk: Talk, persona: Persona, way: str, level: str, *, stage: str = "", client_id: int | None = None
) -> Reply:
    """Open a session: briefing, then the first words of the client or of whoever stands before the door."""
    book = talk.library.practice
    world = client.world(book, persona, level, seed_for(talk, persona.id))
    state, first = client.begin(world)
    leave_open(talk)
    row = store.add(
        talk.session,
        talk.actor,
        talk.conversation.id,
        way=way,
        stage=stage,
        persona_code=persona.id,
        persona=persona.to_json(),
        client_id=client_id,
        difficulty=level,
        seed=world.seed,
        level=store.frozen_level(world.level, world.temper),
        rubric=world.rubric.to_json(),
        rubric_version=world.rubric.version,
        state={"client": state.to_json(), "last": first.splitlines()[-1]},
    )
    enter(talk)
    brief = cards.brief_card(persona, world.temper, world.level, way)
    brief["session"] = row.id
    speaker = persona.gatekeeper.who if state.gate else persona.name
    end = button("结束对练", "end_practice")
    buttons = (button("提示", "hint"), end) if way in ("learn", "rehearsal") else (end,)
    return Reply((Message(brief["text"], card=brief), Message(f"{speaker}：{first}", buttons)))


def seed_for(talk: Talk, what: str) -> int:
    """A number from who practises what for the how-many-eth time: not from the clock, so that it can be played again."""
    count = store.count_finished(talk.session, talk.actor)
    return crc32(f"{talk.actor.user_id}|{what}|{count}".encode()) % 1_000_000


def leave_open(talk: Talk) -> None:
    """A practice that is still open in this conversation stays open, to be resumed; an empty one goes."""
    row = talk.practice
    if row is not None and not row.turns and row.way != "exam":
        talk.session.delete(row)
        talk.session.flush()
    elif row is not None:
        pause(talk)
        row.conversation_id = None
