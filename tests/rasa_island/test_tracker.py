"""Rasa's memory stays bounded."""

import asyncio

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from wenxu_rasa.tracker import BoundedTrackerStore


def saved(store, sender, turns=1):
    events = [event for n in range(turns) for event in (UserUttered(f"话{n}"), ActionExecuted("action_listen"))]
    asyncio.run(store.save(DialogueStateTracker.from_events(sender, events, [])))


def test_the_oldest_conversations_are_forgotten():
    store = BoundedTrackerStore(Domain.empty(), conversations=2)
    for sender in "abc":
        saved(store, sender)
    assert list(store.kept) == ["b", "c"]


def test_a_conversation_that_goes_on_is_not_the_oldest():
    store = BoundedTrackerStore(Domain.empty(), conversations=2)
    for sender in "abac":
        saved(store, sender)
    assert list(store.kept) == ["a", "c"]


def test_a_long_conversation_keeps_its_last_events():
    store = BoundedTrackerStore(Domain.empty(), events=4, most=10)
    saved(store, "a", turns=50)
    tracker = asyncio.run(store.retrieve("a"))
    assert len(tracker.events) <= 10
    assert tracker.latest_message.text == "话49"
