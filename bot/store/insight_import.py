"""Relations between firms from a CSV file: 核心企业, 上游, 下游, 同一集团. One wrong line and nothing is written."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import Client, ClientRelation

KINDS = {
    "核心企业": "core",
    "上游": "upstream",
    "供应商": "upstream",
    "下游": "downstream",
    "经销商": "downstream",
    "同一集团": "group",
}
HEAD = ("客户号", "关系", "对方名称", "对方客户号", "年交易额（万元）", "来源", "日期")
MOST = 20  # problems shown


@dataclass
class Imported:
    """What was read: rows new and changed, and every problem with its line."""

    added: int = 0
    changed: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def lines(self) -> list[str]:
        if self.problems:
            more = len(self.problems) - MOST
            return [*self.problems[:MOST], *([f"……还有 {more} 处"] if more > 0 else []), "没有写入。改好后再导入。"]
        return [f"关系：新增 {self.added} 条，更新 {self.changed} 条"]


def import_relations(session: Session, file: Path, today: date) -> Imported:
    """Read the file into the session; the caller commits when `ok`."""
    found = Imported()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        found.problems.append(f"{file.name}: 不是 UTF-8 文本，请另存为 UTF-8 的 CSV")
        return found
    rows = csv.DictReader(text.splitlines())
    missing = [name for name in HEAD[:3] if name not in (rows.fieldnames or ())]
    if missing:
        found.problems.append(f"{file.name}:1: 缺列 {'、'.join(missing)}")
        return found
    numbers = {number: i for number, i in session.execute(select(Client.number, Client.id)) if number}
    names = {row.id: row.name for row in session.execute(select(Client.id, Client.name))}
    for line, row in enumerate(rows, 2):
        try:
            _take(session, row, numbers, names, today, found)
        except ValueError as error:
            found.problems.append(f"{file.name}:{line}: {error}")
    return found


def _take(
    session: Session,
    row: Mapping[str, str],
    numbers: Mapping[str, int],
    names: Mapping[int, str],
    today: date,
    found: Imported,
) -> None:
    """Add or change one relation. Raises ValueError."""
    cell = {name: (row.get(name) or "").strip() for name in HEAD}
    client = numbers.get(cell["客户号"])
    if client is None:
        raise ValueError(f"没有客户号“{cell['客户号']}”")
    kind = KINDS.get(cell["关系"])
    if kind is None:
        raise ValueError(f"关系“{cell['关系']}”不认识，应是：{'、'.join(KINDS)}")
    other = numbers.get(cell["对方客户号"]) if cell["对方客户号"] else None
    if cell["对方客户号"] and other is None:
        raise ValueError(f"没有对方客户号“{cell['对方客户号']}”")
    if other == client:
        raise ValueError("对方就是客户自己")
    name = names[other] if other is not None else cell["对方名称"]
    if not name:
        raise ValueError("对方名称、对方客户号要写一个")
    same = select(ClientRelation).where(
        ClientRelation.client_id == client, ClientRelation.kind == kind, ClientRelation.other_name == name
    )
    known = session.scalar(same)
    if known is None:
        known = ClientRelation(client_id=client, kind=kind, other_name=name)
        session.add(known)
        found.added += 1
    else:
        found.changed += 1
    known.other_id, known.source = other, cell["来源"]
    known.amount, known.as_of = _amount(cell["年交易额（万元）"]), _day(cell["日期"]) or today
    session.flush()


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "")) * 10_000 if text else None
    except InvalidOperation:
        raise ValueError(f"年交易额“{text}”不是数") from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"日期“{text}”应写成 2026-11-22") from None
