"""Rules of an import sheet: which table it is, which column is which field, and what each row says.

Pure: a table comes as rows of cells with their line numbers, and goes out as values and problems.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.clients import cells
from bot.clients.cells import CellError

HEADER_WITHIN = 10  # rows above the header that a title may take
TEXT_LIMIT = 2000
_BRACKETS = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_NOISE = re.compile(r"[\s_\-*:：·.]+")


@dataclass(frozen=True)
class Problem:
    """Something wrong: where, what, and how to mend it. `fatal` ones keep the whole import out."""

    file: str
    line: int  # from 1; 0 for the file as a whole
    column: str
    message: str
    mend: str
    fatal: bool = True

    def __str__(self) -> str:
        where = self.file + (f" 第 {self.line} 行" if self.line else "") + (f"“{self.column}”列" if self.column else "")
        return f"{where}：{self.message}。{self.mend}" if self.mend else f"{where}：{self.message}"


@dataclass(frozen=True)
class Field:
    code: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = TEXT_LIMIT


@dataclass(frozen=True)
class Layout:
    """One kind of table. `files`: what its file or sheet is usually called."""

    code: str
    name: str
    fields: Mapping[str, Field]
    required: tuple[str, ...]
    files: tuple[str, ...] = ()

    def field_of(self, header: str) -> Field | None:
        return self._by_header.get(header_key(header))

    @property
    def _by_header(self) -> dict[str, Field]:
        index: dict[str, Field] | None = self.__dict__.get("_index")
        if index is None:
            index = {header_key(h): f for f in self.fields.values() for h in (f.code, f.name, *f.aliases)}
            object.__setattr__(self, "_index", index)  # a cache on a frozen value
        return index


@dataclass(frozen=True)
class Column:
    """One column of a sheet, found in its header. `scale`, `percent`: the unit in the header's brackets."""

    at: int
    header: str
    field: Field
    scale: Decimal = Decimal(1)
    percent: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table as read from a file: `rows` are (line, cells)."""

    file: str
    name: str
    rows: Sequence[tuple[int, Sequence[Any]]]


@dataclass(frozen=True)
class Header:
    layout: Layout
    line: int
    columns: tuple[Column, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row that could be read. `values` holds the fields that were filled in; `client` fields as a tuple of texts."""

    file: str
    line: int
    values: dict[str, Any]
    headers: Mapping[str, str]  # field → header, for problems found later

    def problem(self, code: str, message: str, mend: str, fatal: bool = True) -> Problem:
        return Problem(self.file, self.line, self.headers.get(code, ""), message, mend, fatal)


def header_key(header: str) -> str:
    """Fold a header: half-width, lower case, no spaces, no brackets and what is in them."""
    text = unicodedata.normalize("NFKC", str(header)).casefold()
    return _NOISE.sub("", _BRACKETS.sub("", text))


def find_header(sheet: Sheet, layouts: Iterable[Layout]) -> Header | None:
    """Return the table this sheet is, judged by its headers and, when these leave it open, by its name."""
    best: tuple[tuple[bool, int, bool, int], Header] | None = None
    for line, row in [r for r in sheet.rows if any(not cells.is_empty(c) for c in r[1])][:HEADER_WITHIN]:
        for layout in layouts:
            header = _header(line, row, layout)
            found = {c.field.code for c in header.columns}
            if len(found) < 2:
                continue
            named = any(header_key(n) in header_key(sheet.name) for n in (layout.code, layout.name, *layout.files))
            rank = (set(layout.required) <= found, len(header.columns), named, -line)
            if best is None or rank > best[0]:
                best = (rank, header)
    return best[1] if best else None


def _header(line: int, row: Sequence[Any], layout: Layout) -> Header:
    columns, unknown = [], []
    for at, cell in enumerate(row):
        if not isinstance(cell, str) or cells.is_empty(cell):
            continue
        spec = layout.field_of(cell)
        if spec is None:
            unknown.append(cell.strip())
        else:
            columns.append(_column(at, cell, spec))
    return Header(layout, line, tuple(columns), tuple(unknown))


def _column(at: int, header: str, spec: Field) -> Column:
    units = "".join(_BRACKETS.findall(unicodedata.normalize("NFKC", header)))
    scale = next((s for unit, s in sorted(cells.SCALES.items(), key=lambda u: -len(u[0])) if unit in units), Decimal(1))
    return Column(at, header.strip(), spec, scale, "%" in units)


def header_problems(sheet: Sheet, header: Header) -> list[Problem]:
    """Return what is wrong with a header: columns missing, doubled (fatal) or not known (told only)."""
    problems = []
    found: dict[str, str] = {}
    for column in header.columns:
        code = column.field.code
        if code in found and column.field.kind != "client":
            message = f"和“{found[code]}”列说的是同一件事"
            problems.append(Problem(sheet.file, header.line, column.header, message, "删去其中一列"))
        found.setdefault(code, column.header)
    for code in header.layout.required:
        if code not in found:
            name = header.layout.fields[code].name
            problems.append(
                Problem(sheet.file, header.line, "", f"{header.layout.name}表缺少“{name}”列", f"加上“{name}”列")
            )
    for name in header.unknown:
        mend = "不需要就不用管；需要的话照 docs/import.md 改列名"
        problems.append(Problem(sheet.file, header.line, name, "不认识这一列，没有导入", mend, fatal=False))
    return problems


def read_row(
    file: str, line: int, row: Sequence[Any], header: Header, products: Mapping[str, str]
) -> tuple[Row | None, list[Problem]]:
    """Read one row; (None, []) for an empty one. `products`: folded name → catalogue code."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in header.columns:
        cell = row[column.at] if column.at < len(row) else None
        if cells.is_empty(cell):
            continue
        try:
            value = read_value(cell, column, products)
        except CellError as error:
            problems.append(Problem(file, line, column.header, error.message, error.mend))
            continue
        code = column.field.code
        values[code] = (*values.get(code, ()), value) if column.field.kind == "client" else value
    if not values and not problems:
        return None, []
    broken = {p.column for p in problems}
    headers = {c.field.code: c.header for c in reversed(header.columns)}
    for code in header.layout.required:
        if code not in values and headers.get(code) not in broken:
            problems.append(Problem(file, line, headers.get(code, ""), "是空的", "这一列每行都要填"))
    return (None if problems else Row(file, line, values, headers)), problems


def read_value(cell: Any, column: Column, products: Mapping[str, str]) -> Any:
    """Read one cell by its field's kind. Raises CellError."""
    spec = column.field
    match spec.kind:
        case "money" | "usd":
            return cells.read_amount(cell, column.scale)
        case "rate":
            return cells.read_rate(cell, column.percent)
        case "choice":
            return cells.read_choice(cell, spec.values)
        case "product":
            return _product(cell, products)
        case "text" | "user" | "client":
            return cells.read_text(cell, spec.limit)
    return cells.READERS[spec.kind](cell)


def _product(cell: Any, products: Mapping[str, str]) -> str:
    code = products.get(cells.folded(cell))
    if code is None:
        mend = "写产品目录里的名称或代码；普通结算账户写 活期存款"
        raise CellError(f"产品目录里没有“{cells.read_text(cell, TEXT_LIMIT)[:20]}”", mend)
    return code
