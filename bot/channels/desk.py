"""Answers one message of a channel: who speaks, what is meant here, which conversation it belongs to.

What a stranger is told names no client and no colleague. Everything else goes to the gateway with the message's own key,
so that a second try finds the answer and does nothing twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels import sentences
from bot.channels.message import WECHAT, WECOM, Choice, Part, Rendered, text_part
from bot.channels.render import MORE, Look, chosen, render
from bot.conversation.gateway import Busy, DialogueDown, Gateway
from bot.store import access, channels, identity, outbox
from bot.store.channels import Job
from bot.store.database import Database
from bot.visit.bank import Bank

WECOM_LOOK = Look(parts=4, buttons=6, button_bytes=30)
WECHAT_LOOK = Look(parts=3)
WECHAT_REPLY_ONLY = Look(parts=1)
FIGURES = {"count", "money", "rate", "duration"}  # kinds of facts that a bare figure answers
TIRED_AFTER = timedelta(minutes=10)  # of a dialogue server that does not come back
CODE = re.compile(r"(?:绑定码?|bind)?\s*[:：]?\s*([0-9]{8})")
DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class Later(Exception):
    """It cannot be answered now; try again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds}s")
        self.seconds = seconds


@dataclass(frozen=True)
class Speaker:
    """A bound user, or nobody: then `actor` is None."""

    actor: access.Actor | None
    name: str = ""


@dataclass
class Desk:
    """`secret` keys the bind codes; `writes_wechat` says whether more than one message may follow in a 公众号."""

    database: Database
    gateway: Gateway
    bank: Bank
    clock: Callable[[], datetime]
    secret: str
    staff_by_username: bool
    writes_wechat: Callable[[], bool]

    async def answer(self, job: Job) -> Rendered:
        """Raises Later, and whatever a turn may raise beyond that."""
        kind = job.content["kind"]
        if kind in ("silent", "unsubscribe"):
            return Rendered(())
        if kind == "group":
            return _say(sentences.GROUP)
        speaker = await asyncio.to_thread(self._speaker, job)
        if speaker.actor is None:
            return await asyncio.to_thread(self._to_a_stranger, job)
        if kind == "subscribe":
            return _say(sentences.WELCOME)
        if kind == "unsupported":
            what = job.content.get("text", "")
            return _say(sentences.UNHEARD if what == "语音" else sentences.UNSUPPORTED.format(what=what))
        local = await asyncio.to_thread(self._here, job, speaker)
        if local is not None:
            return local
        return await self._turn(job, speaker.actor)

    # --- who speaks

    def _speaker(self, job: Job) -> Speaker:
        with self.database.session() as session:
            if job.channel == WECOM:
                user = identity.staff_user(session, job.subject, self.staff_by_username, self.clock())
                session.commit()
            else:
                user = identity.user_of(session, job.channel, job.subject)
            return Speaker(access.actor_of(user), user.display_name or user.username) if user else Speaker(None)

    def _to_a_stranger(self, job: Job) -> Rendered:
        code = CODE.fullmatch(_typed(job)) if job.content["kind"] == "text" and job.channel == WECHAT else None
        if code is None:
            return _say(sentences.STRANGER[job.channel])
        with self.database.session() as session:
            bound = identity.redeem(session, job.lane, code.group(1), self.secret, self.clock())
            session.commit()
        if bound.outcome == "bound":
            return _say((sentences.BOUND_MOVED if bound.replaced else sentences.BOUND).format(name=bound.name))
        return _say(sentences.TOO_MANY_CODES if bound.outcome == "refused" else sentences.WRONG_CODE)

    # --- what is answered here, without a turn

    def _here(self, job: Job, speaker: Speaker) -> Rendered | None:
        if job.content["kind"] != "text":
            return None
        typed = _typed(job)
        if job.channel == WECHAT and typed in sentences.UNBIND:
            return self._unbind(speaker)
        code = CODE.fullmatch(typed)
        if job.channel == WECHAT and code is not None and not typed.isdecimal():
            return _say(sentences.ALREADY.format(name=speaker.name))
        return self._rest(job) if typed in sentences.CONTINUE else None

    def _unbind(self, speaker: Speaker) -> Rendered:
        assert speaker.actor is not None
        with self.database.session() as session:
            identity.unbind(session, speaker.actor, speaker.actor.user_id, self.clock(), channel=WECHAT)
            session.commit()
        return _say(sentences.UNBOUND)

    def _rest(self, job: Job) -> Rendered | None:
        """The next part that waits; None when none does, then “继续” is an ordinary sentence."""
        with self.database.session() as session:
            if not outbox.parked(session, job.lane):
                return None
        return Rendered((Part({"kind": "parked"}),), choices=KEEP)

    # --- the turn

    async def _turn(self, job: Job, actor: access.Actor) -> Rendered:
        text, pressed = await asyncio.to_thread(self._meant, job)
        if not text:
            return _say(sentences.STALE)
        conversation = await asyncio.to_thread(self._conversation, job, actor)
        try:
            answer = await self._in_conversation(actor, text, conversation, job)
        except Busy:
            raise Later(1) from None
        except DialogueDown:
            if self.clock() - job.received_at > TIRED_AFTER:
                return _say(sentences.DOWN)
            raise Later(min(30, 2**job.attempts)) from None
        look = WECOM_LOOK if job.channel == WECOM else WECHAT_LOOK if self.writes_wechat() else WECHAT_REPLY_ONLY
        shown = render(answer, look, self._figure_expected(answer))
        return replace(shown, parts=(*pressed, *shown.parts))

    async def _in_conversation(
        self, actor: access.Actor, text: str, conversation: str | None, job: Job
    ) -> Mapping[str, Any]:
        key = turn_key(job.channel, job.key)
        try:
            return await self.gateway.turn(actor, text, conversation, key, job.channel)
        except access.NotReachable:  # no longer this user's: the sender was bound to another one since
            return await self.gateway.turn(actor, text, None, key, job.channel)

    def _conversation(self, job: Job, actor: access.Actor) -> str | None:
        if job.conversation:
            return job.conversation
        with self.database.session() as session:
            found = channels.current_conversation(session, actor, self.clock())
            if found is not None:
                channels.put_in(session, job.id, found)
                session.commit()
            return found

    def _meant(self, job: Job) -> tuple[str, tuple[Part, ...]]:
        """Return what the turn gets, and the part that turns a pressed card off; "" for a button that is gone."""
        text = str(job.content.get("text") or "")
        if job.content["kind"] == "press" and job.content.get("card"):
            return self._card(job, text)
        return chosen(text, job.choices) or text, ()

    def _card(self, job: Job, key: str) -> tuple[str, tuple[Part, ...]]:
        with self.database.session() as session:
            choices = outbox.card_choices(session, job.lane, str(job.content["card"]))
        if not key.isdecimal() or int(key) >= len(choices):
            return "", ()
        code, choice = job.content.get("response_code"), choices[int(key)]
        used = Part({"kind": "used", "title": choice["title"], "response_code": code})
        return choice["payload"], (used,) if code else ()

    def _figure_expected(self, answer: Mapping[str, Any]) -> bool:
        """Whether a bare figure would be the client's answer to the open question."""
        asked = (answer.get("state") or {}).get("question") or {}
        question = self.bank.questions.get(str(asked.get("id")))
        fills = question.fills if question is not None else ()
        return any(self.bank.facts[code].kind in FIGURES for code in fills if code in self.bank.facts)


KEEP = (Choice("", ""),)  # stands for: what a number means stays as it was


def _typed(job: Job) -> str:
    return str(job.content.get("text") or "").translate(DIGITS).strip()


def _say(text: str) -> Rendered:
    return Rendered((text_part(text),))


def turn_key(channel: str, key: str) -> str:
    """Return the gateway's key of a message, at most 60 characters."""
    return f"{channel}:{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def columns(job: Job, shown: Rendered, reply_until: datetime | None, now: datetime) -> Sequence[Mapping[str, Any]]:
    """Return the outbox rows of an answer. Until `reply_until` the first part may go into the platform's own call."""
    rows: list[Mapping[str, Any]] = []
    for n, part in enumerate(shown.parts):
        inside = n == 0 and reply_until is not None and now < reply_until
        rows.append(
            {
                "body": dict(part.body),
                "via": "reply" if inside else "api",
                "status": "waiting",
                "not_before": reply_until if inside else None,
            }
        )
    rows += [{"body": dict(p.body), "via": "api", "status": "parked"} for p in shown.rest]
    return rows


def with_hint(body: Mapping[str, Any], left: int) -> dict[str, Any]:
    """Say that more is to come, once."""
    text = str(body["text"])
    return {**body, "text": f"{text}\n{MORE}"} if left and MORE not in text else dict(body)
