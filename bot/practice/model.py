"""The shapes of a practice: the played client, the level, one thing said, and what is known after it. All immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

LEVELS = ("easy", "medium", "hard")
LEVEL_NAMES = {"easy": "入门", "medium": "进阶", "hard": "高难"}
MOVE_NAMES = {
    "rapport": "寒暄",
    "situation": "状况性问题",
    "problem": "问题性问题",
    "implication": "影响性问题",
    "need_payoff": "权衡得失性问题",
    "feature": "讲特征",
    "advantage": "讲优势",
    "benefit": "讲利益",
    "objection_handling": "处理异议",
    "commitment": "要承诺",
    "other": "其他",
}
MOVES = tuple(MOVE_NAMES)
QUESTIONS = ("situation", "problem", "implication", "need_payoff")
PRESENTING = ("feature", "advantage", "benefit")
STATUSES = ("hidden", "implied", "developed", "explicit", "matched")
OUTCOME_NAMES = {"order": "成交", "advance": "有进展", "continuation": "没有进展", "no_sale": "没谈成"}


@dataclass(frozen=True)
class Temper:
    """A temper: trust and patience to begin with, and how much a bit of small talk is worth (points of trust)."""

    code: str
    name: str
    means: str
    trust: int
    patience: int
    rapport: int


@dataclass(frozen=True)
class Level:
    """A difficulty: what it adds to trust and patience, how much harder needs open, how many implications develop one,
    how many objections come, whether a gatekeeper stands before, how many questions of fact are borne, how many turns."""

    code: str
    name: str
    means: str
    trust: int
    patience: int
    opens: int
    implications: int
    objections: int
    gatekeeper: bool
    facts: int
    turns: int


@dataclass(frozen=True)
class Topic:
    """A fact the client can tell. On the card it is known before, and asking for it annoys."""

    id: str
    words: tuple[str, ...]
    says: tuple[str, ...]
    need: str = ""
    trust: int = 0
    on_card: bool = False


@dataclass(frozen=True)
class HiddenNeed:
    """A need the client does not offer. `pain` 1..3; `trust` is what a question must find before it is answered."""

    code: str
    pain: int
    trust: int
    words: tuple[str, ...]
    implied: tuple[str, ...]
    developed: tuple[str, ...]
    explicit: tuple[str, ...]


@dataclass(frozen=True)
class Trigger:
    """Words that change the mood: `trust` is added (or taken), `says` answers them."""

    words: tuple[str, ...]
    trust: int
    says: tuple[str, ...]


@dataclass(frozen=True)
class Objection:
    """`when`: pitch | benefit | commitment. `eased_by`: words of an answer that takes it seriously."""

    id: str
    when: str
    says: tuple[str, ...]
    eased_by: tuple[str, ...]
    eased: tuple[str, ...]


@dataclass(frozen=True)
class Decides:
    """Who decides, and how the client agrees to a next step (`advance`), or to the deal itself (`order`)."""

    who: str
    alone: bool
    advance: tuple[str, ...]
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gatekeeper:
    who: str
    asks: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True)
class Persona:
    id: str
    name: str
    title: str
    temper: str
    segment: str
    business: str
    card: tuple[tuple[str, str], ...]  # label, value
    goal: str
    opening: tuple[str, ...]
    facts: tuple[Topic, ...]
    needs: tuple[HiddenNeed, ...]
    decides: Decides
    gatekeeper: Gatekeeper
    opens: tuple[Trigger, ...] = ()
    closes: tuple[Trigger, ...] = ()
    forbidden: tuple[Trigger, ...] = ()
    objections: tuple[Objection, ...] = ()
    products: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # product code → what he says to it
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # own wordings by kind of reply
    age: int | None = None
    risk: str = ""  # C1..C5, personal clients

    def need(self, code: str) -> HiddenNeed | None:
        return next((n for n in self.needs if n.code == code), None)

    def fact(self, fact_id: str) -> Topic | None:
        return next((f for f in self.facts if f.id == fact_id), None)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Persona:
        """Read what `to_json` wrote, after a way through JSON."""
        t = _strings
        return cls(
            **{
                **raw,
                "card": tuple((a, b) for a, b in raw["card"]),
                "opening": t(raw["opening"]),
                "facts": tuple(Topic(**{**f, "words": t(f["words"]), "says": t(f["says"])}) for f in raw["facts"]),
                "needs": tuple(HiddenNeed(**_tupled(n)) for n in raw["needs"]),
                "decides": Decides(**_tupled(raw["decides"])),
                "gatekeeper": Gatekeeper(**_tupled(raw["gatekeeper"])),
                **{k: tuple(Trigger(**_tupled(x)) for x in raw[k]) for k in ("opens", "closes", "forbidden")},
                "objections": tuple(Objection(**_tupled(o)) for o in raw["objections"]),
                "products": {k: t(v) for k, v in raw["products"].items()},
                "replies": {k: t(v) for k, v in raw["replies"].items()},
            }
        )


def _strings(values: Any) -> tuple[str, ...]:
    return tuple(values)


def _tupled(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}


@dataclass(frozen=True)
class Said:
    """One thing the seller said, as it was read. `sure` is false when the label is too doubtful to judge by.
    `needs`: codes it touches; `products`: catalogue codes it names; `answers`: needs those products serve."""

    text: str
    move: str
    sure: bool = True
    needs: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    dated: bool = False  # names a day or an hour
    unsuitable: tuple[str, ...] = ()  # products this client must not be sold
    others: bool = False  # names another client of the bank


@dataclass(frozen=True)
class NeedState:
    code: str
    status: str = "hidden"
    problems: int = 0  # problem questions that were answered
    implications: int = 0  # implications acknowledged


@dataclass(frozen=True)
class ClientState:
    """The played client at one moment. `used` holds the wordings said, so that none is said twice."""

    trust: int
    patience: int
    turn: int = 0
    gate: int = 0  # how often the gatekeeper asks still; 0 when nobody stands before
    needs: tuple[NeedState, ...] = ()
    focus: str = ""  # the need talked about last
    told: tuple[str, ...] = ()  # facts told
    texts: tuple[str, ...] = ()  # what the seller said, normalised
    used: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()  # objections that came up
    objection: str = ""  # the one that stands open
    facts_asked: int = 0
    small_talk: int = 0
    pitches: int = 0
    misses: int = 0  # turns in a row that brought nothing
    ignored: int = 0  # how often the open objection was passed over
    touched: tuple[str, ...] = ()  # triggers that have worked
    awaits_day: bool = False
    warned: bool = False
    outcome: str = ""
    last: str = ""  # the client's last words

    def need(self, code: str) -> NeedState:
        return next((n for n in self.needs if n.code == code), NeedState(code))

    def status(self, code: str) -> str:
        return self.need(code).status

    def at_least(self, status: str) -> tuple[str, ...]:
        floor = STATUSES.index(status)
        return tuple(n.code for n in self.needs if STATUSES.index(n.status) >= floor)

    def with_need(self, need: NeedState) -> ClientState:
        return replace(self, needs=tuple(need if n.code == need.code else n for n in self.needs))

    @property
    def over(self) -> bool:
        return self.outcome != ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> ClientState:
        return cls(**{**_tupled(raw), "needs": tuple(NeedState(**n) for n in raw["needs"])})


@dataclass(frozen=True)
class Line:
    """One turn of the transcript: what was said and read, what the client answered, and what it brought.

    `about` is the need it was about, `kind` the kind of reply, `voiced` the needs whose status the client's words moved, `notes` what happened besides:
    fact:<id>, on_card, repeat, prying, forbidden, early, ignored, objection:<id>, eased, stands, promise, leak,
    unsuitable, advance_part:<who|what|when>, outcome:<…>.
    """

    turn: int
    said: Said
    reply: str
    kind: str
    about: str = ""
    voiced: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    trust: int = 0
    patience: int = 0

    def note(self, start: str) -> str:
        """Return what follows `start` in the first note that begins so, '' when none does."""
        return next((n.removeprefix(start) for n in self.notes if n.startswith(start)), "")

    def has(self, note: str) -> bool:
        return note in self.notes
