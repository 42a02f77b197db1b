"""Corrections: "不是12家，是21家", "这个不算问题", "刚才那条记错了"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.reading import Reading
from bot.visit.bank import Bank
from bot.visit.facts import ENTITY_KIND, figure_of, midpoint
from bot.visit.hear import quote_of
from bot.visit.model import Entry, Known, Record, VisitState, facts_in_force

NOT_BUT = re.compile(r"(?:不是|不对|错了|写错|记错|打错|应该是|应为|改成|改为|更正|纠正|说错|而是)")
NOT_A_NEED = re.compile(
    r"(?:(?:这|那|它)(?:个|条|点)?|刚才(?:那)?(?:个|条)?)?[^，,。]{0,8}(?:不算(?:是)?(?:个)?(?:问题|需求|事)|不是(?:个)?(?:问题|需求)|别算|不要算|划掉|去掉(?:这|那)(?:个|条)|删(?:掉|了)(?:这|那)?(?:个|条)?|不用记)"
)
UNDO = re.compile(r"撤销|撤回|收回|(?:刚才|上(?:一)?(?:句|条))[^，,。]{0,6}(?:不算|作废|别记|不要)|undo")


@dataclass(frozen=True)
class Corrected:
    """A correction made. `kind`: fact | need; `old` and `new` are shown to the manager."""

    state: VisitState
    kind: str
    code: str
    old: str
    new: str


def wants_undo(text: str) -> bool:
    return bool(UNDO.search(text))


def correct(
    state: VisitState, record: Record, reading: Reading, bank: Bank, turn: int, today: date
) -> Corrected | None:
    """Return the corrected state, or None when the sentence corrects nothing that was taken down."""
    return _figure(state, record, reading, bank, turn, today) or _need(state, reading, bank, turn)


def _figure(
    state: VisitState, record: Record, reading: Reading, bank: Bank, turn: int, today: date
) -> Corrected | None:
    """The figure after the last 是/改成 replaces the fact of the same kind whose value stands before it, or the last one."""
    if not NOT_BUT.search(reading.text):
        return None
    figures = [(e, midpoint(e.value)) for e in reading.entities if e.type in ENTITY_KIND and e.value is not None]
    if not figures:
        return None
    entity, new = figures[-1]
    kind = ENTITY_KIND[entity.type]
    olds = [f for e, f in figures[:-1] if ENTITY_KIND[e.type] == kind]
    known = facts_in_force(record, state)
    mine = [k for k in reversed(state.learned) if bank.facts[k.code].kind == kind]
    rest = [k for k in known.values() if k.code in bank.facts and bank.facts[k.code].kind == kind and k not in mine]
    wanted = [k for k in (*mine, *rest) if not olds or figure_of(bank.facts[k.code], olds[-1]) == k.value]
    named = [k for k in wanted if any(cue in reading.text for cue in bank.facts[k.code].cues)]
    target = next(iter(named or (wanted if olds or mine else [])), None)
    if target is None:
        return None
    spec = bank.facts[target.code]
    value = figure_of(spec, new)
    fact = Known(target.code, value, "client", today.isoformat(), quote_of(reading.text), turn)
    return Corrected(state.with_known(fact), "fact", target.code, str(target.value), str(value))


def _need(state: VisitState, reading: Reading, bank: Bank, turn: int) -> Corrected | None:
    if not NOT_A_NEED.search(reading.text):
        return None
    entry = _meant(state, reading, bank)
    if entry is None:
        return None
    after = state.with_entry(replace(entry.to("dismissed", "", turn), quote=entry.quote))
    if after.focus == entry.need:
        after = replace(after, focus=None)
    if after.open is not None and after.open.need == entry.need:
        after = replace(after, open=None)
    return Corrected(after, "need", entry.need, entry.status, "dismissed")


def _meant(state: VisitState, reading: Reading, bank: Bank) -> Entry | None:
    """The need that is named, else the one that moved last, else the one in focus."""
    live = [e for e in state.ledger if e.status != "dismissed"]
    named = [e for e in live if bank.needs[e.need].name[:2] in reading.text or e.need in dict(reading.needs)]
    named = [e for e in live if e.need in reading.values("need")] or named
    return next(iter(named), None) or max(live, key=lambda e: (e.turn, e.need == state.focus), default=None)
