"""The catalogue in the database: loaded into an immutable `Catalogue`, and seeded from the file that comes with the program.

A version is one load. An entry stands until a later version replaces it; what stood before stays, with its versions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.catalogue.model import Catalogue, Own, Product
from bot.catalogue.search import indexed
from bot.knowledge.catalogue import catalogue_of, header_of, product_of, product_rows
from bot.knowledge.files import KnowledgeError, Reader
from bot.knowledge.schemas import ProductRow
from bot.store import catalogue_search
from bot.store.tables import BankTerm, CatalogueProduct, CatalogueVersion

SHIPPED, IMPORTED = "shipped", "import"


@dataclass(frozen=True)
class OwnTerm:
    """A value of the bank's own; see `BankTerm`."""

    product: str
    term: str
    value: Any
    source: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Changes:
    """What a load changed. Codes, and the number of values of the bank's own."""

    version: int | None
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    own_terms: int = 0
    header: bool = False

    @property
    def any(self) -> bool:
        return bool(self.created or self.updated or self.own_terms or self.header)


def newest(session: Session) -> tuple[int, str] | None:
    """Return (number, digest) of the newest version, None for an empty catalogue. One row by primary key: cheap."""
    row = session.execute(
        select(CatalogueVersion.id, CatalogueVersion.digest).order_by(CatalogueVersion.id.desc()).limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def load(session: Session, today: date) -> Catalogue | None:
    """Return the catalogue as it stands, with the bank's own values in force today; None when there is none."""
    header = newest_header(session)
    if header is None:
        return None
    rows = session.scalars(
        select(CatalogueProduct.content).where(CatalogueProduct.replaced_id.is_(None)).order_by(CatalogueProduct.id)
    )
    products = {row.code: product_of(row) for row in map(ProductRow.model_validate, rows)}
    for term in _terms_in_force(session, today):
        if term.product in products:
            products[term.product] = _with_own(products[term.product], term)
    return catalogue_of(products, header)


def newest_header(session: Session) -> dict[str, Any] | None:
    return session.scalars(select(CatalogueVersion.header).order_by(CatalogueVersion.id.desc()).limit(1)).first()


def _terms_in_force(session: Session, today: date) -> Iterable[BankTerm]:
    """Return the bank's values of today, older ones first: the newest of a term wins."""
    rows = session.scalars(select(BankTerm).where(BankTerm.since <= today).order_by(BankTerm.since))
    return [row for row in rows if row.until is None or row.until >= today]


def _with_own(product: Product, row: BankTerm) -> Product:
    return replace(
        product,
        terms={**product.terms, row.term: row.value["value"]},
        own={**product.own, row.term: Own(row.source, row.since.isoformat())},
    )


def store(
    session: Session,
    rows: Iterable[ProductRow],
    header: Mapping[str, Any],
    own_terms: Iterable[OwnTerm] = (),
    *,
    origin: str,
    source: str,
    need_names: Mapping[str, str] | None = None,
) -> Changes:
    """Put rows, header and own values in as one new version; nothing is written when nothing changed. The caller commits."""
    standing = _standing(session)
    old_header = newest_header(session) or {}
    new_header = {**old_header, **header}
    changed = _changed(rows, standing, origin)
    terms = _new_terms(session, own_terms)
    changes = Changes(
        None,
        tuple(r.code for r in changed if r.code not in standing),
        tuple(r.code for r in changed if r.code in standing),
        tuple(c for c in standing if c not in {r.code for r in changed}),
        len(terms),
        new_header != old_header,
    )
    if not changes.any:
        return changes
    version = CatalogueVersion(
        origin=origin, source=source[-200:], header=new_header, digest=_digest(changed, new_header, terms)
    )
    session.add(version)
    session.flush()
    _write(session, version.id, changed, standing, origin)
    _write_terms(session, version.id, terms)
    session.flush()
    catalogue = load(session, date.max)
    if catalogue is not None and (changes.created or changes.updated):
        catalogue_search.rebuild(session, (indexed(p, need_names or {}) for p in catalogue.products.values()))
    return replace(changes, version=version.id)


def _standing(session: Session) -> dict[str, CatalogueProduct]:
    rows = session.scalars(select(CatalogueProduct).where(CatalogueProduct.replaced_id.is_(None)))
    return {row.code: row for row in rows}


def _changed(rows: Iterable[ProductRow], standing: Mapping[str, CatalogueProduct], origin: str) -> list[ProductRow]:
    """Return the rows that differ from what stands. What the bank imported is not overwritten by the program's file."""
    out = []
    for row in rows:
        old = standing.get(row.code)
        if old is not None and (old.content == _content(row) or (origin == SHIPPED and old.origin == IMPORTED)):
            continue
        out.append(row)
    return out


def _content(row: ProductRow) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(row.model_dump_json())
    return content


def _write(
    session: Session, version: int, rows: Iterable[ProductRow], standing: Mapping[str, CatalogueProduct], origin: str
) -> None:
    for row in rows:
        if row.code in standing:
            standing[row.code].replaced_id = version
        session.add(
            CatalogueProduct(
                code=row.code,
                name=row.name,
                segment=row.segment,
                category=row.category,
                origin=origin,
                effective_from=_day(row.effective_from),
                effective_until=_day(row.effective_until),
                content=_content(row),
                version_id=version,
            )
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _new_terms(session: Session, terms: Iterable[OwnTerm]) -> list[OwnTerm]:
    stored = {(t.product, t.term, t.since): t for t in session.scalars(select(BankTerm))}
    out = []
    for term in terms:
        old = stored.get((term.product, term.term, term.since))
        if old is None or (old.value["value"], old.source, old.until) != (term.value, term.source, term.until):
            out.append(term)
    return out


def _write_terms(session: Session, version: int, terms: Iterable[OwnTerm]) -> None:
    for term in terms:
        key = (BankTerm.product == term.product) & (BankTerm.term == term.term) & (BankTerm.since == term.since)
        values = {"value": {"value": term.value}, "source": term.source, "until": term.until, "version_id": version}
        if session.scalars(select(BankTerm.id).where(key)).first() is not None:
            session.execute(update(BankTerm).where(key), values)
        else:
            session.add(BankTerm(product=term.product, term=term.term, since=term.since, **values))


def _digest(rows: Iterable[ProductRow], header: Mapping[str, Any], terms: Iterable[OwnTerm]) -> str:
    content = [[_content(r) for r in rows], header, [repr(t) for t in terms]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def seed(session: Session, directory: Path, need_names: Mapping[str, str] | None = None) -> Changes:
    """Bring the shipped catalogue in, or what changed in it since; what the bank imported stays as it is. The caller
    commits. Raises KnowledgeError."""
    reader = Reader(directory)
    path = directory / "catalogue.yml"
    content = reader.mapping(path)
    rows = [row for _, row in product_rows(reader, path, content)]
    header = header_of(reader, path, content)
    if reader.problems:
        raise KnowledgeError(reader.problems)
    imported = _imported_header(session)
    header = {key: value for key, value in header.items() if key not in imported}
    return store(session, rows, header, origin=SHIPPED, source="随程序提供", need_names=need_names)


def _imported_header(session: Session) -> set[str]:
    """Return the keys of the header that an import has set: the program's own file does not take them back."""
    keys: set[str] = set()
    last: Mapping[str, Any] = {}
    for version in session.scalars(select(CatalogueVersion).order_by(CatalogueVersion.id)):
        if version.origin == IMPORTED:
            keys |= {k for k, v in version.header.items() if last.get(k) != v}
        last = version.header
    return keys
