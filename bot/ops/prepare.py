"""Before anything starts: the schema at its newest version, and the sample clients when asked for."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot.ops.errors import OpsError
from bot.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.store.database import Database

T = TypeVar("T")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def demo_password(settings: Settings) -> tuple[str, bool]:
    """Return the demo users' password and whether it was made just now.

    A generated one is kept in `var/demo.password` (0600), so that a restart agrees with what was printed.
    """
    given = settings.demo_password.get_secret_value()
    if given:
        return given, False
    path = settings.var_dir / "demo.password"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip(), False
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(password + "\n")
    return password, True


def prepare_database(settings: Settings, password: str) -> None:
    """Migrate, and load the sample data in demo mode; both do nothing when done already. Raises OpsError."""
    migrate(settings)
    seed_catalogue(settings)
    if settings.demo:
        from bot.store.demo import load_demo

        in_database(settings, lambda session: load_demo(session, settings.now().date(), password))


def seed_catalogue(settings: Settings) -> None:
    """Put the shipped catalogue, or what changed in it, into the database. Raises OpsError, KnowledgeError."""
    from bot.knowledge.library import Library
    from bot.store.catalogue import seed

    needs = {n.code: n.name for n in Library.read(settings.knowledge_dir).bank.needs.values()}
    in_database(settings, lambda session: seed(session, settings.knowledge_dir, needs))


def migrate(settings: Settings) -> None:
    """Bring the schema to the newest version. Raises OpsError."""
    with opened(settings) as base:
        base.migrate()


def in_database(settings: Settings, work: Callable[[Session], T]) -> T:
    """Do the work in one unit of work and commit. Raises OpsError, and what the work raises of our own errors."""
    with opened(settings) as base, base.session() as session:
        result = work(session)
        session.commit()
        return result


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Give the database; a driver's errors become OpsError, our own pass."""
    from bot.store.database import Database

    base = Database(settings.db_url)
    try:
        yield base
    except Exception as error:
        if type(error).__module__.startswith("bot."):
            raise
        reason = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        raise OpsError(f"数据库出错：{reason[0]}", "运行 wenxu doctor 看哪里不对") from error
    finally:
        base.dispose()
