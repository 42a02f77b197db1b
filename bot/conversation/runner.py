"""Runs one use case in one unit of work: all of it is stored, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.conversation.messages import Reply, say
from bot.conversation.state import snapshot
from bot.conversation.talk import Talk
from bot.knowledge.library import Library
from bot.papers.links import Links
from bot.reading import Entity, Reading
from bot.store import access, visits
from bot.store.books import Books
from bot.store.database import Database
from bot.store.shelf import Shelf
from bot.store.tables import Turn
from bot.store.visits import last_typed
from bot.zh.extract import extract

Handler = Callable[[Talk], Reply]

ERRORS: Mapping[type[Exception], str] = {  # the one table from error to reply
    access.NotReachable: "没有找到这位客户。不在您名下的客户看不到。",
}


CONFIRMED = {"new_prospect", "update", "restart", "yes_no"}  # kinds of `pending` that a yes carries out
UNSURE = {"nlu_fallback", "help"}  # turns after which the question still stands


READING = (
    "intent",
    "intent_ranking",
    "entities",
    "move",
    "stance",
    "needs",
    "clauses",
    "fallback",
)  # what is kept of it


class UnknownConversation(Exception):
    """The dialogue server named a conversation that the gateway did not open."""


class TurnOver(Exception):
    """The turn was answered already, or given back for a retry: what an action did late must not count."""


QUANTITIES = ("amount", "rate", "count", "duration", "date")


def with_quantities(reading: Reading, now: datetime) -> Reading:
    """Put in every figure and date that the rules of bot/zh find: what is taken down must not hang on how a tagger
    judged the sentence."""
    if reading.text.startswith("/"):
        return reading
    kept = [e for e in reading.entities if e.type not in QUANTITIES]
    for span in extract(reading.text, now):
        if all(e.end <= span.start or span.end <= e.start for e in kept):
            kept.append(Entity(span.type, span.text, span.start, span.end, span.value))
    return replace(reading, entities=tuple(sorted(kept, key=lambda e: e.start)))


@dataclass(frozen=True)
class Done:
    """What an action stored for its turn, so that the gateway need not read it again."""

    turn: int
    messages: list[dict[str, Any]]
    state: dict[str, Any]
    seconds: float = 0.0


class Runner:
    """Opens the unit of work, finds who speaks, runs the handler. `clock` gives aware local time."""

    def __init__(
        self,
        database: Database,
        library: Library,
        books: Books,
        clock: Callable[[], datetime],
        links: Links | None = None,
    ) -> None:
        self.database, self.library, self.books, self.clock, self.links = database, library, books, clock, links
        self.shelf = Shelf(library)
        self._done: dict[str, Done] = {}

    def run(self, conversation_id: str, handler: Handler, raw: Mapping[str, Any]) -> Reply:
        """Return the reply; raises UnknownConversation, and whatever the handler raises beyond ERRORS."""
        started = time.perf_counter()
        with self.database.session() as session:
            conversation = visits.conversation_with_visit(session, conversation_id)
            if conversation is None:
                raise UnknownConversation(conversation_id)
            now = self.clock()
            talk = Talk(
                session=session,
                actor=access.actor_of(conversation.user),
                conversation=conversation,
                reading=with_quantities(Reading.of(raw), now),
                library=self.shelf.library(session, now.date()),
                books=self.books,
                now=now,
                links=self.links,
            )
            waiting = conversation.pending
            try:
                reply = handler(talk)
            except tuple(ERRORS) as error:
                session.rollback()
                reply = say(ERRORS[type(error)])
            _forget(talk, waiting)
            done = _keep_answer(talk, reply, raw)
            session.commit()
        self._done[conversation_id] = replace(done, seconds=time.perf_counter() - started)
        return reply

    def take_done(self, conversation_id: str) -> Done | None:
        """Return what the last action of the conversation stored, once; None when none ran in this process."""
        return self._done.pop(conversation_id, None)


def _keep_answer(talk: Talk, reply: Reply, raw: Mapping[str, Any]) -> Done:
    """Store the answer with what it did: a retry after a lost connection is answered, not done again."""
    done = Done(talk.turn, [m.to_json() for m in reply.messages], snapshot(talk.conversation, talk.library.bank))
    kept = visits.keep_answer(
        talk.session,
        talk.conversation.id,
        talk.turn,
        messages=done.messages,
        state=done.state,
        visit_id=talk.conversation.visit_id,
        reading={key: raw.get(key) for key in READING},
    )
    if not kept:
        raise TurnOver(talk.conversation.id)
    return done


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
        again = with_quantities(Reading.of({**(last.reading or {}), "text": last.text}), talk.now)
        talk.reading = replace(again, intent=str(wanted.value), confidence=1.0)
        return handler(talk)

    return run


def pressed(presses: Mapping[str, Handler]) -> Handler:
    """Return a handler that runs what the pressed button names: `/press{"do": …, "key"?: …, "value"?: …}`."""

    def run(talk: Talk) -> Reply:
        wanted = talk.reading.first("do")
        handler = presses.get(str(wanted.value)) if wanted else None
        return handler(talk) if handler else say("这个按钮已经不能用了，请直接打字告诉我要做什么。")

    return run


def answered(handler: Handler, answer: str, presses: Mapping[str, Handler]) -> Handler:
    """Return a handler for a yes or no (`answer`: "yes" | "no"): it does what `Talk.ask_yes_no` was given, else what
    `handler` makes of it."""

    def run(talk: Talk) -> Reply:
        pending = talk.conversation.pending or {}
        wanted = pending.get(answer) if pending.get("kind") == "yes_no" else None
        if not wanted:
            return handler(talk)
        talk.pend(None)
        found = [Entity(k, str(v), 0, 0, str(v)) for k, v in wanted.items()]
        talk.reading = replace(talk.reading, entities=tuple(found))
        return pressed(presses)(talk)

    return run
