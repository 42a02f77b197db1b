"""Runs one use case in one unit of work: all of it is stored, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conversation.messages import Reply, say
from bot.conversation.state import snapshot
from bot.conversation.talk import Talk
from bot.knowledge.library import Library
from bot.reading import Reading
from bot.store import access, visits
from bot.store.books import Books
from bot.store.database import Database
from bot.store.tables import Conversation, Turn
from bot.store.visits import last_typed

Handler = Callable[[Talk], Reply]

ERRORS: Mapping[type[Exception], str] = {  # the one table from error to reply
    access.NotReachable: "没有找到这位客户。不在您名下的客户看不到。",
}


CONFIRMED = {"new_prospect", "update", "restart"}  # kinds of `pending` that a yes carries out
UNSURE = {"nlu_fallback", "help"}  # turns after which the question still stands


class UnknownConversation(Exception):
    """The dialogue server named a conversation that the gateway did not open."""


class Runner:
    """Opens the unit of work, finds who speaks, runs the handler. `clock` gives aware local time."""

    def __init__(self, database: Database, library: Library, books: Books, clock: Callable[[], datetime]) -> None:
        self.database, self.library, self.books, self.clock = database, library, books, clock
        self._seconds: dict[str, float] = {}

    def run(self, conversation_id: str, handler: Handler, raw: Mapping[str, Any]) -> Reply:
        """Return the reply; raises UnknownConversation, and whatever the handler raises beyond ERRORS."""
        started = time.perf_counter()
        with self.database.session() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                raise UnknownConversation(conversation_id)
            talk = Talk(
                session=session,
                actor=access.actor_of(conversation.user),
                conversation=conversation,
                reading=Reading.of(raw),
                library=self.library,
                books=self.books,
                now=self.clock(),
            )
            waiting = conversation.pending
            try:
                reply = handler(talk)
            except tuple(ERRORS) as error:
                session.rollback()
                return say(ERRORS[type(error)])
            _forget(talk, waiting)
            _keep_answer(talk, reply)
            session.commit()
        self._seconds[conversation_id] = time.perf_counter() - started
        return reply

    def take_seconds(self, conversation_id: str) -> float:
        """Return how long the last action of the conversation took, once; 0 when none ran."""
        return self._seconds.pop(conversation_id, 0.0)


def _keep_answer(talk: Talk, reply: Reply) -> None:
    """Store the answer with what it did: a retry after a lost connection is answered, not done again."""
    turn = visits.turn_number(talk.session, talk.conversation.id, talk.turn)
    if turn is not None:
        turn.messages = [message.to_json() for message in reply.messages]
        turn.state = snapshot(talk.conversation, talk.library.bank)
        turn.visit_id = talk.conversation.visit_id


def _forget(talk: Talk, waiting: Mapping[str, Any] | None) -> None:
    """A yes or no is waited for in the very next turn: a 好 said later confirms nothing any more."""
    still = talk.conversation.pending
    if still is not None and still is waiting and still["kind"] in CONFIRMED and talk.reading.intent not in UNSURE:
        talk.pend(None)


def reread(handlers: Mapping[str, Handler]) -> Handler:
    """Return a handler that takes the last sentence again, with the reading that the manager picked."""

    def run(talk: Talk) -> Reply:
        wanted = talk.reading.first("intent")
        last: Turn | None = last_typed(talk.session, talk.conversation.id)
        handler = handlers.get(str(wanted.value)) if wanted else None
        if handler is None or last is None or wanted is None:
            return say("没找到刚才那句话，请再打一遍。")
        talk.reading = replace(
            Reading.of({**(last.reading or {}), "text": last.text}), intent=str(wanted.value), confidence=1.0
        )
        return handler(talk)

    return run
