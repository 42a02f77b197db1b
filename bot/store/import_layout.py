"""The names that an import knows: columns from data/sample/import-columns.yml, products from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from bot.clients import sheet
from bot.clients.cells import folded
from bot.clients.figures import CURRENT_ACCOUNT
from bot.clients.sheet import TEXT_LIMIT, Layout
from bot.knowledge.files import Strict, bare, load
from bot.settings import ROOT
from bot.store.tables import Base, Client, Contact, Flow, Holding

COLUMNS_FILE = ROOT / "data" / "sample" / "import-columns.yml"
CATALOGUE_FILE = ROOT / "data" / "knowledge" / "catalogue.yml"
TABLES: Mapping[str, type[Base]] = {"clients": Client, "contacts": Contact, "holdings": Holding, "flows": Flow}
ACCOUNT_NAMES = (CURRENT_ACCOUNT, "活期存款", "活期", "结算账户", "基本户", "一般户", "活期账户", "current account")

Kind = Literal[
    "text", "money", "usd", "count", "rate", "date", "month", "bool", "uscc", "choice", "product", "user", "client"
]


class FieldRow(Strict):
    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class TableRow(Strict):
    name: str
    files: tuple[str, ...]
    fields: dict[str, FieldRow]
    required: tuple[str, ...]


class ColumnsFile(Strict):
    tables: dict[str, TableRow]


@cache
def layouts(path: Path = COLUMNS_FILE) -> tuple[Layout, ...]:
    """Return the tables in the order they are imported. Raises KnowledgeError or pydantic.ValidationError."""
    content = ColumnsFile.model_validate(bare(load(path)))
    return tuple(_layout(code, row) for code, row in content.tables.items())


def _layout(code: str, row: TableRow) -> Layout:
    fields = {c: sheet.Field(c, f.name, f.kind, f.aliases, f.values, _limit(code, c)) for c, f in row.fields.items()}
    return Layout(code, row.name, fields, row.required, row.files)


def _limit(table: str, column: str) -> int:
    columns = TABLES[table].__table__.columns
    length = getattr(columns[column].type, "length", None) if column in columns else None
    return length or TEXT_LIMIT


@cache
def product_names(path: Path = CATALOGUE_FILE) -> Mapping[str, str]:
    """Return folded name → code: codes and names first, then the aliases that only one product goes by."""
    products = yaml.safe_load(path.read_text(encoding="utf-8"))["products"]
    aliases: dict[str, set[str]] = {}
    for product in products:
        for alias in product.get("aliases") or ():
            aliases.setdefault(folded(alias), set()).add(product["code"])
    names = {alias: codes.copy().pop() for alias, codes in aliases.items() if len(codes) == 1}
    names |= {folded(n): p["code"] for p in products for n in (p["code"], p["name"])}
    return names | {folded(n): CURRENT_ACCOUNT for n in ACCOUNT_NAMES}
