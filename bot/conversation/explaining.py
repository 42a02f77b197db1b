"""Why this is in the proposal and that is not; and, for the manager alone, what it brings the bank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.bundles.engine import composed
from bot.bundles.margins import KIND_NAMES, Line, Return, returns
from bot.bundles.model import Bundle
from bot.bundles.rules import Fit, product_misfit
from bot.conversation import offering, outside
from bot.conversation.messages import Message, Reply, button, card, item, say, section
from bot.conversation.offering import Subject
from bot.conversation.talk import Talk, back_to_question
from bot.visit.bank import money, plain

NO_BUNDLE = "还没有方案。客户说出明确需求后，说“出方案”就行。"
ABOUT_RETURN = re.compile(r"综合(?:收益|贡献)|(?:行里|我行|咱行|银行)[^，,。]{0,4}(?:赚|收益|利润|贡献)")
VERDICTS = {
    "covered": "估得出的部分都不亏。",
    "compensated": "{losing}单看是亏的，由{carrying}补上，合起来不亏。",
    "shortfall": "按这些假设合起来是亏的（{losing}）。没有别的部分补上之前，不要按优惠价报；可以补的：存款留存、结算流水、代发。",
    "unknown": "没有一项估得出来，先把缺的数问到。",
}


def explain(talk: Talk) -> Reply:
    """Say why each product is in the proposal: the need, the client's words, the benefit."""
    if ABOUT_RETURN.search(talk.text):
        return bank_return(talk)
    subject = outside.meant(talk)
    if subject is None or subject.bundle is None:
        return back_to_question(talk, say(NO_BUNDLE))
    products = subject.bundle["products"]
    named = _named(talk)
    rows = [p for p in products if p["code"] in named]
    if named and not rows:
        return why_withheld(talk)
    lines = [_because(talk, p, full=bool(named)) for p in rows or products]
    return back_to_question(talk, say("\n".join([_lead(talk, subject), *lines])))


def _named(talk: Talk) -> set[str]:
    codes: set[str] = set()
    for entity in talk.reading.entities:
        if entity.type == "product":
            codes |= set(map(str, entity.value if isinstance(entity.value, list) else [entity.value]))
    return codes & talk.library.catalogue.products.keys()


def _lead(talk: Talk, subject: Subject) -> str:
    assert subject.bundle is not None
    bundle = subject.bundle
    names = [talk.library.bank.needs[n].name for n in sorted(offering.answered(bundle))]
    known = next((b for b in talk.library.bundles if b.code == bundle["code"]), None)
    whole = known is not None and set(known.core) <= {p["code"] for p in bundle["products"]}
    pitch = f"\n{known.pitch}" if known and whole else ""
    return f"{bundle['name']}回应了客户说出的{len(names)}个需要（{'、'.join(names)}）。{pitch}\n一样样说："


def _because(talk: Talk, product: Mapping[str, Any], *, full: bool) -> str:
    name, need = talk.library.catalogue.products[product["code"]].name, talk.library.bank.needs[product["need"]].name
    line = f"· {name}：因为客户在“{need}”上说过“{product['quote']}”。{product['benefit']}"
    if not full:
        return line
    more = [f"特征：{product['feature']}", f"优势：{product['advantage']}" if product["advantage"] else ""]
    if product["conditions"]:
        more.append(f"先要落实：{'；'.join(product['conditions'])}")
    return "\n".join([line, *(f"  {m}" for m in more if m)])


def why_withheld(talk: Talk) -> Reply:
    """Say of the products named which rule keeps them out and what would change it; without a name, of all withheld."""
    subject = outside.meant(talk)
    if subject is None or subject.bundle is None:
        return back_to_question(talk, say("还没有方案，也就没有被拿掉的产品。"))
    bundle, catalogue = subject.bundle, talk.library.catalogue
    named = _named(talk)
    rows = [w for w in bundle["withheld"] if not named or w["code"] in named]
    if named and not rows:
        lines = [_judged(talk, subject, code) for code in sorted(named)[:4]]
        return back_to_question(talk, say("\n".join(lines)))
    if not rows:
        return back_to_question(talk, say("这套组合里的产品都推了，没有拿掉的。"))
    shown = card(
        "list",
        "这次没推的",
        [section("", (item(w["reason"], catalogue.products[w["code"]].name, w["remedy"]) for w in rows))],
    )
    return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))


def _judged(talk: Talk, subject: Subject, code: str) -> str:
    """Judge a product that the proposal neither offers nor lists: by the rules, then by the needs that were voiced."""
    assert subject.bundle is not None
    product, bank = talk.library.catalogue.products[code], talk.library.bank
    offered = next((p for p in subject.bundle["products"] if p["code"] == code), None)
    if offered:
        return f"{product.name}已经在方案里。"
    fit = Fit(_bundle(talk, subject), subject.situation, offering.shelf(talk).suitability, subject.wishes)
    gate = product_misfit(product, fit)
    if gate:
        return f"{product.name}没有推：{gate.reason}；{gate.remedy}。"
    voiced = {v.need for v in subject.voiced}
    needs = "、".join(bank.needs[n].name for n in product.benefits)
    if not voiced & product.benefits.keys():
        return f"{product.name}没有推：它回应的是“{needs}”，客户这次没有说到；先把这个需要问清楚。"
    clash = next((c for p in subject.bundle["products"] if (c := p["code"]) in product.excludes), None)
    if clash:
        other = talk.library.catalogue.products[clash].name
        return f"{product.name}没有推：不能与{other}用于同一笔资金或资产；要它就说“把{other}换成{product.name}”。"
    return f"{product.name}没有推：它回应的需要已经有别的产品回应了，规则上可以放；要它就说“加上{product.name}”。"


def _bundle(talk: Talk, subject: Subject) -> Bundle:
    code = (subject.bundle or {}).get("code")
    return next((b for b in talk.library.bundles if b.code == code), composed(subject.situation.segment))


def bank_return(talk: Talk) -> Reply:
    """Show the manager what the proposal brings the bank in a year: never part of what the client gets."""
    subject = outside.meant(talk)
    if subject is None or subject.bundle is None:
        return back_to_question(talk, say(NO_BUNDLE))
    codes = [p["code"] for p in subject.bundle["products"]]
    found = returns(codes, subject.situation.facts, talk.library.margins)
    total = f"估得出的合计约{_yuan(found.total)}元一年" if found.total is not None else "未估"
    sums = [item(f"{_yuan(amount)}元", KIND_NAMES[kind]) for kind, amount in found.by_kind().items()]
    unknown = [line for line in found.lines if line.amount is None]
    shown = card(
        "list",
        f"综合收益（内部，不给客户看）：{total}",
        [
            section("按类", sums),
            section("逐项", (_line_item(talk, line) for line in found.lines if line.amount is not None)),
            section("未估", (_line_item(talk, line) for line in unknown)),
            section("怎么看", [item(_verdict(talk, found))]),
            section("数从哪里来", [item(source) for source in _sources(talk, found)]),
        ],
        purpose="bank_return",
        internal=True,
    )
    return back_to_question(talk, Reply((Message(shown["text"], (button("为什么这样配", "explain_bundle"),), shown),)))


def _line_item(talk: Talk, line: Line) -> dict[str, str]:
    name = talk.library.catalogue.products[line.code].name
    if line.amount is None:
        fact = talk.library.bank.facts.get(line.missing)
        why = f"缺“{fact.name}”" if fact else "没有这个产品的收益规则" if line.rule is None else "缺数据"
        return item("未估", name, why)
    return item(f"{_yuan(line.amount)}元", name, _formula(talk, line))


def _formula(talk: Talk, line: Line) -> str:
    rule = line.rule
    assert rule is not None
    parts = []
    if line.volume is not None:
        fact = talk.library.bank.facts.get(rule.volume)
        base = f"{fact.name if fact else '金融资产'}{money(line.volume)}"
        if rule.units is not None:
            parts.append(f"{base}×每单位{plain(rule.units)}元")
        else:
            share = f"÷{line.shared}（几样产品均分）" if line.shared > 1 else ""
            parts.append(f"{base}{share}×{plain((rule.margin or Decimal(0)) * 100)}%")
    if rule.cost:
        parts.append(f"减成本{plain(rule.cost)}元")
    return " ".join(parts) + ("（假设）" if rule.assumption else "")


def _yuan(amount: Decimal | None) -> str:
    return money(amount) if amount is not None else "未估"


def _verdict(talk: Talk, found: Return) -> str:
    names = talk.library.catalogue.products
    return VERDICTS[found.verdict].format(
        losing="、".join(names[c].name for c in found.losing), carrying="、".join(names[c].name for c in found.carrying)
    )


def _sources(talk: Talk, found: Return) -> list[str]:
    rules = [line.rule for line in found.lines if line.rule is not None]
    said = list(dict.fromkeys(rule.source for rule in rules if rule.source))
    margins = talk.library.margins
    if any(rule.usd for rule in rules) and margins.usd_cny_source:
        said.append(f"美元按{plain(margins.usd_cny)}折算：{margins.usd_cny_source}")
    return said
