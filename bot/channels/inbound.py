"""What the two platforms send, as messages of ours. Fields as in

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
https://developer.work.weixin.qq.com/document/path/90239 (messages) and path/90240 (events)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.message import WECHAT, WECOM, Incoming
from bot.channels.xmlio import BadXml

MAX_TEXT = 2000  # characters of one turn
KINDS = {
    "image": "图片",
    "voice": "语音",
    "video": "视频",
    "shortvideo": "小视频",
    "location": "位置",
    "link": "链接",
    "file": "文件",
}
Fields = Mapping[str, Any]


def from_wechat(fields: Fields) -> Incoming:
    """Raises BadXml for a document that is no message."""
    return _read(WECHAT, fields, _WECHAT_EVENTS)


def from_wecom(fields: Fields) -> Incoming:
    """Raises BadXml for a document that is no message."""
    return _read(WECOM, fields, _WECOM_EVENTS)


def _read(channel: str, fields: Fields, events: Mapping[str, Callable[[Fields], dict[str, str]]]) -> Incoming:
    subject, kind = _text(fields, "FromUserName"), _text(fields, "MsgType").lower()
    if not subject or len(subject) > 128 or not kind:
        raise BadXml
    if _in_group(fields):
        content = {"kind": "group"}
    elif kind == "event":
        content = events.get(_text(fields, "Event").lower(), _silent)(fields)
    else:
        content = _message(kind, fields)
    return Incoming(channel, subject, _key(fields), **content)  # type: ignore[arg-type]


def _message(kind: str, fields: Fields) -> dict[str, str]:
    said = _text(fields, "Content") if kind == "text" else _text(fields, "Recognition")
    if said:
        return {"kind": "text", "text": said[:MAX_TEXT]}
    return {"kind": "unsupported", "text": KINDS.get(kind, "这种消息")}


def _in_group(fields: Fields) -> bool:
    return bool(_text(fields, "ChatId")) or _text(fields, "ChatType").lower() == "group"


def _key(fields: Fields) -> str:
    """The message's number; events have none, there sender, second and what happened stand for it."""
    number = _text(fields, "MsgId") or _text(fields, "MsgID")
    if number:
        return number[:100]
    parts = (_text(fields, n) for n in ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "TaskId"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _silent(fields: Fields) -> dict[str, str]:
    return {"kind": "silent"}


def _subscribed(fields: Fields) -> dict[str, str]:
    return {"kind": "subscribe"}


def _gone(fields: Fields) -> dict[str, str]:
    return {"kind": "unsubscribe"}


def _clicked(fields: Fields) -> dict[str, str]:
    """A menu entry: its key is a payload (`/help`) or a sentence (准备拜访)."""
    key = _text(fields, "EventKey")[:MAX_TEXT]
    return {"kind": "press" if key.startswith("/") else "text", "text": key} if key else {"kind": "silent"}


def _card_pressed(fields: Fields) -> dict[str, str]:
    return {
        "kind": "press",
        "text": _text(fields, "EventKey"),
        "card": _text(fields, "TaskId"),
        "response_code": _text(fields, "ResponseCode"),
    }


_WECHAT_EVENTS = {"subscribe": _subscribed, "unsubscribe": _gone, "click": _clicked}
_WECOM_EVENTS = {
    "subscribe": _subscribed,
    "unsubscribe": _gone,
    "click": _clicked,
    "template_card_event": _card_pressed,
}
