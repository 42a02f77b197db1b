"""A `ClientQuery` as SQL, within the actor's reach: how many, and one page of rows. Columns alone, no objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, exists, extract, func, not_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from bot.clients.query import ClientQuery, Condition, Order
from bot.clients.words import ClientWords, Measure, Terms
from bot.store.access import ADMIN, MANAGER, Actor, in_reach
from bot.store.tables import Client, Contact, Holding, LedgerRow, User, Visit

ESCAPE = {"autoescape": True}
DUE_SHOWN = 3  # holdings of one client shown in a list


@dataclass(frozen=True)
class Row:
    """One client of a list. `figures`: measure code → value; `due`: (product, balance, day) of what falls due."""

    id: int
    name: str
    segment: str
    industry: str
    region: str
    tier: str
    last_contact_on: date | None
    manager_id: int
    figures: Mapping[str, Decimal | None] = field(default_factory=dict)
    due: tuple[tuple[str, Decimal | None, date], ...] = ()


@dataclass(frozen=True)
class Page:
    """`total` counts all that meet the conditions, within the limit; `rows` is one page of them."""

    total: int
    rows: tuple[Row, ...]


def find(
    session: Session, actor: Actor, query: ClientQuery, words: ClientWords, today: date, size: int = 10, start: int = 0
) -> Page:
    """Return the page that begins at `start`."""
    where = [in_reach(actor), *(_condition(c, actor, words, today) for c in query.conditions)]
    order = query.order
    if order is not None and order.by != "contact":
        where.append(_has(words.measures[order.by], today))
    total = session.scalar(select(func.count()).select_from(Client).where(*where)) or 0
    if query.limit is not None:
        total, size = min(total, query.limit), min(size, max(0, query.limit - start))
    chosen = _chosen(session, where, _sorted(order, query, words, today), size, start) if size and total else []
    rows = _rows(session, chosen, _shown(query, words), today)
    return Page(total, tuple(_with_due(session, rows, query)))


def _chosen(session: Session, where: Sequence[Any], order: Sequence[Any], size: int, start: int) -> list[int]:
    """The ids of a page, in order: found in the indexes, so that only the rows of the page are read."""
    return list(session.scalars(select(Client.id).where(*where).order_by(*order).limit(size).offset(start)))


def _rows(session: Session, chosen: Sequence[int], shown: Sequence[Measure], today: date) -> list[Row]:
    columns = (
        Client.id, Client.name, Client.segment, Client.industry, Client.region, Client.tier, Client.last_contact_on,
        Client.manager_id, *(_value(m, today).label(f"m_{m.code}") for m in shown),
    )  # fmt: skip
    found = session.execute(select(*columns).where(Client.id.in_(chosen))) if chosen else ()
    rows = {row[0]: _row(row, shown) for row in found}
    return [rows[i] for i in chosen if i in rows]


def _row(row: Sequence[Any], shown: Sequence[Measure]) -> Row:
    id_, name, segment, industry, region, tier, contact, manager, *figures = row
    named = {m.code: value for m, value in zip(shown, figures, strict=True)}
    return Row(id_, name, segment, industry, region, tier, contact, manager, named)


def ids(
    session: Session, actor: Actor, query: ClientQuery, words: ClientWords, today: date, limit: int = 1000
) -> list[int]:
    """Return the clients' ids in order."""
    return [row.id for row in find(session, actor, query, words, today, limit).rows]


def unknown(session: Session, actor: Actor, query: ClientQuery, words: ClientWords) -> dict[str, int]:
    """Return how many clients within the other conditions have no figure for a measure that is a column of the record."""
    out: dict[str, int] = {}
    for one in query.of("measure"):
        measure = words.measures[one.value[0]]
        if measure.column:
            others = [_condition(c, actor, words, date.today()) for c in query.conditions if c.field == "segment"]
            missing = [in_reach(actor), *others, getattr(Client, measure.column).is_(None), *_of_segment(measure)]
            out[measure.name] = session.scalar(select(func.count()).select_from(Client).where(*missing)) or 0
    return out


def _of_segment(measure: Measure) -> list[ColumnElement[bool]]:
    personal = measure.column in ("birth_date", "children")
    return [Client.segment == ("personal" if personal else "corporate")]


def terms(session: Session, actor: Actor) -> Terms:
    """Return the words that stand in the actor's book."""
    industries = session.scalars(select(Client.industry).where(in_reach(actor), Client.industry != "").distinct()).all()
    regions = session.scalars(select(Client.region).where(in_reach(actor), Client.region != "").distinct()).all()
    return Terms(tuple(industries), tuple(regions), colleagues(session, actor))


def colleagues(session: Session, actor: Actor) -> dict[str, int]:
    """Return the managers whose books are within reach besides the actor's own: display name → user id."""
    if actor.role == MANAGER:
        return {}
    team = select(User.display_name, User.id).where(User.role == MANAGER)
    if actor.role != ADMIN:
        team = team.where(User.team_id == actor.team_id, User.team_id.is_not(None))
    return {row.display_name: row.id for row in session.execute(team)}


def _condition(condition: Condition, actor: Actor, words: ClientWords, today: date) -> ColumnElement[bool]:
    if condition.field == "measure":
        found = _compared(condition.value, words, today)
    else:
        found = CONDITIONS[condition.field](condition.value, actor, today)
    return not_(found) if condition.negated else found


def _columns(column: Any) -> Callable[[Any, Actor, date], ColumnElement[bool]]:
    return lambda value, actor, today: column.in_(value)


def _contains(column: Any) -> Callable[[Any, Actor, date], ColumnElement[bool]]:
    return lambda value, actor, today: or_(*(column.contains(v, **ESCAPE) for v in value))


def _between(column: Any) -> Callable[[Any, Actor, date], ColumnElement[bool]]:
    return lambda value, actor, today: column.between(date.fromisoformat(value[0]), date.fromisoformat(value[1]))


def _untouched(value: str, actor: Actor, today: date) -> ColumnElement[bool]:
    never = Client.last_contact_on.is_(None)
    return or_(never, Client.last_contact_on < date.fromisoformat(value)) if value else never


def _risk_state(value: str, actor: Actor, today: date) -> ColumnElement[bool]:
    if value == "none":
        return and_(Client.risk_grade == "", Client.segment == "personal")
    if value == "valid":
        return and_(Client.risk_grade != "", Client.risk_valid_until >= today)
    return and_(Client.risk_grade != "", Client.risk_valid_until < today)


def _maturing(value: tuple[str, str, Sequence[str]], actor: Actor, today: date) -> ColumnElement[bool]:
    """By the client's own few rows; the case keeps the planner from walking all that falls due in the bank."""
    return _held(case((_due(value), 1), else_=0) == 1)


def _held(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a holding of the client meets the condition; one column is named, so that an index alone can answer."""
    return select(Holding.client_id).where(Holding.client_id == Client.id, condition).exists()


def _due(value: tuple[str, str, Sequence[str]]) -> ColumnElement[bool]:
    between = Holding.matures_on.between(date.fromisoformat(value[0]), date.fromisoformat(value[1]))
    return and_(between, Holding.product.in_(value[2])) if value[2] else between


def _holds(value: Sequence[str], actor: Actor, today: date) -> ColumnElement[bool]:
    return _held(Holding.product.in_(value))


def _birthday(value: tuple[str, str], actor: Actor, today: date) -> ColumnElement[bool]:
    """Month and day within the period; a period over New Year is two."""
    start, end = date.fromisoformat(value[0]), date.fromisoformat(value[1])
    day = extract("month", Client.birth_date) * 100 + extract("day", Client.birth_date)
    if end - start >= timedelta(days=364):
        return Client.birth_date.is_not(None)
    first, last = start.month * 100 + start.day, end.month * 100 + end.day
    return day.between(first, last) if first <= last else or_(day >= first, day <= last)


def _opened(value: tuple[str, str], actor: Actor, today: date) -> ColumnElement[bool]:
    first = select(func.min(Holding.opened_on)).where(Holding.client_id == Client.id).scalar_subquery()
    return first.between(date.fromisoformat(value[0]), date.fromisoformat(value[1]))


def _ledger(*more: Any) -> ColumnElement[bool]:
    return exists().where(LedgerRow.client_id == Client.id, LedgerRow.visit_id == Visit.id, *more)


def _need(value: Sequence[str], actor: Actor, today: date) -> ColumnElement[bool]:
    return _ledger(LedgerRow.need.in_(value), LedgerRow.status != "dismissed")


def _status(value: Sequence[str], actor: Actor, today: date) -> ColumnElement[bool]:
    return _ledger(LedgerRow.status.in_(value))


def _name(value: tuple[str, str], actor: Actor, today: date) -> ColumnElement[bool]:
    kind, part = value
    if kind == "start":
        return Client.name.startswith(part, autoescape=True)
    return or_(Client.name.contains(part, **ESCAPE), Client.short_name.contains(part, **ESCAPE))


def _family(value: int, actor: Actor, today: date) -> ColumnElement[bool]:
    """The subsidiaries of a client within reach; of one out of reach nothing is told."""
    return and_(Client.parent_id == value, Client.parent_id.in_(select(Client.id).where(in_reach(actor))))


def _manager(value: int, actor: Actor, today: date) -> ColumnElement[bool]:
    return Client.manager_id == value


def _phone(value: str, actor: Actor, today: date) -> ColumnElement[bool]:
    return not_(exists().where(Contact.client_id == Client.id, Contact.phone != ""))


def _segment(value: str, actor: Actor, today: date) -> ColumnElement[bool]:
    return Client.segment == value


def _flag(value: str, actor: Actor, today: date) -> ColumnElement[bool]:
    found: ColumnElement[bool] = getattr(Client, value).is_(True)
    return found


CONDITIONS: Mapping[str, Callable[[Any, Actor, date], ColumnElement[bool]]] = {
    "segment": _segment,
    "industry": _contains(Client.industry),
    "region": _contains(Client.region),
    "tier": _columns(Client.tier),
    "credit": _columns(Client.credit_grade),
    "risk": _columns(Client.risk_grade),
    "risk_state": _risk_state,
    "risk_until": _between(Client.risk_valid_until),
    "credit_until": _between(Client.credit_line_valid_until),
    "contacted": _between(Client.last_contact_on),
    "untouched": _untouched,
    "opened": _opened,
    "birthday": _birthday,
    "maturing": _maturing,
    "holds": _holds,
    "need": _need,
    "status": _status,
    "flag": _flag,
    "family": _family,
    "name": _name,
    "manager": _manager,
    "phone": _phone,
}


def _value(measure: Measure, today: date) -> ColumnElement[Any]:
    """The measure of a client; sums of balances are 0 where there are none, for the books of clients are complete."""
    if measure.code == "age":
        had = (
            extract("month", Client.birth_date) * 100 + extract("day", Client.birth_date)
            <= today.month * 100 + today.day
        )
        return today.year - extract("year", Client.birth_date) - case((had, 0), else_=1)
    if measure.column:
        column: ColumnElement[Any] = getattr(Client, measure.column)
        return column
    of_client = Holding.client_id == Client.id
    if not measure.products:
        return select(func.count(Holding.product.distinct())).where(of_client).correlate(Client).scalar_subquery()
    own = case(
        (Holding.product.in_(measure.products), Holding.balance)
    )  # one look at a client's few rows, not one a code
    sums = select(func.coalesce(func.sum(own), 0)).where(of_client)
    return sums.correlate(Client).scalar_subquery()


def _has(measure: Measure, today: date) -> ColumnElement[bool]:
    """Whether the figure is known: a column that is filled, or the complete book of somebody who is a client."""
    return getattr(Client, measure.column).is_not(None) if measure.column else Client.is_prospect.is_(False)


def _compared(value: tuple[str, str, str, str], words: ClientWords, today: date) -> ColumnElement[bool]:
    code, op, low, high = value
    measure = words.measures[code]
    if measure.code == "age":
        return _aged(op, int(Decimal(low)), int(Decimal(high)), today)
    figure, first, last = _value(measure, today), Decimal(low), Decimal(high)
    found = {
        ">": lambda: figure > first,
        ">=": lambda: figure >= first,
        "<": lambda: figure < last,
        "<=": lambda: figure <= last,
        "=": lambda: figure == first,
        "between": lambda: figure.between(first, last),
    }[op]()
    return found if measure.column else and_(Client.is_prospect.is_(False), found)


def _aged(op: str, low: int, high: int, today: date) -> ColumnElement[bool]:
    """Ages as birth dates: somebody is n from the day n years ago on."""
    if op in (">", ">="):
        return Client.birth_date <= _years_ago(today, low + (op == ">"))
    if op in ("<", "<="):
        return Client.birth_date > _years_ago(today, high + (op == "<="))
    return and_(Client.birth_date <= _years_ago(today, low), Client.birth_date > _years_ago(today, high + 1))


def _years_ago(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def _shown(query: ClientQuery, words: ClientWords) -> list[Measure]:
    """The measures that the list names beside each client: those it is about."""
    codes = [c.value[0] for c in query.of("measure")]
    if query.order is not None and query.order.by != "contact":
        codes.insert(0, query.order.by)
    return [words.measures[c] for c in dict.fromkeys(codes)]


def _sorted(order: Order | None, query: ClientQuery, words: ClientWords, today: date) -> list[Any]:
    """By the order asked for; else what falls due first, else the longest untouched first."""
    if order is not None and order.by != "contact":
        measure = words.measures[order.by]
        value = _value(measure, today)
        return [value.desc() if order.descending else value.asc(), Client.id]
    if order is None and (due := query.of("maturing")):
        day = case((_due(due[0].value), Holding.matures_on))  # by the client's rows: not along all that falls due
        first = select(func.min(day)).where(Holding.client_id == Client.id)
        return [first.correlate(Client).scalar_subquery(), Client.id]
    column = {"risk_until": Client.risk_valid_until, "credit_until": Client.credit_line_valid_until}
    for one in query.conditions:
        if order is None and one.field in column:
            return [column[one.field], Client.id]
    if order is not None and not order.descending:
        return [Client.last_contact_on.desc().nulls_last(), Client.id]
    return [Client.last_contact_on.asc().nulls_first(), Client.id]


def _with_due(session: Session, rows: Sequence[Row], query: ClientQuery) -> Sequence[Row]:
    due = query.of("maturing")
    if not due or not rows:
        return rows
    of_rows = Holding.client_id.in_([r.id for r in rows])
    columns = select(Holding.client_id, Holding.product, Holding.balance, Holding.matures_on)
    found: dict[int, list[Any]] = {}
    for client, product, balance, day in session.execute(
        columns.where(of_rows, _due(due[0].value)).order_by(Holding.matures_on, Holding.id)
    ):
        found.setdefault(client, []).append((product, balance, day))
    return [Row(**{**r.__dict__, "due": tuple(found.get(r.id, [])[:DUE_SHOWN])}) for r in rows]
