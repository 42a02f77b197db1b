"""How each product may be sold: who may sell it, to whom, what must be in place (`data/knowledge/suitability.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.catalogue.model import Product

AGE_OF_EXTRA_CARE = 65  # years, 《金融机构产品适当性管理办法》, in force from 2026-02-01
CARE_LEVEL = 2  # the highest risk level offered from that age on; our own, stricter than the rule
ONLINE = frozenset({"企业网银", "银企直连", "手机银行"})  # channels of catalogue.yml that need nobody to come
COUNTER = frozenset({"柜面", "客户经理"})
CHANNELS: Mapping[str, frozenset[str]] = {"online": ONLINE, "counter": COUNTER}


@dataclass(frozen=True)
class Sale:
    """The rules of one product.

    `needs`: eligibility keys as in bundles.yml; `qualification`: of the staff; `risk_test`, `credit_line`: must be in place;
    `care`: from the age of extra care on, special warning and recording are part of selling it. `not_with_needs`: needs
    which, once voiced, forbid it: who asks for safe principal is not sold what may lose.
    """

    needs: Mapping[str, Any] = field(default_factory=dict)
    qualification: str = ""
    risk_test: bool = False
    credit_line: bool = False
    care: bool = False
    not_with_needs: tuple[str, ...] = ()


PLAIN = Sale()


def sold_from(product: Product) -> int | None:
    """Return the lowest risk level at which it may be sold, None for what has none.

    Its own rating counts where the catalogue gives one; the common range only where each single product has its own.
    """
    rating = product.terms.get("risk_rating")
    if rating:
        return int(str(rating)[-1])
    return product.risk_levels[0] if product.risk_levels else None


@dataclass(frozen=True)
class Suitability:
    """All products' rules; a product that is not named has none beyond its risk level. `names`: qualification → Chinese;
    `off_sale`: product → why nothing is quoted of it today."""

    sales: Mapping[str, Sale] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    off_sale: Mapping[str, str] = field(default_factory=dict)

    def of(self, code: str) -> Sale:
        return self.sales.get(code, PLAIN)


NO_RULES = Suitability()
