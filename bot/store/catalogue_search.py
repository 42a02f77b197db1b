"""Full-text search over the catalogue: FTS5 on SQLite, tsvector on PostgreSQL, one interface.

The tokens are cut by bot/catalogue/search.py and handed over as they are, so that neither database parses Chinese: FTS5
splits at blanks, PostgreSQL gets ready-made lexemes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.catalogue.model import Catalogue
from bot.catalogue.names import NameBook
from bot.catalogue.search import Indexed, likeness, query_tokens

BATCH = 500
RANKED = 40  # rows that the database ranks for us; the names decide among them
# bm25 weights of code, names, needs, body, sounds
FTS = text(
    "SELECT code, -bm25(product_search, 0, 10, 4, 1, 6) AS score FROM product_search WHERE product_search MATCH :query"
    " ORDER BY score DESC, code LIMIT :most"
)
# weights of ts_rank: D body, C needs, B sounds, A names
TSV = text(
    "SELECT code, ts_rank('{0.1,0.4,0.6,1.0}', words, CAST(:query AS tsquery)) AS score FROM product_search"
    " WHERE words @@ CAST(:query AS tsquery) ORDER BY score DESC, code LIMIT :most"
)


def rebuild(session: Session, rows: Iterable[Indexed]) -> None:
    """Put these products into the index, and nothing else; the caller commits."""
    session.execute(text("DELETE FROM product_search"))
    batch: list[dict[str, str]] = []
    sqlite = _sqlite(session)
    insert = text(
        "INSERT INTO product_search (code, names, needs, body, sounds) VALUES (:code, :names, :needs, :body, :sounds)"
        if sqlite
        else "INSERT INTO product_search (code, words) VALUES (:code, CAST(:words AS tsvector))"
    )
    for row in rows:
        batch.append(_fts(row) if sqlite else _lexemes(row))
        if len(batch) == BATCH:
            session.execute(insert, batch)
            batch = []
    if batch:
        session.execute(insert, batch)


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _fts(row: Indexed) -> dict[str, str]:
    columns = {"names": row.names, "needs": row.needs, "body": row.body, "sounds": row.sounds}
    return {"code": row.code} | {name: " ".join(tokens) for name, tokens in columns.items()}


def _lexemes(row: Indexed) -> dict[str, str]:
    """Write a tsvector literal; every token has the weight of the best column it stands in."""
    weights: dict[str, str] = {}
    for tokens, weight in ((row.body, "D"), (row.needs, "C"), (row.sounds, "B"), (row.names, "A")):
        weights |= dict.fromkeys(tokens, weight)
    return {"code": row.code, "words": " ".join(f"'{t}':1{w}" for t, w in sorted(weights.items()))}


def search(session: Session, query: str, most: int = RANKED) -> list[tuple[str, float]]:
    """Return (code, score) of the products that share something with the query, best first."""
    wanted = query_tokens(query)
    if not wanted:
        return []
    if _sqlite(session):
        rows = session.execute(FTS, {"query": " OR ".join(f'"{t}"' for t in wanted), "most": most})
    else:
        rows = session.execute(TSV, {"query": " | ".join(f"'{t}'" for t in wanted), "most": most})
    return [(str(code), float(score)) for code, score in rows]


def ranked(session: Session, catalogue: Catalogue, query: str) -> list[str]:
    """Return codes, those first whose names are most like the query, then by the database's rank."""
    found = [(c, s) for c, s in search(session, query) if c in catalogue.products]
    if not found:
        return []
    top = found[0][1] or 1.0
    scored = [(likeness(catalogue.products[c], query) + 0.5 * s / top, c) for c, s in found]
    return [c for _, c in sorted(scored, key=lambda x: (-x[0], x[1]))]


def nearest(session: Session, catalogue: Catalogue, book: NameBook, query: str) -> Sequence[str]:
    """Return what comes nearest to a name nobody knows: by the index, or by the names where there is no index yet."""
    return ranked(session, catalogue, query) or book.nearest(query)
