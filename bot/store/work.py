"""Tasks and logged visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.access import Actor
from bot.store.tables import Client, Task, Visit, VisitLog


def add_task(
    session: Session,
    actor: Actor,
    title: str,
    due: date | None,
    client: Client | None = None,
    visit: Visit | None = None,
) -> Task:
    task = Task(
        user_id=actor.user_id,
        title=title[:200],
        due_on=due,
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


def log_visit(session: Session, actor: Actor, text: str, on: date, client: Client | None) -> VisitLog:
    log = VisitLog(user_id=actor.user_id, client_id=client.id if client else None, on=on, text=text)
    session.add(log)
    if client is not None and (client.last_contact_on is None or client.last_contact_on < on):
        client.last_contact_on = on
    return log
