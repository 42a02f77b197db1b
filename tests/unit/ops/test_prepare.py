from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.ops.errors import OpsError
from bot.ops.prepare import demo_password, in_database, migrate
from bot.settings import Settings


def test_a_generated_demo_password_is_kept_for_the_owner_alone_and_told_once(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    password, new = demo_password(settings)
    assert new and len(password) >= 16
    assert demo_password(settings) == (password, False)
    assert (tmp_path / "demo.password").stat().st_mode & 0o777 == 0o600


def test_a_given_demo_password_is_taken_and_not_written_down(tmp_path: Path) -> None:
    assert demo_password(Settings(var_dir=tmp_path, demo_password="given")) == ("given", False)  # type: ignore[arg-type]
    assert not (tmp_path / "demo.password").exists()


def test_migrating_twice_is_harmless(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path, database_url="")
    migrate(settings)
    migrate(settings)
    assert (tmp_path / "wenxu.db").exists()


def test_a_drivers_error_is_told_in_chinese_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "wenxu.db").write_text("this is no database, it only looks like one " * 50)
    with pytest.raises(OpsError, match="数据库出错") as raised:
        migrate(Settings(var_dir=tmp_path, database_url=""))
    assert "wenxu doctor" in raised.value.remedy


def test_our_own_errors_pass_unchanged_and_nothing_is_written(tmp_path: Path) -> None:
    from bot.store.users import UserError, create_user

    settings = Settings(var_dir=tmp_path, database_url="")
    migrate(settings)
    with pytest.raises(UserError):
        in_database(settings, lambda session: create_user(session, "two words", "correct horse battery"))
    in_database(settings, lambda session: create_user(session, "lily", "correct horse battery"))
    with sqlite3.connect(tmp_path / "wenxu.db") as base:
        assert base.execute("SELECT username FROM users").fetchall() == [("lily",)]
    base.close()
