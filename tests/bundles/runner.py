"""Reads the hand-written proposal cases and compares; the format stands in README.md beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.bundles.alternatives import alternatives
from bot.bundles.engine import Shelf, arrange
from bot.bundles.model import Proposal, Situation, Voiced
from bot.bundles.wishes import NONE, Change, Wishes, after
from bot.knowledge.library import Library

KEYS = {"case", "segment", "facts", "holdings", "qualifications", "channel", "needs", "changes", "expect"}
EXPECTED = {
    "bundle", "core", "plus", "offers", "not", "withheld", "conditions", "answers", "unanswered", "notes", "alternatives",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    file: str
    name: str
    situation: Situation
    voiced: tuple[Voiced, ...]
    wishes: Wishes
    expect: Mapping[str, Any]


def read_cases(directory: Path, library: Library) -> list[Case]:
    """Return all cases; an unknown key or code is an error, so that no expectation is skipped in silence."""
    cases = [
        _case(path.name, raw, library)
        for path in sorted(directory.glob("*.yml"))
        for raw in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]
    names = [c.name for c in cases]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise ValueError(f"case names stand twice: {sorted(twice)}")
    return cases


def _case(file: str, raw: dict[str, Any], library: Library) -> Case:
    where = f"{file} · {raw.get('case')}"
    expect = raw["expect"]
    unknown = (raw.keys() - KEYS) | (expect.keys() - EXPECTED)
    for code in _products(raw, expect):
        if code not in library.catalogue.products and code != "current_account":
            unknown.add(f"product {code}")
    unknown |= {f"need {n}" for n in (*raw["needs"], *expect.get("unanswered", ())) if n not in library.bank.needs}
    bundles = {b.code for b in library.bundles} | {"composed", "none"}
    unknown |= {f"bundle {expect['bundle']}"} - {f"bundle {b}" for b in bundles}
    worked_out = {"family_assets"}
    unknown |= {f"fact {f}" for f in raw.get("facts", {}) if f not in library.bank.facts and f not in worked_out}
    unknown |= {f"qualification {q}" for q in raw.get("qualifications", ()) if q not in library.suitability.names}
    if unknown:
        raise ValueError(f"{where}: unknown {sorted(unknown)}")
    qualifications = frozenset(raw["qualifications"]) if "qualifications" in raw else None
    facts = {k: _as_stored(k, v, library) for k, v in raw.get("facts", {}).items()}
    return Case(
        file,
        raw["case"],
        Situation(raw["segment"], frozenset(raw.get("holdings", ())), facts, qualifications, raw.get("channel", "")),
        tuple(_voiced(need, said, i) for i, (need, said) in enumerate(raw["needs"].items(), 1)),
        _wishes(raw.get("changes", ())),
        expect,
    )


def _products(raw: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    named = [*raw.get("holdings", ())]
    for key in ("core", "plus", "offers", "not", "withheld", "conditions", "answers"):
        named += list(expect.get(key, ()))
    return named


def _as_stored(code: str, value: Any, library: Library) -> Any:
    """Money is kept as a decimal string, as records give it."""
    spec = library.bank.facts.get(code)
    return str(value) if spec is not None and spec.kind == "money" else value


def _voiced(need: str, said: Any, turn: int) -> Voiced:
    if isinstance(said, str):
        return Voiced(need, said, turn)
    stake = said.get("stake")
    return Voiced(
        need, said["words"], turn, said.get("strength", 1), Decimal(str(stake)) if stake is not None else None
    )


def _wishes(changes: Any) -> Wishes:
    wishes = NONE
    for raw in changes:
        amount = raw.get("amount")
        given = {**raw, "amount": Decimal(str(amount)) if amount is not None else None}
        wishes = after(wishes, Change(**given))
    return wishes


def proposal_of(case: Case, library: Library) -> Proposal | None:
    return arrange(case.voiced, case.situation, shelf_of(library), case.wishes)


def shelf_of(library: Library) -> Shelf:
    return Shelf(library.bundles, library.catalogue, library.suitability)


def compare(case: Case, library: Library) -> list[str]:
    """Return every expectation that does not hold, in words."""
    found, expect = proposal_of(case, library), case.expect
    got = found.code if found else "none"
    wrong = [] if got == expect["bundle"] else [f"bundle: {got}, expected {expect['bundle']}"]
    if found is None:
        return wrong
    offered = {o.code: o for o in found.offered}
    for layer in ("core", "plus"):
        if layer in expect and set(found.layer(layer)) != set(expect[layer]):
            wrong.append(f"{layer}: {sorted(found.layer(layer))}, expected {sorted(expect[layer])}")
    wrong += [f"{c} is not offered" for c in expect.get("offers", ()) if c not in offered]
    wrong += [f"{c} is offered" for c in expect.get("not", ()) if c in offered]
    rules = {w.code: w.rule for w in found.withheld}
    wrong += [f"{c}: {rules.get(c)}, expected {r}" for c, r in expect.get("withheld", {}).items() if rules.get(c) != r]
    for code, words in expect.get("conditions", {}).items():
        if code not in offered or not any(words in c for c in offered[code].conditions):
            wrong.append(f"{code} has no condition with {words!r}")
    for code, need in expect.get("answers", {}).items():
        if code not in offered or need not in (offered[code].need, *(n for n, _ in offered[code].also)):
            wrong.append(f"{code} does not answer {need}")
    if "unanswered" in expect and set(found.unanswered) != set(expect["unanswered"]):
        wrong.append(f"unanswered: {found.unanswered}, expected {expect['unanswered']}")
    wrong += [
        f"no note with {words!r}" for words in expect.get("notes", ()) if not any(words in n for n in found.notes)
    ]
    others = [a.code for a in alternatives(found, case.voiced, case.situation, shelf_of(library), case.wishes)]
    wrong += [f"alternative {c} is not among {others}" for c in expect.get("alternatives", ()) if c not in others]
    if wrong:
        wrong.append(f"core {found.layer('core')} plus {found.layer('plus')} withheld {rules}")
    return wrong
