"""Every setting is documented, and nothing is that does not exist."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from bot.settings import ROOT, Settings

DOCUMENT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
NAMES = {f"WENXU_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_is_documented():
    assert set() == NAMES - set(re.findall(r"WENXU_[A-Z_]+", DOCUMENT))


def test_everything_documented_is_a_setting_or_set_by_the_program_itself():
    mentioned = set(re.findall(r"WENXU_[A-Z_]+[A-Z]", DOCUMENT))
    sources = "\n".join(
        p.read_text(encoding="utf-8") for p in [*(ROOT / "bot").rglob("*.py"), ROOT / "wenxu"] if ".venv" not in p.parts
    )
    assert [name for name in mentioned - NAMES if name not in sources] == []


def test_every_default_is_documented_as_it_is():
    for name, default in (
        ("PORT", "8000"),
        ("RASA_PORT", "5005"),
        ("TOKEN_MINUTES", "30"),
        ("HOST", "127.0.0.1"),
        ("LOG_LEVEL", "INFO"),
    ):
        row = next(
            line
            for line in DOCUMENT.splitlines()
            if f"WENXU_{name}`" in line or f"WENXU_{name} " in line or f"WENXU_{name}|" in line
        )
        assert default in row, row


def test_every_setting_says_in_chinese_what_it_is_for():
    for field in Settings.model_fields.values():
        assert field.description
        assert any("\u4e00" <= c <= "\u9fff" for c in field.description)


@pytest.mark.parametrize(
    "values",
    [
        {"port": 0},
        {"port": 70000},
        {"secret_key": "short"},
        {"action_secret": "short"},
        {"token_minutes": 0},
        {"turn_timeout": 0},
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_at_the_start(values):
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **values)


def test_secrets_are_not_shown_when_settings_are_printed():
    shown = repr(Settings(_env_file=None, secret_key="k" * 40, demo_password="swordfish"))
    assert "kkkk" not in shown
    assert "swordfish" not in shown


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("WENXU_PORT", "8123")
    monkeypatch.setenv("WENXU_VAR_DIR", str(tmp_path))
    settings = Settings(_env_file=None)
    assert settings.port == 8123
    assert settings.db_url == f"sqlite:///{tmp_path}/wenxu.db"


def test_a_kept_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    one, two = Settings(_env_file=None, var_dir=tmp_path), Settings(_env_file=None, var_dir=tmp_path)
    assert one.signing_key == two.signing_key != one.webhook_secret
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
