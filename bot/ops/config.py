"""Settings as the command line reads them, and as the processes it starts receive them."""

from __future__ import annotations

import ipaddress
from typing import Any

from pydantic import ValidationError

from bot.ops.errors import OpsError
from bot.settings import ROOT, Settings

IN_CHINESE = {
    "int_parsing": "应当是整数",
    "float_parsing": "应当是数字",
    "bool_parsing": "应当是 1 或 0",
    "less_than_equal": "太大，最大 {le}",
    "greater_than_equal": "太小，最小 {ge}",
    "greater_than": "应当大于 {gt}",
}


def load_settings(**overrides: Any) -> Settings:
    """Return the settings of the environment and the project's `.env`; None overrides nothing. Raises OpsError."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(_env_file=ROOT / ".env", **given)
    except ValidationError as error:
        lines = [f"{_name(e)}{_message(e)}" for e in error.errors()]
        raise OpsError("设置有误：" + "；".join(lines), "改正环境变量或 .env，各项说明见 docs/settings.md") from None


def _name(error: Any) -> str:
    """The setting's name; none for what concerns several."""
    return f"WENXU_{'_'.join(map(str, error['loc'])).upper()}：" if error["loc"] else ""


def _message(error: Any) -> str:
    known = IN_CHINESE.get(error["type"])
    if known:
        return f"{known.format(**error.get('ctx', {}))}，现在是“{error['input']}”"
    return str(error["msg"]).removeprefix("Value error, ")


def settings_environment(settings: Settings) -> dict[str, str]:
    """Return the variables by which a child process sees the very same settings, and how the two reach each other."""
    return {
        "WENXU_HOST": settings.host,
        "WENXU_PORT": str(settings.port),
        "WENXU_RASA_PORT": str(settings.rasa_port),
        "WENXU_VAR_DIR": str(settings.var_dir.resolve()),
        "WENXU_MODELS_DIR": str(settings.models_dir.resolve()),
        "WENXU_KNOWLEDGE_DIR": str(settings.knowledge_dir.resolve()),
        "WENXU_DATABASE_URL": settings.db_url,
        "WENXU_DEMO": "1" if settings.demo else "0",
        "WENXU_DEMO_PASSWORD": settings.demo_password.get_secret_value(),
        "WENXU_ACTION_SECRET": settings.webhook_secret,
        "WENXU_ACTION_URL": f"{app_url(settings)}/internal/actions",
        "PYTHONUNBUFFERED": "1",
    }


def app_url(settings: Settings) -> str:
    """Where this machine reaches the application."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
