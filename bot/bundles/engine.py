"""Choose a bundle for the explicit needs and say what is offered, as which benefit, and what is withheld, and why.

`arrange` is a pure function: the same client, knowledge and wishes give the same proposal, whatever was changed on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.bundles.model import COMPOSED, Bundle, Offered, Proposal, Situation, Voiced
from bot.bundles.present import offers, unanswered
from bot.bundles.rules import Fit, bundle_misfit, flags_met, open_conditions
from bot.bundles.select import Selection, permitted, select
from bot.bundles.suitability import NO_RULES, Suitability
from bot.bundles.wishes import NONE, Wishes
from bot.catalogue.model import Catalogue

CORE_WEIGHT, PLUS_WEIGHT = 2, 1  # 基本业务 is what makes the base; an answered core product counts double
NEED_WEIGHT = 100  # one need more outweighs any number of products
BY_THE_WAY = 20  # of 100: a need that a product answers, but that the bundle is not made for, counts less
STRENGTH_WEIGHT = 5  # a step more strongly voiced
STAKE_WEIGHT = 10  # the need with the most money at stake; the others in proportion
SUITS_WEIGHT = 2  # an exporter is better served by the exporters' bundle: as much as one core product


@dataclass(frozen=True)
class Shelf:
    """What there is to offer: named bundles, products, the rules of selling them."""

    bundles: tuple[Bundle, ...]
    catalogue: Catalogue
    suitability: Suitability = NO_RULES


def propose(
    voiced: Sequence[Voiced], situation: Situation, bundles: Iterable[Bundle], catalogue: Catalogue
) -> Proposal | None:
    """Return the best proposal without wishes and without rules of selling beyond those of bundle and catalogue."""
    return arrange(voiced, situation, Shelf(tuple(bundles), catalogue))


def arrange(voiced: Sequence[Voiced], situation: Situation, shelf: Shelf, wishes: Wishes = NONE) -> Proposal | None:
    """Return the proposal for the voiced explicit needs, None when nothing permitted answers one of them.

    A named bundle that fits goes first, adapted to the client; when none does, one is composed from products. Ties go to
    the bundle that stands first in the file.
    """
    if not voiced:
        return None
    for bundle in _candidates(voiced, situation, shelf, wishes):
        made = build(bundle, voiced, situation, shelf.catalogue, shelf.suitability, wishes)
        if made.offered and (made.composed or any(o.origin != "supplement" for o in made.offered)):
            return made  # a named bundle of which nothing is left is not that bundle
    return None


def _candidates(voiced: Sequence[Voiced], situation: Situation, shelf: Shelf, wishes: Wishes) -> Iterator[Bundle]:
    ranking = ranked(voiced, situation, shelf)
    if wishes.bundle == COMPOSED:
        yield composed(situation.segment)
    yield from (b for b in ranking if b.code == wishes.bundle)
    yield from (b for b in ranking if b.code != wishes.bundle)
    if wishes.bundle != COMPOSED:
        yield composed(situation.segment)


def composed(segment: str) -> Bundle:
    """The empty bundle: every need is answered by a product of its own."""
    return Bundle(COMPOSED, "按需要逐项配的方案", segment, (), (), ())


def ranked(voiced: Sequence[Voiced], situation: Situation, shelf: Shelf) -> list[Bundle]:
    """Return the named bundles that fit and answer something they are made for, the best first."""
    weights = weights_of(voiced)
    rows = [
        (worth(answering(b, situation, shelf.catalogue, shelf.suitability), weights), -i, b)
        for i, b in enumerate(shelf.bundles)
        if fits(b, situation) and made_for(b, weights)
    ]
    return [b for size, _, b in sorted(rows, key=lambda r: r[:2], reverse=True) if size > 0]


def made_for(bundle: Bundle, needs: Collection[str]) -> bool:
    return bool(set(bundle.leads or bundle.needs) & set(needs))


def fits(bundle: Bundle, situation: Situation) -> bool:
    return bundle.segment == situation.segment and not bundle_misfit(bundle, situation)


def weights_of(voiced: Iterable[Voiced]) -> dict[str, int]:
    """Return what answering each need is worth: more when it was voiced more strongly or more money is at stake."""
    voiced = list(voiced)
    most = max((v.stake for v in voiced if v.stake), default=Decimal(0))
    return {
        v.need: NEED_WEIGHT
        + STRENGTH_WEIGHT * (v.strength - 1)
        + (int(STAKE_WEIGHT * v.stake / most) if v.stake and most else 0)
        for v in voiced
    }


@dataclass(frozen=True)
class Answering:
    """What one bundle has for this client: (weight, needs answered, whether it may be offered) of each product.

    `made_for`: the needs that the bundle as a whole is made for, None for all. `suits`: how much the client's record shows
    the bundle to be made for such a client.
    """

    products: tuple[tuple[int, frozenset[str], bool], ...]
    suits: int
    made_for: frozenset[str] | None = None


def answering(
    bundle: Bundle, situation: Situation, catalogue: Catalogue, suitability: Suitability = NO_RULES
) -> Answering:
    """Return what each product of the bundle answers. One that is held already cannot be offered, but speaks for the
    bundle."""
    fit = Fit(bundle, situation, suitability)
    layers = [(c, CORE_WEIGHT) for c in bundle.core] + [(c, PLUS_WEIGHT) for c in bundle.plus]
    rows = []
    for code, weight in layers:
        product, misfit = permitted(code, fit, catalogue)
        if misfit is None or misfit.rule == "already_held":
            rows.append((weight, frozenset(product.benefits), misfit is None))
    return Answering(tuple(rows), SUITS_WEIGHT * flags_met(bundle, situation), frozenset(bundle.needs))


def worth(table: Answering, needs: Collection[str] | Mapping[str, int]) -> int:
    """Return how much of a bundle answers the needs: needs answered first, by their weights, then the products that
    answer them and how well it suits the client."""
    weights = needs if isinstance(needs, Mapping) else dict.fromkeys(needs, NEED_WEIGHT)
    answered: set[str] = set()
    weight = 0
    for size, benefits, offered in table.products:
        hits = benefits & weights.keys()
        answered |= hits if offered else set()
        weight += size if hits else 0
    aside = BY_THE_WAY * len(answered - table.made_for) if table.made_for is not None else 0
    return sum(weights[n] for n in answered) - aside + weight + table.suits if answered else 0


def score(bundle: Bundle, needs: Collection[str], situation: Situation, catalogue: Catalogue) -> int:
    return worth(answering(bundle, situation, catalogue), needs)


def gains(
    explicit: Collection[str],
    situation: Situation,
    bundles: Iterable[Bundle],
    catalogue: Catalogue,
    suitability: Suitability = NO_RULES,
) -> Callable[[str], int]:
    """Return a function: need → by how much the best proposal would grow if it became explicit too."""
    tables = [answering(b, situation, catalogue, suitability) for b in bundles if fits(b, situation)]
    before = max((worth(t, explicit) for t in tables), default=0)

    def gain(need: str) -> int:
        return max((worth(t, {*explicit, need}) for t in tables), default=0) - before

    return gain


def build(
    bundle: Bundle,
    voiced: Sequence[Voiced],
    situation: Situation,
    catalogue: Catalogue,
    suitability: Suitability = NO_RULES,
    wishes: Wishes = NONE,
    *,
    supplement: bool = True,
) -> Proposal:
    """Return the proposal of one bundle: each product is offered as a benefit to a voiced need, or withheld."""
    fit = Fit(bundle, situation, suitability, wishes)
    chosen = select(bundle, voiced, catalogue, fit, supplement=supplement)
    offered = offers(chosen)
    missing = unanswered(chosen)
    return Proposal(
        code=bundle.code,
        name=bundle.name,
        offered=offered,
        withheld=tuple(chosen.withheld.values()),
        first_step=bundle.first_step or _first_step(offered, catalogue),
        notes=_notes(bundle, chosen),
        unanswered=tuple(need for need, _ in missing),
        why_unanswered=missing,
    )


def _first_step(offered: Sequence[Offered], catalogue: Catalogue) -> str:
    """For a composed proposal: start with the first product, with what the client has to bring."""
    if not offered:
        return ""
    product = catalogue.products[offered[0].code]
    papers = f"，请客户准备{'、'.join(product.documents[:3])}" if product.documents else ""
    return f"先办{product.name}{papers}。"


def _notes(bundle: Bundle, chosen: Selection) -> tuple[str, ...]:
    own = ("没有合适的现成组合，这是按客户说出的需要从产品里逐项配的。",) if bundle.code == COMPOSED else ()
    added = [p.product.name for p in chosen.picks if p.origin == "supplement" and bundle.code != COMPOSED]
    extra = (f"{'、'.join(added)}不在这个组合里，是为组合没有覆盖的需要补上的。",) if added else ()
    checks = (f"待核实：{c}" for c in open_conditions(bundle, chosen.fit.situation))
    return (*own, *extra, *bundle.eligibility_notes, *checks)


def variant(wishes: Wishes, **changes: object) -> Wishes:
    return replace(wishes, **changes)  # type: ignore[arg-type]
