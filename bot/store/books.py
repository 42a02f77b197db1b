"""The names of a manager's book, and an index over them that is rebuilt only when the book changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.access import Actor, in_reach
from bot.store.tables import Client
from bot.zh.names import Candidate, NameIndex

MOST_KEPT = 200  # users whose index stays in memory


def book(session: Session, actor: Actor) -> list[Candidate]:
    """Return the names of all clients within the actor's reach."""
    rows = session.execute(select(Client.id, Client.name, Client.short_name).where(in_reach(actor)).order_by(Client.id))
    return [Candidate(id_, name, short) for id_, name, short in rows]


class Books:
    """Name indexes per user. One per process; safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Actor, tuple[Any, NameIndex]] = OrderedDict()
        self._lock = Lock()

    def index(self, session: Session, actor: Actor) -> NameIndex:
        """Return the index over the actor's book as it is now."""
        stamp = _stamp(session, actor)
        with self._lock:
            kept = self._kept.get(actor)
            if kept and kept[0] == stamp:
                self._kept.move_to_end(actor)
                return kept[1]
        made = NameIndex(book(session, actor))
        with self._lock:
            self._kept[actor] = (stamp, made)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made


def _stamp(session: Session, actor: Actor) -> Sequence[Any]:
    """Changes when a client is added, changed, taken away or handed over."""
    figures = select(func.count(), func.max(Client.updated_at), func.max(Client.id), func.sum(Client.id))
    return tuple(session.execute(figures.where(in_reach(actor))).one())
