"""The shapes of the product catalogue (`data/knowledge/catalogue.yml`, and what the bank added in the database)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Dated(str):
    """A line that may be quoted up to and including a day (`until`, ISO)."""

    __slots__ = ("until",)
    until: str

    def __new__(cls, text: str, until: str) -> Dated:
        line = super().__new__(cls, text)
        line.until = until
        return line


@dataclass(frozen=True)
class Regulation:
    rule: str
    number: str = ""
    fixes: str = ""
    effective: str = ""
    expires: str = ""
    seen: bool = False


@dataclass(frozen=True)
class Own:
    """Where a value of the bank's own comes from; `since` is ISO."""

    source: str
    since: str = ""


@dataclass(frozen=True)
class Product:
    """One product. `benefits`: need code → what the client gets; `terms`: machine-readable, amounts in yuan.

    `own`: term key → where the bank's own value comes from; `traits`: trait code → why it has it;
    `effective_from` and `effective_until`: the days (ISO) between which the entry may be quoted, "" for no limit.
    """

    code: str
    name: str
    segment: str
    category: str
    summary: str
    aliases: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    advantages: tuple[str, ...] = ()
    benefits: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Any] = field(default_factory=dict)
    fixed_terms: frozenset[str] = frozenset()
    eligibility: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    suitability: str = ""
    excludes: frozenset[str] = frozenset()
    regulation: tuple[Regulation, ...] = ()
    varies: bool = False
    verified: str = ""
    pairs: tuple[tuple[str, str], ...] = ()  # (code, why)
    sources: tuple[tuple[str, str], ...] = ()  # (what it supports, address)
    steps: tuple[str, ...] = ()
    traits: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Own] = field(default_factory=dict)
    effective_from: str = ""
    effective_until: str = ""
    checked_until: str = ""  # when this entry was checked, where that differs from the catalogue's
    valid_until: str = ""
    contact: str = ""

    @property
    def risk_levels(self) -> tuple[int, int] | None:
        """The lowest and highest risk level 1–5 it comes in, None for deposits, loans and services."""
        levels = self.terms.get("risk_rating_range") or [self.terms.get("risk_rating")]
        grades = [int(str(level)[-1]) for level in levels if level]
        return (min(grades), max(grades)) if grades else None


@dataclass(frozen=True)
class Ambiguous:
    alias: str
    codes: tuple[str, ...]
    ask: str


@dataclass(frozen=True)
class Unlike:
    """A name that is near a product of the catalogue and yet another thing: never answered with its terms."""

    words: tuple[str, ...]
    near: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Sibling:
    """A name that is used for `code` and sometimes for `others`."""

    word: str
    code: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """`checked_until`: when the entries were last checked against the rules; `valid_until`: the last day they may be
    quoted without a new check; `contact`: whom to ask. `steps`: category → how to open one."""

    products: Mapping[str, Product]
    ambiguous: Mapping[str, Ambiguous] = field(default_factory=dict)
    term_labels: Mapping[str, str] = field(default_factory=dict)
    checked_until: str = ""
    valid_until: str = ""
    contact: str = "产品经理"
    unlike: tuple[Unlike, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
