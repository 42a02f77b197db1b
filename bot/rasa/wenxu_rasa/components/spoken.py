"""What the components read from a Rasa message."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

BEIJING = timezone(timedelta(hours=8))


def document(message: Message) -> Any:
    """The spaCy document of the text; None for a payload."""
    text = message.get(TEXT) or ""
    return None if text.startswith("/") else message.get(SPACY_DOCS[TEXT])


def metadata(message: Message) -> dict[str, Any]:
    """What came with the sentence; in training data Rasa keeps it apart for the block and the example."""
    given = message.get("metadata") or {}
    return {**given, **(given.get("intent") or {}), **(given.get("example") or {})}


def mode_of(message: Message) -> str:
    return metadata(message).get("mode") or "idle"


def now_of(message: Message) -> datetime:
    """The moment the sentence was typed; the server's clock when nobody said."""
    given = metadata(message).get("now")
    return datetime.fromisoformat(given) if given else datetime.now(BEIJING)
