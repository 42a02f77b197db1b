"""Reads and checks data/intelligence: factors, GE matrix, tiers, contribution, lifecycle, peers, leads."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from bot.bundles.margins import Margins
from bot.intelligence.engine import known_metrics
from bot.intelligence.model import (
    TIERS,
    Axis,
    Capital,
    Factor,
    LeadRule,
    Lifecycle,
    Peers,
    Rate,
    Retention,
    Rules,
)
from bot.intelligence.weights import CONSISTENT, consistency, weights
from bot.knowledge.files import LINE, Reader, Strict
from bot.knowledge.insight_schemas import (
    AxisRow,
    ChanceRow,
    ContributionFile,
    FactorRow,
    GeFile,
    LeadRow,
    RateRow,
    RelationsFile,
    RetentionRow,
    TierFile,
)

FILES = ("factors.yml", "ge.yml", "tier.yml", "contribution.yml", "relations.yml")
M = TypeVar("M", bound=Strict)


def load_rules(directory: Path, products: Collection[str], needs: Collection[str], margins: Margins) -> Rules:
    """Read data/intelligence. Raises KnowledgeError with every problem found."""
    reader = Reader(directory.parent)
    rules = read_rules(reader, directory, products, needs, margins)
    reader.finish()
    return rules


def read_rules(
    reader: Reader, directory: Path, products: Collection[str], needs: Collection[str], margins: Margins
) -> Rules:
    """Return what data/intelligence says; what is wrong is reported, then the result is not to be used."""
    factors = _factors(reader, directory / "factors.yml")
    ge = _one(reader, directory / "ge.yml", GeFile)
    tier = _one(reader, directory / "tier.yml", TierFile)
    gains = _one(reader, directory / "contribution.yml", ContributionFile)
    more = _one(reader, directory / "relations.yml", RelationsFile)
    if ge is None or tier is None or gains is None or more is None:
        return Rules()
    _check_tiers(reader, directory / "tier.yml", tier, factors)
    stay, path = more.retention, directory / "relations.yml"
    for code in (*stay.checking, *stay.savings, *more.peers.skip):
        _known(reader, path, 1, code, products)
    return Rules(
        factors=factors,
        attractiveness=_axis(reader, directory / "ge.yml", ge.attractiveness, factors),
        competitiveness=_axis(reader, directory / "ge.yml", ge.competitiveness, factors),
        ge_segment=ge.segment,
        ge_least=ge.min_weight,
        low=ge.low,
        high=ge.high,
        classes={str(k): v for k, v in ge.classes.items()},
        tier_weights={"corporate": tier.corporate, "personal": tier.personal},
        tier_levels=tuple((level.name, level.from_) for level in tier.levels),
        tier_least=tier.min_weight,
        tier_visits={str(k): v for k, v in tier.visits.items()},
        rates=_rates(reader, directory / "contribution.yml", gains, products, margins),
        rates_source=gains.source,
        capital=Capital(gains.capital.ratio, gains.capital.cost, gains.capital.loss, gains.capital.personal_loss),
        lifecycle=Lifecycle(**more.lifecycle.model_dump()),
        retention=_retention(stay),
        peers=Peers(
            more.peers.least,
            more.peers.share,
            {"corporate": more.peers.corporate, "personal": more.peers.personal},
            frozenset(more.peers.skip),
        ),
        pareto=more.pareto.share,
        leads=_leads(reader, path, more.leads, products, needs),
        digest=digest(directory, margins),
    )


def digest(directory: Path, margins: Margins) -> str:
    """Name the content that results depend on."""
    content = b"".join((directory / name).read_bytes() for name in FILES) + repr(margins).encode()
    return hashlib.sha256(content).hexdigest()[:20]


def _one(reader: Reader, path: Path, model: type[M]) -> M | None:
    """Validate a file as a whole; every complaint names the line its first key stands on."""
    content = reader.mapping(path)
    if not content:
        return None
    content.setdefault(LINE, 1)
    found = list(reader.rows(path, [content], model))
    return found[0][1] if found else None


def _rows(reader: Reader, path: Path, key: str, model: type[M]) -> Iterable[tuple[int, M]]:
    return reader.distinct(path, reader.rows(path, reader.mapping(path).get(key), model))


def _factors(reader: Reader, path: Path) -> dict[str, Factor]:
    found = {}
    for line, row in _rows(reader, path, "factors", FactorRow):
        if row.metric not in known_metrics():
            reader.report(path, line, f"没有“{row.metric}”这项数")
        if bool(row.table) == bool(row.steps):
            reader.report(path, line, f"{row.code}：steps 和 table 要写一个，只写一个")
        if row.steps and (len(row.steps) != 4 or list(row.steps) != sorted(set(row.steps))):
            reader.report(path, line, f"{row.code}：steps 要四个数，从小到大")
        found[row.code] = Factor(row.code, row.name, row.metric, row.unit, row.steps, row.falling, row.table)
    return found


def _axis(reader: Reader, path: Path, row: AxisRow, factors: Mapping[str, Factor]) -> Axis:
    for code in row.factors:
        if code not in factors:
            reader.report(path, 1, f"{row.name}：factors.yml 里没有“{code}”")
    try:
        found, ratio = weights(row.factors, row.compare), consistency(row.factors, row.compare)
    except (ValueError, ZeroDivisionError) as error:
        reader.report(path, 1, f"{row.name}：{error}")
        return Axis(row.name, {})
    if ratio >= CONSISTENT:
        reader.report(path, 1, f"{row.name}：两两比较前后矛盾，一致性比率 {ratio}，应小于 {CONSISTENT}")
    return Axis(row.name, found, row.compare, ratio)


def _check_tiers(reader: Reader, path: Path, tier: TierFile, factors: Mapping[str, Factor]) -> None:
    if [level.name for level in tier.levels] != list(TIERS):
        reader.report(path, 1, f"levels 要从高到低写全：{'、'.join(TIERS)}")
    if [level.from_ for level in tier.levels] != sorted((level.from_ for level in tier.levels), reverse=True):
        reader.report(path, 1, "levels 的 from 要从高到低")
    for segment, table in (("corporate", tier.corporate), ("personal", tier.personal)):
        for code in table:
            if code not in factors:
                reader.report(path, 1, f"{segment}：factors.yml 里没有“{code}”")
        if sum(table.values()) != 1:
            reader.report(path, 1, f"{segment}：权重合计是 {sum(table.values())}，应为 1")


def _rates(
    reader: Reader, path: Path, file: ContributionFile, products: Collection[str], margins: Margins
) -> dict[str, Rate]:
    found = {}
    for line, row in _rows(reader, path, "products", RateRow):
        _known(reader, path, line, row.code, products)
        shared = margins.rows.get(row.code)
        margin = row.margin if row.margin is not None or shared is None or row.per else shared.margin
        units = shared.units if shared is not None and row.per else None
        if margin is None and units is None:
            reader.report(path, line, f"{row.code}：没有写 margin，margins.yml 里也没有")
        found[row.code] = Rate(row.code, row.kind, margin, row.per, units)
    return found


def _known(reader: Reader, path: Path, line: int, code: str, products: Collection[str]) -> None:
    if code not in products and code != "current_account":
        reader.report(path, line, f"产品目录里没有“{code}”")


def _retention(row: RetentionRow) -> Retention:
    chances = {name: (one.when, one.chance) for name, one in row if isinstance(one, ChanceRow)}
    return Retention(
        source=row.source,
        least=row.many.least,
        checking=frozenset(row.checking),
        savings=frozenset(row.savings),
        **{name: (when, _percent(chance)) for name, (when, chance) in chances.items()},
    )


def _percent(chance: str) -> str:
    try:
        return f"{(Decimal(chance) * 100).normalize():f}%"
    except ArithmeticError:
        return chance


def _leads(
    reader: Reader, path: Path, rows: Iterable[Any], products: Collection[str], needs: Collection[str]
) -> tuple[LeadRule, ...]:
    found = []
    for line, row in _rows(reader, path, "leads", LeadRow):
        if row.need not in needs:
            reader.report(path, line, f"needs.yml 里没有“{row.need}”")
        for code in row.without:
            _known(reader, path, line, code, products)
        found.append(LeadRule(row.code, row.relation, row.need, row.say, row.core, frozenset(row.without)))
    return tuple(found)
