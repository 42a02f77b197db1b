"""Reads and checks how products may be sold (suitability.yml) and what they bring the bank (margins.yml)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from bot.bundles.margins import Margin, Margins
from bot.bundles.rules import FLAGS, MINIMA
from bot.bundles.suitability import Sale, Suitability
from bot.catalogue.model import Catalogue
from bot.knowledge.files import Reader, Strict
from bot.knowledge.schemas import Code, Text
from bot.visit.bank import Bank

Number = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]
NEEDS = {*MINIMA, *FLAGS, "max_age", "industries", "requires_foreign_trade"}
NUMERIC = ("count", "money", "duration")
WORKED_OUT = ("family_assets",)  # facts that records work out, not listed in facts.yml


class QualificationRow(Strict):
    code: Code
    name: Text


class SaleRow(Strict):
    code: Code
    needs: dict[str, Any] = Field(default_factory=dict)
    qualification: str = ""
    risk_test: bool = False
    credit_line: bool = False
    care: bool = False
    not_with_needs: tuple[Code, ...] = ()


class MarginRow(Strict):
    code: Code
    kind: Literal["deposit", "loan", "fee"]
    volume: str = ""
    margin: Number | None = None
    units: Number | None = None
    cost_cny: Number = "0"
    usd: bool = False
    assumption: bool = True
    source: str = ""


def read_suitability(reader: Reader, path: Path, catalogue: Catalogue) -> Suitability:
    content = reader.mapping(path)
    names = {
        row.code: row.name
        for _, row in reader.distinct(path, reader.rows(path, content.get("qualifications", []), QualificationRow))
    }
    sales: dict[str, Sale] = {}
    for line, row in reader.distinct(path, reader.rows(path, content.get("products", []), SaleRow)):
        if row.code not in catalogue.products:
            reader.report(path, line, f"产品“{row.code}”不在 catalogue.yml 里")
        if row.qualification and row.qualification not in names:
            reader.report(path, line, f"qualifications 里没有“{row.qualification}”")
        for key in row.needs.keys() - NEEDS:
            reader.report(path, line, f"没有“{key}”这条资格规则")
        sales[row.code] = Sale(
            row.needs, row.qualification, row.risk_test, row.credit_line, row.care, row.not_with_needs
        )
    return Suitability(sales, names)


def read_margins(reader: Reader, path: Path, catalogue: Catalogue, bank: Bank) -> Margins:
    content = reader.mapping(path)
    source = str(content.get("source", ""))
    rows: dict[str, Margin] = {}
    for line, row in reader.distinct(path, reader.rows(path, content.get("products", []), MarginRow)):
        for message in _margin_problems(row, catalogue, bank, row.source or source):
            reader.report(path, line, message)
        rows[row.code] = Margin(
            code=row.code,
            kind=row.kind,
            volume=row.volume,
            margin=Decimal(row.margin) if row.margin is not None else None,
            units=Decimal(row.units) if row.units is not None else None,
            cost=Decimal(row.cost_cny),
            usd=row.usd,
            assumption=row.assumption,
            source=row.source or source,
        )
    try:
        rate = Decimal(str(content.get("usd_cny", "0")))
    except ArithmeticError:
        rate = Decimal(0)
        reader.report(path, 0, "usd_cny 应当是一个数")
    return Margins(rows, rate, str(content.get("usd_cny_source", "")))


def _margin_problems(row: MarginRow, catalogue: Catalogue, bank: Bank, source: str) -> list[str]:
    found = []
    if row.code not in catalogue.products:
        found.append(f"产品“{row.code}”不在 catalogue.yml 里")
    if not source:
        found.append(f"“{row.code}”没有写明来源 source")
    if row.volume and row.volume not in WORKED_OUT:
        spec = bank.facts.get(row.volume)
        if spec is None or spec.kind not in NUMERIC:
            found.append(f"“{row.volume}”不是 facts.yml 里的一个数")
    if bool(row.volume) != ((row.margin is None) != (row.units is None)):
        found.append(f"“{row.code}”：有 volume 就要写 margin 或 units 中的一个，没有 volume 就都不写")
    return found
