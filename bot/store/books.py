"""The names of a manager's book, and an index over them that is rebuilt only when the book changed."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.clients.words import Terms
from bot.store import client_query
from bot.store.access import Actor, in_reach
from bot.store.tables import Client
from bot.zh.names import Candidate, Match, Mention, NameIndex

MOST_KEPT = 200  # users whose index stays in memory
MOST_INDEXED = 50_000  # names; a larger book, an administrator's, is looked up in the database name by name
LARGE = 20_000  # clients from which a book is not counted anew at every turn
RECOUNT = 60.0  # seconds after which it is
LONGEST_NAME, MOST_TEXT = 30, 200  # characters


class Names(Protocol):
    """What a book's names are asked."""

    def rank(self, query: str, limit: int = 5) -> list[Match]: ...

    def mentions(self, text: str) -> list[Mention]: ...


def book(session: Session, actor: Actor) -> list[Candidate]:
    """Return the names of all clients within the actor's reach."""
    rows = session.execute(select(Client.id, Client.name, Client.short_name).where(in_reach(actor)).order_by(Client.id))
    return [Candidate(id_, name, short) for id_, name, short in rows]


@dataclass(frozen=True)
class LiteralNames:
    """The names of a book too large for memory: found as they are written, by the database's index."""

    session: Session
    actor: Actor

    def _named(self, texts: Iterable[str]) -> list[Candidate]:
        wanted = list(texts)
        name = or_(Client.name.in_(wanted), Client.short_name.in_(wanted))
        rows = select(Client.id, Client.name, Client.short_name).where(in_reach(self.actor), name).limit(20)
        return [Candidate(id_, name, short) for id_, name, short in self.session.execute(rows)]

    def rank(self, query: str, limit: int = 5) -> list[Match]:
        """Exact names first, then names that begin so."""
        exact = [Match(c.id, 1.0, "exact") for c in self._named([query.strip()])]
        begins = select(Client.id, Client.name).where(
            in_reach(self.actor), Client.name.startswith(query.strip(), autoescape=True)
        )
        found = (
            self.session.execute(begins.order_by(Client.name, Client.id).limit(limit)) if len(query.strip()) > 1 else ()
        )
        known = {m.id for m in exact}
        return [*exact, *(Match(id_, 0.7, "part") for id_, _ in found if id_ not in known)][:limit]

    def mentions(self, text: str) -> list[Mention]:
        plain = text[:MOST_TEXT]
        pieces = {
            plain[s : s + n] for s in range(len(plain)) for n in range(2, LONGEST_NAME + 1) if s + n <= len(plain)
        }
        found: list[Mention] = []
        for one in self._named(pieces) if pieces else ():
            for word in (one.name, one.short_name):
                start = plain.find(word) if word else -1
                if start >= 0 and all(start + len(word) <= m.start or m.end <= start for m in found):
                    found.append(Mention(one.id, start, start + len(word), word, 1.0))
                    break
        return sorted(found, key=lambda m: m.start)


@dataclass
class _Kept:
    stamp: Sequence[Any]
    checked: float
    index: NameIndex | None = None  # None: too large for memory
    terms: Terms | None = None
    lock: Lock = field(default_factory=Lock)


class Books:
    """Names and words per user. One per process; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[Actor, _Kept] = OrderedDict()
        self._lock, self._clock = Lock(), clock

    def index(self, session: Session, actor: Actor) -> Names:
        """Return the names of the actor's book as it is now."""
        kept = self._current(session, actor)
        if kept.stamp[0] > MOST_INDEXED:
            return LiteralNames(session, actor)
        with kept.lock:
            if kept.index is None:
                kept.index = NameIndex(book(session, actor))
            return kept.index

    def terms(self, session: Session, actor: Actor) -> Terms:
        """Return the industries, regions and colleagues that stand in the actor's book."""
        kept = self._current(session, actor)
        with kept.lock:
            if kept.terms is None:
                kept.terms = client_query.terms(session, actor)
            return kept.terms

    def _current(self, session: Session, actor: Actor) -> _Kept:
        """Return what is kept of the book, empty when the book has changed. A large book is counted once a minute: the
        index may lag that long, what it points to is reached through access functions all the same."""
        now = self._clock()
        with self._lock:
            kept = self._kept.get(actor)
            if kept is not None and kept.stamp[0] > LARGE and now - kept.checked < RECOUNT:
                self._kept.move_to_end(actor)
                return kept
        stamp = _stamp(session, actor)
        with self._lock:
            kept = self._kept.get(actor)
            if kept is None or tuple(kept.stamp) != tuple(stamp):
                kept = self._kept[actor] = _Kept(stamp, now)
            kept.checked = now
            self._kept.move_to_end(actor)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return kept


def _stamp(session: Session, actor: Actor) -> Sequence[Any]:
    """Changes when a client is added, changed, taken away or handed over; read from an index alone."""
    figures = select(func.count(), func.max(Client.updated_at), func.max(Client.id), func.sum(Client.id))
    return tuple(session.execute(figures.where(in_reach(actor))).one())
