"""Settings, from the environment (`WENXU_…`) and `.env`, checked when the process starts."""

from __future__ import annotations

import os
import re
import secrets
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator
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
    secret_key: SecretStr = Field(
        SecretStr(""), description="签发登录凭证的密钥，至少 32 个字符；不设则生成并存在 var/ 下"
    )
    action_secret: SecretStr = Field(SecretStr(""), description="对话服务与应用之间的共享密钥；不设则由 serve 每次生成")
    token_minutes: int = Field(30, ge=1, description="登录凭证有效期（分钟）；网页和组件会自己续")
    session_hours: int = Field(168, ge=1, description="登录一次最长管多久（小时），到时要重新登录")
    demo: bool = Field(False, description="1：载入样例客户和演示用户")
    demo_password: SecretStr = Field(SecretStr(""), description="演示用户的密码；不设则生成并显示一次")
    spacy_model: str = Field("", description="自有中文 spaCy 模型的路径；默认用本项目训练的")
    timezone: str = Field("Asia/Shanghai", description="网点所在时区；“今天”“下周三”按它算")
    log_level: str = Field("INFO", description="日志级别")
    turn_timeout: float = Field(20.0, gt=0, description="一轮对话最长等待时间（秒）")

    public_url: str = Field("", description="员工在手机和电脑上打开问需的网址，例如 https://wenxu.bank.example")
    wechat_app_id: str = Field("", description="公众号的 AppID；不设则不开公众号")
    wechat_app_secret: SecretStr = Field(SecretStr(""), description="公众号的 AppSecret")
    wechat_token: SecretStr = Field(SecretStr(""), description="公众号“服务器配置”里的 Token")
    wechat_aes_key: SecretStr = Field(SecretStr(""), description="公众号“服务器配置”里的 EncodingAESKey，43 个字符")
    wechat_mode: Literal["encrypted", "compatible", "plain"] = Field(
        "encrypted", description="公众号的消息加解密方式：encrypted 安全、compatible 兼容、plain 明文"
    )
    wechat_can_write: bool = Field(True, description="公众号能不能发客服消息；不能的话，长的、慢的答复等用户回复“继续”")
    wechat_api: str = Field("https://api.weixin.qq.com", description="公众号接口的地址")
    wecom_corp_id: str = Field("", description="企业微信的企业 ID；不设则不开企业微信")
    wecom_agent_id: int = Field(0, ge=0, description="自建应用的 AgentId")
    wecom_secret: SecretStr = Field(SecretStr(""), description="自建应用的 Secret")
    wecom_token: SecretStr = Field(SecretStr(""), description="自建应用“接收消息”里的 Token")
    wecom_aes_key: SecretStr = Field(SecretStr(""), description="自建应用“接收消息”里的 EncodingAESKey，43 个字符")
    wecom_by_username: bool = Field(False, description="1：企业微信的成员账号就是问需的用户名，第一次用时自动绑定")
    wecom_api: str = Field("https://qyapi.weixin.qq.com", description="企业微信接口的地址")

    oidc_issuer: str = Field("", description="行内统一登录（OIDC）的发行者网址；不设则不开")
    oidc_client_id: str = Field("", description="在统一登录那里登记的客户端编号")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="客户端密钥；公共客户端不用")
    oidc_claim: str = Field("preferred_username", description="身份凭证里与问需用户名相同的那一项")
    oidc_scope: str = Field("openid profile", description="向统一登录要的范围")
    oidc_title: str = Field("行内统一登录", description="登录页上按钮的字")
    widget_origins: str = Field("", description="可以嵌入组件的网页来源，逗号隔开，例如 https://oa.bank.example")
    widget_key: SecretStr = Field(
        SecretStr(""), description="内网网站后台换取组件票据的密钥，至少 32 个字符；不设则只能在组件里登录"
    )

    @field_validator("secret_key", "action_secret", "widget_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        length = len(value.get_secret_value())
        if 0 < length < MIN_SECRET_LENGTH:
            raise ValueError(f"密钥太短：至少 {MIN_SECRET_LENGTH} 个字符，现在是 {length} 个")
        return value

    @field_validator("wechat_aes_key", "wecom_aes_key")
    @classmethod
    def _an_aes_key(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if key and not (len(key) == 43 and key.isascii() and key.isalnum()):
            raise ValueError("EncodingAESKey 应是 43 个字母或数字")
        return value

    @model_validator(mode="after")
    def _channels_complete(self) -> Settings:
        """A channel that is half set up would let forged messages in, or send nothing."""
        wechat = ["app_secret", "token"] + (["aes_key"] if self.wechat_mode != "plain" else [])
        for channel, switch, names in (
            ("wechat", self.wechat_app_id, wechat),
            ("wecom", self.wecom_corp_id, ["secret", "token", "aes_key"]),
        ):
            missing = [n for n in names if switch and not getattr(self, f"{channel}_{n}").get_secret_value()]
            if missing:
                raise ValueError("还缺 " + "、".join(f"WENXU_{channel}_{n}".upper() for n in missing))
        if self.wecom_corp_id and not self.wecom_agent_id:
            raise ValueError("还缺 WENXU_WECOM_AGENT_ID")
        return self

    @field_validator("widget_origins")
    @classmethod
    def _exact_origins(cls, value: str) -> str:
        """An origin is scheme, host and port, nothing more: no wildcard, no path."""
        for origin in _split(value):
            if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(f"不是网页来源：{origin}。应当像 https://oa.bank.example，不带路径、结尾的 / 和 *")
        return value

    @model_validator(mode="after")
    def _oidc_complete(self) -> Settings:
        if self.oidc_issuer and not (self.oidc_client_id and self.public_url):
            raise ValueError("开统一登录还缺 WENXU_OIDC_CLIENT_ID 或 WENXU_PUBLIC_URL")
        return self

    @property
    def embedders(self) -> frozenset[str]:
        """The origins whose pages may hold the widget."""
        return frozenset(_split(self.widget_origins))

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


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


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
