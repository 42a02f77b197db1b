"""The only way to a client's data: a handful of functions that take the actor.

    NotReachable    not there, or not yours: the caller cannot tell which

A manager reaches the clients of their own book, a lead those of the team, an administrator all, and the look of an
administrator at a client leaves a trace. A conversation and a task belong to one user alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql.elements import ColumnElement

from bot.store.database import READS
from bot.store.tables import Audit, Client, Conversation, Task, User, Visit, VisitLog

MANAGER, LEAD, ADMIN = "manager", "lead", "admin"
ROLES = {MANAGER: "客户经理", LEAD: "团队主管", ADMIN: "管理员"}


class NotReachable(Exception):
    """The object is not there or not the actor's; both read the same on purpose."""

    def __init__(self) -> None:
        super().__init__("没有找到，或者不在您的客户范围内")


@dataclass(frozen=True)
class Actor:
    """A verified user, for whom everything below is asked. `role`: manager | lead | admin."""

    user_id: int
    role: str
    team_id: int | None = None


def actor_of(user: User) -> Actor:
    return Actor(user.id, user.role, user.team_id)


def in_reach(actor: Actor, manager_id: Any = Client.manager_id) -> ColumnElement[bool]:
    """Return the condition that a client's `manager_id` column puts it within the actor's reach."""
    own: ColumnElement[bool] = manager_id == actor.user_id
    if actor.role == MANAGER:
        return own
    if actor.role == LEAD:
        team = select(User.id).where(User.team_id == actor.team_id)
        return own if actor.team_id is None else or_(own, manager_id.in_(team))
    return true() if actor.role == ADMIN else false()


def reachable_clients(actor: Actor) -> Select[Client]:
    """Return the query of all clients within reach; every list, count and search starts from it."""
    return select(Client).where(in_reach(actor))


def count_clients(session: Session, actor: Actor) -> int:
    return session.scalar(select(func.count()).select_from(Client).where(in_reach(actor))) or 0


def client_by_id(session: Session, actor: Actor, client_id: int) -> Client:
    """Raises NotReachable."""
    client = session.scalar(reachable_clients(actor).where(Client.id == client_id))
    if client is None:
        raise NotReachable
    if actor.role == ADMIN:
        audit_read(session, actor, client)
    return client


def search_clients(session: Session, actor: Actor, part: str, limit: int = 20) -> Sequence[Client]:
    """Return the clients within reach whose name holds `part` literally; fuzzy search is `books.Books`."""
    name = or_(Client.name.contains(part, autoescape=True), Client.short_name.contains(part, autoescape=True))
    return session.scalars(reachable_clients(actor).where(name).order_by(Client.name, Client.id).limit(limit)).all()


def family_of(session: Session, actor: Actor, client: Client) -> tuple[Client | None, tuple[Client, ...]]:
    """Return parent and subsidiaries, those within reach only: a link into another book is not shown at all."""
    parent = session.scalar(reachable_clients(actor).where(Client.id == client.parent_id)) if client.parent_id else None
    below = reachable_clients(actor).where(Client.parent_id == client.id).order_by(Client.name)
    return parent, tuple(session.scalars(below))


def conversation_of(session: Session, actor: Actor, conversation_id: str) -> Conversation:
    """Return the actor's own conversation; not even an administrator reads another's. Raises NotReachable.

    A visit to a client that went to another manager is no longer part of it.
    """
    own = select(Conversation).where(Conversation.id == conversation_id, Conversation.user_id == actor.user_id)
    found = session.scalar(own.options(joinedload(Conversation.visit).joinedload(Visit.client)))
    if found is None:
        raise NotReachable
    return _let_go(session, actor, found)


def _let_go(session: Session, actor: Actor, conversation: Conversation) -> Conversation:
    visit = conversation.visit
    if visit is not None and not _reaches(session, actor, visit.client):
        conversation.visit, conversation.visit_id = None, None
        if conversation.mode == "visit":
            conversation.mode, conversation.pending = "idle", None
    draft = conversation.draft
    if draft and session.scalar(reachable_clients(actor).where(Client.id == int(draft["client"]))) is None:
        conversation.draft = None
    return conversation


def _reaches(session: Session, actor: Actor, client: Client) -> bool:
    """Whether the client is within reach; the actor's own, most of them, without a query."""
    if client.manager_id == actor.user_id:
        return True
    return session.scalar(reachable_clients(actor).where(Client.id == client.id)) is not None


def conversations_of(session: Session, actor: Actor, limit: int = 50) -> Sequence[Conversation]:
    """Return the actor's own conversations, the latest first."""
    own = select(Conversation).where(Conversation.user_id == actor.user_id)
    rows = session.scalars(own.order_by(Conversation.updated_at.desc()).limit(limit))
    return [_let_go(session, actor, row) for row in rows]


def _reachable_visits(actor: Actor) -> Select[Visit]:
    client = aliased(Client)
    return select(Visit).join(client, client.id == Visit.client_id).where(in_reach(actor, client.manager_id))


def visit_of(session: Session, actor: Actor, visit_id: int) -> Visit:
    """Return a visit to a client within reach, whoever made it. Raises NotReachable."""
    visit = session.scalar(_reachable_visits(actor).where(Visit.id == visit_id))
    if visit is None:
        raise NotReachable
    return visit


def visits_of(session: Session, actor: Actor, client: Client, limit: int = 20) -> Sequence[Visit]:
    """Return the visits to a client, the latest first; none for a client out of reach."""
    visits = _reachable_visits(actor).where(Visit.client_id == client.id)
    return session.scalars(visits.order_by(Visit.opened_at.desc(), Visit.id.desc()).limit(limit)).all()


def open_visits(session: Session, actor: Actor) -> Sequence[Visit]:
    """Return the actor's own unfinished visits, the latest first, to offer for resuming."""
    mine = _reachable_visits(actor).where(Visit.user_id == actor.user_id, Visit.status == "open")
    return session.scalars(mine.order_by(Visit.opened_at.desc(), Visit.id.desc())).all()


def _reachable_tasks(actor: Actor) -> Select[Task]:
    client = aliased(Client)
    reach = or_(Task.client_id.is_(None), in_reach(actor, client.manager_id))
    return select(Task).outerjoin(client, client.id == Task.client_id).where(Task.user_id == actor.user_id, reach)


def tasks_of(session: Session, actor: Actor, status: str | None = "open") -> Sequence[Task]:
    """Return the actor's own tasks, the most urgent first; `status` None means all.

    A task for a client that went to another manager is left out, so that its title says nothing any more.
    """
    tasks = _reachable_tasks(actor)
    if status is not None:
        tasks = tasks.where(Task.status == status)
    return session.scalars(tasks.order_by(Task.due_on.is_(None), Task.due_on, Task.id)).all()


def task_of(session: Session, actor: Actor, task_id: int) -> Task:
    """Raises NotReachable."""
    task = session.scalar(_reachable_tasks(actor).where(Task.id == task_id))
    if task is None:
        raise NotReachable
    return task


def visit_logs_of(session: Session, actor: Actor, client: Client, limit: int = 20) -> Sequence[VisitLog]:
    """Return what was logged by hand about a client within reach, the latest first."""
    logs = select(VisitLog).join(Client, Client.id == VisitLog.client_id).where(in_reach(actor))
    logs = logs.where(VisitLog.client_id == client.id).order_by(VisitLog.on.desc(), VisitLog.id.desc())
    return session.scalars(logs.limit(limit)).all()


def audit(session: Session, actor: Actor | None, action: str, obj: object = None, **detail: Any) -> None:
    """Note who did what to which object, with the unit of work. `detail` holds codes and numbers, never words."""
    session.add(_trace(actor, action, obj, detail))


def audit_read(session: Session, actor: Actor, obj: object) -> None:
    """Note that the actor looked at an object; kept even when the unit of work is not committed."""
    session.info.setdefault(READS, []).append(_trace(actor, "read", obj, {}))


def _trace(actor: Actor | None, action: str, obj: object, detail: dict[str, Any]) -> Audit:
    name = getattr(type(obj), "__tablename__", "") if obj is not None else ""
    return Audit(
        actor_id=actor.user_id if actor else None,
        action=action,
        object_type=name,
        object_id=str(getattr(obj, "id", "")),
        detail=detail or None,
    )
