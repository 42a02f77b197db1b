"""Sends one part, and says what to do when the platform will not take it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.channels import replies
from bot.channels.message import WECHAT
from bot.channels.platform import Platform, PlatformFailure, Refused, Unknown
from bot.ops.logging import get_logger
from bot.store import outbox
from bot.store.database import Database

log = get_logger("channels")
WECHAT_QUOTA = 5  # 客服 messages after one message of the user
WECOM_A_MINUTE = 25  # to one member; the platform drops what is beyond 30 without a word
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=2)
LONGEST_PAUSE = 300  # s

Verdict = Literal["again", "park", "drop"]
VERDICTS: Mapping[int, Verdict] = {
    -1: "again",  # the platform is busy
    45009: "again",  # too many calls
    45011: "again",  # too many calls a minute
    40164: "again",  # our address is not on the platform's list: somebody has to enter it
    60020: "again",  # the same at 企业微信
    45015: "park",  # the user has not written for 48 hours
    45047: "park",  # too many 客服 messages
    48001: "park",  # the account may not send them at all
    48002: "park",  # the user refuses messages
    40003: "drop",  # no such openid
    43004: "drop",  # does not follow us any more
    60111: "drop",  # no such member
    81013: "drop",  # nobody to send it to
}
SLOWLY = {45009: 600, 45011: 60, 40164: 60, 60020: 60}  # s until the next try
FORBIDDEN = 48001


@dataclass
class Postman:
    """Sends letters of both channels. `agent` is the id of the 企业微信 app."""

    database: Database
    owner: str
    clock: Callable[[], datetime]
    platforms: Mapping[str, Platform]
    agent: int = 0
    can_write: bool = True  # the 公众号 may send 客服 messages
    _forbidden_until: datetime | None = None

    @property
    def writes_wechat(self) -> bool:
        """False for an account that may not, as set or as the platform said within the last hour."""
        return self.can_write and (self._forbidden_until is None or self._forbidden_until < self.clock())

    async def deliver(self, letter: outbox.Letter) -> None:
        """Send it and note what became of it. Raises nothing the platform may do."""
        held = await asyncio.to_thread(self._held_back, letter)
        if held is not None:
            await asyncio.to_thread(self._settle, letter, *held)
            return
        try:
            await self._send(letter)
        except PlatformFailure as failure:
            status, error, pause = self._verdict(letter, failure)
            log.warning(
                "channel_send_failed", channel=letter.channel, code=error, outcome=status, attempt=letter.attempts
            )
            await asyncio.to_thread(self._settle, letter, status, error, pause)
        else:
            await asyncio.to_thread(self._settle, letter, "sent", "", None)

    async def _send(self, letter: outbox.Letter) -> None:
        platform = self.platforms[letter.channel]
        if letter.channel == WECHAT:
            await platform.post("/cgi-bin/message/custom/send", replies.wechat_body(letter.subject, letter.body))
        elif letter.body["kind"] == "used":
            body = replies.used_card(letter.subject, self.agent, letter.body["title"], letter.body["response_code"])
            await platform.post("/cgi-bin/message/update_template_card", body)
        else:
            body = replies.wecom_body(letter.subject, self.agent, letter.body, f"wenxu_{letter.id}", letter.again)
            answer = await platform.post("/cgi-bin/message/send", body)
            if answer.get("invaliduser"):
                raise Refused(81013)

    def _held_back(self, letter: outbox.Letter) -> tuple[str, str, int | None] | None:
        """What the platform would not take anyhow is not sent: (status, error, seconds)."""
        if letter.channel == WECHAT and not self.writes_wechat:
            return "parked", "", None
        with self.database.session() as session:
            now = self.clock()
            if letter.channel == WECHAT:
                over = outbox.written_since_message(session, letter.lane) >= WECHAT_QUOTA
                return ("parked", "quota", None) if over else None
            over = outbox.written_since(session, letter.lane, now - MINUTE) >= WECOM_A_MINUTE
            return ("waiting", "quota", 10) if over else None

    def _verdict(self, letter: outbox.Letter, failure: PlatformFailure) -> tuple[str, str, int | None]:
        """Return status, error and the seconds until the next try."""
        code = failure.code if isinstance(failure, Refused) else None
        error = outbox.MAYBE_SENT if isinstance(failure, Unknown) else str(code or "unreachable")
        verdict = VERDICTS.get(code, "drop") if code is not None else "again"
        if code == FORBIDDEN:
            self._forbidden_until = self.clock() + HOUR
        if letter.body["kind"] == "used":  # a card that stays as it was does no harm
            return "dropped", error, None
        if verdict == "again" and letter.channel == WECHAT and code == 45009:
            verdict = "park"  # the day's calls are used up; an answer inside the user's next call costs none
        if verdict == "again" and self.clock() - letter.created_at > GIVE_UP_AFTER:
            verdict = "park"
        if verdict == "park" and letter.channel != WECHAT:
            verdict = "drop"
        if verdict == "again":
            pause = SLOWLY.get(code or 0) or min(LONGEST_PAUSE, 2**letter.attempts)
            return "waiting", error, pause
        return ("parked" if verdict == "park" else "dropped"), error, None

    def _settle(self, letter: outbox.Letter, status: str, error: str, pause: int | None) -> None:
        now = self.clock()
        later = {"not_before": now + timedelta(seconds=pause)} if pause else {}
        with self.database.session() as session:
            if outbox.settle(session, letter.id, self.owner, status, now, error, **later) and status == "parked":
                outbox.park_rest(session, letter.lane, letter.id)
            session.commit()
