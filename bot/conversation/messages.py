"""What the bot says: texts, buttons, cards. Shapes as in docs/architecture.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Button:
    title: str
    payload: str


@dataclass(frozen=True)
class Message:
    """One bubble. `text` stands by itself on a channel without cards."""

    text: str
    buttons: tuple[Button, ...] = ()
    card: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"text": self.text}
        if self.buttons:
            out["buttons"] = [{"title": b.title, "payload": b.payload} for b in self.buttons]
        if self.card is not None:
            out["card"] = dict(self.card)
        return out


@dataclass(frozen=True)
class Reply:
    """What one turn is answered with."""

    messages: tuple[Message, ...] = field(default=())

    def plus(self, *more: Message) -> Reply:
        return Reply((*self.messages, *more))


def say(text: str, *buttons: Button) -> Reply:
    return Reply((Message(text, buttons),))


def command(intent: str, /, **entities: object) -> str:
    """Write a button's payload: `/intent` or `/intent{"entity": "value"}`."""
    return f"/{intent}" + (json.dumps({k: str(v) for k, v in entities.items()}, ensure_ascii=False) if entities else "")


def button(title: str, intent: str, /, **entities: object) -> Button:
    return Button(title, command(intent, **entities))


def press(title: str, do: str, /, key: object = "", value: object = "") -> Button:
    """A button of a capability that no sentence stands for: `do` names an entry of the `PRESSES` of an actions module."""
    given = {k: v for k, v in (("key", key), ("value", value)) if v != ""}
    return button(title, "press", do=do, **given)


def item(value: str, label: str = "", note: str = "") -> dict[str, str]:
    return {k: v for k, v in (("label", label), ("value", value), ("note", note)) if v}


def section(title: str, items: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    return {"title": title, "items": list(items)}


def card(card_type: str, title: str, sections: Sequence[Mapping[str, Any]] = (), /, **fields: Any) -> dict[str, Any]:
    """Return a card with its text rendering; sections without items are left out: no empty section is shown."""
    shown = [dict(s) for s in sections if s["items"]]
    text = fields.pop("text", None) or "\n".join([title, *(_lines(s) for s in shown)])
    return {"type": card_type, "title": title, "text": text, **fields, **({"sections": shown} if shown else {})}


def _lines(part: Mapping[str, Any]) -> str:
    rows = [
        "· "
        + "：".join(x for x in (i.get("label", ""), i["value"]) if x)
        + (f"（{i['note']}）" if i.get("note") else "")
        for i in part["items"]
    ]
    return "\n".join([f"【{part['title']}】", *rows] if part["title"] else rows)
