"""What one turn works with: who speaks, where, what was understood, and the open unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.bundles.engine import gains
from bot.bundles.model import Situation
from bot.conversation.cards import question_card
from bot.conversation.messages import Message, Reply, button
from bot.knowledge.library import Library
from bot.reading import Reading
from bot.store import access, records, visits
from bot.store import practice as practices
from bot.visit.model import Record, VisitState
from bot.visit.planner import Gain

if TYPE_CHECKING:
    from bot.papers.links import Links
    from bot.store.books import Books
    from bot.store.tables import Client, Conversation, PracticeSession, Visit


@dataclass
class Talk:
    """One turn. `turn` counts the user's messages in the conversation from 1."""

    session: Any
    actor: access.Actor
    conversation: Conversation
    reading: Reading
    library: Library
    books: Books
    now: datetime
    links: Links | None = None  # None where no page is served

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def turn(self) -> int:
        return self.conversation.turns

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def visit(self) -> Visit | None:
        """The visit that is open in this conversation."""
        return self.conversation.visit if self.conversation.mode == "visit" else None

    @cached_property
    def practice(self) -> PracticeSession | None:
        """The practice that is open in this conversation."""
        return practices.open_in(self.session, self.conversation.id) if self.conversation.mode == "practice" else None

    @cached_property
    def record(self) -> Record:
        """The client of the open visit as the database knows it."""
        visit = self.visit
        assert visit is not None
        return self.record_of(visit.client)

    def record_of(self, client: Client) -> Record:
        return records.record_of(self.session, client, self.today)

    @cached_property
    def state(self) -> VisitState:
        assert self.visit is not None
        return visits.state_of(self.visit)

    def situation(self, state: VisitState, record: Record) -> Situation:
        """What the bundle rules see: the record, and over it what was learned in this visit."""
        recorded = self.conversation.user.qualifications
        qualified = None if recorded is None else frozenset(map(str, recorded))
        return Situation(record.segment, record.holdings, records.situation_facts(record, state.learned), qualified)

    def gain_for(self, state: VisitState, record: Record) -> Gain:
        """By how much each need, once explicit, would grow the best proposal; one more need answered counts 1."""
        situation = self.situation(state, record)
        explicit = [e.need for e in state.needs("explicit", "matched", "committed")]
        known = self.library
        grows = gains(explicit, situation, known.bundles, known.catalogue, known.suitability)
        return lambda need: grows(need) / 100

    def save(self, state: VisitState, *, undoable: bool = True) -> None:
        assert self.visit is not None
        visits.save(self.visit, state, undoable=undoable)

    def pend(self, kind: str | None, **details: Any) -> None:
        """Remember what the bot waits for, or forget it."""
        self.conversation.pending = {"kind": kind, "turn": self.turn, **details} if kind else None

    def ask_yes_no(self, yes: Mapping[str, object], no: Mapping[str, object] | None = None) -> None:
        """Wait for a yes or no, typed or pressed, in the very next turn. `yes` and `no` are what a `press` carries:
        `{"do": …, "key"?: …, "value"?: …}`; without `no` a no is merely acknowledged."""
        self.pend("yes_no", yes=dict(yes), no=dict(no) if no else None)


def question_message(talk: Talk, state: VisitState, lead: str = "", reasons: tuple[str, ...] = ()) -> Message:
    """Return the open question with its buttons."""
    assert state.open is not None
    shown = question_card(state.open, talk.library.bank, reasons)
    text = f"{lead}\n{shown['text']}" if lead else shown["text"]
    buttons = [
        button("换个问法", "rephrase_question"),
        button("跳过", "skip_question"),
        button("为什么问这个", "why_question"),
        button("总结", "visit_summary"),
    ]
    if state.open.confirm:
        buttons.insert(0, button("还是这样", "affirm"))
    return Message(text, tuple(buttons), shown)


def practice_message(row: PracticeSession) -> Message:
    """Return where a practice stands: the client's last words, or the round of a drill."""
    last, title = row.state.get("last", ""), row.state.get("title", "")
    if row.state.get("drill"):
        return Message(f"【{title}】客户说：“{last}”" if last else f"【{title}】请说下一句。")
    return Message(f"回到对练。{row.persona['name'] if row.persona else '客户'}刚才说：“{last}”")


def back_to_question(talk: Talk, reply: Reply) -> Reply:
    """Add what stood open after a digression, so that the visit or the practice goes on where it was."""
    if talk.practice is not None:
        talk.pend(None)
        return reply.plus(practice_message(talk.practice))
    if talk.visit is None or talk.state.open is None:
        return reply
    talk.pend(None)  # from here on a bare number answers the question, not a list
    return reply.plus(question_message(talk, talk.state, "回到刚才的问题："))
