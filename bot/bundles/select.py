"""Which products of a bundle this client gets, which stand in for others, which are added, which stay out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bot.bundles.model import Bundle, Voiced, Withheld
from bot.bundles.rules import Fit, client_misfit, minimum, product_misfit
from bot.catalogue.model import Catalogue, Product

BY_WISH = {
    "removed_by_manager",
    "fewer_wanted",
    "core_only_wanted",
    "over_budget",
}  # what the manager took out stays out
FIRST, SECOND, FURTHER = 3, 2, 1  # a need that stands first among a product's benefits is what the product is made for


@dataclass(frozen=True)
class Pick:
    """`origin`: bundle | stand_in | supplement | manager."""

    product: Product
    layer: str
    origin: str


@dataclass
class Selection:
    """What was chosen so far; the only thing here that changes, and only inside `select`."""

    fit: Fit
    said: Mapping[str, Voiced]
    catalogue: Catalogue
    picks: list[Pick] = field(default_factory=list)
    withheld: dict[str, Withheld] = field(default_factory=dict)

    def hits(self, product: Product) -> list[str]:
        return [n for n in product.benefits if n in self.said]

    def answered(self, but: str = "") -> set[str]:
        return {n for p in self.picks if p.product.code != but for n in self.hits(p.product)}

    def clash(self, product: Product, but: str = "") -> str | None:
        """Return the chosen product that excludes this one for the same money, receivable or asset."""
        return next((p.product.code for p in self.picks if p.product.code in product.excludes - {but}), None)

    def contrary(self, product: Product) -> Withheld | None:
        """The rule against selling what goes against a wish that the client voiced."""
        said = next((n for n in self.fit.suitability.of(product.code).not_with_needs if n in self.said), None)
        if said is None:
            return None
        reason = f"客户说了“{self.said[said].quote}”，它不保本，按适当性规定不能推"
        return Withheld(product.code, "against_wish", reason, "客户明确表示可以承担本金波动、重新做过风险测评以后再谈")

    def has(self, code: str) -> bool:
        return any(p.product.code == code for p in self.picks)

    def take(self, product: Product, layer: str, origin: str) -> None:
        self.withheld.pop(product.code, None)
        self.picks.append(Pick(product, layer, origin))

    def refuse(self, withheld: Withheld) -> None:
        self.withheld[withheld.code] = withheld


def select(
    bundle: Bundle, voiced: Iterable[Voiced], catalogue: Catalogue, fit: Fit, *, supplement: bool = True
) -> Selection:
    """Return the products for one bundle: as it is, then with stand-ins, then with what the wishes and open needs ask for."""
    chosen = Selection(fit, {v.need: v for v in voiced}, catalogue)
    for layer, codes in (("core", bundle.core), ("plus", bundle.plus)):
        for code in codes:
            _slot(chosen, code, layer)
    _wished(chosen)
    _stand_ins(chosen)
    if supplement:
        _supplements(chosen)
    _narrowed(chosen)
    return chosen


def permitted(code: str, fit: Fit, catalogue: Catalogue) -> tuple[Product, Withheld | None]:
    """Return the product, or the one that stands in for it where a rule forbids it, with the rule that forbids both.

    What stands in the bundle itself stands in for nothing: it would be offered twice. What the manager took out has no
    stand-in.
    """
    product = catalogue.products[code]
    misfit = product_misfit(product, fit)
    if misfit is None or misfit.rule in ("already_held", "removed_by_manager", "swapped_by_manager"):
        return product, misfit
    others = [catalogue.products[c] for c in fit.bundle.alternatives.get(code, ()) if c not in fit.bundle.products]
    return next(((p, None) for p in others if not product_misfit(p, fit)), (product, misfit))


def _slot(chosen: Selection, code: str, layer: str) -> None:
    product, misfit = permitted(code, chosen.fit, chosen.catalogue)
    if misfit:
        chosen.refuse(misfit)
        return
    if product.code != code:
        gate = product_misfit(chosen.catalogue.products[code], chosen.fit)
        if gate:
            chosen.refuse(gate)  # what an alternative stands in for was withheld by a rule: it is said which
    _offer(chosen, product, layer, "bundle" if product.code == code else "stand_in")


def _offer(chosen: Selection, product: Product, layer: str, origin: str) -> bool:
    """Take the product if it answers a voiced need and clashes with nothing; else say which of the two failed."""
    clash = chosen.clash(product)
    if clash:
        other = chosen.catalogue.products[clash].name
        reason = f"不能与{other}用于同一笔资金或资产"
        chosen.refuse(Withheld(product.code, "excluded", reason, f"二者择一；要它就说“把{other}换成{product.name}”"))
        return False
    if not chosen.hits(product):
        chosen.refuse(
            Withheld(product.code, "no_explicit_need", "客户还没有说出与它对应的明确需求", "先把相关的需求问清楚")
        )
        return False
    contrary = chosen.contrary(product)
    if contrary:
        chosen.refuse(contrary)
        return False
    chosen.take(product, layer, origin)
    return True


def _wished(chosen: Selection) -> None:
    """Put in what the manager asked for, if every rule allows it."""
    wishes = chosen.fit.wishes
    for code in (*wishes.added, *(new for _, new in wishes.swapped)):
        product = chosen.catalogue.products.get(code)
        if product is None or chosen.has(code):
            continue
        misfit = product_misfit(product, chosen.fit)
        if misfit:
            chosen.refuse(misfit)
            continue
        layer = "core" if any(old in chosen.fit.bundle.core for old, new in wishes.swapped if new == code) else "plus"
        _offer(chosen, product, layer, "manager")


def _open_needs(chosen: Selection) -> list[str]:
    """Return the needs nobody answers yet, the strongest first; what the manager took out leaves no gap to fill."""
    left_out = {
        n for w in chosen.withheld.values() if w.rule in BY_WISH for n in chosen.hits(chosen.catalogue.products[w.code])
    }
    rest = [v for n, v in chosen.said.items() if n not in chosen.answered() and n not in left_out]
    order = list(chosen.said)
    return [v.need for v in sorted(rest, key=lambda v: (-v.strength, -(v.stake or Decimal(0)), order.index(v.need)))]


def _stand_ins(chosen: Selection) -> None:
    """Where a need is left open that only an alternative answers, the alternative takes its place, if nothing is lost."""
    for need in _open_needs(chosen):
        swap = next(
            (
                (code, chosen.catalogue.products[other])
                for code, others in chosen.fit.bundle.alternatives.items()
                for other in others
                if _may_replace(chosen, code, chosen.catalogue.products[other], need)
            ),
            None,
        )
        if swap is not None:
            _replace(chosen, *swap)


def _may_replace(chosen: Selection, code: str, other: Product, need: str) -> bool:
    if need not in other.benefits or chosen.has(other.code) or product_misfit(other, chosen.fit):
        return False
    if code in chosen.fit.wishes.added:
        return False
    if chosen.clash(other, but=code):
        return False
    gate = chosen.withheld.get(code)
    if gate is not None:
        return gate.rule not in BY_WISH | {"already_held", "swapped_by_manager"}
    lost = set(chosen.hits(chosen.catalogue.products[code])) - chosen.answered(but=code) - set(other.benefits)
    return chosen.has(code) and not lost


def _replace(chosen: Selection, code: str, other: Product) -> None:
    layer = "core" if code in chosen.fit.bundle.core else "plus"
    at = next((i for i, p in enumerate(chosen.picks) if p.product.code == code), len(chosen.picks))
    if chosen.has(code):
        del chosen.picks[at]
        chosen.refuse(
            Withheld(code, "stood_in_for", f"由{other.name}代替，它还能回应客户说的另一个需要", "要换回来就点名加上它")
        )
    chosen.picks.insert(at, Pick(other, layer, "stand_in"))
    chosen.withheld.pop(other.code, None)


def _supplements(chosen: Selection) -> None:
    """Answer the needs that the bundle leaves open, each with the best product that every rule allows."""
    layer = "plus" if chosen.fit.bundle.products else "core"
    for need in _open_needs(chosen):
        if need in chosen.answered():
            continue
        best = best_for(need, _open_needs(chosen), chosen)
        if best is not None:
            chosen.take(best, layer, "supplement")
    if not chosen.fit.bundle.products:
        _explain_composed(chosen)


def _explain_composed(chosen: Selection) -> None:
    """A composed proposal has no list of its own: say of each product made for a voiced need which rule keeps it out."""
    for product in chosen.catalogue.products.values():
        made_for = next(iter(product.benefits), "")
        if made_for not in chosen.said or product.segment != chosen.fit.situation.segment or chosen.has(product.code):
            continue
        gate = client_misfit(product, chosen.fit)
        if gate:
            chosen.withheld.setdefault(product.code, gate)


def best_for(need: str, still_open: Collection[str], chosen: Selection) -> Product | None:
    """Return the permitted product that is made for the need and answers the most of the others, the safest of equals.

    What answers the need only by the way is no answer by itself, unless nothing in the catalogue is made for it. From the
    age of extra care on, what needs no special warning goes first.
    """
    reach = max(1, best_place(need, chosen))
    options = [
        p
        for p in chosen.catalogue.products.values()
        if need in p.benefits
        and place(need, p) <= reach
        and p.segment == chosen.fit.situation.segment
        and not chosen.has(p.code)
        and p.code not in chosen.withheld
        and not chosen.clash(p)
        and not product_misfit(p, chosen.fit)
        and not chosen.contrary(p)
    ]
    order = {code: i for i, code in enumerate(chosen.catalogue.products)}
    return min(
        options,
        key=lambda p: (
            _with_care(p, chosen),
            -_made_for(p, (need,)),
            -_made_for(p, still_open),
            (p.risk_levels or (0, 0))[0],
            order[p.code],
        ),
        default=None,
    )


def place(need: str, product: Product) -> int:
    """Return where the need stands among the product's benefits, from 0."""
    return list(product.benefits).index(need)


def best_place(need: str, chosen: Selection) -> int:
    segment = chosen.fit.situation.segment
    made = [p for p in chosen.catalogue.products.values() if p.segment == segment and need in p.benefits]
    plain = [p for p in made if not _with_care(p, chosen) and not product_misfit(p, chosen.fit)]
    if chosen.fit.cared_for and plain:
        made = plain
    return min((place(need, p) for p in made), default=0)


def _with_care(product: Product, chosen: Selection) -> bool:
    """Whether selling it to this client takes a special warning and a record."""
    return chosen.fit.cared_for and chosen.fit.suitability.of(product.code).care


def _made_for(product: Product, needs: Collection[str]) -> int:
    places = [place(n, product) for n in product.benefits if n in needs]
    return sum((FIRST, SECOND)[i] if i < 2 else FURTHER for i in places)


def _narrowed(chosen: Selection) -> None:
    """Keep to what the manager limited: the base alone, a number of products, an amount of money."""
    wishes = chosen.fit.wishes
    kept: list[Pick] = []
    left = wishes.budget
    for pick in sorted(chosen.picks, key=lambda p: p.layer != "core"):
        least = minimum(pick.product) or Decimal(0)
        if wishes.core_only and pick.layer != "core" and any(p.layer == "core" for p in chosen.picks):
            gate = Withheld(pick.product.code, "core_only_wanted", "您要求只留基本业务", "说“恢复原样”可以放回来")
        elif wishes.most is not None and len(kept) >= max(wishes.most, 1):
            gate = Withheld(pick.product.code, "fewer_wanted", f"您要求只留{wishes.most}样", "说“恢复原样”可以放回来")
        elif left is not None and least > left:
            gate = Withheld(
                pick.product.code, "over_budget", "几样的起点金额加起来超过了预算", "加预算，或去掉前面的一样"
            )
        else:
            kept.append(pick)
            left = left - least if left is not None else None
            continue
        chosen.refuse(gate)
    chosen.picks = kept
