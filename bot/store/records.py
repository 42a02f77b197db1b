"""From rows to what the rules know of a client (`bot.visit.model.Record`), and facts learned back into rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import yaml
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.clients import figures
from bot.clients.figures import ASSESSED, COLUMN_FACTS, DECIDED, FACT_COLUMNS, Derived, Month, Position
from bot.settings import ROOT
from bot.store.tables import Client, Contact, Fact, Flow, Holding, LedgerRow, Visit, utc_now
from bot.visit.model import Known, Record

SAID = ("client", "manager")  # sources of Known besides the record
# What a record is made of, as plain rows by statements built once: every turn of a visit reads it anew.
WHO: Any = bindparam("client")
PEOPLE = select(Contact.name, Contact.title, Contact.role, Contact.id).where(Contact.client_id == WHO)
POSITIONS = (
    select(Holding.product, Holding.balance, Holding.as_of, Holding.matures_on)
    .where(Holding.client_id == WHO)
    .order_by(Holding.id)
)
MONTHS = (
    select(Flow.month, Flow.bank, Flow.inflow, Flow.outflow, Flow.average_balance)
    .where(Flow.client_id == WHO)
    .order_by(Flow.id)
)
LEARNED = (
    select(Fact.code, Fact.value, Fact.source, Fact.learned_on, Fact.quote)
    .where(Fact.client_id == WHO, Fact.superseded_at.is_(None))
    .order_by(Fact.learned_on, Fact.id)
)
EARLIER = (
    select(LedgerRow.need, LedgerRow.status, LedgerRow.quote)
    .join(Visit, Visit.id == LedgerRow.visit_id)
    .where(Visit.client_id == WHO, Visit.status == "closed")
    .order_by(Visit.opened_at.desc(), Visit.id.desc(), LedgerRow.id)
)
CONTACT_ORDER = ("decision_maker", "influencer", "user", "gatekeeper", "unknown")


@cache
def catalogue_codes() -> tuple[str, ...]:
    """Return every product code of the catalogue that comes with the program."""
    content = yaml.safe_load((ROOT / "data" / "knowledge" / "catalogue.yml").read_text(encoding="utf-8"))
    return tuple(row["code"] for row in content["products"])


def record_of(session: Session, client: Client, today: date, products: Collection[str] | None = None) -> Record:
    """Return what the database knows of a client; the client must come from an access function.

    `products`: the catalogue's codes, by default those of the catalogue in data/knowledge.
    """
    positions = _positions(session, client)
    facts = {d.code: _known(d) for d in _derived(session, client, positions, today)}
    held = frozenset(p.product for p in positions)
    if not client.is_prospect:
        facts |= _product_facts(held, catalogue_codes() if products is None else products, today)
    facts |= {k.code: k for k in _row_facts(client, today)}
    for known in _learned(session, client):
        if _may_stand(known) and _newer(known, facts.get(known.code)):
            facts[known.code] = known
    contacts = sorted(session.execute(PEOPLE, {"client": client.id}), key=lambda c: (_rank(c.role), c.id))
    return Record(
        client_id=client.id,
        name=client.name,
        segment=client.segment,
        facts=facts,
        holdings=held,
        contacts=tuple((c.name, c.title, c.role) for c in contacts),
        last_contact=client.last_contact_on.isoformat() if client.last_contact_on else "",
        is_prospect=client.is_prospect,
        earlier_needs=_earlier_needs(session, client),
    )


def _rank(role: str) -> int:
    return CONTACT_ORDER.index(role) if role in CONTACT_ORDER else len(CONTACT_ORDER)


def _known(derived: Derived) -> Known:
    return Known(derived.code, derived.value, "record", derived.as_of.isoformat() if derived.as_of else "")


def _positions(session: Session, client: Client) -> list[Position]:
    updated = local_date(client.updated_at)
    found = session.execute(POSITIONS, {"client": client.id})
    return [Position(product, balance, as_of or updated, matures) for product, balance, as_of, matures in found]


def _derived(session: Session, client: Client, positions: Sequence[Position], today: date) -> Iterator[Derived]:
    """Facts worked out from flows, then from holdings: the later of one code wins in a dict."""
    months = [Month(*row) for row in session.execute(MONTHS, {"client": client.id})]
    for derived in figures.from_months(months, today):
        if derived.code != "bank_count" or client.segment == "corporate":
            yield derived
    yield from figures.from_positions(positions, client.segment, today)


def _product_facts(held: Collection[str], products: Collection[str], today: date) -> dict[str, Known]:
    """For a client the record is complete: what is not among the holdings is not held. For a prospect nothing is known."""
    return {f"has_product_{p}": Known(f"has_product_{p}", p in held, "record", today.isoformat()) for p in products}


def _row_facts(client: Client, today: date) -> Iterator[Known]:
    for column, code in COLUMN_FACTS.items():
        value = getattr(client, column)
        if value is None or value == "" or not _for_segment(column, client.segment):
            continue
        if value is False and client.is_prospect:
            continue  # the column's default, not something anybody found out
        if column == "credit_line" and client.credit_line_valid_until and client.credit_line_valid_until < today:
            continue
        yield Known(
            code, figures.money(value) if isinstance(value, Decimal) else value, "record", column_date(client, column)
        )
    yield from _dated_facts(client, today)


def _dated_facts(client: Client, today: date) -> Iterator[Known]:
    """Facts that a date and today give: exact on the day they are asked for."""
    on = today.isoformat()
    if client.risk_grade and client.risk_valid_until:
        yield Known("risk_valid", client.risk_valid_until >= today, "record", on)
    if client.last_contact_on:
        yield Known("months_since_contact", figures.months_between(client.last_contact_on, today), "record", on)
    if client.birth_date and client.segment == "personal":
        yield Known("age", figures.age_on(client.birth_date, today), "record", on)
    yield Known("is_prospect", client.is_prospect, "record", on)


def _for_segment(column: str, segment: str) -> bool:
    if segment == "personal":
        return column not in figures.CORPORATE_ONLY
    return column not in figures.PERSONAL_ONLY


def column_date(client: Client, column: str) -> str:
    """Return the ISO date that a column's value is of: its own, else the day the row was last changed."""
    own = (client.figure_dates or {}).get(column)
    return str(own) if own else local_date(client.updated_at).isoformat()


def local_date(moment: datetime) -> date:
    return moment.astimezone().date()


def facts_in_force(session: Session, client: Client) -> list[Fact]:
    """Return the learned facts that no newer one replaced, oldest first."""
    rows = select(Fact).where(Fact.client_id == client.id, Fact.superseded_at.is_(None))
    return list(session.scalars(rows.order_by(Fact.learned_on, Fact.id)))


def _learned(session: Session, client: Client) -> Iterator[Known]:
    for code, value, source, learned_on, quote in session.execute(LEARNED, {"client": client.id}):
        yield Known(code, value.get("v"), source if source in SAID else "record", learned_on.isoformat(), quote)


def _may_stand(known: Known) -> bool:
    """Whether a fact may be taken from talk: assessments never, the bank's decisions only from the manager."""
    return known.code not in ASSESSED and (known.code not in DECIDED or known.source != "client")


def _newer(known: Known, old: Known | None) -> bool:
    return old is None or not old.as_of or known.as_of >= old.as_of


def _earlier_needs(session: Session, client: Client) -> tuple[tuple[str, str, str], ...]:
    """Return the needs of closed visits, each as it stood last, the latest visit first."""
    newest: dict[str, tuple[str, str, str]] = {}
    for need, status, quote in session.execute(EARLIER, {"client": client.id}):
        newest.setdefault(need, (need, status, quote))
    return tuple(newest.values())


def situation_facts(record: Record, learned: Iterable[Known] = ()) -> dict[str, Any]:
    """Return the values the bundle rules test, by fact code; `learned` in this visit beats the record.

    For a private client `family_assets` is what the family has with us: deposits, wealth products, current account.
    """
    facts: dict[str, Any] = {code: known.value for code, known in record.facts.items()}
    facts |= {k.code: k.value for k in learned if _may_stand(k)}
    return facts


def save_fact(session: Session, client: Client, known: Known, visit_id: int | None, user_id: int | None) -> Fact:
    """Take a fact down in place of the older one of the same code; the caller commits.

    A fact that has a column in the client's row changes that too, and what stood there is kept with its date.
    """
    now = utc_now()
    learned_on = date.fromisoformat(known.as_of) if known.as_of else local_date(now)
    older = [f for f in facts_in_force(session, client) if f.code == known.code]
    for row in older:
        row.superseded_at = now
    column = FACT_COLUMNS.get(known.code)
    if column and _may_stand(known):
        _keep_column(session, client, column, known.code, now, covered=bool(older))
        _set_column(client, column, known.value, learned_on)
    fact = Fact(
        client_id=client.id,
        code=known.code,
        value={"v": known.value},
        source=known.source,
        quote=known.quote,
        learned_on=learned_on,
        user_id=user_id,
        visit_id=visit_id,
    )
    session.add(fact)
    session.flush()
    return fact


def _keep_column(session: Session, client: Client, column: str, code: str, now: datetime, covered: bool) -> None:
    """Keep what the column says as a superseded fact, unless the facts replaced just now say it already."""
    value = getattr(client, column)
    if covered or value is None or value == "" or (value is False and column not in (client.figure_dates or {})):
        return
    session.add(
        Fact(
            client_id=client.id,
            code=code,
            value={"v": figures.money(value) if isinstance(value, Decimal) else value},
            source="record",
            learned_on=date.fromisoformat(column_date(client, column)),
            superseded_at=now,
        )
    )


def _set_column(client: Client, column: str, value: Any, on: date) -> None:
    """A value that does not fit the column stays in the facts alone."""
    try:
        setattr(client, column, column_value(column, value))
    except (ValueError, InvalidOperation, TypeError):
        return
    client.figure_dates = {**(client.figure_dates or {}), column: on.isoformat()}


def column_value(column: str, value: Any) -> Any:
    """Turn a fact's value into the column's type. Raises ValueError, TypeError or InvalidOperation."""
    kind = Client.__table__.columns[column].type.python_type
    if kind is Decimal:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    if kind is bool:
        return value if isinstance(value, bool) else str(value).casefold() in ("true", "1", "是")
    if kind is int:
        number = Decimal(str(value))
        if number != int(number):
            raise ValueError(f"not a whole number: {value}")
        return int(number)
    text = str(value)
    limit = getattr(Client.__table__.columns[column].type, "length", None)
    if limit and len(text) > limit:
        raise ValueError(f"longer than {limit} characters")
    return text


def dates_for(columns: Iterable[str], on: date, old: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the client's `figure_dates` after `columns` were set to values of the day `on`."""
    return {**(old or {}), **{c: on.isoformat() for c in columns if c in COLUMN_FACTS}}


def withdraw_fact(session: Session, client: Client, code: str, visit_id: int | None) -> None:
    """Take back the newest fact of this code that the visit learned (None: that was entered outside of visits); what it
    replaced is in force again."""
    mine = select(Fact).where(Fact.client_id == client.id, Fact.code == code, Fact.visit_id == visit_id)
    newest = session.scalar(mine.where(Fact.superseded_at.is_(None)).order_by(Fact.id.desc()).limit(1))
    if newest is None:
        return
    session.delete(newest)
    session.flush()
    before = select(Fact).where(Fact.client_id == client.id, Fact.code == code).order_by(Fact.id.desc()).limit(1)
    old = session.scalar(before)
    column = FACT_COLUMNS.get(code)
    if old is not None:
        old.superseded_at = None
    if column and _may_stand(Known(code, None, "client")):
        value = old.value.get("v") if old is not None else _empty(column)
        if value is None:
            setattr(client, column, None)
        else:
            _set_column(client, column, value, old.learned_on if old is not None else local_date(utc_now()))


def _empty(column: str) -> Any:
    """Return what a column holds when nothing is known: '' for texts, False for flags, else None."""
    kind = Client.__table__.columns[column].type.python_type
    return "" if kind is str else False if kind is bool else None
