"""Alembic's environment: always online, on the connection that `Database.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

from bot.store.tables import Base

LOCK = 77_001  # any fixed number: two processes that start together must not migrate at once


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Off, or rebuilding a table would delete the rows that refer to it; cannot change inside a transaction.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        render_item=plain_type,
        compare_type=True,
        transactional_ddl=False,  # the transaction is ours: all steps or none
    )
    try:
        context.run_migrations()
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def plain_type(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column types as SQLAlchemy's, so that a migration does not change when the program does."""
    if kind == "type" and type(item).__module__.startswith("bot."):
        return "sa.DateTime(timezone=True)"
    return False


migrate(context.config.attributes["connection"])
