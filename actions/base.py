"""How every action works: read the tracker, make one call in a thread; the gateway takes the stored answer."""

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
        await asyncio.to_thread(self._runner.run, tracker.sender_id, self._handler, tracker.latest_message)
        return []  # the answer is stored with its turn: it need not travel through the dialogue server and back
