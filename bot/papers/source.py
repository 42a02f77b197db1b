"""What papers are made from: the record, the visit, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.catalogue.model import Catalogue
from bot.visit.bank import Bank
from bot.visit.model import Record, VisitState

OUTCOMES = {"order": "成交", "advance": "进展", "continuation": "拖延", "refusal": "未成"}
PROMISES = {"kept": "做到了", "open": "还没到日子", "overdue": "过期还没做", "dropped": "取消了"}


@dataclass(frozen=True)
class Promise:
    """How a visit ended: what was agreed. `grade` as in OUTCOMES, '' before it ended."""

    grade: str = ""
    who: str = ""
    what: str = ""
    due: date | None = None
    quote: str = ""
    status: str = ""  # of the task: kept | open | overdue | dropped


@dataclass(frozen=True)
class Source:
    """Everything a paper may draw on. `state` None: no visit yet."""

    record: Record
    bank: Bank
    catalogue: Catalogue
    manager: str
    today: date
    state: VisitState | None = None
    visited_on: date | None = None
    promise: Promise = Promise()
    earlier: tuple[Promise, ...] = ()  # of visits before
    tasks: tuple[tuple[str, date | None, str], ...] = ()  # title, due, status
    analysis: tuple[tuple[str, str], ...] = ()

    def need(self, code: str) -> str:
        return self.bank.needs[code].name if code in self.bank.needs else code


def party(source: Source) -> str:
    return "贵方" if source.record.segment == "corporate" else "您"


def written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
