"""The `state` of the contract, from the database alone."""

from __future__ import annotations

from typing import Any

from bot.conversation.cards import entry_json, fact_json
from bot.store import practice
from bot.store.tables import Conversation, Visit
from bot.visit.bank import Bank
from bot.visit.model import Known, VisitState


def snapshot(conversation: Conversation, bank: Bank) -> dict[str, Any]:
    """Return mode, client, stage, question, needs, bundle and practice. The ledger of a visit just closed stays."""
    visit = conversation.visit
    state = VisitState.from_json(visit.state) if visit is not None else None
    in_visit = conversation.mode == "visit" and visit is not None
    return {
        "mode": conversation.mode,
        "client": _client(visit) if in_visit else None,
        "stage": state.stage if state and in_visit else None,
        "question": _question(state, bank) if state and in_visit else None,
        "needs": [entry_json(e, bank) for e in state.ledger] if state else [],
        "bundle": _bundle(conversation, state, in_visit),
        "practice": practice.snapshot(conversation),
        "facts": [_fact(k, bank) for k in state.learned if k.code in bank.facts] if state else [],
    }


def _bundle(conversation: Conversation, state: VisitState | None, in_visit: bool) -> dict[str, Any] | None:
    """The proposal of the open visit; outside of one the draft under discussion, else that of the visit just closed."""
    if not in_visit and conversation.draft:
        found: dict[str, Any] = conversation.draft["bundle"]
        return found
    return state.proposal if state else None


def _fact(known: Known, bank: Bank) -> dict[str, Any]:
    """`value` as people write it, `raw` in the unit of facts.yml."""
    return {**fact_json(known, bank), "raw": known.value, "turn": known.turn}


def _client(visit: Visit | None) -> dict[str, Any] | None:
    return {"id": visit.client.id, "name": visit.client.name} if visit is not None else None


def _question(state: VisitState, bank: Bank) -> dict[str, Any] | None:
    o = state.open
    if o is None:
        return None
    return {
        "type": o.kind,
        "need": o.need,
        "text": o.text,
        "why": bank.questions[o.id].why if o.id in bank.questions else "",
        "id": o.id,
        "confirm": o.confirm,
    }
