"""The other ways in which a product's names are said, by rule: 单位/对公/企业/公司 stand for one another, 贷款 is cut to 贷."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.catalogue.model import Product

CORPORATE = ("单位", "对公", "企业", "公司", "法人", "机构")
SHORTER = (("贷款", "贷"), ("类理财", "理财"), ("结构性存款", "结构存"), ("通知存款", "通知"), ("保险", "险"))
JOINTS = ("与", "和", "及")
SHORTEST = 3  # characters; shorter ones are words of every day
KEPT = ("企业年金",)  # the name of a scheme, which the prefix is a part of


def spoken_forms(product: Product) -> Iterator[str]:
    """Yield names that are not written in the catalogue; whoever takes them must see that no other product has them."""
    for name in (product.name, *product.aliases):
        for one in (name, *_parts(name)):
            for form in (one, *_prefixed(one, product.segment)):
                yield from (f for f in (form, *_shorter(form)) if f != name and len(f) >= SHORTEST)


def _parts(name: str) -> Iterable[str]:
    """公务卡与商务卡 → both; 收单与聚合支付 → 聚合支付 (收单 alone is too short)."""
    joint = next((j for j in JOINTS if j in name[1:-1]), "")
    return [p for p in name.split(joint) if len(p) >= SHORTEST] if joint else ()


def _prefixed(name: str, segment: str) -> Iterator[str]:
    own = next((p for p in CORPORATE if name.startswith(p)), "")
    if segment == "corporate" and own and name not in KEPT:
        yield from (p + name[len(own) :] for p in CORPORATE if p != own)


def _shorter(name: str) -> Iterator[str]:
    yield from (name[: -len(long)] + short for long, short in SHORTER if name.endswith(long) and name != long)
