"""The catalogue as it stands in a file, made into the rules' dataclasses. The database keeps the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.catalogue.model import Ambiguous, Catalogue, Dated, Product, Regulation, Sibling, Unlike
from bot.knowledge import schemas as s
from bot.knowledge.files import LINE, Reader, bare

HEADER = ("checked_until", "valid_until", "contact", "term_labels", "steps", "ambiguous", "unlike", "siblings")
AMOUNTS = ("_cny", "_usd", "_pct", "_days", "_pct_max")


def read_catalogue(reader: Reader, path: Path) -> Catalogue:
    """Return the catalogue of a file; what does not fit its schema is reported and left out."""
    content = reader.mapping(path)
    products = {row.code: product_of(row) for _, row in product_rows(reader, path, content)}
    return catalogue_of(products, header_of(reader, path, content))


def product_rows(reader: Reader, path: Path, content: Mapping[str, Any]) -> Iterator[tuple[int, s.ProductRow]]:
    """Yield (line, row) of the products whose terms can be read."""
    for line, row in reader.distinct(path, reader.rows(path, content.get("products"), s.ProductRow)):
        wrong = [key for key, value in row.terms.items() if not fits(key, value)]
        for key in wrong:
            reader.report(path, line, f"{row.code} 的 {key} 应当是不小于 0 的数，现在是“{row.terms[key]}”")
        for key in set(row.fixed_terms) - row.terms.keys():
            reader.report(path, line, f"{row.code} 的 fixed_terms 里有“{key}”，terms 里却没有")
        if row.effective_from and row.effective_until and row.effective_from > row.effective_until:
            reader.report(path, line, f"{row.code} 的失效日早于生效日")
        if not wrong:
            yield line, row


def fits(key: str, value: Any) -> bool:
    """Whether the value of a term has the form its key promises: amounts, percentages and days are figures."""
    if value is None or not key.endswith(AMOUNTS):
        return True
    figures = value if isinstance(value, list) else [value]
    return all(isinstance(f, int | float) and not isinstance(f, bool) and f >= 0 for f in figures)


def header_of(reader: Reader, path: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands beside the products, checked and ready to be stored as JSON."""
    header: dict[str, Any] = {}
    for key in ("checked_until", "valid_until", "contact"):
        if key in content:
            header[key] = str(bare(content[key]))
    if "term_labels" in content:
        header["term_labels"] = {k: str(v) for k, v in (content["term_labels"] or {}).items() if k != LINE}
    models: tuple[tuple[str, type[s.Strict]], ...] = (
        ("ambiguous", s.AmbiguousRow),
        ("unlike", s.UnlikeRow),
        ("siblings", s.SiblingRow),
        ("steps", s.StepsRow),
    )
    for key, model in models:
        if key in content:
            rows: Iterable[tuple[int, Any]] = reader.rows(path, content[key], model)
            if key == "ambiguous":
                rows = reader.distinct(path, rows, "alias")
            header[key] = [row.model_dump(mode="json") for _, row in rows]
    return header


def catalogue_of(products: Mapping[str, Product], header: Mapping[str, Any]) -> Catalogue:
    """Put products and header together."""
    return Catalogue(
        products=products,
        ambiguous={r["alias"]: Ambiguous(r["alias"], tuple(r["codes"]), r["ask"]) for r in header.get("ambiguous", ())},
        term_labels=header.get("term_labels", {}),
        checked_until=header.get("checked_until", ""),
        valid_until=header.get("valid_until", ""),
        contact=header.get("contact") or "产品经理",
        unlike=tuple(Unlike(tuple(r["words"]), tuple(r["near"]), r["why"]) for r in header.get("unlike", ())),
        siblings=tuple(Sibling(r["word"], r["code"], tuple(r["others"])) for r in header.get("siblings", ())),
        steps={c: tuple(r["lines"]) for r in header.get("steps", ()) for c in r["categories"]},
    )


def product_of(row: s.ProductRow) -> Product:
    return Product(
        code=row.code,
        name=row.name,
        segment=row.segment,
        category=row.category,
        summary=row.summary,
        aliases=row.aliases,
        features=_lines(row.features),
        advantages=_lines(row.advantages),
        benefits={b.need: Dated(b.text, b.until) if b.until else b.text for b in row.benefits},
        terms={key: _term(value) for key, value in row.terms.items()},
        fixed_terms=frozenset(row.fixed_terms),
        eligibility=_lines(row.eligibility),
        documents=row.documents,
        channels=row.channels,
        suitability=row.suitability or "",
        excludes=frozenset(row.excludes),
        regulation=tuple(Regulation(r.rule, r.number, r.fixes, r.effective, r.expires, r.seen) for r in row.regulation),
        varies=row.varies,
        verified=row.verified,
        pairs=tuple((p.code, p.why) for p in row.pairs_with),
        sources=tuple((x.supports, x.url) for x in row.sources),
        steps=row.steps,
        traits=row.traits,
        effective_from=row.effective_from,
        effective_until=row.effective_until,
        checked_until=row.checked_until,
        valid_until=row.valid_until,
        contact=row.contact,
    )


def _lines(rows: Iterable[str | s.DatedRow]) -> tuple[str, ...]:
    return tuple(Dated(r.text, r.until) if isinstance(r, s.DatedRow) else r for r in rows)


def _term(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"text", "until"}:
        return Dated(str(value["text"]), str(value["until"]))
    return [_term(v) for v in value] if isinstance(value, list) else value
