"""Quick look-ups of products and methods. Inside a visit the open question comes back after the answer."""

from __future__ import annotations

import re

from bot.catalogue.answers import ATTRIBUTE_NAMES, answer, compared, of_need
from bot.catalogue.model import Ambiguous, Product
from bot.conversation import clients
from bot.conversation.messages import Message, Reply, button, card, command, item, say, section
from bot.conversation.talk import Talk, back_to_question

HELD = re.compile(r"(?:他|她|客户|对方|这家|公司)们?家?[^，,。]{0,6}(?:我们行|咱们?行|我行|咱这|开通了|办了|用着|持有)")
CATEGORY_WORDS = {
    "存款": "存款",
    "理财": "投资理财",
    "贷款": "贷款",
    "票据": "票据",
    "保险": "保险",
    "外汇": "国际",
    "国际": "国际",
    "现金管理": "现金管理",
    "供应链": "供应链",
}


def _products(talk: Talk) -> tuple[list[Product], Ambiguous | None]:
    """Return the products named, or the ambiguous name that must be asked back."""
    catalogue = talk.library.catalogue
    found: list[Product] = []
    for entity in talk.reading.entities:
        if entity.type != "product":
            continue
        if isinstance(entity.value, str) and entity.value in catalogue.products:
            if catalogue.products[entity.value] not in found:
                found.append(catalogue.products[entity.value])
        elif isinstance(entity.value, list) and entity.value:
            return found, Ambiguous(entity.text, tuple(entity.value), _ask(talk, entity.text, entity.value))
    return found, None


def _ask(talk: Talk, text: str, codes: list[str]) -> str:
    known = next((a for a in talk.library.catalogue.ambiguous.values() if set(codes) == set(a.codes)), None)
    return known.ask if known else f"“{text}”有几种，是哪一种？"


def product_info(talk: Talk) -> Reply:
    products, ambiguous = _products(talk)
    if ambiguous is not None and talk.visit is not None:  # in a visit the client's segment tells most of them apart
        fitting = [c for c in ambiguous.codes if talk.library.catalogue.products[c].segment == talk.state.segment]
        if len(fitting) == 1:
            products, ambiguous = [talk.library.catalogue.products[fitting[0]]], None
    if ambiguous is not None:
        return back_to_question(talk, _ask_back(talk, ambiguous))
    if not products:
        return back_to_question(talk, _unknown(talk))
    attributes = [a for a in talk.reading.values("attribute") if a in ATTRIBUTE_NAMES]
    shown = [_product_card(talk, p, attributes) for p in products[:2]]
    return back_to_question(talk, Reply(tuple(Message(s["text"], card=s) for s in shown)))


def _ask_back(talk: Talk, ambiguous: Ambiguous) -> Reply:
    catalogue = talk.library.catalogue
    attributes = {"attribute": talk.reading.values("attribute")[0]} if talk.reading.values("attribute") else {}
    rows = [
        {"title": catalogue.products[c].name, "payload": command("product_info", product=c, **attributes)}
        for c in ambiguous.codes
    ]
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    text = "\n".join([ambiguous.ask, *(f"{i}. {r['title']}" for i, r in enumerate(rows, 1))])
    shown = card("list", ambiguous.ask, text=text, items=rows)
    return Reply((Message(text, (), shown),))


def _product_card(talk: Talk, product: Product, attributes: list[str]):  # type: ignore[no-untyped-def]
    catalogue, bank = talk.library.catalogue, talk.library.bank
    wanted = attributes or ["min_amount", "tenor", "rate", "fee", "risk_rating", "eligibility", "documents", "channels"]
    answers = [answer(product, a, catalogue, talk.today) for a in dict.fromkeys(wanted)]
    if not attributes:
        answers = [a for a in answers if a.basis]
    sections = [section(a.name, (item(line) for line in a.lines)) for a in answers]
    if not attributes:
        sections.insert(0, section("适合的需要", [item("、".join(bank.needs[n].name for n in product.benefits))]))
        sections.insert(0, section("", [item(product.summary)]))
    sections.append(
        section(
            "出处",
            [item("；".join(dict.fromkeys(a.basis for a in answers if a.basis)))]
            if any(a.basis for a in answers)
            else [],
        )
    )
    as_of = f"目录核对到{catalogue.checked_until}"
    return card("product", product.name, sections, code=product.code, as_of=as_of, varies=product.varies)


def _unknown(talk: Talk) -> Reply:
    return say(
        "没认出是哪个产品。把产品名打给我，比如“协定存款”“福费廷”；想按需要找，就说“解决对账的产品有哪些”。",
        button("产品清单", "list_products"),
    )


def compare(talk: Talk) -> Reply:
    products, ambiguous = _products(talk)
    if ambiguous is not None and len(products) < 2:
        more = [talk.library.catalogue.products[c] for c in ambiguous.codes]
        products = [*products, *(p for p in more if p not in products)]
    if len(products) < 2:
        return back_to_question(talk, say("告诉我要比的两个产品，比如“协定存款和通知存款有什么区别”。"))
    products = products[:4]
    rows = compared(products, talk.library.catalogue, talk.today)
    text = "\n".join(
        f"【{label}】" + "".join(f"\n· {p.name}：{v}" for p, v in zip(products, values, strict=True))
        for label, values in rows
    )
    shown = card(
        "comparison",
        " 对比 ".join(p.name for p in products),
        text=text,
        columns=[p.name for p in products],
        rows=[{"label": label, "values": list(values)} for label, values in rows],
    )
    return back_to_question(talk, Reply((Message(text, card=shown),)))


def list_products(talk: Talk) -> Reply:
    """By need when one is named, by category word, else the categories. "他家在我们行有哪些产品" asks what a client holds."""
    if HELD.search(talk.text):
        return clients.holdings(talk)
    catalogue, bank = talk.library.catalogue, talk.library.bank
    needs = [n for n in talk.reading.values("need") if n in bank.needs]
    products = list(catalogue.products.values())
    title = "产品"
    if needs:
        products, title = of_need(catalogue, needs[0]), f"能解决“{bank.needs[needs[0]].name}”的产品"
    if re.search(r"对公|公司|企业|单位", talk.text):
        products = [p for p in products if p.segment == "corporate"]
    elif re.search(r"个人|零售|私人|老百姓", talk.text):
        products = [p for p in products if p.segment == "personal"]
    for word, category in CATEGORY_WORDS.items():
        if word in talk.text and not needs:
            products = [p for p in products if category in p.category or word in p.name]
            title = f"{word}类产品"
            break
    if not products:
        return back_to_question(talk, say("按这个条件没有找到产品。换个条件试试，比如“对公存款有哪些”。"))
    shown_rows = [
        {"title": p.name, "subtitle": p.summary, "payload": command("product_info", product=p.code)}
        for p in products[:10]
    ]
    more = f"（前10个，共{len(products)}个，加个条件可以更准）" if len(products) > 10 else ""
    shown = card(
        "list",
        title + more,
        text="\n".join([title + more, *(f"· {r['title']}：{r['subtitle']}" for r in shown_rows)]),
        items=shown_rows,
    )
    return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))


def method_info(talk: Talk) -> Reply:
    """The selling method that is named, from data/knowledge/methods.yml."""
    text = talk.text.lower()
    methods = talk.library.methods
    hits = [
        (max(len(w) for w in m.words if w.lower() in text), m)
        for m in methods
        if any(w.lower() in text for w in m.words)
    ]
    if not hits:
        rows = [
            {"title": m.name, "subtitle": m.definition[:40], "payload": f'/method_info{{"method": "{m.code}"}}'}
            for m in methods
        ]
        code = talk.reading.first("method")
        chosen = next((m for m in methods if code and m.code == code.value), None)
        if chosen is None:
            shown = card(
                "list",
                "可以查的方法",
                text="\n".join(["可以查的方法：", *(f"· {r['title']}" for r in rows)]),
                items=rows,
            )
            return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))
    else:
        chosen = max(hits, key=lambda h: h[0])[1]
    sections = [
        section("", [item(chosen.definition)]),
        section("银行里的例子", [item(chosen.example)] if chosen.example else []),
    ]
    shown = card("product", chosen.name, sections, purpose="method")
    return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))
