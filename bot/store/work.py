"""Tasks, logged visits and calls, and the contacts of a client. Clients come from access functions alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clients.changes import Change
from bot.store.access import Actor, visit_logs_of, visits_of
from bot.store.tables import Client, Contact, Task, Visit, VisitLog
from bot.work.rhythm import Day


def add_task(
    session: Session,
    actor: Actor,
    title: str,
    due: date | None,
    client: Client | None = None,
    visit: Visit | None = None,
    at: time | None = None,
) -> Task:
    task = Task(
        user_id=actor.user_id,
        title=title[:200],
        due_on=due,
        due_time=at,
        client_id=client.id if client else None,
        visit_id=visit.id if visit else None,
    )
    session.add(task)
    session.flush()
    return task


def tasks_of_visit(session: Session, visit_id: int) -> Sequence[Task]:
    return session.scalars(select(Task).where(Task.visit_id == visit_id).order_by(Task.id)).all()


def remove_tasks_of_visit(session: Session, visit_id: int) -> None:
    for task in tasks_of_visit(session, visit_id):
        session.delete(task)


def open_tasks(session: Session, actor: Actor, until: date | None = None, limit: int = 20) -> Sequence[Task]:
    """Return the actor's own open tasks, the earliest due first, those without a day last."""
    query = select(Task).where(Task.user_id == actor.user_id, Task.status == "open")
    if until is not None:
        query = query.where(Task.due_on <= until)
    return session.scalars(query.order_by(Task.due_on.asc().nulls_last(), Task.id).limit(limit)).all()


def own_task(session: Session, actor: Actor, task_id: int) -> Task | None:
    return session.scalar(select(Task).where(Task.id == task_id, Task.user_id == actor.user_id))


def complete(task: Task, now: datetime) -> None:
    task.status, task.done_at = "done", now


def cancel(task: Task) -> None:
    task.status = "cancelled"


def reopen(task: Task) -> None:
    task.status, task.done_at = "open", None


def log_visit(
    session: Session, actor: Actor, text: str, on: date, client: Client | None, kind: str = "visit"
) -> VisitLog:
    """Log a visit or a call (`kind`) with the manager's words. The first contact with a client is marked."""
    first = client is not None and (client.is_prospect or client.last_contact_on is None)
    log = VisitLog(
        user_id=actor.user_id, client_id=client.id if client else None, on=on, text=text, kind=kind, first=first
    )
    session.add(log)
    if client is not None and (client.last_contact_on is None or client.last_contact_on < on):
        client.last_contact_on = on
    session.flush()
    return log


def day_of(session: Session, actor: Actor, on: date, since: datetime) -> Day:
    """Return what the actor did on a day. Guided visits count when they were closed within a day from `since`, the
    day's beginning."""
    new = known = calls = 0
    logs = select(VisitLog.kind, VisitLog.first, func.count()).where(
        VisitLog.user_id == actor.user_id, VisitLog.on == on
    )
    for kind, first, count in session.execute(logs.group_by(VisitLog.kind, VisitLog.first)):
        calls += count if kind == "call" else 0
        new += count if kind != "call" and first else 0
        known += count if kind != "call" and not first else 0
    closed = select(Client.is_prospect, func.count()).join(Visit, Visit.client_id == Client.id)
    own = (Visit.user_id == actor.user_id, Visit.closed_at >= since, Visit.closed_at < since + timedelta(days=1))
    for prospect, count in session.execute(closed.where(*own).group_by(Client.is_prospect)):
        new, known = (new + count, known) if prospect else (new, known + count)
    return Day(new, known, calls)


@dataclass(frozen=True)
class Meeting:
    """A visit or a call, guided or logged: `kind` visit | call."""

    on: date
    words: str
    kind: str = "visit"


def meetings(session: Session, actor: Actor, client: Client, limit: int) -> list[Meeting]:
    """Return what is known of the last meetings with a client within reach, the latest first."""
    logged = [Meeting(log.on, log.text, log.kind) for log in visit_logs_of(session, actor, client, limit)]
    guided = [
        Meeting((v.closed_at or v.opened_at).astimezone().date(), v.summary)
        for v in visits_of(session, actor, client, limit)
        if v.status == "closed"
    ]
    return sorted([*logged, *guided], key=lambda m: m.on, reverse=True)[:limit]


def contacts(session: Session, client: Client) -> Sequence[Contact]:
    """Return the people at a client, those who decide first."""
    order = {"decision_maker": 0, "influencer": 1, "user": 2, "gatekeeper": 3}
    rows = session.scalars(select(Contact).where(Contact.client_id == client.id).order_by(Contact.id)).all()
    return sorted(rows, key=lambda c: order.get(c.role, 4))


def contact_named(session: Session, client: Client, name: str, title: str) -> Contact | None:
    """Return the contact of that name, else the one who has that title."""
    people = contacts(session, client)
    same = [p for p in people if name and p.name == name]
    titled = [p for p in people if title and (p.title == title or title in p.title)]
    return next(iter([*same, *titled]), None)


def save_contact(session: Session, client: Client, change: Change, today: date) -> dict[str, Any]:
    """Take down a contact; return what undoes it. What stood there before is kept, dated, in the contact's note."""
    person = contact_named(session, client, change.name, change.code)
    if person is None or (change.name and person.name != change.name):
        made = Contact(
            client_id=client.id, name=change.name[:60], title=change.code[:60], phone=change.phone, email=change.email
        )
        session.add(made)
        undo: dict[str, Any] = {"made": 0}
        if person is not None:  # somebody else has the title now
            undo["before"] = _kept(person)
            made.role, person.role = person.role, "unknown"
            person.note = _noted(person.note, f"{today:%Y-%m-%d}前任{person.title}，由{change.name}接任")
            person.title = f"原{person.title}"[:60]
        session.flush()
        return {**undo, "made": made.id}
    undo = {"before": _kept(person)}
    old = "，".join(x for x in (change.phone and person.phone, change.email and person.email) if x)
    if old:
        person.note = _noted(person.note, f"{today:%Y-%m-%d}前是{old}")
    person.phone, person.email = change.phone or person.phone, change.email or person.email
    return undo


def _noted(note: str, line: str) -> str:
    return "\n".join(x for x in (note, line) if x)


def _kept(person: Contact) -> dict[str, Any]:
    return {k: getattr(person, k) for k in ("id", "title", "phone", "email", "role", "note")}


def restore_contact(session: Session, client: Client, undo: Any) -> None:
    """Take back what `save_contact` did; only contacts of this client are touched."""
    if not isinstance(undo, Mapping):
        return
    own = {c.id: c for c in contacts(session, client)}
    made = own.get(undo.get("made") or 0)
    if made is not None:
        session.delete(made)
    before = undo.get("before") or {}
    person = own.get(before.get("id") or 0)
    if person is not None:
        for key in ("title", "phone", "email", "role", "note"):
            setattr(person, key, str(before.get(key, "")))


def matching(tasks: Sequence[Task], client_id: int | None, words: Sequence[str]) -> list[Task]:
    """Return the tasks that fit best: the client's, and among them those with most of the words in their title."""
    of_client = [t for t in tasks if client_id is not None and t.client_id == client_id] or (
        [] if client_id else list(tasks)
    )
    scored = [(sum(w in t.title for w in words), t) for t in of_client]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        return of_client if client_id is not None or len(tasks) == 1 else []
    return [t for score, t in scored if score == best]
