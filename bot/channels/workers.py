"""The loops that answer what came in and send what goes out: a few at a time, every person in turn.

Each process has its own; the database decides who does what. A process that dies leaves leases that end by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.channels.desk import KEEP, Desk, Later, columns, with_hint
from bot.channels.message import WECHAT, Rendered, text_part
from bot.channels.postman import Postman
from bot.channels.sentences import FAILED
from bot.ops.logging import get_logger
from bot.store import channels, outbox
from bot.store.channels import Job
from bot.store.database import Database

log = get_logger("channels")
T = TypeVar("T")
LEASE = timedelta(seconds=15)
RENEW = 4.0  # s
POLL = 1.0  # s between looks at what other processes left behind
AT_ONCE = 8  # persons answered, and parts sent, at the same time
TRIES = 3  # of a message whose turn fails
REPLY_WITHIN = timedelta(seconds=5)  # the platform waits for an answer inside its call
KEEP_FOR = timedelta(days=3)
CLEAN_EVERY = 3600.0  # s


@dataclass
class Workers:
    database: Database
    desk: Desk
    postman: Postman
    owner: str
    clock: Callable[[], datetime]
    poll: float = POLL
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _to_send: asyncio.Event = field(default_factory=asyncio.Event)
    _done: dict[int, asyncio.Event] = field(default_factory=dict)
    _loops: list[asyncio.Task[None]] = field(default_factory=list)
    _busy: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: bool = False

    def start(self) -> None:
        self._loops = [
            asyncio.create_task(self._every(self._came, self._claim_job, self._work)),
            asyncio.create_task(self._every(self._to_send, self._claim_letter, self._post)),
            asyncio.create_task(self._clean()),
        ]

    async def stop(self) -> None:
        """Let what is under way end; the rest is another's."""
        self._stopping = True
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._busy:
            await asyncio.wait(self._busy, timeout=10)

    def wake(self) -> None:
        self._came.set()

    async def until_done(self, inbound: int, seconds: float) -> bool:
        """Wait for an answer, of this process or another; return whether there is one."""
        event = self._done.setdefault(inbound, asyncio.Event())
        end = asyncio.get_running_loop().time() + seconds
        try:
            while not await asyncio.to_thread(self._is_done, inbound):
                left = end - asyncio.get_running_loop().time()
                if left <= 0:
                    return False
                await _pause(event, min(left, 0.25))
            return True
        finally:
            self._done.pop(inbound, None)

    def _is_done(self, inbound: int) -> bool:
        with self.database.session() as session:
            return channels.is_done(session, inbound)

    async def take_reply(self, inbound: int) -> str | None:
        """Return the part that goes into the platform's call; what follows it may be sent from now on."""
        text = await asyncio.to_thread(self._take_reply, inbound)
        self._to_send.set()
        return text

    def _take_reply(self, inbound: int) -> str | None:
        with self.database.session() as session:
            text = outbox.take_reply(session, inbound, self.clock())
            session.commit()
            return text

    # --- loops

    async def _every(
        self, wake: asyncio.Event, claim: Callable[[], T | None], work: Callable[[T], Awaitable[None]]
    ) -> None:
        """Claim and start until nothing is left, then wait to be woken."""
        room = asyncio.Semaphore(AT_ONCE)
        while not self._stopping:
            await room.acquire()
            wake.clear()
            found = None
            try:
                found = await asyncio.to_thread(claim)
            except Exception as error:  # the database is away: it will be back
                log.error("channel_claim_failed", error=type(error).__name__)
            if found is None:
                room.release()
                await _pause(wake, self.poll)
                continue
            task = asyncio.ensure_future(work(found))
            self._busy.add(task)
            task.add_done_callback(lambda t: (self._busy.discard(t), room.release()))  # type: ignore[func-returns-value]

    def _claim_job(self) -> Job | None:
        with self.database.session() as session:
            return channels.claim_lane(session, self.owner, self.clock(), LEASE)

    def _claim_letter(self) -> outbox.Letter | None:
        with self.database.session() as session:
            return outbox.claim_letter(session, self.owner, self.clock(), LEASE)

    async def _clean(self) -> None:
        while True:
            with contextlib.suppress(Exception):
                await asyncio.to_thread(self._forget)
            await asyncio.sleep(CLEAN_EVERY)

    def _forget(self) -> None:
        with self.database.session() as session:
            channels.forget_old(session, self.clock(), KEEP_FOR)
            session.commit()

    # --- one message

    async def _work(self, job: Job) -> None:
        beat = asyncio.create_task(self._beat(job.lane))
        try:
            shown, wait = await self._answered(job)
            if shown is None:
                await asyncio.to_thread(self._put_back, job, wait)
            else:
                await asyncio.to_thread(self._keep, job, shown)
        except Exception as error:  # the database is away: the lease ends, the message is taken again
            log.error("channel_message_failed", channel=job.channel, error=type(error).__name__, exc_info=error)
        finally:
            beat.cancel()
            self._say_done(job.id)

    async def _answered(self, job: Job) -> tuple[Rendered | None, int]:
        """Return the answer, or None and after how many seconds to try again."""
        try:
            return await self.desk.answer(job), 0
        except Later as later:
            return None, later.seconds
        except Exception as error:
            log.error(
                "channel_turn_failed",
                channel=job.channel,
                attempt=job.attempts,
                error=type(error).__name__,
                exc_info=error,
            )
            if job.attempts < TRIES:
                return None, 2**job.attempts
            return Rendered((text_part(FAILED),)), 0

    def _keep(self, job: Job, shown: Rendered) -> None:
        now = self.clock()
        until = job.received_at + REPLY_WITHIN if job.channel == WECHAT else None
        choices = None if shown.choices == KEEP else [c.to_json() for c in shown.choices]
        with self.database.session() as session:
            rows = [dict(r) for r in columns(job, shown, until, now)]
            if rows and rows[0]["body"]["kind"] == "parked":
                bodies, left = outbox.take_parked(session, job.lane)
                rows = [{**rows[0], "body": with_hint(b, left)} for b in bodies]
            if channels.finish(session, job, self.owner, now, rows, choices):
                channels.release(session, job.lane, self.owner, now)
                session.commit()

    def _put_back(self, job: Job, seconds: int) -> None:
        now = self.clock()
        with self.database.session() as session:
            channels.release(session, job.lane, self.owner, now, now + timedelta(seconds=seconds))
            session.commit()

    async def _beat(self, lane: int) -> None:
        """Keep the lane while the turn runs."""
        while True:
            await asyncio.sleep(RENEW)
            with contextlib.suppress(Exception):
                await asyncio.to_thread(self._renew, lane)

    def _renew(self, lane: int) -> None:
        with self.database.session() as session:
            channels.renew(session, lane, self.owner, self.clock() + LEASE)
            session.commit()

    def _say_done(self, inbound: int) -> None:
        event = self._done.get(inbound)
        if event is not None:
            event.set()
        self._came.set()  # the lane is free again: its next message may be taken
        self._to_send.set()

    # --- one part

    async def _post(self, letter: outbox.Letter) -> None:
        try:
            await self.postman.deliver(letter)
        except Exception as error:  # the lease ends, the part is taken again
            log.error("channel_letter_failed", channel=letter.channel, error=type(error).__name__, exc_info=error)
        finally:
            self._to_send.set()


async def _pause(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer. `asyncio.wait_for` of Python 3.11 may swallow a cancellation here."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
