"""Each chosen product as the benefit to a need, in the client's words; and why a need stays open."""

from __future__ import annotations

from collections.abc import Sequence

from bot.bundles.model import Offered
from bot.bundles.rules import product_conditions, product_misfit
from bot.bundles.select import BY_WISH, Pick, Selection, place
from bot.catalogue.model import Product


def offers(chosen: Selection) -> tuple[Offered, ...]:
    """Return the chosen products, each tied to one voiced need; every need is shown before one is shown twice."""
    made: list[Offered] = []
    for pick in chosen.picks:
        made.append(_offer(pick, chosen, made))
    return tuple(made)


def _offer(pick: Pick, chosen: Selection, before: Sequence[Offered]) -> Offered:
    product = pick.product
    need = _need_for(product, chosen, before)
    return Offered(
        code=product.code,
        layer=pick.layer,
        need=need,
        quote=chosen.said[need].quote,
        feature=product.features[0] if product.features else product.summary,
        advantage=product.advantages[0] if product.advantages else "",
        benefit=product.benefits[need],
        conditions=product_conditions(product, chosen.fit),
        origin=pick.origin,
        also=tuple((n, product.benefits[n]) for n in chosen.hits(product) if n != need),
    )


def _need_for(product: Product, chosen: Selection, before: Sequence[Offered]) -> str:
    """Return the voiced need that the product answers; one that no product is shown for yet goes first."""
    hits = chosen.hits(product)
    taken = {o.need for o in before}
    return next((n for n in hits if n not in taken), hits[0])


def unanswered(chosen: Selection) -> tuple[tuple[str, str], ...]:
    """Return (need, why no product answers it) of every voiced need that stays open."""
    return tuple((n, _why(n, chosen)) for n in chosen.said if n not in chosen.answered())


def _why(need: str, chosen: Selection) -> str:
    products = [p for p in chosen.catalogue.products.values() if need in p.benefits]
    mine = [p for p in products if p.segment == chosen.fit.situation.segment]
    mine.sort(key=lambda p: place(need, p))  # what is made for the need first
    if not mine:
        return "产品目录里没有能回应它的产品，请联系产品经理单独设计"
    gates = [(p, chosen.withheld.get(p.code) or product_misfit(p, chosen.fit)) for p in mine]
    wish = next(((p, g) for p, g in gates if g and (g.rule in BY_WISH or "您要求" in g.reason)), None)
    product, gate = wish or next(((p, g) for p, g in gates if g), (mine[0], None))
    if gate is None:
        clash = chosen.clash(product)
        other = chosen.catalogue.products[clash].name if clash else "方案里的产品"
        return f"{product.name}能回应，但不能和{other}一起用"
    return f"{product.name}能回应，但{gate.reason}；{gate.remedy}"
