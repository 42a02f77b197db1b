"""Whether a sentence leans on the last look-up; asked before the sentence is read, so that it must be cheap and sure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.catalogue.ask import LONGEST_FOLLOW_UP, focus_of, follow_up, understand
from bot.clients.following import leans
from bot.knowledge.library import Library

LIST_TURNS = 3  # turns that a list of clients can be leant on


def follows(text: str, focus: Mapping[str, Any] | None, library: Library) -> bool:
    """Whether the text asks for more of what the last answer was about (`focus`): 那起点呢, 第二个呢, 那通知存款呢."""
    last = focus_of(focus)
    if not last.kind or len(text) > LONGEST_FOLLOW_UP or text.startswith("/"):
        return False
    return follow_up(understand(text, library.book, library.words), last, text) is not None


def leaning(
    text: str, focus: Mapping[str, Any] | None, mode: str, library: Callable[[], Library], now: int
) -> str | None:
    """Return the name of the press that takes a text which leans on the last answer, None for a sentence of its own.

    `now`: the number of this turn. A list of clients can be paged and narrowed in any of the next few turns, a product
    asked about in the very next one.
    """
    given = focus or {}
    passed = now - int(given.get("turn", -99))
    if given.get("kind") == "clients":
        return "clients.follow" if passed <= LIST_TURNS and leans(text, mode) else None
    return "catalogue.follow" if passed == 1 and follows(text, given, library()) else None
