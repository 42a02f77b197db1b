"""The end of a visit: how it ended, the day of the next step as a task; and what was promised before, at the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from bot.conversation.messages import Message, Reply, press
from bot.conversation.talk import Talk
from bot.intelligence.commitment import GRADE_NAMES, Ended, Said, grade
from bot.papers.model import KINDS
from bot.papers.source import PROMISES, written
from bot.store import insight_commitments as stored
from bot.store import work
from bot.store.tables import Client, Task, Visit
from bot.zh.extract import extract

REPLIES = (
    "report_reply",
    "create_task",
    "affirm",
    "deny",
    "nlu_fallback",
    "disagree",
)  # what a client's answer is read as
ADVICE = {
    "advance": "",
    "order": "",
    "continuation": "客户客气，但没有答应谁、什么时候、做什么。下次先约一件具体的事。",
    "refusal": "把原因记下来，过一阵换一个需要再谈。",
}


def close(talk: Talk, finish: Callable[[Talk], Reply]) -> Reply:
    """Judge how the visit ended, then close it; the day that was named becomes a task."""
    visit = talk.visit
    if visit is None:
        return finish(talk)
    ended = judged(talk, visit)
    if ended.grade:
        visit.outcome = ended.grade
    if ended.due is not None and ended.grade in ("order", "advance"):
        _dated_task(talk, visit, ended)
    reply = finish(talk)
    ended = ended if ended.grade else replace(ended, grade=visit.outcome)
    stored.keep(
        talk.session,
        visit,
        talk.actor.user_id,
        ended,
        _task(talk, visit) if ended.grade in ("order", "advance") else None,
    )
    return reply.plus(_said(ended, visit))


def judged(talk: Talk, visit: Visit) -> Ended:
    """Return how the visit ended by what was said; before a proposal a promise counts, a refusal of one question does not."""
    said = []
    for text, reading, at, after in stored.said_after_proposal(talk.session, visit):
        if (reading.get("intent") or {}).get("name") not in REPLIES:
            continue
        now = at.astimezone(talk.now.tzinfo)
        due, words = _day(text, now)
        one = Said(text, (reading.get("stance") or {}).get("name") or "", due, now.date(), words)
        if after or (one.stance == "advance" and one.due is not None):
            said.append(one)
    return grade(said)


def _day(text: str, now: datetime) -> tuple[date | None, str]:
    """Return the first day named that is not past, and its words."""
    for span in extract(text, now):
        if span.type == "date":
            start = span.value.get("start") if isinstance(span.value, dict) else span.value
            if start and (day := date.fromisoformat(str(start)[:10])) >= now.date():
                return day, span.text
    return None, ""


def _dated_task(talk: Talk, visit: Visit, ended: Ended) -> None:
    """The next step has its day: that of the task that is there already, or of a new one."""
    open_ = [t for t in work.tasks_of_visit(talk.session, visit.id) if t.status == "open"]
    if any(t.due_on == ended.due for t in open_):
        return
    undated = next((t for t in open_ if t.due_on is None), None)
    if undated is not None:
        undated.due_on = ended.due
    elif not open_:
        who = f"{ended.who}：" if ended.who else ""
        work.add_task(
            talk.session, talk.actor, f"跟进：{who}{ended.what or ended.quote}"[:200], ended.due, visit.client, visit
        )


def _task(talk: Talk, visit: Visit) -> Task | None:
    tasks = work.tasks_of_visit(talk.session, visit.id)
    return next((t for t in tasks if t.status == "open"), tasks[0] if tasks else None)


def _said(ended: Ended, visit: Visit) -> Message:
    """What the visit is graded as, and the papers that can be made of it."""
    kinds = ("needs", "plan", "record") if visit.state.get("proposal") else ("needs", "record")
    buttons = tuple(press(KINDS[k].name, "papers.make", key=visit.client_id, value=k) for k in kinds)
    if not ended.grade:
        return Message("要写成材料吗？", buttons)
    parts = [("谁", ended.who), ("做什么", ended.what), ("什么时候", written(ended.due) if ended.due else "")]
    told = "；".join(f"{name}：{value}" for name, value in parts if value)
    gone = f"还缺：{'、'.join(ended.missing)}，补上才算数。" if ended.missing else ""
    quote = f"客户说“{ended.quote}”" if ended.quote and not told else ""
    lines = [f"这次算“{GRADE_NAMES[ended.grade]}”。{told or quote}".rstrip(), gone, ADVICE[ended.grade]]
    return Message("\n".join(x for x in lines if x), buttons)


def reminders(talk: Talk, client: Client) -> list[Message]:
    """What was promised last time, for the beginning of the next visit."""
    found = [p for p in stored.of_client(talk.session, talk.actor, client, talk.today) if p.status in PROMISES][:3]
    if not found:
        return []
    lines = [f"· {p.what or p.quote}（{written(p.due) if p.due else '没定日子'}）：{PROMISES[p.status]}" for p in found]
    return [Message("\n".join(["上次说好的：", *lines]))]
