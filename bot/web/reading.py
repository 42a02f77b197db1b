"""The contract's answer of `POST /api/nlu`, from what the dialogue server understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def contract_reading(text: str, reading: Mapping[str, Any]) -> dict[str, Any]:
    """Spans are offsets in `text` as the caller sent it."""
    return {
        "text": text,
        "intent": _label(reading.get("intent")),
        "entities": [_entity(e, text) for e in reading.get("entities") or ()],
        "move": _label(reading.get("move")),
        "stance": _label(reading.get("stance")),
        "needs": [{"code": n["code"], "confidence": n["confidence"]} for n in reading.get("needs") or ()],
        "intent_ranking": [_label(i) for i in reading.get("intent_ranking") or ()],
        "fallback": reading.get("fallback"),
    }


def _label(raw: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"name": (raw or {}).get("name"), "confidence": (raw or {}).get("confidence") or 0.0}


def _entity(raw: Mapping[str, Any], text: str) -> dict[str, Any]:
    start, end = raw["start"], raw["end"]
    return {"type": raw["entity"], "text": text[start:end], "start": start, "end": end, "value": raw.get("value")}
