"""Rasa's memory of conversations, bounded: what must last is in the application's database."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedTrackerStore(InMemoryTrackerStore):
    """The last `conversations` conversations, of each the last `events` events."""

    def __init__(
        self, domain: Domain, event_broker: EventBroker | None = None, conversations: int = 2000, events: int = 60, **kwargs: Any
    ) -> None:
        for unused in ("type", "url", "store_type"):
            kwargs.pop(unused, None)
        super().__init__(domain, event_broker, **kwargs)
        self.conversations, self.events = conversations, events
        self.store: OrderedDict[str, Any] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        await super().save(self._shortened(tracker))
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self.conversations:
            self.store.popitem(last=False)

    def _shortened(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        if len(tracker.events) <= self.events:
            return tracker
        kept = list(tracker.events)[-self.events :]
        return DialogueStateTracker.from_events(tracker.sender_id, kept, self.domain.slots)
