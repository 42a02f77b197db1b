"""How a proposal is said: its message with the buttons that every channel has."""

from __future__ import annotations

from typing import Any

from bot.conversation.bundle_cards import bundle_card
from bot.conversation.messages import Button, Message, button, press
from bot.conversation.talk import Talk


def bundle_message(talk: Talk, bundle: dict[str, Any], lead: str = "") -> Message:
    """Return the proposal with what can be done with it next."""
    shown = bundle_card(bundle, talk.library.bank, talk.library.catalogue)
    return Message(f"{lead}\n{shown['text']}" if lead else shown["text"], buttons(bundle), shown)


def buttons(bundle: dict[str, Any]) -> tuple[Button, ...]:
    """Alternatives by number, the reasons, what it brings the bank, and the way back once something was changed."""
    others = [press(f"换成备选{i}", "bundle.choose", a["code"]) for i, a in enumerate(bundle["alternatives"], 1)]
    compare = [press("和备选比一比", "bundle.compare")] if others else []
    back = [press("撤回修改", "bundle.undo"), press("恢复原样", "bundle.restore")] if bundle.get("wishes") else []
    held = [button("为什么没有别的", "why_withheld")] if bundle["withheld"] else []
    return (*others, *compare, *held, press("综合收益（内部）", "bundle.return"), *back)
