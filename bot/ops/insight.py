"""`wenxu insight …`: the batch, relations, what the figures say of one client; and how long the batch takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.knowledge.library import Library
from bot.ops.console import Report
from bot.ops.errors import OpsError
from bot.ops.prepare import migrate, opened
from bot.settings import Settings
from bot.store.database import Database
from bot.store.insight_import import Imported, import_relations
from bot.store.insight_run import Ran, run


def run_batch(settings: Settings, full: bool, report: Report) -> Ran:
    """Compute what changed, or everything. Raises OpsError, KnowledgeError."""
    migrate(settings)
    rules = Library.read(settings.knowledge_dir).insight
    with opened(settings) as database:
        return run(database, rules, settings.now(), report, full)


def load_relations(settings: Settings, file: Path, dry_run: bool) -> Imported:
    """Raises OpsError for a file that cannot be read."""
    migrate(settings)
    if not file.is_file():
        raise OpsError(
            f"找不到文件：{file}",
            "给出一个 CSV 文件，第一行是：客户号,关系,对方名称,对方客户号,年交易额（万元）,来源,日期",
        )
    with opened(settings) as database, database.session() as session:
        found = import_relations(session, file, settings.now().date())
        if found.ok and not dry_run:
            session.commit()
        return found


@dataclass(frozen=True)
class Measured:
    """Seconds of a full run over `clients`, and of the next one over `changed` of them."""

    clients: int
    full: float
    changed: int
    incremental: float

    def __str__(self) -> str:
        each = self.full / self.clients * 1e6
        return (
            f"{self.clients:,} 位客户，全量 {self.full:.1f} 秒（每位 {each:.0f} 微秒）；"
            f"改动 {self.changed:,} 位后增量 {self.incremental:.1f} 秒"
        )


def measure(settings: Settings, clients: int, report: Report, changed: int = 1000) -> Measured:
    """Make clients in a database of its own, run, change some, run again."""
    from bot.store.insight_sample import fill, touch

    rules, now = Library.read(settings.knowledge_dir).insight, settings.now()
    with TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{directory}/insight.db")
        database.migrate()
        fill(database, clients, report)
        started = time.perf_counter()
        run(database, rules, now, report, full=True)
        full = time.perf_counter() - started
        number = touch(database, min(changed, clients))
        started = time.perf_counter()
        run(database, rules, now, report)
        incremental = time.perf_counter() - started
        database.dispose()
    return Measured(clients, full, number, incremental)
