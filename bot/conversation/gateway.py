"""One turn from the outside: who may talk here, what the dialogue server needs to know, what is answered and kept.

Turns of one conversation run one after another. A message with a `key` is answered exactly once: the row is claimed
before the work, and a retry gets the stored answer.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from ulid import ULID

from bot.conversation.following import leaning
from bot.conversation.messages import command
from bot.conversation.order import Order
from bot.conversation.runner import Done
from bot.conversation.state import snapshot
from bot.knowledge.library import Library
from bot.store import access, practice, visits
from bot.store.books import Books
from bot.store.database import Database
from bot.store.shelf import Shelf
from bot.store.tables import Conversation, Turn, utc_now
from bot.visit.model import VisitState
from bot.visit.yesno import agrees, denies

AFTER_PROPOSAL = "这个方案您觉得怎么样？"  # what the client was asked when no question of the bank stands open
ABANDONED_AFTER = timedelta(seconds=90)  # well beyond WENXU_TURN_TIMEOUT
NUMBERED = re.compile(r"^\s*(?:第)?\s*([0-9０-９]{1,2}|[一二三四五六七八九十])\s*(?:个|条|号|项)?\s*[.。、]?\s*$")
YES_OR_NO = {"new_prospect", "update", "restart", "yes_no"}  # kinds of `pending` that a yes or no answers
LONGEST_TITLE = 30  # characters; longer texts press no button
HAN_DIGITS = "零一二三四五六七八九十"


class DialogueDown(Exception):
    """The dialogue server cannot answer now."""


class Busy(Exception):
    """The same message is being answered at this moment."""


class Claim(Protocol):
    """Somebody who says who they are; checked in the turn's own unit of work."""

    def actor(self, session: Any) -> access.Actor: ...


Speaker = access.Actor | Claim


class Dialogue(Protocol):
    """The dialogue server, as the gateway uses it."""

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]: ...

    async def parse(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]: ...


@dataclass
class Claimed:
    """A turn that is ours to answer, or `answer` when it was answered before."""

    conversation: str
    text: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    fresh: bool = False
    answer: dict[str, Any] | None = None
    number: int = 0


@dataclass
class Gateway:
    database: Database
    library: Library
    books: Books
    dialogue: Dialogue
    clock: Callable[[], datetime]
    observe: Callable[[str, str, Mapping[str, float], str | None], None] = lambda mode, intent, parts, fallback: None
    take_done: Callable[[str], Done | None] = lambda conversation: None
    shelf: Shelf | None = None  # the catalogue as the database has it
    order: Order = field(default_factory=Order)
    _began: datetime = field(default_factory=utc_now)

    async def turn(
        self,
        speaker: Speaker,
        text: str,
        conversation: str | None = None,
        key: str | None = None,
        channel: str = "web",
    ) -> dict[str, Any]:
        """Return the contract's answer of `POST /api/chat`.

        Raises what the speaker's claim raises when it does not hold, access.NotReachable for a conversation that is not the actor's, Busy for a retry that overtakes the
        first try, DialogueDown.
        """
        async with self.order.hold(conversation or (f"first:{key}" if key else None)):
            return await self._answer(speaker, text, conversation, key, channel)

    async def _answer(
        self, speaker: Speaker, text: str, conversation: str | None, key: str | None, channel: str
    ) -> dict[str, Any]:
        times = {"start": time.perf_counter()}
        claimed = await asyncio.to_thread(self._claim, speaker, text, conversation, key, channel)
        if claimed.answer is not None:
            return claimed.answer
        times["claimed"] = time.perf_counter()
        try:
            result = await self.dialogue.turn(claimed.conversation, claimed.text, claimed.metadata)
        except BaseException:
            await asyncio.to_thread(self._release, claimed)
            raise
        times["answered"] = time.perf_counter()
        done = self.take_done(claimed.conversation)
        if done is None or done.turn != claimed.number or claimed.fresh:  # the action may have run in another process
            answer = await self._completed(claimed, result)
        else:
            answer = {
                "conversation": claimed.conversation,
                "turn": done.turn,
                "messages": done.messages,
                "state": done.state,
            }
        self._measure(claimed, result, times, done.seconds if done else 0.0)
        return answer

    def _measure(self, claimed: Claimed, result: Mapping[str, Any], times: Mapping[str, float], action: float) -> None:
        """Report where the turn's time went: parse, policy (rules and hand-over), action, store, total; in seconds."""
        end, timing = time.perf_counter(), result.get("timing") or {}
        parse = timing.get("parse", 0.0)
        parts = {
            "parse": parse,
            "action": action,
            "policy": max(0.0, timing.get("rasa", parse + action) - parse - action),
            "store": times["claimed"] - times["start"] + end - times["answered"],
            "total": end - times["start"],
        }
        reading = result.get("reading") or {}
        intent = (reading.get("intent") or {}).get("name") or ""
        self.observe(claimed.metadata["mode"], intent, parts, reading.get("fallback"))

    def _claim(
        self, speaker: Speaker, text: str, conversation_id: str | None, key: str | None, channel: str
    ) -> Claimed:
        with self.database.session() as session:
            actor = speaker if isinstance(speaker, access.Actor) else speaker.actor(session)
            if conversation_id is None:
                first = visits.first_turn_with_key(session, actor.user_id, key) if key else None
                if first is not None and not self._abandoned(session, first):  # a retry of the first message
                    return _claimed_before(first.conversation_id, first)
                conversation = (
                    session.get_one(Conversation, first.conversation_id)
                    if first is not None
                    else Conversation(id=f"c_{ULID()}", user_id=actor.user_id, channel=channel, mode="idle", turns=0)
                )
                session.add(conversation)
                session.flush()
            else:
                conversation = access.conversation_of(session, actor, conversation_id)
                earlier = visits.turn_with_key(session, conversation_id, key) if key else None
                if earlier is not None and not self._abandoned(session, earlier):
                    return _claimed_before(conversation_id, earlier)
            shown = visits.messages_of(session, conversation.id, conversation.turns) if _may_press(text) else []
            conversation.turns += 1
            conversation.updated_at = utc_now()
            session.add(
                Turn(
                    conversation_id=conversation.id,
                    number=conversation.turns,
                    key=key,
                    text=text,
                    visit_id=conversation.visit_id,
                )
            )
            metadata = self._metadata(session, actor, conversation, text)
            pending = conversation.pending = _still_asked(conversation)
            typed = (
                _choice(text, pending)
                or self._awaited(pending, metadata, text)
                or _pressed(text, shown)
                or _yes_or_no(text, pending)
                or self._follow_up(session, conversation, text)
                or text
            )
            if pending and pending.get("kind") == "choose":
                conversation.pending = None  # a list is picked from by the very next turn, or not at all
            session.commit()
            return Claimed(conversation.id, typed, metadata, fresh=conversation_id is None, number=conversation.turns)

    def _abandoned(self, session: Any, turn: Turn) -> bool:
        """Whether a process died over the turn before it did anything; then it is taken away, to be made anew.

        Under a lease the one who had it is gone; alone, whoever was at it before we began is.
        """
        if turn.state is not None:
            return False
        gone = not self.order.alone or turn.at < self._began
        if not gone and utc_now() - turn.at < ABANDONED_AFTER:
            return False
        conversation = session.get_one(Conversation, turn.conversation_id)
        if turn.number == conversation.turns:
            conversation.turns -= 1
        session.delete(turn)
        session.flush()
        return True

    def _metadata(self, session: Any, actor: access.Actor, conversation: Conversation, text: str) -> dict[str, Any]:
        context = ""
        if conversation.mode == "visit" and conversation.visit is not None:
            state = VisitState.from_json(conversation.visit.state)
            context = (
                state.open.text if state.open else AFTER_PROPOSAL if state.phase in ("proposal", "commitment") else ""
            )
        return {
            "mode": conversation.mode,
            "context": practice.last_words(session, conversation) or context,
            "mentions": self.mentions(session, actor, text),
            "now": self.clock().isoformat(),
        }

    def mentions(self, session: Any, actor: access.Actor, text: str) -> list[dict[str, Any]]:
        """Return the clients of the actor's own book that the text names."""
        if text.startswith("/"):
            return []
        found = self.books.index(session, actor).mentions(text)
        return [{"start": m.start, "end": m.end, "id": m.id, "name": text[m.start : m.end]} for m in found]

    def _follow_up(self, session: Any, conversation: Conversation, text: str) -> str | None:
        """A short sentence right after a look-up that leans on it: 那起点呢, 第二个呢."""
        if conversation.mode == "practice" or not conversation.focus:
            return None
        shelf, today = self.shelf, self.clock().date()
        do = leaning(
            text,
            conversation.focus,
            conversation.mode,
            lambda: shelf.library(session, today) if shelf else self.library,
            conversation.turns,
        )
        return command("press", do=do, value=text) if do else None

    def _awaited(self, pending: Mapping[str, Any] | None, metadata: Mapping[str, Any], text: str) -> str | None:
        """A bare client name answers the question which client to visit."""
        if not pending or pending.get("kind") != "client_name" or len(metadata["mentions"]) != 1:
            return None
        mention = metadata["mentions"][0]
        return (
            f'/start_visit{{"client": "{mention["id"]}"}}'
            if len(text.strip()) - (mention["end"] - mention["start"]) <= 2
            else None
        )

    def _release(self, claimed: Claimed) -> None:
        """Give the turn back, so that a retry can be answered; one that was answered meanwhile stays."""
        with self.database.session() as session:
            if visits.drop_unanswered(session, claimed.conversation, claimed.number):
                session.get_one(Conversation, claimed.conversation).turns -= 1
                session.commit()

    async def _completed(self, claimed: Claimed, result: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await asyncio.to_thread(self._finish, claimed, result)
        except DialogueDown:
            await asyncio.to_thread(self._release, claimed)
            raise

    def _finish(self, claimed: Claimed, result: Mapping[str, Any]) -> dict[str, Any]:
        """Complete the answer of a turn that another process's action stored, or that no action answered."""
        with self.database.session() as session:
            conversation = session.get(Conversation, claimed.conversation)
            assert conversation is not None
            turn = visits.turn_number(session, claimed.conversation, conversation.turns)
            assert turn is not None
            stored = turn.messages if turn.state is not None else result.get("messages")
            if turn.state is None and not stored:  # the action was never reached: nothing was done
                raise DialogueDown
            messages = list(stored or []) or [{"text": "这一句没能处理好，请再说一遍。"}]
            if claimed.fresh:
                messages += _resume_offer(session, conversation)
            state = snapshot(conversation, self.library.bank)
            turn.messages, turn.state = messages, state
            turn.reading = turn.reading or result.get("reading")
            turn.visit_id = conversation.visit_id
            session.commit()
            number = turn.number
        return {"conversation": claimed.conversation, "turn": number, "messages": messages, "state": state}

    async def nlu(self, actor: access.Actor, text: str, mode: str, context: str) -> dict[str, Any]:
        """Return what was understood, as the contract's `POST /api/nlu` gives it. No side effect."""
        metadata = await asyncio.to_thread(self._nlu_metadata, actor, text, mode, context)
        return await self.dialogue.parse(text, metadata)

    def _nlu_metadata(self, actor: access.Actor, text: str, mode: str, context: str) -> dict[str, Any]:
        with self.database.session() as session:
            found = self.mentions(session, actor, text)
        return {"mode": mode, "context": context, "mentions": found, "now": self.clock().isoformat()}


def _claimed_before(conversation_id: str, turn: Turn) -> Claimed:
    """Return the stored answer of a turn; raises Busy while there is none."""
    if turn.state is None:
        raise Busy
    answer = {"conversation": conversation_id, "turn": turn.number, "messages": turn.messages, "state": turn.state}
    return Claimed(conversation_id, answer=answer)


def _choice(text: str, pending: Mapping[str, Any] | None) -> str | None:
    """A bare number, or the title itself, picks from the list that was just shown."""
    if not pending or pending.get("kind") != "choose":
        return None
    options, titles = pending["options"], pending.get("titles") or []
    if text.strip() in titles:
        return str(options[titles.index(text.strip())])
    match = NUMBERED.match(text)
    if not match:
        return None
    figure = match.group(1)
    number = HAN_DIGITS.index(figure) if figure in HAN_DIGITS else int(figure)
    return str(options[number - 1]) if 1 <= number <= len(options) else None


def _still_asked(conversation: Conversation) -> dict[str, Any] | None:
    """What the bot waits for. A yes or no belongs to the question just before it: later it would confirm by accident."""
    pending = conversation.pending
    if pending and pending["kind"] in YES_OR_NO and pending.get("turn", 0) < conversation.turns - 1:
        return None
    return pending


def _yes_or_no(text: str, pending: Mapping[str, Any] | None) -> str | None:
    """A plain yes or no to what was just asked, whatever else the sentence could be read as."""
    if not pending or pending["kind"] not in YES_OR_NO:
        return None
    return "/affirm" if agrees(text) else "/deny" if denies(text) else None


def _may_press(text: str) -> bool:
    return not text.startswith("/") and len(text) <= LONGEST_TITLE


def _pressed(text: str, shown: Sequence[Mapping[str, Any]]) -> str | None:
    """The title of a button that was just shown presses it, also where there are no buttons to press."""
    buttons = [b for m in shown for b in m.get("buttons") or ()]
    return next((str(b["payload"]) for b in buttons if b["title"] == text.strip()), None)


def _resume_offer(session: Any, conversation: Conversation) -> list[dict[str, Any]]:
    """An unfinished visit or practice is offered at the beginning of a new conversation, not resumed by itself."""
    if conversation.mode != "idle":
        return []
    actor = access.actor_of(conversation.user)
    waiting = visits.unfinished(session, actor)
    played = [{"title": title, "payload": payload} for title, payload in practice.resume_buttons(session, actor)]
    buttons = [
        {
            "title": f"接着和{v.client.short_name or v.client.name}",
            "payload": f'/resume_visit{{"client": "{v.client_id}", "visit": "{v.id}"}}',
        }
        for v in waiting[:3]
    ]
    what = "和".join(name for name, there in (("拜访", buttons), ("对练", played)) if there)
    return [{"text": f"您有没做完的{what}，要接着来吗？", "buttons": [*buttons, *played]}] if what else []
