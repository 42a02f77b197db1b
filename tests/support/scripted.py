"""A dialogue server that reads every sentence as the test says, and runs the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.executor import ActionExecutor

from bot.zh.extract import extract


def reading(
    text: str,
    intent: str = "report_reply",
    stance: str = "fact",
    needs: Mapping[str, float] | None = None,
    entities: list[dict[str, Any]] | None = None,
    metadata: Mapping[str, Any] | None = None,
    move: str = "other",
    sure: float = 0.5,
) -> dict[str, Any]:
    """Return a reading of docs/architecture.md; figures are found by bot/zh as the real pipeline does."""
    from datetime import datetime

    now = datetime.fromisoformat((metadata or {}).get("now") or "2026-11-22T10:00:00+08:00")
    found = [
        {"entity": s.type, "start": s.start, "end": s.end, "text": s.text, "value": s.value} for s in extract(text, now)
    ]
    mentions = [
        {"entity": "client", "start": m["start"], "end": m["end"], "text": m["name"], "value": str(m["id"])}
        for m in (metadata or {}).get("mentions", ())
    ]
    scored = [{"code": c, "confidence": p} for c, p in (needs or {}).items()]
    return {
        "text": text,
        "intent": {"name": intent, "confidence": 0.99},
        "entities": [*mentions, *found, *(entities or [])],
        "stance": {"name": stance, "confidence": 0.9},
        "move": {"name": move, "confidence": sure},
        "needs": scored,
        "clauses": [{"start": 0, "end": len(text), "stance": {"name": stance, "confidence": 0.9}, "needs": scored}],
        "fallback": None,
    }


def _message(response: Mapping[str, Any]) -> dict[str, Any]:
    """Put a response together as the real channel does."""
    given = {
        "text": response["text"],
        "buttons": response.get("buttons"),
        "card": (response.get("custom") or {}).get("card"),
    }
    return {key: value for key, value in given.items() if value or key == "text"}


class ScriptedDialogue:
    """`readings`: text → keyword arguments of `reading`; payloads are read as Rasa reads them."""

    def __init__(self, readings: Mapping[str, Mapping[str, Any]]) -> None:
        self.readings = readings
        self.executor: ActionExecutor | None = None

    async def turn(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        assert self.executor is not None
        raw = self.read(text, metadata)
        call = {
            "next_action": f"action_{raw['intent']['name']}",
            "sender_id": conversation,
            "tracker": {
                "sender_id": conversation,
                "slots": {},
                "latest_message": raw,
                "events": [],
                "paused": False,
                "followup_action": None,
                "active_loop": {},
                "latest_action_name": None,
            },
            "domain": {},
            "version": "3.6.21",
        }
        result = await self.executor.run(call)
        assert result is not None
        return {"messages": [_message(r) for r in result.model_dump()["responses"]], "reading": raw}

    async def parse(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return self.read(text, metadata)

    async def ready(self) -> bool:
        return True

    def read(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        if text.startswith("/"):
            import json

            name, _, rest = text[1:].partition("{")
            entities = [
                {"entity": k, "start": 0, "end": 0, "text": str(v), "value": v}
                for k, v in (json.loads("{" + rest) if rest else {}).items()
            ]
            return {**reading(text, name), "entities": entities}
        return reading(text, metadata=metadata, **self.readings.get(text, {"intent": "nlu_fallback"}))
