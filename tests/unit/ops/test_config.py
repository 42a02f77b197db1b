from __future__ import annotations

import re

import pytest

from bot.ops.config import app_url, is_loopback, load_settings, settings_environment
from bot.ops.errors import OpsError
from bot.settings import ROOT, Settings


def test_a_wrong_setting_is_named_in_chinese_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENXU_PORT", "eighty")
    with pytest.raises(OpsError, match="WENXU_PORT：应当是整数，现在是“eighty”") as raised:
        load_settings()
    assert "docs/settings.md" in raised.value.remedy


def test_a_short_secret_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENXU_SECRET_KEY", "hunter2")
    with pytest.raises(OpsError, match="WENXU_SECRET_KEY：密钥太短") as raised:
        load_settings()
    assert "hunter2" not in str(raised.value)


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENXU_PORT", "8001")
    assert load_settings(port=8002).port == 8002
    assert load_settings(port=None).port == 8001


def test_a_child_reads_the_very_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    settings = Settings(port=8123, rasa_port=5123, demo=True, demo_password="s3cret", var_dir=tmp_path)  # type: ignore[arg-type]
    for name, value in settings_environment(settings).items():
        monkeypatch.setenv(name, value)
    seen = Settings()
    for field in (
        "host",
        "port",
        "rasa_port",
        "demo",
        "demo_password",
        "models_dir",
        "knowledge_dir",
        "db_url",
        "webhook_secret",
    ):
        assert getattr(seen, field) == getattr(settings, field)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_this_machine_reaches_the_application(host: str, url: str) -> None:
    assert app_url(Settings(host=host)) == url


def test_only_this_machine_is_loopback() -> None:
    assert is_loopback("127.0.0.1") and is_loopback("::1") and is_loopback("localhost")
    assert not is_loopback("0.0.0.0") and not is_loopback("bank.example")


def test_every_setting_is_documented_with_its_default_and_none_besides() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `WENXU_([A-Z0-9_]+)` \| ([^|]*?) \|", text, re.MULTILINE))
    outside = {"PYTHON310", "STOP_SECONDS"}  # of the launcher and the guard, not of the application
    assert set(rows) - outside == {name.upper() for name in Settings.model_fields}
    for name in ("host", "port", "rasa_port", "token_minutes", "log_level", "turn_timeout"):
        assert str(Settings.model_fields[name].default) in rows[name.upper()]
