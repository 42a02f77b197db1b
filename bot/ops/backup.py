"""`wenxu backup` and `wenxu restore`: one .tar.gz with the database and what cannot be made again.

    manifest.json       version of this form, schema version, kind of database, time
    database.sqlite     SQLite's own online copy, or
    database.dump       pg_dump's custom form
    secret.key …        the keys of `var/`, so that tokens stay valid

Not in it: the model (a build product), logs, Redis.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.ops.console import Report
from bot.ops.errors import OpsError
from bot.ops.lock import only_one, running
from bot.ops.prepare import opened
from bot.settings import Settings

FORM = 1
KEYS = ("secret.key", "action.key", "demo.password")
SQLITE, POSTGRES = "database.sqlite", "database.dump"
PAGES = 2_000  # copied at a time, so that writers get their turn


def backup(settings: Settings, file: Path, report: Report) -> list[str]:
    """Write the backup, whole or not at all; return what is in it, in Chinese. Raises OpsError."""
    if file.exists():
        raise OpsError(f"{file} 已经存在", "换一个文件名，或先移走它")
    revision = _revision(settings)
    if revision is None:
        raise OpsError("数据库还是空的，没有可备份的", "先运行 wenxu serve 或 wenxu import")
    with _workplace(file) as place:
        report("数据库", 0.0)
        name = _dump(settings, place, report)
        keys = [key for key in KEYS if (settings.var_dir / key).exists()]
        for key in keys:
            shutil.copy(settings.var_dir / key, place / key)
        manifest = {"form": FORM, "revision": revision, "database": name, "made_at": datetime.now(UTC).isoformat()}
        (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        report("打包", 0.8)
        _pack(place, ["manifest.json", name, *keys], file)
    report("", 1.0)
    return [f"数据库（结构版本 {revision}）", *keys]


def restore(settings: Settings, file: Path, force: bool, report: Report) -> None:
    """Put a backup in the place of the present data. Raises OpsError before anything is touched."""
    pid = running(settings)
    if pid is not None:
        raise OpsError(f"wenxu serve 正在运行（进程 {pid}）", f"先停掉它：kill {pid}，再恢复")
    with only_one(settings), _workplace(settings.var_dir / "restore") as place:
        report("解包", 0.0)
        manifest = _unpack(file, place)
        _check(settings, manifest, force)
        _check_dump(place / manifest["database"], manifest["revision"])
        report("数据库", 0.3)
        _load(settings, place / manifest["database"])
        for key in KEYS:
            if (place / key).exists():
                _put_key(place / key, settings.var_dir / key)
    report("", 1.0)


# --- the database


def _is_sqlite(settings: Settings) -> bool:
    return settings.db_url.startswith("sqlite")


def _sqlite_file(settings: Settings) -> Path:
    return Path(settings.db_url.removeprefix("sqlite:///"))


def _revision(settings: Settings) -> str | None:
    if _is_sqlite(settings) and not _sqlite_file(settings).exists():
        return None
    with opened(settings) as base:
        return base.revision()


def _dump(settings: Settings, place: Path, report: Report) -> str:
    if not _is_sqlite(settings):
        _run(["pg_dump", "--format=custom", "--no-owner", f"--file={place / POSTGRES}", _libpq(settings.db_url)])
        return POSTGRES

    def copied(_status: int, remaining: int, total: int) -> None:
        report("数据库", 0.8 * (1 - remaining / max(total, 1)))

    with closing(sqlite3.connect(_sqlite_file(settings))) as source, closing(sqlite3.connect(place / SQLITE)) as target:
        source.backup(target, pages=PAGES, progress=copied)
    return SQLITE


def _load(settings: Settings, dump: Path) -> None:
    if not _is_sqlite(settings):
        _run(
            [
                "pg_restore",
                "--clean",
                "--if-exists",
                "--no-owner",
                "--single-transaction",
                "-d",
                _libpq(settings.db_url),
                str(dump),
            ]
        )
        return
    target = _sqlite_file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(dump)) as source, closing(sqlite3.connect(target)) as present:
        source.backup(present)  # through SQLite, so that no -wal of the old file can be mixed with the new


def _libpq(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _run(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        raise OpsError(f"没有 {command[0]}", "安装 PostgreSQL 客户端，例如 apt-get install postgresql-client")
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise OpsError(f"{command[0]} 失败：{result.stderr.strip()[-400:]}", "检查 WENXU_DATABASE_URL 与权限")


# --- the file


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        place = tempfile.mkdtemp(prefix=".wenxu-", dir=beside.parent)  # readable by the owner alone
    except OSError as error:
        raise OpsError(f"{beside.parent} 不能写：{error.strerror}", "换一个目录") from None
    try:
        yield Path(place)
    finally:
        shutil.rmtree(place)


def _pack(place: Path, names: list[str], file: Path) -> None:
    draft = place / "packed"
    with tarfile.open(draft, "w:gz", compresslevel=6) as archive:
        for name in names:
            archive.add(place / name, arcname=name)
    draft.chmod(0o600)
    draft.rename(file)


def _unpack(file: Path, place: Path) -> dict[str, Any]:
    allowed = {"manifest.json", SQLITE, POSTGRES, *KEYS}
    try:
        with tarfile.open(file, "r:gz") as archive:
            for member in archive:
                if member.name in allowed and member.isfile():
                    archive.extract(member, place, filter="data")
        manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        if not (place / manifest["database"]).is_file() or manifest["database"] not in allowed:
            raise KeyError("database")
    except FileNotFoundError:
        raise OpsError(
            f"没有文件 {file}" if not file.exists() else f"{file} 里没有 manifest.json", "检查文件名"
        ) from None
    except (OSError, tarfile.TarError, ValueError, KeyError, EOFError):
        raise OpsError(f"{file} 不是完整的备份文件", "换一份备份") from None
    return dict(manifest)


def _check(settings: Settings, manifest: dict[str, Any], force: bool) -> None:
    """Nothing newer than this program, nothing of another kind of database, nothing overwritten by accident."""
    from bot.store.database import knows_revision

    if manifest["form"] != FORM or not knows_revision(manifest["revision"]):
        raise OpsError(f"备份的结构版本 {manifest['revision']} 不是这个程序认识的", "换用做备份时那个版本或更新的程序")
    if (manifest["database"] == SQLITE) != _is_sqlite(settings):
        raise OpsError("备份与现在的数据库不是同一种", "改 WENXU_DATABASE_URL，使两边同为 SQLite 或同为 PostgreSQL")
    if not force and _revision(settings) is not None:
        raise OpsError("现在的数据库里已经有数据", "确定要覆盖就加 --force；最好先 wenxu backup 一份")


def _check_dump(dump: Path, revision: str) -> None:
    """SQLite takes a broken file for an empty database; pg_restore does its whole work in one transaction."""
    if dump.name != SQLITE:
        return
    try:
        with closing(sqlite3.connect(dump)) as base:
            sound = base.execute("PRAGMA quick_check").fetchone() == ("ok",)
            version = base.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        sound, version = False, None
    if not sound or version != (revision,):
        raise OpsError("备份里的数据库不完整", "换一份备份")


def _put_key(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    os.chmod(target, 0o600)  # noqa: PTH101
