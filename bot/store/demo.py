"""The demo: users, teams and sample clients (`data/sample/*.csv`, read by the importer itself), dated from today.

The files carry the dates of `ANCHOR`. Days that lie behind move with the days gone by since, so that “three weeks ago”
stays three weeks ago; a maturity moves by whole months, so that “next month” stays next month.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients.figures import month_end
from bot.clients.sheet import Row
from bot.settings import ROOT
from bot.store import users
from bot.store.access import audit
from bot.store.import_plan import Planner
from bot.store.importer import apply, read_tables
from bot.store.insight_import import import_relations
from bot.store.tables import Audit, Client, Fact, LedgerRow, Task, User, Visit
from bot.visit.model import Entry, VisitState

SAMPLE = ROOT / "data" / "sample"
FILES = ("clients.csv", "contacts.csv", "holdings.csv", "flows.csv")
ANCHOR = date(2026, 11, 15)  # data/sample/make_sample.py
LOADED = "demo.load"  # the audit action that marks a finished load

# username, display name, role, team
USERS = (
    ("zhangwei", "张伟", "manager", "公司与零售一团队"),
    ("liuyang", "刘洋", "manager", "公司与零售一团队"),
    ("lina", "李娜", "lead", "公司与零售一团队"),
    ("sunli", "孙丽", "manager", "公司与零售二团队"),
    ("zhaolei", "赵磊", "manager", "公司与零售二团队"),
    ("hejing", "何静", "manager", "公司与零售二团队"),
    ("wangfang", "王芳", "lead", "公司与零售二团队"),
    ("admin", "管理员", "admin", None),
)
BY_DAY = ("last_contact_on", "as_of", "opened_on", "birth_date", "risk_valid_until", "credit_line_valid_until")


@dataclass(frozen=True)
class PastVisit:
    """A visit made before: `needs` are (code, status, the client's words)."""

    client: str
    manager: str
    days_ago: int
    summary: str
    needs: tuple[tuple[str, str, str], ...]


FACTS = (  # client, fact, value, days ago
    ("百味餐饮管理有限公司", "collection_methods", "门店每天收现金营业款", 30),
    ("榆桥物流有限公司", "payment_channel", "网银逐笔", 60),
    ("墨枢软件科技有限公司", "benefit_scheme", "只有社保和商业医疗险", 200),
)
VISITS = (
    PastVisit(
        "拓坤建设工程有限公司", "zhangwei", 70, "了解了项目回款和保证金占用，约好开春再谈。",
        (("receivables", "implied", "甲方拖着不结，我们只能干等"), ("payroll", "dismissed", "工资都是劳务公司发，不归我们管")),
    ),
    PastVisit(
        "欧阳振华", "zhangwei", 45, "存单到期怎么接续，想听听稳一点的办法。",
        (("retirement", "implied", "退休金够用，就怕哪天生场大病"),),
    ),
    PastVisit(
        "博砻农机制造有限公司", "liuyang", 55, "经销商备货资金紧，厂里也替他们垫着。",
        (("supply_chain", "implied", "一到开春，经销商都来找我赊机器"),),
    ),
)  # fmt: skip
TASKS = (  # manager, client, title, days from today
    ("zhangwei", "榆桥物流有限公司", "给榆桥物流回复油卡和商务卡的差别", 0),
    ("zhangwei", "徐桂芝", "提醒徐桂芝存单快到期，问问怎么安排", 1),
    ("zhangwei", "墨枢软件科技有限公司", "约墨枢软件财务经理谈企业年金", 4),
    ("zhangwei", None, "整理下周拜访计划发给团队主管", 2),
    ("liuyang", "铭铸汽车配件有限公司", "收齐铭铸汽配近一年的应收账龄表", 1),
    ("liuyang", "彭浩宇", "给彭浩宇寄提前还款测算", 3),
    ("sunli", "鹤汀制药有限公司", "跟鹤汀制药确认年会时间", 2),
)


def load_demo(session: Session, today: date, password: str, directory: Path = SAMPLE) -> None:
    """Bring users and sample clients up to `today`; the caller commits.

    Doing it again changes nothing the same day. What a manager learned since is newer than the sample and stays.
    """
    load_users(session, password)
    mark = {"day": today.isoformat(), "files": fingerprint(directory)}
    if _mark(session) == mark:
        return
    first = _mark(session) is None
    rows, problems = read_tables([directory / name for name in FILES])
    moved = {table: [moved_row(row, today) for row in of] for table, of in rows.items()}
    plan = Planner(session, today).run(moved)
    fatal = [p for p in (*problems, *plan.problems) if p.fatal]
    if fatal:
        raise ValueError("样例数据有错误：\n" + "\n".join(map(str, fatal[:20])))
    apply(plan, session)
    if first:
        _load_history(session, today)
        import_relations(session, SAMPLE / "relations.csv", today)
    audit(session, None, LOADED, None, **mark)
    session.flush()


def load_users(session: Session, password: str) -> None:
    """Make the demo users that are missing; when the demo password has changed, all of them get it."""
    first = users.find_user(session, USERS[0][0])
    changed = first is not None and not users.password_matches(first, password)
    for username, display_name, role, team in USERS:
        if users.find_user(session, username) is None:
            users.create_user(session, username, password, display_name=display_name, role=role, team=team, demo=True)
        elif changed:
            users.reset_password(session, username, password, demo=True)


def fingerprint(directory: Path) -> str:
    """Return a digest of the sample files."""
    return hashlib.sha256(b"".join((directory / name).read_bytes() for name in FILES)).hexdigest()[:16]


def _mark(session: Session) -> Mapping[str, Any] | None:
    return session.scalar(select(Audit.detail).where(Audit.action == LOADED).order_by(Audit.id.desc()).limit(1))


def moved_row(row: Row, today: date) -> Row:
    """Return a row of the sample with its dates moved from the anchor to today."""
    values = dict(row.values)
    days, months = (today - ANCHOR).days, (today.year - ANCHOR.year) * 12 + today.month - ANCHOR.month
    for code in BY_DAY:
        if code in values:
            values[code] += timedelta(days=days)
    for code in ("matures_on", "month"):
        if code in values:
            values[code] = add_months(values[code], months)
    if "opened_on" in values and "matures_on" in values:
        values["opened_on"] = min(values["opened_on"], values["matures_on"])
    return replace(row, values=values)


def add_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day."""
    place = day.year * 12 + day.month - 1 + months
    first = date(place // 12, place % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def _load_history(session: Session, today: date) -> None:
    """Earlier visits, facts and tasks, loaded once only: what becomes of them is the users' business."""
    clients = {c.name: c for c in session.scalars(select(Client))}
    people = {u.username: u for u in session.scalars(select(User))}
    for name, code, value, ago in FACTS:
        on = today - timedelta(days=ago)
        fact = Fact(client_id=clients[name].id, code=code, value={"v": value}, source="record", learned_on=on)
        session.add(fact)
    for visit in VISITS:
        session.add(_past_visit(visit, clients[visit.client], people[visit.manager], today))
    for manager, client, title, ahead in TASKS:
        task = Task(user_id=people[manager].id, client_id=clients[client].id if client else None, title=title)
        task.due_on = today + timedelta(days=ahead)
        session.add(task)


def _past_visit(past: PastVisit, client: Client, user: User, today: date) -> Visit:
    at = datetime.combine(today - timedelta(days=past.days_ago), time(7), UTC)
    ledger = tuple(
        Entry(n, status, quote, i + 1, ((status, quote, i + 1),)) for i, (n, status, quote) in enumerate(past.needs)
    )
    state = VisitState(client.segment, turn=len(ledger), phase="closed", ledger=ledger)
    return Visit(
        client_id=client.id,
        user_id=user.id,
        status="closed",
        stage=None,
        state=state.to_json(),
        summary=past.summary,
        outcome="continuation",
        opened_at=at,
        closed_at=at + timedelta(minutes=50),
        ledger=_ledger_rows(client, ledger),
    )


def _ledger_rows(client: Client, ledger: Sequence[Entry]) -> list[LedgerRow]:
    return [LedgerRow(client_id=client.id, need=e.need, status=e.status, quote=e.quote, turn=e.turn) for e in ledger]
