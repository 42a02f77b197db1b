"""Wires everything. `build()` opens nothing: the database connects at first use, the dialogue client at first call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actions.registry import build_executor
from bot.channels.service import Channels, build_channels
from bot.conversation.gateway import Dialogue, Gateway
from bot.conversation.order import order_for
from bot.conversation.runner import Runner
from bot.knowledge.library import Library
from bot.ops.logging import get_logger
from bot.ops.metrics import observe_turn
from bot.papers.links import Links
from bot.settings import Settings
from bot.store.books import Books
from bot.store.database import Database

log = get_logger("turn")

if TYPE_CHECKING:
    from rasa_sdk.executor import ActionExecutor


@dataclass
class Container:
    settings: Settings
    database: Database
    library: Library
    books: Books
    dialogue: Dialogue
    gateway: Gateway
    runner: Runner
    executor: ActionExecutor
    channels: Channels


def _observe(mode: str, intent: str, parts: Mapping[str, float], fallback: str | None) -> None:
    """Count and log a turn: names of the contract and seconds, never what was said."""
    log.info("turn_answered", mode=mode, intent=intent, seconds=round(parts.get("total", 0.0), 4), fallback=fallback)
    observe_turn(mode, intent, "fallback" if fallback else "ok", dict(parts), fallback)  # type: ignore[arg-type]


def build(
    settings: Settings,
    *,
    dialogue: Dialogue | None = None,
    clock: Callable[[], datetime] | None = None,
    library: Library | None = None,
) -> Container:
    """Return the wired application; tests pass their own dialogue server and clock."""
    from bot.web.dialogue import HttpDialogue

    database = Database(settings.db_url)
    known = library or Library.read(settings.knowledge_dir)
    books = Books()
    talk_to: Any = dialogue or HttpDialogue(settings)
    now = clock or settings.now
    links = Links(lambda: settings.signing_key, settings.public_url)
    runner = Runner(database, known, books, now, links)
    gateway = Gateway(
        database,
        known,
        books,
        talk_to,
        now,
        _observe,
        runner.take_done,
        runner.shelf,
        order_for(database, settings.redis_url),
    )
    channels = build_channels(settings, database, gateway, now, known.bank)
    return Container(settings, database, known, books, talk_to, gateway, runner, build_executor(runner), channels)
