"""Rasa's memory of conversations, bounded and kept as objects: what must last is in the application's database.

Rasa's own in-memory store writes every tracker to JSON and reads it back twice a turn, a third of a turn's time. Turns of
one conversation come one after another (the application's gateway sees to that), so the object itself can be kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedTrackerStore(InMemoryTrackerStore):
    """The last `conversations` conversations. A tracker that grows beyond `most` events is cut to its last `events`.

    Every rule is one intent and one action, so the last `action_listen` is all the history that a prediction needs;
    what is kept beyond it travels with every action call.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        conversations: int = 2000,
        events: int = 1,
        most: int = 1,
        **kwargs: Any,
    ) -> None:
        for unused in ("type", "url", "store_type"):
            kwargs.pop(unused, None)
        super().__init__(domain, event_broker, **kwargs)
        self.conversations, self.events, self.most = conversations, events, most
        self.kept: OrderedDict[str, DialogueStateTracker] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        self.kept[tracker.sender_id] = self._shortened(tracker)
        self.kept.move_to_end(tracker.sender_id)
        while len(self.kept) > self.conversations:
            self.kept.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return self.kept.get(sender_id)

    async def retrieve_full_tracker(self, sender_id: str) -> DialogueStateTracker | None:
        return self.kept.get(sender_id)

    async def keys(self) -> Iterable[str]:
        return list(self.kept)

    def _shortened(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        if len(tracker.events) <= self.most:
            return tracker
        kept = list(tracker.events)[-self.events :]
        return DialogueStateTracker.from_events(tracker.sender_id, kept, self.domain.slots)
