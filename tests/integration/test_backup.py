from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.ops.backup import backup, restore
from bot.ops.errors import OpsError
from bot.ops.lock import only_one
from bot.ops.prepare import in_database, migrate
from bot.settings import Settings
from bot.store.users import create_user, list_users
from tests.postgres import Server, postgres_server  # noqa: F401  (fixture)


def silent(text: str, fraction: float) -> None:
    assert 0 <= fraction <= 1


def names(settings: Settings) -> list[str]:
    return in_database(settings, lambda session: [user.username for user in list_users(session)])


def place(path: Path, *users: str) -> Settings:
    settings = Settings(var_dir=path, database_url="")
    if users:
        migrate(settings)
    for user in users:
        in_database(settings, lambda session, name=user: create_user(session, name, "correct horse battery"))
    return settings


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Settings, Path]:
    settings = place(tmp_path / "old", "lily", "wang")
    assert settings.signing_key
    file = tmp_path / "b.tar.gz"
    backup(settings, file, silent)
    return settings, file


def test_what_is_backed_up_comes_back_on_an_empty_machine_with_its_keys(
    saved: tuple[Settings, Path], tmp_path: Path
) -> None:
    old, file = saved
    new = place(tmp_path / "new")
    restore(new, file, False, silent)
    assert names(new) == ["lily", "wang"]
    assert new.signing_key == old.signing_key
    assert (new.var_dir / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing(saved: tuple[Settings, Path]) -> None:
    settings, file = saved
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OpsError, match="已经存在"):
        backup(settings, file, silent)
    assert [p.name for p in file.parent.iterdir() if p.name.startswith(".")] == []


def test_it_can_be_made_while_someone_writes(tmp_path: Path) -> None:
    settings = place(tmp_path / "busy", "lily")
    with closing(sqlite3.connect(settings.var_dir / "wenxu.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO teams (name) VALUES ('未提交')")
        backup(settings, tmp_path / "b.tar.gz", silent)
        writer.rollback()
    restore(place(tmp_path / "new"), tmp_path / "b.tar.gz", False, silent)


def test_present_data_are_overwritten_only_by_force(saved: tuple[Settings, Path], tmp_path: Path) -> None:
    _, file = saved
    other = place(tmp_path / "other", "sunli")
    with pytest.raises(OpsError, match="已经有数据"):
        restore(other, file, False, silent)
    assert names(other) == ["sunli"]
    restore(other, file, True, silent)
    assert names(other) == ["lily", "wang"]


def test_nothing_is_restored_under_a_running_server(saved: tuple[Settings, Path]) -> None:
    settings, file = saved
    with only_one(settings), pytest.raises(OpsError, match="正在运行"):
        restore(settings, file, True, silent)


def test_a_backup_of_a_newer_program_is_refused_before_anything_is_touched(
    saved: tuple[Settings, Path], tmp_path: Path
) -> None:
    settings, _ = saved
    with pytest.raises(OpsError, match="结构版本"):
        restore(settings, forged(tmp_path, revision="ffff"), True, silent)
    assert names(settings) == ["lily", "wang"]


def test_a_backup_of_another_kind_of_database_is_refused(saved: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, _ = saved
    with pytest.raises(OpsError, match="同一种"):
        restore(settings, forged(tmp_path, database="database.dump"), True, silent)


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\x1f\x8b\x08\x00broken"])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.tar.gz"
    file.write_bytes(content)
    with pytest.raises(OpsError, match="不是完整的备份"):
        restore(place(tmp_path / "new"), file, False, silent)
    with pytest.raises(OpsError, match="没有文件"):
        restore(place(tmp_path / "new"), tmp_path / "none.tar.gz", False, silent)


def test_an_archive_cannot_write_outside_its_place(tmp_path: Path) -> None:
    file = forged(tmp_path, extra="../evil")
    with pytest.raises(OpsError):
        restore(place(tmp_path / "deep" / "new"), file, False, silent)
    assert not list(tmp_path.rglob("evil"))


def test_an_empty_installation_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="空的"):
        backup(place(tmp_path / "empty"), tmp_path / "b.tar.gz", silent)


def forged(tmp_path: Path, revision: str = "0001", database: str = "database.sqlite", extra: str = "") -> Path:
    file = tmp_path / "forged.tar.gz"
    manifest = json.dumps({"form": 1, "revision": revision, "database": database}).encode()
    with tarfile.open(file, "w:gz") as archive:
        for name, content in (("manifest.json", manifest), (database, b"x"), *([(extra, b"x")] if extra else [])):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file


@pytest.mark.postgres
def test_postgresql_goes_there_and_back_too(postgres_server: Server, tmp_path: Path) -> None:  # noqa: F811
    old = Settings(var_dir=tmp_path / "old", database_url=postgres_server.fresh())
    migrate(old)
    in_database(old, lambda session: create_user(session, "lily", "correct horse battery"))
    backup(old, tmp_path / "b.tar.gz", silent)
    new = Settings(var_dir=tmp_path / "new", database_url=postgres_server.fresh())
    restore(new, tmp_path / "b.tar.gz", False, silent)
    assert names(new) == ["lily"]
    with pytest.raises(OpsError, match="已经有数据"):
        restore(new, tmp_path / "b.tar.gz", False, silent)
    restore(new, tmp_path / "b.tar.gz", True, silent)
