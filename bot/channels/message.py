"""One model of a message for all channels: what came in, and the parts that go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

WECHAT, WECOM = "wechat", "wecom"
NAMES = {WECHAT: "微信公众号", WECOM: "企业微信"}

Kind = Literal[
    "text",  # typed, or spoken and recognised by the platform
    "press",  # a button or a menu entry; `text` is its payload, `card` the card it stood on
    "subscribe",
    "unsubscribe",
    "unsupported",  # a picture, a place …; `text` says which kind
    "group",  # said in a group chat
    "silent",  # an event that nobody waits to be answered
]


@dataclass(frozen=True)
class Incoming:
    """A message as it came. `key` is the platform's id of it: the same for every retry. `subject` is who sent it."""

    channel: str
    subject: str
    key: str
    kind: Kind
    text: str = ""
    card: str = ""  # task id of the card a button stood on
    response_code: str = ""  # with which that card may be changed, once

    def content(self) -> dict[str, Any]:
        """What is stored of it."""
        kept = asdict(self)
        for name in ("channel", "subject", "key"):
            del kept[name]
        return {k: v for k, v in kept.items() if v}


@dataclass(frozen=True)
class Choice:
    """What a number, or a button, stands for."""

    title: str
    payload: str

    def to_json(self) -> dict[str, str]:
        return {"title": self.title, "payload": self.payload}


@dataclass(frozen=True)
class Part:
    """One message that goes out. `body`: {kind: text, text} | {kind: buttons, title, choices} | {kind: used, …}."""

    body: Mapping[str, Any]


@dataclass(frozen=True)
class Rendered:
    """An answer as a channel shows it. `rest` waits until the user asks on."""

    parts: tuple[Part, ...]
    rest: tuple[Part, ...] = ()
    choices: tuple[Choice, ...] = field(default=())


def text_part(text: str) -> Part:
    return Part({"kind": "text", "text": text})
