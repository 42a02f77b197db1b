"""The knowledge of a turn: what was read from the files at start, with the catalogue as the database has it now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Lock

from sqlalchemy.orm import Session

from bot.catalogue.validity import quotable
from bot.knowledge.library import Library
from bot.store import catalogue

Key = tuple[tuple[int, str] | None, date]


class Shelf:
    """Gives the library with the newest catalogue. One per process; safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._files = library
        self._kept: tuple[Key, Library] | None = None
        self._lock = Lock()

    def library(self, session: Session, today: date) -> Library:
        """Return the library for today. The catalogue is loaded anew only when its version or the day has changed;
        a database without a catalogue leaves the one of the files."""
        key = (catalogue.newest(session), today)
        kept = self._kept
        if kept is not None and kept[0] == key:
            return kept[1]
        with self._lock:
            if self._kept is not None and self._kept[0] == key:
                return self._kept[1]
            stored = catalogue.load(session, today) if key[0] is not None else None
            library = replace(self._files, catalogue=quotable(stored or self._files.catalogue, today))
            self._kept = (key, library)
            return library
