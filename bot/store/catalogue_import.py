"""`wenxu import products FILE`: the bank's own products and values into the catalogue; all of it, or nothing.

A YAML file has the form of data/knowledge/catalogue.yml, each part optional, and `bank_terms`: the bank's values of terms
that vary. A CSV or Excel file is a table of such values: 产品, 项目, 本行值, 依据, 生效日, 失效日.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.catalogue.model import Catalogue, Product
from bot.clients.cells import CellError, folded, read_amount, read_date
from bot.knowledge.catalogue import HEADER, catalogue_of, header_of, product_of, product_rows
from bot.knowledge.catalogue_check import check_catalogue, own_term_problem
from bot.knowledge.crosscheck import line_of
from bot.knowledge.files import LINE, KnowledgeError, Problem, Reader
from bot.knowledge.library import Library
from bot.knowledge.schemas import OwnTermRow, ProductRow
from bot.settings import Settings
from bot.store import catalogue as rows_of
from bot.store.access import audit
from bot.store.catalogue import IMPORTED, Changes, OwnTerm
from bot.store.database import Database
from bot.store.tablefiles import read_file

COLUMNS = {
    "product": ("产品", "产品名称", "产品代码", "product"),
    "term": ("项目", "条款", "项", "term"),
    "value": ("本行值", "值", "数值", "value"),
    "source": ("依据", "来源", "文件", "source"),
    "since": ("生效日", "起始日", "since"),
    "until": ("失效日", "截止日", "until"),
}
REQUIRED = ("product", "term", "value", "source", "since")
FIGURES = ("_cny", "_usd", "_pct", "_pct_max", "_days")
YAML = (".yml", ".yaml")


@dataclass(frozen=True)
class ProductsReport:
    """What an import of products did, or would do."""

    dry_run: bool
    changes: Changes | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    def lines(self) -> list[str]:
        """Return the report in Chinese, one line each."""
        if self.problems:
            return [*(f"错误 {p}" for p in self.problems), "一条也没有写入：改正上面各行后再导入"]
        changes = self.changes or Changes(None)
        if not changes.any:
            return ["没有变化：文件内容与目录里的一样"]
        told = [
            f"新增产品 {len(changes.created)} 个"
            + (f"（{'、'.join(changes.created[:10])}）" if changes.created else ""),
            f"更新产品 {len(changes.updated)} 个"
            + (f"（{'、'.join(changes.updated[:10])}）" if changes.updated else ""),
            f"本行值 {changes.own_terms} 条" + ("，叫法、核对期限等有更新" if changes.header else ""),
        ]
        end = "试导入：没有写入" if self.dry_run else f"已写入，目录现在是第 {changes.version} 版"
        return [*told, end]


@dataclass
class Parsed:
    rows: list[ProductRow] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    terms: list[tuple[int, OwnTerm]] = field(default_factory=list)


def run_import_products(settings: Settings, path: Path, dry_run: bool = False) -> ProductsReport:
    """Import one file into the configured database. Raises sqlalchemy.exc.OperationalError, KnowledgeError for the
    program's own files."""
    library = Library.read(settings.knowledge_dir)
    needs = {n.code: n.name for n in library.bank.needs.values()}
    database = Database(settings.db_url)
    try:
        database.migrate()
        with database.session() as session:
            rows_of.seed(session, settings.knowledge_dir, needs)
            standing = rows_of.load(session, date.max) or library.catalogue
            parsed, problems = parse(path, standing, library)
            if problems:
                return ProductsReport(dry_run, None, tuple(problems))
            changes = rows_of.store(
                session,
                parsed.rows,
                parsed.header,
                [t for _, t in parsed.terms],
                origin=IMPORTED,
                source=path.name,
                need_names=needs,
            )
            if dry_run:
                session.rollback()
                return ProductsReport(True, changes)
            audit(session, None, "import.products", None, version=changes.version or 0, file=path.name)
            session.commit()
            return ProductsReport(False, changes)
    finally:
        database.dispose()


def parse(path: Path, standing: Catalogue, library: Library) -> tuple[Parsed, list[Problem]]:
    """Read and check a file against the catalogue it is to go into. Nothing is written."""
    reader = Reader(path.parent)
    is_yaml = path.suffix.lower() in YAML
    parsed = _from_yaml(reader, path) if is_yaml else _from_table(reader, path, standing)
    _check_terms(reader, path, parsed, merge(standing, parsed))
    if not reader.problems:
        _check(reader, path, parsed, standing, library)
    return parsed, sorted(set(reader.problems), key=lambda p: (p.line, p.message))


def _from_yaml(reader: Reader, path: Path) -> Parsed:
    content = reader.mapping(path)
    known = {"products", "bank_terms", *HEADER}
    for key in content.keys() - known - {LINE}:
        reader.report(path, line_of(path, f"{key}:"), f"不认识“{key}”，可用的有：{'、'.join(sorted(known))}")
    rows = [row for _, row in product_rows(reader, path, content)] if "products" in content else []
    header = header_of(reader, path, content)
    terms = []
    for line, row in reader.rows(path, content.get("bank_terms", []), OwnTermRow):
        try:
            until = date.fromisoformat(row.until) if row.until else None
            terms.append(
                (line, OwnTerm(row.product, row.term, row.value, row.source, date.fromisoformat(row.since), until))
            )
        except ValueError:
            reader.report(path, line, f"日期不存在：{row.since} {row.until}".rstrip())
    return Parsed(rows, header, terms)


def _from_table(reader: Reader, path: Path, standing: Catalogue) -> Parsed:
    """Read a table of the bank's values. Products and terms may be named as people call them."""
    parsed = Parsed()
    if not path.is_file():
        reader.report(path, 0, "没有这个文件")
        return parsed
    sheets, faults = read_file(path)
    for fault in faults:
        reader.report(path, fault.line, f"{fault.message}。{fault.mend}")
    for sheet in sheets:
        at: dict[str, int] | None = None
        for line, cells in sheet.rows:
            if not any(str(c or "").strip() for c in cells):
                continue
            if at is None:
                at = _header(cells)
                if missing := [COLUMNS[k][0] for k in REQUIRED if k not in at]:
                    reader.report(path, line, f"表头缺少：{'、'.join(missing)}")
                    return parsed
                continue
            row = {k: cells[i] if i < len(cells) else None for k, i in at.items()}
            if term := _table_row(reader, path, line, row, standing):
                parsed.terms.append((line, term))
    return parsed


def _header(cells: Iterable[Any]) -> dict[str, int]:
    names = [folded(c or "") for c in cells]
    wanted = {key: {folded(w) for w in words} for key, words in COLUMNS.items()}
    return {
        key: next(i for i, n in enumerate(names) if n in words) for key, words in wanted.items() if words & {*names}
    }


def _table_row(reader: Reader, path: Path, line: int, row: Mapping[str, Any], standing: Catalogue) -> OwnTerm | None:
    code = _code_of(str(row["product"] or "").strip(), standing)
    term = _term_of(str(row["term"] or "").strip(), standing)
    if code is None:
        reader.report(path, line, f"目录里没有产品“{row['product']}”，或者这个叫法有几个产品；写全名或代码")
        return None
    if term is None:
        reader.report(path, line, f"没有“{row['term']}”这一项；可用的有：{'、'.join(standing.term_labels.values())}")
        return None
    source = str(row["source"] or "").strip()
    if not source:
        reader.report(path, line, "依据不能空着：写文件名或公布处")
        return None
    try:
        value = _figure(row["value"]) if term.endswith(FIGURES) else str(row["value"] or "").strip()
        since = read_date(row["since"])
        until = read_date(row["until"]) if str(row.get("until") or "").strip() else None
    except CellError as error:
        reader.report(path, line, f"{error}。{error.mend}")
        return None
    return OwnTerm(code, term, value, source, since, until)


def _figure(cell: Any) -> int | float:
    amount = read_amount(str(cell).replace("%", "").replace("天", ""))
    return int(amount) if amount == int(amount) else float(amount)


def _code_of(name: str, catalogue: Catalogue) -> str | None:
    if name in catalogue.products:
        return name
    plain = folded(name)
    found = [p.code for p in catalogue.products.values() if plain == folded(p.name)]
    found = found or [p.code for p in catalogue.products.values() if plain in {folded(a) for a in p.aliases}]
    return found[0] if len(found) == 1 else None


def _term_of(name: str, catalogue: Catalogue) -> str | None:
    plain = folded(name)
    for key, label in catalogue.term_labels.items():
        if plain in (folded(key), folded(label), folded(label.partition("（")[0])):
            return key
    return None


def _check(reader: Reader, path: Path, parsed: Parsed, standing: Catalogue, library: Library) -> None:
    """Check the catalogue as it would be afterwards: an import may lean on what stands already."""
    merged = merge(standing, parsed)
    before = set(check_catalogue(standing, library.bank.needs, library.words))
    for needle, message in check_catalogue(merged, library.bank.needs, library.words):
        if (needle, message) not in before:
            reader.report(path, line_of(path, needle), message)


def _check_terms(reader: Reader, path: Path, parsed: Parsed, merged: Catalogue) -> None:
    for line, term in parsed.terms:
        problem = own_term_problem(merged.products.get(term.product), term.term, term.value, merged)
        if problem:
            reader.report(path, line, problem)
        if term.until is not None and term.until < term.since:
            reader.report(path, line, "失效日早于生效日")


def merge(standing: Catalogue, parsed: Parsed) -> Catalogue:
    """Return the catalogue with the file's rows and header over what stands."""
    products: dict[str, Product] = {**standing.products, **{r.code: product_of(r) for r in parsed.rows}}
    new = catalogue_of(products, parsed.header)
    given = {
        "ambiguous": new.ambiguous,
        "term_labels": new.term_labels,
        "checked_until": new.checked_until,
        "valid_until": new.valid_until,
        "contact": new.contact,
        "unlike": new.unlike,
        "siblings": new.siblings,
        "steps": new.steps,
    }
    kept: dict[str, Any] = {key: value for key, value in given.items() if key in parsed.header}
    return replace(standing, products=products, **kept)


__all__ = ["KnowledgeError", "ProductsReport", "parse", "run_import_products"]
