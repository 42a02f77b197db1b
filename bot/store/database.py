"""The engine, the unit of work and the schema's version.

SQLite: the driver opens a transaction at the first write, not at the first read, so a unit of work that read something
an hour ago still waits for its turn to write (`busy_timeout`) instead of failing on a stale snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, StaticPool, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from bot.store.tables import Audit

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_TIMEOUT = 30_000  # ms a writer waits for another; an import of 100,000 rows holds the lock for some seconds
MAPPED = 2**30  # bytes of the file that are read without copying: a list's clients lie scattered over it
_migrating = Lock()  # Alembic keeps its context in the module: one thread at a time
READS = "audited_reads"  # key of Session.info


def make_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql://…` (psycopg). Raises sqlalchemy.exc.ArgumentError."""
    parsed = _with_driver(make_url(url))
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20)


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _sqlite(url: URL) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    if not in_memory:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(url, connect_args={"check_same_thread": False}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"mmap_size = {MAPPED}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Database:
    """One database. Nothing is opened before the first use."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A unit of work: rolled back unless `.commit()` was called. Objects stay readable after the commit.

        Reads that must leave a trace (`access.audit_read`) are written down however the unit ends.
        """
        session = Session(self.engine, expire_on_commit=False)
        try:
            yield session
        finally:
            session.close()
            self._keep_reads(session.info.pop(READS, []))

    def _keep_reads(self, reads: list[Audit]) -> None:
        if reads:
            with Session(self.engine) as session:
                session.add_all(reads)
                session.commit()

    def migrate(self) -> None:
        """Bring the schema to the newest version; safe to call at every start and from several processes."""
        with _migrating, self.engine.connect() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def revision(self) -> str | None:
        """Return the schema version the database is at, None for an empty one."""
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def ping(self) -> None:
        """Raises sqlalchemy.exc.OperationalError when the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        self.engine.dispose()


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def head_revision() -> str | None:
    """Return the schema version this program needs."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def knows_revision(revision: str) -> bool:
    """Return whether this program knows that schema version: its own or an older one, which it can upgrade."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions())
