"""Which entries may be quoted today, and what is said of those that may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.catalogue.model import Catalogue, Dated, Product


def quotable(catalogue: Catalogue, today: date) -> Catalogue:
    """Return the catalogue without the lines and rules whose last day has passed. Products stay, also expired ones:
    what is asked for by name must be refused by name."""
    return replace(catalogue, products={c: _live(p, today) for c, p in catalogue.products.items()})


def refusal(product: Product, catalogue: Catalogue, today: date) -> str:
    """Return why nothing is quoted of a product today and whom to ask, "" when it may be quoted."""
    day = today.isoformat()
    ask = f"现行条款请问{product.contact or catalogue.contact}。"
    if product.effective_from and product.effective_from > day:
        return f"{product.name}从{product.effective_from}起才开办，现在还不能报给客户。{ask}"
    if product.effective_until and product.effective_until < day:
        return f"{product.name}在目录里的条款到{product.effective_until}为止，已经过期，不再引用。{ask}"
    limit = product.valid_until or catalogue.valid_until
    if limit and limit < day:
        return f"{product.name}的条款上次核对是{as_of(product, catalogue)}，过了核对期限（{limit}），不再引用。{ask}"
    return ""


def as_of(product: Product, catalogue: Catalogue) -> str:
    return product.checked_until or catalogue.checked_until


def _live(product: Product, today: date) -> Product:
    day = today.isoformat()
    return replace(
        product,
        features=_kept(product.features, day),
        advantages=_kept(product.advantages, day),
        eligibility=_kept(product.eligibility, day),
        documents=_kept(product.documents, day),
        benefits={need: text for need, text in product.benefits.items() if _kept((text,), day)},
        terms=_terms(product.terms, day),
        regulation=tuple(r for r in product.regulation if not (r.expires and r.expires < day)),
    )


def _terms(terms: Mapping[str, Any], day: str) -> dict[str, Any]:
    out = {}
    for key, value in terms.items():
        if isinstance(value, str):
            if kept := _kept((value,), day):
                out[key] = kept[0]
        elif isinstance(value, list) and any(isinstance(v, Dated) for v in value):
            out[key] = list(_kept(value, day))
        else:
            out[key] = value
    return out


def _kept(lines: Iterable[Any], day: str) -> tuple[Any, ...]:
    return tuple(line for line in lines if not (isinstance(line, Dated) and line.until < day))
