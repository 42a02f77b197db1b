"""Corrections: "不是12家，是21家", "这个不算问题", "刚才那条记错了"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot.reading import Entity, Reading
from bot.visit.bank import Bank
from bot.visit.facts import ENTITY_KIND, fits, midpoint, value_of
from bot.visit.hear import quote_of
from bot.visit.model import Entry, Known, Record, VisitState, facts_in_force

NOT_BUT = re.compile(
    r"不是|不对|错了|打错|应该是|应为|而是"
)  # also in what clients say: then an old figure must stand beside
MENDS = re.compile(r"写错|记错|说错|听错|搞错|弄错|改成|改为|更正|纠正")  # said to the bot only
NEGATED = re.compile(r"(?:不是|别写|不该是)[^，,。；;]{0,2}$")
NO_NEED = r"(?:其实|也|都|根本|并)*(?:不算(?:是|个|什么)*(?:问题|需求|事)|不是(?:个|什么)*(?:问题|需求)|(?:别算|不要算|划掉|(?:去掉|删掉|删了?)(?:这|那|它|上)(?:个|条)?|不用记|别记)(?:了|吧|啊)*(?=[，,。！!；;\s]|$))"
NOT_A_NEED = re.compile(rf"(?:^|[，,。；;\s])(?P<what>(?:这|那|它|刚才|上)[^，,。]{{0,8}}?)?{NO_NEED}")
NAMED_NO_NEED = re.compile(rf"[^，,。；;\s]{{2,8}}?{NO_NEED}")
ORDER = r"^(?:那|就|再|请|先|你|我要|我想|帮我|给我|麻烦)*(?:把(?:刚才|上|这|那)[^，,。]{0,6})?"  # 客户把申请撤回了 is no order
UNDO = re.compile(
    ORDER
    + r"(?:撤销|撤回)|收回(?=刚才|上|这|那|我)|(?:刚才|上(?:一)?(?:句|条))[^，,。]{0,6}(?:不算|作废|别记|不要)|undo"
)


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
    text = reading.text
    if not (NOT_BUT.search(text) or MENDS.search(text)):
        return None
    figures = [e for e in reading.entities if e.type in ENTITY_KIND and midpoint(e.value) is not None]
    if not figures:
        return None
    entity = next((e for e in reversed(figures) if not NEGATED.search(text[: e.start])), figures[-1])
    olds = [e for e in figures if e is not entity and ENTITY_KIND[e.type] == ENTITY_KIND[entity.type]]
    if not olds and not MENDS.search(text) and reading.intent != "disagree":
        return None
    target = _mistaken(entity, olds[-1] if olds else None, state, record, text, bank)
    if target is None:
        return None
    value = value_of(entity, bank.facts[target.code])
    fact = Known(target.code, value, "client", today.isoformat(), quote_of(text), turn)
    return Corrected(state.with_known(fact), "fact", target.code, str(target.value), str(value))


def _mistaken(
    new: Entity, old: Entity | None, state: VisitState, record: Record, text: str, bank: Bank
) -> Known | None:
    """Return the fact whose value is `old`, what was learned last first; without `old` the one named or learned last."""
    mine = list(reversed(state.learned))
    rest = [k for k in facts_in_force(record, state).values() if k not in mine]
    able = [k for k in (*mine, *rest) if k.code in bank.facts and fits(new, bank.facts[k.code])]
    if old is not None:
        able = [k for k in able if fits(old, bank.facts[k.code]) and _same(value_of(old, bank.facts[k.code]), k.value)]
    named = [k for k in able if any(cue in text for cue in bank.facts[k.code].cues)]
    return next(iter(named or (able if old is not None else [k for k in able if k in mine])), None)


def _same(one: object, other: object) -> bool:
    """Money is a decimal string: 23000000.00 is 23000000."""
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except ArithmeticError:
        return one == other


def _need(state: VisitState, reading: Reading, bank: Bank, turn: int) -> Corrected | None:
    entry = _meant(state, reading, bank) if NOT_A_NEED.search(reading.text) else _called(state, reading, bank)
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


def _called(state: VisitState, reading: Reading, bank: Bank) -> Entry | None:
    """对账那个不算问题: the need that is called by its name in the very clause; 价格不是问题 names none."""
    said = NAMED_NO_NEED.search(reading.text)
    live = [e for e in state.ledger if e.status != "dismissed"]
    return next((e for e in live if said and bank.needs[e.need].name[:2] in said[0]), None)
