"""Import clients, contacts, holdings and flows from CSV and Excel: all of it, or nothing.

plan(paths, session)     what would change, and every problem with file, line, column and remedy
apply(plan, session)     write it; the caller commits
run_import(settings, …)  both, in one transaction, for the command line
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clients.sheet import Problem, Row, find_header, header_problems, read_row
from bot.settings import Settings
from bot.store.access import audit
from bot.store.database import Database
from bot.store.import_layout import TABLES, layouts, product_names
from bot.store.import_plan import TICK, Change, ImportPlan, Planner, Progress
from bot.store.tablefiles import find_files, read_file
from bot.store.tables import Client, utc_now

BATCH = 1000  # rows per statement
SHOWN = 200  # problems that a report prints


class ImportRefused(Exception):
    """A plan with fatal problems was to be applied."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do (`dry_run`). `created`, `updated`, `unchanged`: table → rows."""

    dry_run: bool
    applied: bool
    created: Mapping[str, int] = field(default_factory=dict)
    updated: Mapping[str, int] = field(default_factory=dict)
    unchanged: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the files can be imported, or were."""
        return not any(p.fatal for p in self.problems)

    def lines(self) -> list[str]:
        """Return the report in Chinese, one line each."""
        fatal = [p for p in self.problems if p.fatal]
        told = [p for p in self.problems if not p.fatal]
        lines = [f"错误 {p}" for p in fatal[:SHOWN]] + [f"提示 {p}" for p in told[:SHOWN]]
        for kind, count in (("错误", len(fatal)), ("提示", len(told))):
            if count > SHOWN:
                lines.append(f"……还有 {count - SHOWN} 条{kind}没有列出")
        for layout in layouts():
            counts = (
                self.created.get(layout.code, 0),
                self.updated.get(layout.code, 0),
                self.unchanged.get(layout.code, 0),
            )
            if any(counts):
                lines.append(f"{layout.name}：新增 {counts[0]}，更新 {counts[1]}，没有变化 {counts[2]}")
        return [*lines, self._verdict(len(fatal))]

    def _verdict(self, fatal: int) -> str:
        if fatal:
            return f"有 {fatal} 处错误，一行也没有导入。改好文件后再来一次"
        if not (self.created or self.updated or self.unchanged):
            return "没有可以导入的数据"
        return "试运行：没有写入数据库" if self.dry_run else "已导入"


def plan(
    paths: Path | Iterable[Path], session: Session, *, today: date | None = None, progress: Progress | None = None
) -> ImportPlan:
    """Read the files and work out what would change; nothing is written."""
    rows, problems = read_tables([paths] if isinstance(paths, Path) else paths, progress)
    made = Planner(session, today or date.today(), progress).run(rows)
    made.problems[:0] = problems
    return made


def read_tables(paths: Iterable[Path], progress: Progress | None = None) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Return the rows that can be read, by table, and every problem of those that cannot."""
    files, problems = find_files(paths)
    rows: dict[str, list[Row]] = {}
    for path in files:
        sheets, trouble = read_file(path)
        problems += trouble
        for sheet in sheets:
            header = find_header(sheet, layouts())
            if header is None:
                known = "、".join(layout.name for layout in layouts())
                problems.append(
                    Problem(sheet.file, 0, "", f"看不出是哪一种表（{known}）", "第一行要是列名，写法见 docs/import.md")
                )
                continue
            wrong = header_problems(sheet, header)
            problems += wrong
            if any(p.fatal for p in wrong):
                continue
            body = [(line, cells) for line, cells in sheet.rows if line > header.line]
            for done, (line, cells) in enumerate(body):
                if progress and done % TICK == 0:
                    progress(done, len(body), f"读取 {sheet.file}")
                row, trouble = read_row(sheet.file, line, cells, header, product_names())
                problems += trouble
                if row is not None:
                    rows.setdefault(header.layout.code, []).append(row)
    return rows, problems


def apply(plan: ImportPlan, session: Session, *, progress: Progress | None = None) -> None:
    """Write the plan within the session's transaction; the caller commits. Raises ImportRefused, IntegrityError."""
    if not plan.applicable:
        raise ImportRefused("有错误没有改正")
    writer = _Writer(session, len(plan.changes), progress)
    by_table: dict[str, list[Change]] = {}
    for change in plan.changes:
        by_table.setdefault(change.table, []).append(change)
    writer.clients(by_table.get("clients", []))
    for table in ("contacts", "holdings", "flows"):
        writer.belongings(table, by_table.get(table, []))
    session.expire_all()


class _Writer:
    def __init__(self, session: Session, total: int, progress: Progress | None) -> None:
        self.session, self.total, self.progress = session, total, progress
        self.done = 0
        self.ids: dict[int, int] = {}  # key of a new client → its id
        self.now = utc_now()

    def clients(self, changes: Sequence[Change]) -> None:
        new = [c for c in changes if c.is_new]
        for batch in _batches(new):
            stamped = [c.values | {"created_at": self.now, "updated_at": self.now} for c in batch]
            made = insert(Client).returning(Client.id, sort_by_parameter_order=True)
            ids = self.session.scalars(made, stamped).all()
            self.ids |= {change.client: id_ for change, id_ in zip(batch, ids, strict=True)}
            self._tick(len(batch))
        old = [c for c in changes if not c.is_new]
        self._update(Client, [c.values | {"id": c.id, "updated_at": self.now} for c in old])
        links = [{"id": self._id(c.client), "parent_id": self._id(c.parent)} for c in changes if c.parent is not None]
        self._update(Client, [link | {"updated_at": self.now} for link in links])

    def belongings(self, table: str, changes: Sequence[Change]) -> None:
        model = TABLES[table]
        for batch in _batches([c for c in changes if c.is_new]):
            self.session.execute(insert(model), [c.values | {"client_id": self._id(c.client)} for c in batch])
            self._tick(len(batch))
        self._update(model, [c.values | {"id": c.id} for c in changes if not c.is_new])
        self._touch(changes)

    def _touch(self, changes: Sequence[Change]) -> None:
        """A client whose contacts or figures changed counts as changed."""
        ids = sorted({c.client for c in changes if c.client > 0})
        self._update(Client, [{"id": id_, "updated_at": self.now} for id_ in ids], count=False)

    def _update(self, model: Any, rows: Sequence[dict[str, Any]], count: bool = True) -> None:
        """Update by primary key; rows that set the same columns go together."""
        for batch in _batches(sorted(rows, key=lambda row: sorted(row))):
            self.session.execute(update(model), batch)
            if count:
                self._tick(len(batch))

    def _id(self, key: int | None) -> int | None:
        return self.ids[key] if key is not None and key < 0 else key

    def _tick(self, rows: int) -> None:
        self.done = min(self.done + rows, self.total)
        if self.progress:
            self.progress(self.done, self.total, "写入数据库")


def _batches(rows: Sequence[Any]) -> Iterable[list[Any]]:
    return (list(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH))


def report_of(plan: ImportPlan, *, dry_run: bool, applied: bool) -> ImportReport:
    created = {t: n for t in TABLES if (n := plan.count(t, new=True))}
    updated = {t: n for t in TABLES if (n := plan.count(t, new=False))}
    return ImportReport(dry_run, applied, created, updated, plan.unchanged, tuple(plan.problems))


def run_import(
    settings: Settings, paths: Iterable[Path], dry_run: bool = False, report: Progress | None = None
) -> ImportReport:
    """Import files into the configured database; `report(done, total, what)` is called as it goes on.

    Raises sqlalchemy.exc.OperationalError when the database cannot be used.
    """
    database = Database(settings.db_url)
    try:
        database.migrate()
        with database.session() as session:
            planned = plan(list(paths), session, progress=report)
            if dry_run or not planned.applicable:
                return report_of(planned, dry_run=dry_run, applied=False)
            try:
                apply(planned, session, progress=report)
                audit(session, None, "import", None, rows=planned.rows, changes=len(planned.changes))
                session.commit()
            except IntegrityError:
                message = "数据库在导入期间被别人改动了"
                planned.problems.append(Problem("数据库", 0, "", message, "一行也没有导入，再来一次"))
                return report_of(planned, dry_run=False, applied=False)
            return report_of(planned, dry_run=False, applied=True)
    finally:
        database.dispose()
