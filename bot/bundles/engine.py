"""Choose a bundle for the explicit needs and say what is offered, as which benefit, and what is withheld, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.bundles.model import Bundle, Offered, Proposal, Situation, Voiced, Withheld
from bot.bundles.rules import bundle_misfit, flags_met, open_conditions, product_conditions, product_misfit
from bot.catalogue.model import Catalogue, Product

CORE_WEIGHT, PLUS_WEIGHT = 2, 1  # 基本业务 is what makes the base; an answered core product counts double
BY_THE_WAY = 20  # of 100: a need that a product answers, but that the bundle is not made for, counts less
SUITS_WEIGHT = 2  # an exporter is better served by the exporters' bundle: as much as one core product


def propose(
    voiced: Sequence[Voiced], situation: Situation, bundles: Iterable[Bundle], catalogue: Catalogue
) -> Proposal | None:
    """Return the proposal for the voiced explicit needs, None when no fitting bundle answers one of them.

    The same input gives the same output: ties go to the bundle that stands first in the file.
    """
    ranked = [
        (score(b, {v.need for v in voiced}, situation, catalogue), -i, b)
        for i, b in enumerate(bundles)
        if fits(b, situation)
    ]
    best = max(ranked, default=None)
    if best is None or best[0] == 0:
        return None
    return build(best[2], voiced, situation, catalogue)


def fits(bundle: Bundle, situation: Situation) -> bool:
    return bundle.segment == situation.segment and not bundle_misfit(bundle, situation)


@dataclass(frozen=True)
class Answering:
    """What one bundle has for this client: (weight, needs answered, whether it may be offered) of each product.

    `made_for`: the needs that the bundle as a whole is made for, None for all. `suits`: how much the client's record shows the bundle to be made for such a client.
    """

    products: tuple[tuple[int, frozenset[str], bool], ...]
    suits: int
    made_for: frozenset[str] | None = None


def answering(bundle: Bundle, situation: Situation, catalogue: Catalogue) -> Answering:
    """Return what each product of the bundle answers. One that is held already cannot be offered, but speaks for the
    bundle."""
    layers = [(c, CORE_WEIGHT) for c in bundle.core] + [(c, PLUS_WEIGHT) for c in bundle.plus]
    rows = []
    for code, weight in layers:
        product, misfit = permitted(code, bundle, situation, catalogue)
        if misfit is None or misfit.rule == "already_held":
            rows.append((weight, frozenset(product.benefits), misfit is None))
    return Answering(tuple(rows), SUITS_WEIGHT * flags_met(bundle, situation), frozenset(bundle.needs))


def permitted(code: str, bundle: Bundle, situation: Situation, catalogue: Catalogue) -> tuple[Product, Withheld | None]:
    """Return the product, or the one that stands in for it where a rule forbids it, with the rule that forbids both.

    What stands in the bundle itself stands in for nothing: it would be offered twice.
    """
    product = catalogue.products[code]
    misfit = product_misfit(product, bundle, situation)
    if misfit is None or misfit.rule == "already_held":
        return product, misfit
    others = [catalogue.products[c] for c in bundle.alternatives.get(code, ()) if c not in bundle.products]
    return next(((p, None) for p in others if not product_misfit(p, bundle, situation)), (product, misfit))


def worth(table: Answering, needs: Collection[str]) -> int:
    """Return how much of a bundle answers the needs: needs answered first, then the products that answer them and
    how well it suits the client."""
    answered: set[str] = set()
    weight = 0
    for size, benefits, offered in table.products:
        hits = benefits & set(needs)
        answered |= hits if offered else set()
        weight += size if hits else 0
    aside = BY_THE_WAY * len(answered - table.made_for) if table.made_for is not None else 0
    return 100 * len(answered) - aside + weight + table.suits if answered else 0


def score(bundle: Bundle, needs: Collection[str], situation: Situation, catalogue: Catalogue) -> int:
    return worth(answering(bundle, situation, catalogue), needs)


def gains(
    explicit: Collection[str], situation: Situation, bundles: Iterable[Bundle], catalogue: Catalogue
) -> Callable[[str], int]:
    """Return a function: need → by how much the best proposal would grow if it became explicit too."""
    tables = [answering(b, situation, catalogue) for b in bundles if fits(b, situation)]
    before = max((worth(t, explicit) for t in tables), default=0)

    def gain(need: str) -> int:
        return max((worth(t, {*explicit, need}) for t in tables), default=0) - before

    return gain


def build(bundle: Bundle, voiced: Sequence[Voiced], situation: Situation, catalogue: Catalogue) -> Proposal:
    """Return the proposal of one bundle: each product is offered as a benefit to a voiced need, or withheld."""
    said = {v.need: v for v in voiced}
    offered: list[Offered] = []
    withheld: list[Withheld] = []
    for code in bundle.products:
        layer = "core" if code in bundle.core else "plus"
        result = _one(code, layer, bundle, said, offered, situation, catalogue)
        (offered if isinstance(result, Offered) else withheld).append(result)  # type: ignore[arg-type]
    answered = {need for o in offered for need in catalogue.products[o.code].benefits} & said.keys()
    return Proposal(
        code=bundle.code,
        name=bundle.name,
        offered=tuple(offered),
        withheld=tuple(withheld),
        first_step=bundle.first_step,
        notes=(*bundle.eligibility_notes, *(f"待核实：{c}" for c in open_conditions(bundle, situation))),
        unanswered=tuple(n for n in said if n not in answered),
    )


def _one(
    code: str,
    layer: str,
    bundle: Bundle,
    said: Mapping[str, Voiced],
    offered: Sequence[Offered],
    situation: Situation,
    catalogue: Catalogue,
) -> Offered | Withheld:
    product, misfit = permitted(code, bundle, situation, catalogue)
    if misfit:
        return misfit
    clash = next((o.code for o in offered if o.code in product.excludes), None)
    if clash:
        return Withheld(
            product.code, "excluded", f"不能与{catalogue.products[clash].name}用于同一笔资金或资产", "二者择一"
        )
    need = _need_for(product, said, offered)
    if need is None:
        return Withheld(product.code, "no_explicit_need", "客户还没有说出与它对应的明确需求", "先把相关的需求问清楚")
    return Offered(
        code=product.code,
        layer=layer,
        need=need,
        quote=said[need].quote,
        feature=product.features[0] if product.features else product.summary,
        advantage=product.advantages[0] if product.advantages else "",
        benefit=product.benefits[need],
        conditions=product_conditions(product, bundle, situation),
    )


def _need_for(product: Product, said: Mapping[str, Voiced], offered: Sequence[Offered]) -> str | None:
    """Return the voiced need that the product answers; one that no product answers yet goes first."""
    hits = [n for n in product.benefits if n in said]
    taken = {o.need for o in offered}
    return next((n for n in hits if n not in taken), hits[0] if hits else None)
