"""The shapes of the product catalogue (`data/knowledge/catalogue.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Regulation:
    rule: str
    number: str = ""
    fixes: str = ""
    effective: str = ""
    expires: str = ""
    seen: bool = False


@dataclass(frozen=True)
class Product:
    """One product. `benefits`: need code → what the client gets; `terms`: machine-readable, amounts in yuan."""

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
class Catalogue:
    products: Mapping[str, Product]
    ambiguous: Mapping[str, Ambiguous] = field(default_factory=dict)
    term_labels: Mapping[str, str] = field(default_factory=dict)
    checked_until: str = ""
