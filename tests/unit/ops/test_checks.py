from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.ops import checks, doctor
from bot.ops.checks import Check
from bot.ops.prepare import migrate
from bot.settings import ROOT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path / "var", models_dir=tmp_path / "models", database_url="")


def test_a_full_disk_is_a_failure_a_small_one_a_warning(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((0.1, "fail"), (1.0, "warn"), (50.0, "ok")):
        monkeypatch.setattr(shutil, "disk_usage", lambda place, free=free: SimpleNamespace(free=free * 1024**3))
        assert checks.disk(settings).level == level


def test_a_secret_that_others_can_read_is_a_failure_with_the_command_that_mends_it(settings: Settings) -> None:
    settings.var_dir.mkdir()
    key = settings.var_dir / "secret.key"
    key.write_text("x")
    key.chmod(0o644)
    found = checks.secret_files(settings)
    assert found.level == "fail"
    assert f"chmod 600 {key}" in found.remedy
    key.chmod(0o600)
    assert checks.secret_files(settings).level == "ok"


def test_demo_mode_open_to_others_is_a_warning() -> None:
    assert checks.demo_mode(Settings(demo=True, host="0.0.0.0")).level == "warn"
    assert checks.demo_mode(Settings(demo=True)).level == "ok"
    assert checks.demo_mode(Settings()).level == "ok"


def test_the_databases_state_is_told(settings: Settings) -> None:
    assert "还没有" in checks.database(settings).detail
    migrate(settings)
    assert checks.database(settings).level == "ok"
    unreachable = settings.model_copy(update={"database_url": "postgresql://wenxu:geheim@127.0.0.1:1/none"})
    found = checks.database(unreachable)
    assert found.level == "fail"
    assert "geheim" not in found.detail
    assert "WENXU_DATABASE_URL" in found.remedy


def test_a_database_of_a_newer_program_is_refused(settings: Settings) -> None:
    import sqlite3

    migrate(settings)
    base = sqlite3.connect(settings.var_dir / "wenxu.db")
    base.execute("UPDATE alembic_version SET version_num = 'ffff'")
    base.commit()
    base.close()
    assert checks.database(settings).level == "fail"


def test_wrong_knowledge_files_are_counted_and_the_first_named(settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "knowledge"
    shutil.copytree(ROOT / "data" / "knowledge", copy)
    (copy / "needs.yml").write_text("needs:\n  - code: x\n", encoding="utf-8")
    found = checks.knowledge(settings.model_copy(update={"knowledge_dir": copy}))
    assert found.level == "fail"
    assert "needs.yml:2" in found.detail


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = checks.writable(Settings(var_dir=tmp_path / "file" / "var", models_dir=tmp_path / "models"))
    assert found.level == "fail"


def test_without_a_model_it_says_how_to_make_one(settings: Settings) -> None:
    found = checks.model(settings)
    assert found.level == "warn"
    assert "wenxu train" in found.remedy


def test_the_doctor_goes_through_everything_and_survives_a_check_that_breaks(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_settings: Settings) -> Check:
        raise RuntimeError("odd")

    monkeypatch.setattr(doctor, "ALL", (*doctor.ALL, broken))
    results = list(doctor.examine(settings))
    assert next(r for r in results if r.name == "broken").level == "fail"
    for result in results:
        assert result.level == "ok" or result.remedy, result
    assert {"应用端口", "对话服务端口"} <= {r.name for r in results}
    assert json.loads(doctor.as_json(results))[0]["level"] == "ok"
    assert "怎么办" in doctor.as_text(Check("甲", "fail", "乙", "丙"))


def test_a_password_in_the_databases_address_is_not_shown() -> None:
    assert checks.shown_url("postgresql://a:b@h/d") == "postgresql://a@h/d"
    assert checks.shown_url("sqlite:////x") == "sqlite:////x"
