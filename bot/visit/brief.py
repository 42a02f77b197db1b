"""The preparation brief: what is known, what is stale, what to find out, which needs are likely, how to open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.visit.bank import Bank, Opening, fill, show
from bot.visit.model import Known, Record
from bot.visit.planner import BASE_PRIOR, likelihood

MOST = 5  # items of a list; a brief is read on a phone, before the door


@dataclass(frozen=True)
class LikelyNeed:
    need: str
    chance: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    known: tuple[tuple[str, str], ...]
    stale: tuple[tuple[str, str, str], ...]  # name, value, as of
    find_out: tuple[str, ...]
    likely: tuple[LikelyNeed, ...]
    opening: str


def prepare(record: Record, bank: Bank, today: date) -> Brief:
    """Return the brief. Nothing in it is invented: every figure comes from the record with its date."""
    likely = likely_needs(record, bank)
    return Brief(
        known=tuple(_known(record, bank)),
        stale=tuple(
            (bank.facts[k.code].name, show(bank.facts[k.code], k.value), k.as_of)
            for k in record.facts.values()
            if k.code in bank.facts and bank.facts[k.code].is_stale(k, today)
        )[:MOST],
        find_out=tuple(_find_out(record, bank, likely)),
        likely=likely,
        opening=opening(record, bank),
    )


def likely_needs(record: Record, bank: Bank) -> tuple[LikelyNeed, ...]:
    """Return the needs that figures of the record speak for, likeliest first."""
    found = []
    for need in bank.needs_of(record.segment):
        chance, reasons = likelihood(need.code, bank, record.facts, record)
        if chance > BASE_PRIOR and reasons:
            found.append(LikelyNeed(need.code, chance, reasons[:2]))
    return tuple(sorted(found, key=lambda n: -n.chance)[:MOST])


def worth_showing(known: Known) -> bool:
    """A no tells nothing, but for an assessment that has run out; what is held stands among the holdings."""
    if known.code.startswith("has_product_") or known.value in ("", None):
        return False
    return known.value is not False or known.code == "risk_valid"


def _known(record: Record, bank: Bank) -> list[tuple[str, str]]:
    """Facts from which needs can be guessed come first: the list is cut on the way to the phone."""
    telling = {rule.when.fact for rules in bank.likely.values() for rule in rules}
    shown = []
    for code, known in sorted(record.facts.items(), key=lambda pair: pair[0] not in telling):
        spec = bank.facts.get(code)
        if spec is None or not worth_showing(known):
            continue
        shown.append((spec.name, show(spec, known.value)))
    return shown


def _find_out(record: Record, bank: Bank, likely: tuple[LikelyNeed, ...]) -> list[str]:
    """Return the facts that the likeliest needs turn on and that nobody knows yet."""
    names: dict[str, None] = {}
    if not any(role == "decision_maker" for _, _, role in record.contacts):
        names["谁拍板"] = None
    codes = [n.need for n in likely] or [n.code for n in bank.needs_of(record.segment)]
    for code in codes:
        for question in bank.of(code, "situation"):
            for fact in question.fills:
                if fact not in record.facts and fact in bank.facts:
                    names[bank.facts[fact].name] = None
    return list(names)[:MOST]


def opening(record: Record, bank: Bank) -> str:
    """Return the opening with the most conditions met: the most specific one speaks to this client."""
    facts: Mapping[str, Known] = record.facts
    best: tuple[int, str] = (-1, "")
    for candidate in bank.openings:
        text = _opening_text(candidate, record, bank)
        if text and all(c.holds(facts) for c in candidate.when) and len(candidate.when) > best[0]:
            best = (len(candidate.when), text)
    return best[1]


def _opening_text(candidate: Opening, record: Record, bank: Bank) -> str | None:
    if candidate.segment not in (record.segment, "both"):
        return None
    return fill(candidate.text, record.facts, bank.facts, name=record.name)
