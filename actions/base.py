"""How every action works: read the tracker, make one call in a thread, hand the messages over."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.conversation.runner import Handler, Runner


class TurnAction(Action):
    """One action of the domain, bound to one use case. `tracker.sender_id` is the conversation's id."""

    def __init__(self, name: str, handler: Handler, runner: Runner) -> None:
        self._name, self._handler, self._runner = name, handler, runner

    def name(self) -> str:
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        reply = await asyncio.to_thread(self._runner.run, tracker.sender_id, self._handler, tracker.latest_message)
        for message in reply.messages:
            whole = message.to_json()
            card = {"card": whole["card"]} if "card" in whole else None
            dispatcher.utter_message(text=whole["text"], buttons=whole.get("buttons"), json_message=card)
        return []
