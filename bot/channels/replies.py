"""Answers inside the platforms' own calls, plain and sealed; and the bodies of calls of ours. Pure.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
https://developer.work.weixin.qq.com/document/path/90236 (application messages, template cards)
https://developer.work.weixin.qq.com/document/path/94888 (changing a card)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels import sentences, xmlio
from bot.channels.crypto import Sealer

CARD_TITLE = "请选择"


def passive_text(to: str, sender: str, seconds: int, text: str) -> bytes:
    """The document that answers a message of a 公众号; `sender` is the account it was sent to."""
    return xmlio.write(
        {"ToUserName": to, "FromUserName": sender, "CreateTime": seconds, "MsgType": "text", "Content": text}
    )


def envelope(sealer: Sealer, document: bytes, timestamp: str, nonce: str) -> bytes:
    """Wrap an answer as the encrypted modes want it."""
    encrypted, signed = sealer.seal(document, timestamp, nonce)
    return xmlio.write({"Encrypt": encrypted, "MsgSignature": signed, "TimeStamp": int(timestamp), "Nonce": nonce})


def wechat_body(subject: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A 客服 message."""
    return {"touser": subject, "msgtype": "text", "text": {"content": body["text"]}}


def wecom_body(subject: str, agent: int, body: Mapping[str, Any], task: str, again: bool) -> dict[str, Any]:
    """An application message. `task` names the card; `again`: it may have arrived already, so the platform is asked to
    drop a double."""
    head: dict[str, Any] = {"touser": subject, "agentid": agent}
    if again:
        head |= {"enable_duplicate_check": 1, "duplicate_check_interval": 1800}
    if body["kind"] == "text":
        return {**head, "msgtype": "text", "text": {"content": body["text"]}}
    return {**head, "msgtype": "template_card", "template_card": button_card(body["choices"], task)}


def button_card(choices: list[Mapping[str, str]], task: str) -> dict[str, Any]:
    buttons = [{"text": c["title"], "style": 1 if n == 0 else 2, "key": str(n)} for n, c in enumerate(choices)]
    return {
        "card_type": "button_interaction",
        "main_title": {"title": CARD_TITLE},
        "task_id": task,
        "button_list": buttons,
    }


def used_card(subject: str, agent: int, title: str, response_code: str) -> dict[str, Any]:
    """Turns the buttons of a card off, saying which one was pressed. The code works once, within 72 hours."""
    return {
        "userids": [subject],
        "agentid": agent,
        "response_code": response_code,
        "button": {"replace_name": sentences.USED.format(title=title)},
    }
