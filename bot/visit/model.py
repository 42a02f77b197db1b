"""The shapes of a visit. Every value is immutable; a step makes a new `VisitState`.

Stages, question kinds and need statuses are the contract's (section 1); their order carries meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

KINDS = ("situation", "problem", "implication", "need_payoff")
STAGES = (*KINDS, "proposal", "commitment")
STATUS_ORDER = ("implied", "developed", "explicit", "matched", "committed")

KIND_NAMES = {"situation": "状况性", "problem": "问题性", "implication": "影响性", "need_payoff": "权衡得失性"}
STAGE_NAMES = {**KIND_NAMES, "proposal": "方案", "commitment": "承诺"}
STATUS_NAMES = {
    "implied": "暗示需求",
    "developed": "已放大",
    "explicit": "明确需求",
    "matched": "已匹配",
    "committed": "已承诺",
    "dismissed": "已排除",
}

Value = Any  # int, float, Decimal as str, bool or str, in the unit of facts.yml


@dataclass(frozen=True)
class Known:
    """One fact in force. `source`: record (database) | client (said so) | manager (judged or corrected)."""

    code: str
    value: Value
    source: str = "record"
    as_of: str = ""  # ISO date, '' when unknown
    quote: str = ""
    turn: int = 0


@dataclass(frozen=True)
class Record:
    """What the database knows of the client before the visit. `facts` by code of facts.yml."""

    client_id: int
    name: str
    segment: str
    facts: Mapping[str, Known] = field(default_factory=dict)
    holdings: frozenset[str] = frozenset()
    contacts: tuple[tuple[str, str, str], ...] = ()  # name, title, role
    last_contact: str = ""
    is_prospect: bool = False
    earlier_needs: tuple[tuple[str, str, str], ...] = ()  # need, status, quote of earlier visits

    def value(self, code: str) -> Value:
        known = self.facts.get(code)
        return known.value if known else None


@dataclass(frozen=True)
class Open:
    """The question that stands open."""

    id: str
    need: str
    kind: str
    wording: int
    text: str
    turn: int
    confirm: bool = False


@dataclass(frozen=True)
class Asked:
    """A question put and what became of it: answered | skipped | unclear | dropped."""

    id: str
    need: str
    kind: str
    text: str
    turn: int
    outcome: str


@dataclass(frozen=True)
class Entry:
    """One need of the ledger, with the client's own words and the turn they came from."""

    need: str
    status: str
    quote: str
    turn: int
    trail: tuple[tuple[str, str, int], ...] = ()  # (status, quote, turn) of every step, oldest first

    def to(self, status: str, quote: str, turn: int) -> Entry:
        """Return the entry at `status`; the words that justify the step replace the older ones."""
        return Entry(self.need, status, quote or self.quote, turn, (*self.trail, (status, quote, turn)))


@dataclass(frozen=True)
class VisitState:
    """A visit at one moment. `focus` is the need being developed, `phase` asking | proposal | commitment | closed.

    `floor` is the lowest question kind the manager asked for ("直接到影响"), per need.
    """

    segment: str
    turn: int = 0
    phase: str = "asking"
    focus: str | None = None
    open: Open | None = None
    asked: tuple[Asked, ...] = ()
    ledger: tuple[Entry, ...] = ()
    learned: tuple[Known, ...] = ()
    floor: tuple[tuple[str, str], ...] = ()
    proposal: dict[str, Any] | None = None
    told: tuple[str, ...] = ()  # impacts already shown, so that none is repeated

    def entry(self, need: str) -> Entry | None:
        return next((e for e in self.ledger if e.need == need), None)

    def status(self, need: str) -> str | None:
        entry = self.entry(need)
        return entry.status if entry else None

    def needs(self, *statuses: str) -> tuple[Entry, ...]:
        """Return the ledger entries at one of `statuses`, in ledger order."""
        return tuple(e for e in self.ledger if e.status in statuses)

    def with_entry(self, entry: Entry) -> VisitState:
        kept = [e for e in self.ledger if e.need != entry.need]
        at = next((i for i, e in enumerate(self.ledger) if e.need == entry.need), len(kept))
        return replace(self, ledger=(*kept[:at], entry, *kept[at:]))

    def with_known(self, known: Known) -> VisitState:
        return replace(self, learned=(*(k for k in self.learned if k.code != known.code), known))

    @property
    def stage(self) -> str | None:
        """The stage of the contract: that of the open question, or the phase after asking."""
        if self.phase in ("proposal", "commitment"):
            return self.phase
        if self.phase == "closed":
            return "commitment" if self.proposal else None
        return self.open.kind if self.open else None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> VisitState:
        return cls(
            segment=raw["segment"],
            turn=raw["turn"],
            phase=raw["phase"],
            focus=raw["focus"],
            open=Open(**raw["open"]) if raw["open"] else None,
            asked=tuple(Asked(**a) for a in raw["asked"]),
            ledger=tuple(Entry(**{**e, "trail": _triples(e["trail"])}) for e in raw["ledger"]),
            learned=tuple(Known(**k) for k in raw["learned"]),
            floor=tuple((n, k) for n, k in raw["floor"]),
            proposal=raw["proposal"],
            told=tuple(raw["told"]),
        )


def _triples(rows: Iterable[Any]) -> tuple[tuple[str, str, int], ...]:
    return tuple((a, b, c) for a, b, c in rows)


def at_least(status: str | None, floor: str) -> bool:
    """Return whether `status` has reached `floor` on the way to a commitment; None and dismissed have not."""
    return status in STATUS_ORDER and STATUS_ORDER.index(status) >= STATUS_ORDER.index(floor)


def facts_in_force(record: Record, state: VisitState) -> dict[str, Known]:
    """Return the facts by code: what was learned in this visit beats the record."""
    return {**record.facts, **{k.code: k for k in state.learned}}


def days_old(known: Known, today: date) -> int | None:
    """Return the age of a fact in days, None when its date is not known."""
    return (today - date.fromisoformat(known.as_of)).days if known.as_of else None
