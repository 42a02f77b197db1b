"""An answer of the gateway as a channel without a page shows it. Pure.

Cards become their text; what can be pressed on the page gets a number (a bare "2" then means the second) or, on a
channel that has them, a button. Where the open question is answered by a figure the commands are named in words
instead: a bare figure is the client's answer there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.message import Choice, Part, Rendered, text_part
from bot.channels.split import LIMIT, size, split

MORE = "（还有一段，回复“继续”看下文）"
PICK = "回复数字即可："
WORDS = "也可以回复："
DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
HAN = "零一二三四五六七八九十"
NUMBER = re.compile(r"\s*(?:选|第)?\s*([0-9]{1,2}|[一二三四五六七八九十])\s*(?:个|条|号|项)?\s*[.。、]?\s*")


@dataclass(frozen=True)
class Look:
    """What a channel can show. `parts`: messages it may get for one answer. `buttons`: how many one card holds."""

    parts: int
    buttons: int = 0
    button_bytes: int = 0  # the longest title of a button
    limit: int = LIMIT


def render(answer: Mapping[str, Any], look: Look, figure_expected: bool = False) -> Rendered:
    """Return the messages of an answer for one channel."""
    messages = [m for m in answer.get("messages") or () if m.get("text") or m.get("card")]
    listed, pressed = _choices(messages)
    choices = (*listed, *pressed)
    texts = [_text(m) for m in messages]
    if listed and not all(_numbered(texts, n, c.title) for n, c in enumerate(listed, 1)):
        texts.append("\n".join(f"{n}. {c.title}" for n, c in enumerate(listed, 1)))
    if not pressed:
        return _parts(texts, look, choices)
    if look.buttons and len(pressed) <= look.buttons and all(size(c.title) <= look.button_bytes for c in pressed):
        return _parts(texts, look, choices, _buttons(pressed))
    if figure_expected and not listed:
        texts.append(WORDS + "、".join(f"“{c.title}”" for c in pressed))
        return _parts(texts, look, ())
    first = len(listed) + 1
    texts.append("\n".join([PICK, *(f"{n} {c.title}" for n, c in enumerate(pressed, first))]))
    return _parts(texts, look, choices)


def _parts(texts: Sequence[str], look: Look, choices: tuple[Choice, ...], buttons: Part | None = None) -> Rendered:
    """Put the texts together, cut them, and keep back what the channel may not get at once."""
    room = look.parts - (1 if buttons else 0)
    cut = split("\n\n".join(t for t in texts if t), look.limit)
    if len(cut) > room:
        cut = split("\n\n".join(t for t in texts if t), look.limit - size(MORE) - 1)
    shown, rest = cut[:room], cut[room:]
    if rest:
        shown[-1] = f"{shown[-1]}\n{MORE}"
        rest = [f"{t}\n{MORE}" if t is not rest[-1] else t for t in rest]
    parts = [text_part(t) for t in shown]
    return Rendered((*parts, *([buttons] if buttons else ())), tuple(text_part(t) for t in rest), choices)


def _text(message: Mapping[str, Any]) -> str:
    text = str(message.get("text") or "").strip()
    shown = str((message.get("card") or {}).get("text") or "").strip()
    return f"{text}\n{shown}".strip() if shown and shown not in text else text


def _choices(messages: Iterable[Mapping[str, Any]]) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return what the last list offers, and the buttons beside it; what does the same stands once."""
    listed: dict[str, Choice] = {}
    pressed: dict[str, Choice] = {}
    for message in messages:
        shown = message.get("card") or {}
        if shown.get("type") == "list":
            rows = [i for i in shown.get("items") or () if i.get("payload")]
            listed = {i["payload"]: Choice(str(i["title"]), i["payload"]) for i in rows}
        for b in message.get("buttons") or ():
            pressed.setdefault(b["payload"], Choice(str(b["title"]), b["payload"]))
    return tuple(listed.values()), tuple(c for p, c in pressed.items() if p not in listed)


def _numbered(texts: Iterable[str], number: int, title: str) -> bool:
    return any(f"{number}. {title}" in t for t in texts)


def _buttons(choices: Sequence[Choice]) -> Part:
    return Part({"kind": "buttons", "choices": [c.to_json() for c in choices]})


def chosen(text: str, choices: Sequence[Mapping[str, str]]) -> str | None:
    """Return the payload that a bare number, or the title itself, stands for; None when it is neither."""
    plain = text.translate(DIGITS).strip()
    for choice in choices:
        if plain == choice["title"]:
            return choice["payload"]
    match = NUMBER.fullmatch(plain)
    if not match:
        return None
    figure = match.group(1)
    number = HAN.index(figure) if figure in HAN else int(figure)
    return choices[number - 1]["payload"] if 1 <= number <= len(choices) else None
