"""The batch: every client, or those that changed, through the rules; then peers and 80/20 by set-based SQL.

Each page is a unit of work of its own, so that a service that runs beside it waits for milliseconds only. What is left after
a break is done by the next run: changes are taken off the list with the page that computes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Session

from bot.intelligence.engine import Insight, evaluate
from bot.intelligence.model import Rules
from bot.store.database import Database
from bot.store.insight import COLUMNS, HELD, made
from bot.store.tables import (
    Client,
    ClientInsight,
    Holding,
    InsightChange,
    InsightPeer,
    InsightPeerProduct,
    InsightRun,
    InsightTotal,
)

PAGE = 10_000  # clients of one unit of work
NAMES = 500  # ids of one IN, well below the limits of both databases
STALE = timedelta(days=7)  # ages and months move by themselves: after that everything is computed anew
TABLE = cast("Table", ClientInsight.__table__)
Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Ran:
    """What a run did: `mode` full | incremental, clients computed."""

    mode: str
    clients: int


def run(database: Database, rules: Rules, now: datetime, report: Report, full: bool = False) -> Ran:
    """Compute; raises what the database raises. A second run right after has nothing to do."""
    with database.session() as session:
        full = full or must_be_full(session, rules, now)
        row = InsightRun(mode="full" if full else "incremental", book=rules.digest, started_at=now)
        if full:  # noted before reading: what changes from here on is for the next run
            session.execute(delete(InsightChange))
        session.add(row)
        session.commit()
        run_id, mode = row.id, row.mode
    done, groups = 0, set()
    for count, touched in (
        _all(database, rules, now.date(), report) if full else _changed(database, rules, now.date(), report)
    ):
        done += count
        groups |= touched
    _sums(database, rules, None if full else groups, done, report)
    with database.session() as session:
        finished = session.get_one(InsightRun, run_id)
        finished.clients, finished.finished_at = done, max(now, finished.started_at)
        session.commit()
    report("", 1.0)
    return Ran(mode, done)


def must_be_full(session: Session, rules: Rules, now: datetime) -> bool:
    """Return whether there is nothing to build on: no full run, other rules, or one that is too old."""
    complete = select(InsightRun).where(InsightRun.mode == "full", InsightRun.finished_at.is_not(None))
    last = session.scalar(complete.order_by(InsightRun.id.desc()).limit(1))
    return last is None or last.book != rules.digest or now - last.started_at > STALE


def _all(database: Database, rules: Rules, today: date, report: Report) -> Iterator[tuple[int, set[str]]]:
    with database.session() as session:
        total = session.scalar(select(func.count()).select_from(Client)) or 0
    last, done = 0, 0
    while True:
        with database.session() as session:
            rows = session.execute(select(*COLUMNS).where(Client.id > last).order_by(Client.id).limit(PAGE)).all()
            if not rows:
                return
            first, last = rows[0][0], rows[-1][0]
            held = session.execute(HELD.where(Holding.client_id.between(first, last)))
            results = [evaluate(i, rules, today) for i in made(rows, held)]
            session.execute(delete(ClientInsight).where(ClientInsight.client_id.between(first, last)))
            _keep(session, results, rows)
            session.commit()
        done += len(rows)
        report(f"客户 {done:,}/{total:,}", 0.9 * done / max(total, 1))
        yield len(rows), set()


def _changed(database: Database, rules: Rules, today: date, report: Report) -> Iterator[tuple[int, set[str]]]:
    done = 0
    while True:
        with database.session() as session:
            notes = session.execute(
                select(InsightChange.id, InsightChange.client_id).order_by(InsightChange.id).limit(PAGE)
            ).all()
            if not notes:
                return
            count = 0
            groups: set[str] = set()
            for ids in _parts(sorted({client for _, client in notes})):
                number, touched = _anew(session, ids, rules, today)
                count, groups = count + number, groups | touched
            for part in _parts([note for note, _ in notes]):
                session.execute(delete(InsightChange).where(InsightChange.id.in_(part)))
            session.commit()
        done += count
        report(f"变动的客户 {done:,}", 0.5)
        yield count, groups


def _anew(session: Session, ids: Sequence[int], rules: Rules, today: date) -> tuple[int, set[str]]:
    """Compute these clients; return how many there are and the peer groups they were and are in."""
    mine = ClientInsight.client_id.in_(ids)
    groups = set(session.scalars(select(ClientInsight.peer_group).where(mine)))
    rows = session.execute(select(*COLUMNS).where(Client.id.in_(ids)).order_by(Client.id)).all()
    results = [evaluate(i, rules, today) for i in made(rows, session.execute(HELD.where(Holding.client_id.in_(ids))))]
    session.execute(delete(ClientInsight).where(mine))
    _keep(session, results, rows)
    return len(rows), groups | {r.peer_group for r in results}


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + NAMES] for at in range(0, len(ids), NAMES))


def _keep(session: Session, results: Sequence[Insight], rows: Sequence[Any]) -> None:
    values = [_values(result, row[1]) for result, row in zip(results, rows, strict=True)]
    if values:
        session.execute(insert(TABLE), values)  # the ORM would send rows with nulls one by one


def _values(i: Insight, segment: str) -> dict[str, Any]:
    return {
        "client_id": i.client_id,
        "segment": segment,
        "peer_group": i.peer_group,
        "products": i.products,
        "deposits": i.contribution.deposits,
        "loans": i.contribution.loans,
        "contribution": i.contribution.gross,
        "contribution_net": i.contribution.net,
        "tier": i.tier,
        "tier_score": i.tier_score.value,
        "attractiveness": i.place.attractiveness.value if i.place else None,
        "competitiveness": i.place.competitiveness.value if i.place else None,
        "ge_class": i.place.ge_class if i.place else "",
        "lifecycle": i.stage,
    }


def _sums(database: Database, rules: Rules, groups: set[str] | None, done: int, report: Report) -> None:
    """Bring peers (all, or the groups named) and 80/20 up to date."""
    if groups is not None and not done:
        return
    report("同业对照", 0.92)
    with database.session() as session:
        if groups is None:
            _peers(session, None)
        else:
            for part in _names(sorted(groups - {""})):
                _peers(session, part)
        session.commit()
    report("二八分布", 0.97)
    with database.session() as session:
        for segment in ("corporate", "personal"):
            _pareto(session, segment, rules)
        session.commit()


def _names(groups: Sequence[str]) -> Iterable[Sequence[str]]:
    return (groups[at : at + NAMES] for at in range(0, len(groups), NAMES))


def _peers(session: Session, groups: Sequence[str] | None) -> None:
    """Count clients, mean contribution and holders per group; prospects use nothing yet and are no peers."""
    member = [ClientInsight.peer_group != "", ClientInsight.products > 0]
    if groups is not None:
        member.append(ClientInsight.peer_group.in_(groups))
    for table in (InsightPeer, InsightPeerProduct):
        session.execute(delete(table) if groups is None else delete(table).where(table.peer_group.in_(groups)))
    mean = func.round(func.avg(ClientInsight.contribution), 2)
    clients = select(ClientInsight.peer_group, func.count(), mean).where(*member).group_by(ClientInsight.peer_group)
    session.execute(insert(InsightPeer).from_select(["peer_group", "clients", "contribution"], clients))
    holders = (
        select(ClientInsight.peer_group, Holding.product, func.count(Holding.client_id.distinct()))
        .join(Holding, Holding.client_id == ClientInsight.client_id)
        .where(*member)
        .group_by(ClientInsight.peer_group, Holding.product)
    )
    session.execute(insert(InsightPeerProduct).from_select(["peer_group", "product", "holders"], holders))


def _pareto(session: Session, segment: str, rules: Rules) -> None:
    """Find the smallest contribution among the best clients that bring the share together."""
    mine = (ClientInsight.segment == segment, ClientInsight.contribution > 0)
    whole = session.scalar(select(func.sum(ClientInsight.contribution)).where(*mine))
    clients = session.scalar(
        select(func.count())
        .select_from(ClientInsight)
        .where(ClientInsight.segment == segment, ClientInsight.products > 0)
    )
    session.execute(delete(InsightTotal).where(InsightTotal.segment == segment))
    if not whole:
        return
    order = (ClientInsight.contribution.desc(), ClientInsight.client_id)
    running = func.sum(ClientInsight.contribution).over(order_by=order, rows=(None, 0)).label("running")
    ranked = select(ClientInsight.contribution, running).where(*mine).subquery()
    top = select(func.count(), func.min(ranked.c.contribution)).where(
        ranked.c.running - ranked.c.contribution < rules.pareto * whole
    )
    count, cutoff = session.execute(top).one()
    session.add(
        InsightTotal(segment=segment, clients=clients or 0, contribution=whole, top_clients=count, cutoff=cutoff)
    )
