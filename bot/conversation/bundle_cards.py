"""The proposal as data and as a card: benefit first, the client's words beside it, all else one tap away.

What the proposal brings the bank is not in here: this is also what papers for the client are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.bundles.alternatives import Alternative
from bot.bundles.model import Offered, Proposal
from bot.catalogue.model import Catalogue
from bot.conversation.messages import card
from bot.visit.bank import Bank

LONGEST = 600  # characters of the text on a channel without cards
NO_PROMISE = "利率、费用以办理时为准，这里不作承诺。"
LAYERS = (("core", "基本业务"), ("plus", "组合业务"))


def bundle_json(proposal: Proposal, others: Sequence[Alternative] = ()) -> dict[str, Any]:
    """The contract's `state.bundle`."""
    return {
        "code": proposal.code,
        "name": proposal.name,
        "core": list(proposal.layer("core")),
        "plus": list(proposal.layer("plus")),
        "products": [_offered_json(o) for o in proposal.offered],
        "withheld": [
            {"code": w.code, "rule": w.rule, "reason": w.reason, "remedy": w.remedy} for w in proposal.withheld
        ],
        "first_step": proposal.first_step,
        "notes": list(proposal.notes),
        "unanswered": list(proposal.unanswered),
        "why_unanswered": dict(proposal.why_unanswered),
        "composed": proposal.composed,
        "alternatives": [
            {
                "code": a.code,
                "name": a.name,
                "products": list(a.proposal.codes),
                "apart": list(a.apart),
                "wishes": a.wishes.to_json(),
            }
            for a in others
        ],
    }


def _offered_json(o: Offered) -> dict[str, Any]:
    """Lines of the catalogue may carry a date of their own; what is stored is the bare text."""
    return {
        "code": o.code,
        "layer": o.layer,
        "need": o.need,
        "quote": o.quote,
        "feature": _bare(o.feature),
        "advantage": _bare(o.advantage),
        "benefit": _bare(o.benefit),
        "conditions": list(o.conditions),
        "origin": o.origin,
        "also": [{"need": n, "benefit": _bare(b)} for n, b in o.also],
    }


def _bare(text: str) -> str:
    return "".join(text)


def bundle_card(bundle: Mapping[str, Any], bank: Bank, catalogue: Catalogue) -> dict[str, Any]:
    """Return the card of a `bundle_json`, names filled in."""
    products = [_product_json(p, bank, catalogue) for p in bundle["products"]]
    withheld = [{**w, "name": catalogue.products[w["code"]].name} for w in bundle["withheld"]]
    missing = [
        {"need_name": bank.needs[n].name, "why": bundle.get("why_unanswered", {}).get(n, "")}
        for n in bundle.get("unanswered", [])
    ]
    others = [_other_json(a, bank, catalogue) for a in bundle.get("alternatives", [])]
    return card(
        "bundle",
        bundle["name"],
        text=_text(bundle, products, withheld, missing, others),
        code=bundle["code"],
        name=bundle["name"],
        core=bundle["core"],
        plus=bundle["plus"],
        products=products,
        withheld=withheld,
        first_step=bundle["first_step"],
        notes=bundle.get("notes", []),
        unanswered=missing,
        alternatives=others,
        changes=[c["did"] for c in bundle.get("changes", [])],
        promise=NO_PROMISE,
    )


def _product_json(product: Mapping[str, Any], bank: Bank, catalogue: Catalogue) -> dict[str, Any]:
    return {
        **product,
        "name": catalogue.products[product["code"]].name,
        "need_name": bank.needs[product["need"]].name,
        "also": [{**a, "need_name": bank.needs[a["need"]].name} for a in product.get("also", [])],
        "varies": catalogue.products[product["code"]].varies,
    }


def _other_json(other: Mapping[str, Any], bank: Bank, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "code": other["code"],
        "name": other["name"],
        "products": [catalogue.products[c].name for c in other["products"]],
        "apart": [named(line, bank) for line in other["apart"]],
    }


def named(line: str, bank: Bank) -> str:
    """Put the names of needs in for their codes in braces."""
    for code, need in bank.needs.items():
        line = line.replace("{" + code + "}", f"“{need.name}”")
    return line


Row = Callable[[Mapping[str, Any]], str]
HOWS: tuple[Row, ...] = (  # from the fullest to the shortest way to write one product
    lambda p: f"{p['name']}{_conditions(p)}：客户说“{p['quote']}”——{p['benefit']}",
    lambda p: f"{p['name']}{_conditions(p)}：客户说“{_cut(p['quote'], 14)}”——{_cut(p['benefit'], 30)}",
    lambda p: f"{p['name']}：客户说“{_cut(p['quote'], 10)}”",
    lambda p: f"{p['name']}（{p['need_name']}）",
)


def _conditions(product: Mapping[str, Any]) -> str:
    return f"（{'；'.join(product['conditions'])}）" if product["conditions"] else ""


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(bundle: Mapping[str, Any], products: Any, withheld: Any, missing: Any, others: Any) -> str:
    """Return the proposal in words, as full as the limit allows; the last way is short whatever there is to say."""
    for how in HOWS:
        for brief in (False, True):
            text = "\n".join(_lines(bundle, products, withheld, missing, others, how, brief))
            if len(text) <= LONGEST:
                return text
    return _cut(text, LONGEST)


def _lines(
    bundle: Mapping[str, Any], products: Any, withheld: Any, missing: Any, others: Any, how: Row, brief: bool
) -> list[str]:
    lines = [bundle["name"]]
    for layer, title in LAYERS:
        rows = [p for p in products if p["layer"] == layer]
        lines += [f"【{title}】", *(f"· {how(p)}" for p in rows)] if rows else []
    if missing:
        names = "、".join(m["need_name"] for m in missing)
        lines += [f"【还没有产品回应】{names}"] if brief else ["【还没有产品回应】"]
        lines += [] if brief else [f"· {m['need_name']}：{m['why']}" for m in missing]
    if withheld and brief:
        lines.append(f"【这次不推】{'、'.join(w['name'] for w in withheld)}（问“为什么没有…”）")
    elif withheld:
        lines += ["【这次不推】", *(f"· {w['name']}：{w['reason']}；{w['remedy']}" for w in withheld)]
    if others:
        lines.append("【备选】" + "；".join(f"{i}. {a['name']}" for i, a in enumerate(others, 1)))
    return [*lines, f"【第一步】{_cut(bundle['first_step'], 60)}", NO_PROMISE]
