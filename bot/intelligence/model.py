"""The shapes: what goes in (`Inputs`), what the bank decided (`Rules`), what comes out. None and '' are 未评: nothing is
put in for a figure that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

NOT_RATED = "未评"
TIERS = ("总行级", "一级分行级", "二级分行级", "支行级")


@dataclass(frozen=True)
class Inputs:
    """One client as the database knows it. Money is CNY; `balances`: product → sum of balances, None when not known."""

    client_id: int
    segment: str  # corporate | personal
    industry: str = ""
    is_prospect: bool = False
    annual_revenue: Decimal | None = None
    headcount: int | None = None
    credit_grade: str = ""
    branches: int | None = None
    bank_count: int | None = None
    export_usd: Decimal | None = None
    import_usd: Decimal | None = None
    is_core: bool = False
    balances: Mapping[str, Decimal | None] = field(default_factory=dict)
    opened_on: date | None = None  # of the first product
    last_contact: date | None = None


@dataclass(frozen=True)
class Factor:
    """Turns one figure into 1–5. `steps`: four borders, rising; `falling`: the larger the worse; `table`: by name."""

    code: str
    name: str
    metric: str
    unit: str = ""
    steps: tuple[Decimal, ...] = ()
    falling: bool = False
    table: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Axis:
    """Weighted factors. `pairs`: (one, other, how many times one outweighs the other) that gave the weights."""

    name: str
    weights: Mapping[str, Decimal]
    pairs: tuple[tuple[str, str, str], ...] = ()
    consistency: Decimal | None = None


@dataclass(frozen=True)
class Rate:
    """What one product brings a year: `margin` of the balance, or `units` CNY per one of `per`."""

    code: str
    kind: str  # deposit | loan | fee
    margin: Decimal | None = None
    per: str = ""
    units: Decimal | None = None


@dataclass(frozen=True)
class Capital:
    """What a loan costs besides: `ratio` of it binds capital at `cost` a year, `loss` is expected by credit grade."""

    ratio: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    loss: Mapping[str, Decimal] = field(default_factory=dict)
    personal_loss: Decimal | None = None


@dataclass(frozen=True)
class Lifecycle:
    new_months: int = 12
    loyal_months: int = 24
    loyal_products: int = 3
    note: str = ""


@dataclass(frozen=True)
class Retention:
    """Chances of staying as the source gives them; combinations it does not name are not rated."""

    source: str = ""
    one_account: tuple[str, str] = ("", "")  # (when, chance)
    one_savings: tuple[str, str] = ("", "")
    both: tuple[str, str] = ("", "")
    many: tuple[str, str] = ("", "")
    least: int = 4
    checking: frozenset[str] = frozenset()
    savings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Peers:
    """`least` clients make a group; a product that `share` of them hold is a gap for one who does not."""

    least: int = 5
    share: Decimal = Decimal("0.30")
    bands: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)  # by segment
    skip: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LeadRule:
    """What a relation hints at. `say` holds {count} and {names}; `without`: products that would answer it already."""

    code: str
    relation: str
    need: str
    say: str
    core: bool = False
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """Everything of data/intelligence. `digest` names the content, so that a run knows when it must begin anew."""

    factors: Mapping[str, Factor] = field(default_factory=dict)
    attractiveness: Axis = Axis("吸引力", {})
    competitiveness: Axis = Axis("竞争力", {})
    ge_segment: str = "corporate"
    ge_least: Decimal = Decimal("0.70")
    low: Decimal = Decimal("2.33")
    high: Decimal = Decimal("3.67")
    classes: Mapping[str, str] = field(default_factory=dict)
    tier_weights: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)  # by segment
    tier_levels: tuple[tuple[str, Decimal], ...] = ()
    tier_least: Decimal = Decimal("0.70")
    tier_visits: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)
    rates_source: str = ""
    capital: Capital = Capital()
    lifecycle: Lifecycle = Lifecycle()
    retention: Retention = Retention()
    peers: Peers = Peers()
    pareto: Decimal = Decimal("0.80")
    leads: tuple[LeadRule, ...] = ()
    digest: str = ""

    @cached_property
    def balances_of(self) -> Mapping[str, frozenset[str]]:
        """Return the products of each kind whose balance counts, and under `assets` what a client has with us."""
        kinds: dict[str, set[str]] = {"deposit": set(), "loan": set(), "fee": set()}
        for code, rate in self.rates.items():
            if rate.margin is not None:
                kinds[rate.kind].add(code)
        own = (kinds["deposit"] | kinds["fee"]) - {"bank_acceptance", "guarantee"}
        return {**{kind: frozenset(codes) for kind, codes in kinds.items()}, "assets": frozenset(own)}


@dataclass(frozen=True)
class Part:
    """One factor of a score: the figure with its unit. `score` None: 未评, its weight is left out and shown."""

    code: str
    name: str
    value: Decimal | str | None
    unit: str
    score: int | None
    weight: Decimal


@dataclass(frozen=True)
class Score:
    """A weighted mean of 1–5, None when the factors known weigh less than asked."""

    value: Decimal | None
    parts: tuple[Part, ...]
    known: Decimal  # weight of the factors known

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.parts if p.score is None)

    def formula(self) -> str:
        """Return the sum as people write it: (4×0.35 + 3×0.20) ÷ 0.55 = 3.64."""
        if self.value is None:
            return f"{NOT_RATED}：缺{'、'.join(self.missing)}"
        terms = " + ".join(f"{p.score}×{p.weight}" for p in self.parts if p.score is not None)
        return f"({terms}) ÷ {self.known} = {self.value}" if self.known != 1 else f"{terms} = {self.value}"
