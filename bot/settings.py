"""Settings, from the environment (`WENXU_…`) and `.env`, checked when the process starts."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET_LENGTH = 32  # characters; HS256 wants at least 256 bits


class Settings(BaseSettings):
    """Every setting of the application. `docs/settings.md` lists them; a test keeps the two the same.

    Raises `pydantic.ValidationError` for a value that cannot be used.
    """

    model_config = SettingsConfigDict(env_prefix="WENXU_", env_file=ROOT / ".env", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="应用监听的地址")
    port: int = Field(8000, ge=1, le=65535, description="应用监听的端口")
    rasa_port: int = Field(5005, ge=1, le=65535, description="对话服务（Rasa）在本机回环地址上的端口")
    database_url: str = Field("", description="数据库地址；默认是 var/ 下的 SQLite")
    redis_url: str = Field("", description="Redis 地址；默认不用")
    var_dir: Path = Field(ROOT / "var", description="运行时数据目录：数据库、密钥、日志")
    models_dir: Path = Field(ROOT / "models", description="训练产物目录")
    knowledge_dir: Path = Field(ROOT / "data" / "knowledge", description="知识文件目录")
    secret_key: SecretStr = Field(SecretStr(""), description="签发登录凭证的密钥，至少 32 个字符；不设则生成并存在 var/ 下")
    action_secret: SecretStr = Field(SecretStr(""), description="对话服务与应用之间的共享密钥；不设则由 serve 每次生成")
    token_minutes: int = Field(480, ge=1, description="登录凭证有效期（分钟）")
    demo: bool = Field(False, description="1：载入样例客户和演示用户")
    demo_password: SecretStr = Field(SecretStr(""), description="演示用户的密码；不设则生成并显示一次")
    spacy_model: str = Field("", description="自有中文 spaCy 模型的路径；默认用本项目训练的")
    timezone: str = Field("Asia/Shanghai", description="网点所在时区；“今天”“下周三”按它算")
    log_level: str = Field("INFO", description="日志级别")
    turn_timeout: float = Field(20.0, gt=0, description="一轮对话最长等待时间（秒）")

    @field_validator("secret_key", "action_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        length = len(value.get_secret_value())
        if 0 < length < MIN_SECRET_LENGTH:
            raise ValueError(f"密钥太短：至少 {MIN_SECRET_LENGTH} 个字符，现在是 {length} 个")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"不认识的时区：{value}，例如 Asia/Shanghai")
        return value

    def now(self) -> datetime:
        """The bank's local time, with its offset."""
        return datetime.now(ZoneInfo(self.timezone))

    @property
    def db_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.var_dir / 'wenxu.db'}"

    @property
    def rasa_url(self) -> str:
        """Where the dialogue server listens: always loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @cached_property
    def signing_key(self) -> str:
        """The key that signs tokens; made once and kept in `var/secret.key` when none is set."""
        return self.secret_key.get_secret_value() or kept_secret(self.var_dir / "secret.key")

    @cached_property
    def webhook_secret(self) -> str:
        """The secret shared with the dialogue server."""
        return self.action_secret.get_secret_value() or kept_secret(self.var_dir / "action.key")


def kept_secret(path: Path) -> str:
    """Return the secret kept in `path`, made with mode 0600 if there is none yet.

    Two processes that start together agree: creation is exclusive and the loser reads the winner's.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    value = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value)
    return value
