"""Quick look-ups of products. Inside a visit or a practice the open question comes back after the answer.

All three intents go one way: the sentence is understood by bot/catalogue/ask.py, whatever the reader made of it, and
answered as what it asks for: one product, a comparison, a list, or a question back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.catalogue.answers import ATTRIBUTE_NAMES, fitting, owner_of
from bot.catalogue.ask import LONGEST_FOLLOW_UP, MAY, MORE, Asked, Entity, Focus, focus_of, follow_up, understand
from bot.catalogue.filters import Condition, Fit, matching
from bot.catalogue.model import Product
from bot.catalogue.passages import closest
from bot.catalogue.validity import refusal
from bot.conversation import clients
from bot.conversation.conditions import title_of
from bot.conversation.messages import Message, Reply, button, command, say
from bot.conversation.product_cards import LISTED, choices, compare_message, list_message, product_message
from bot.conversation.talk import Talk, back_to_question
from bot.store import catalogue_search
from bot.zh.scripts import normalise

HELD = re.compile(r"(?:他|她|客户|对方|这家|公司)们?家?[^，,。]{0,6}(?:我们行|咱们?行|我行|咱这|开通了|办了|用着|持有)")
MOST_COMPARED = 4
MOST_UNEXPLAINED = 4  # characters of a misread sentence that no word of ours explains
FOCUS_TURNS = 4  # turns that a focus lasts


def product_info(talk: Talk) -> Reply:
    asked, focus = _asked(talk)
    return back_to_question(talk, _answer(talk, asked, focus))


def compare(talk: Talk) -> Reply:
    asked, focus = _asked(talk)
    of_one = len(asked.products) == 1 and not asked.ambiguous  # read as a comparison, is none
    return back_to_question(talk, _answer(talk, replace(asked, comparing=asked.comparing or not of_one), focus))


def list_products(talk: Talk) -> Reply:
    """ "他家在我们行有哪些产品" asks what a client holds."""
    if HELD.search(talk.text):
        return clients.holdings(talk)
    asked, focus = _asked(talk)
    return back_to_question(talk, _answer(talk, replace(asked, listing=True), focus))


def followed(talk: Talk) -> Reply:
    """A short sentence that leans on the last answer (`press` of the gateway; `value`: the sentence)."""
    given = talk.reading.first("value")
    talk.reading = replace(talk.reading, text=str(given.value) if given else "", entities=())
    return product_info(talk)


def show(talk: Talk) -> Reply:
    """A button of a product: `key` is the product and what of it, `value` one more part."""
    key, value = talk.reading.first("key"), talk.reading.first("value")
    code, *attributes = str(key.value if key else "").split("|")
    product = talk.library.catalogue.products.get(code)
    if product is None:
        return back_to_question(talk, say("这个产品已经不在目录里了。", button("产品清单", "list_products")))
    wanted = [a for a in (*attributes, str(value.value) if value else "") if a]
    return back_to_question(talk, _one(talk, product, wanted))


def more(talk: Talk) -> Reply:
    """The next rows of the list just shown."""
    return back_to_question(talk, _more(talk, _focus(talk)))


def _more(talk: Talk, focus: Focus) -> Reply:
    stored = talk.conversation.focus or {}
    start = int(stored.get("shown", 0))
    products = talk.library.catalogue.products
    fits = [Fit(products[c]) for c in focus.listed if c in products]
    if start >= len(fits):
        return say("没有更多了。", button("产品清单", "list_products"))
    message = list_message(talk, str(stored.get("title") or "产品"), fits, start)
    talk.conversation.focus = {**stored, "turn": talk.turn, "shown": start + LISTED}
    return Reply((message,))


def compare_pressed(talk: Talk) -> Reply:
    key = talk.reading.first("key")
    products = talk.library.catalogue.products
    chosen = [products[c] for c in str(key.value if key else "").split("|") if c in products]
    return back_to_question(talk, _compared(talk, chosen, ()))


def rescued(talk: Talk) -> Reply | None:
    """Answer a sentence that the reader could not place when it plainly asks for a product, else None."""
    if talk.visit is not None or talk.text.startswith("/"):
        return None
    asked = understood(talk)
    if len(asked.products) == 1 and (asked.attributes or not asked.rest or len(asked.rest) <= MOST_UNEXPLAINED):
        return product_info(talk)
    if len(asked.products) > 1 and asked.comparing:
        return product_info(talk)
    if not asked.names_something and not asked.condition.narrow and (reply := _of_focus(talk, asked, _focus(talk))):
        return back_to_question(talk, reply)
    return None


def _asked(talk: Talk) -> tuple[Asked, Focus]:
    """Return what is asked, with what the last answer was about filled in, and that focus."""
    asked, focus = understood(talk), _focus(talk)
    leaning = follow_up(asked, focus, talk.text) if focus.kind else None
    if leaning is not None and not (owner_of(asked.attributes, talk.library.catalogue) and not asked.names_something):
        asked = leaning
    return asked, focus


def understood(talk: Talk) -> Asked:
    reading, catalogue = talk.reading, talk.library.catalogue
    entities = [
        Entity(e.start, e.end, normalise(e.text), _codes(e.value)) for e in reading.entities if e.type == "product"
    ]
    pressed = talk.text.startswith("/")
    attributes = [a for a in reading.values("attribute") if pressed or a in ATTRIBUTE_NAMES]
    needs = [n for n in reading.values("need") if n in talk.library.bank.needs]
    segment = talk.state.segment if talk.visit is not None else ""
    if pressed:
        products = tuple(c for e in entities for c in e.codes if c in catalogue.products)
        return Asked(products=products, attributes=tuple(attributes), condition=Condition(needs=tuple(needs)))
    return understand(talk.text, talk.library.book, talk.library.words, entities, attributes, needs, segment)


def _codes(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(v) for v in value)
    return (str(value),) if value else ()


def _focus(talk: Talk) -> Focus:
    stored = talk.conversation.focus or {}
    return focus_of(stored) if talk.turn - int(stored.get("turn", 0)) <= FOCUS_TURNS else Focus()


def _remember(
    talk: Talk, kind: str, products: Sequence[str], listed: Sequence[str], attributes: Sequence[str], title: str = ""
) -> None:
    talk.conversation.focus = {
        "turn": talk.turn,
        "title": title,
        "shown": LISTED,
        "kind": kind,
        "products": list(products),
        "listed": list(listed),
        "attributes": list(attributes),
    }


def _answer(talk: Talk, asked: Asked, focus: Focus) -> Reply:
    products = talk.library.catalogue.products
    if asked.listing and not asked.comparing and _is_list(asked):
        return _list(talk, asked)
    if asked.products and len(asked.products) + len(asked.ambiguous) >= 2 and asked.comparing:
        return _compare(talk, asked)
    if asked.unlike:
        return _not_that(talk, asked)
    if asked.comparing and len(asked.ambiguous) >= 2:
        return _compare(talk, asked)
    if asked.more or MORE.match(talk.text.strip()):
        return _more(talk, focus)
    if not asked.names_something and (owner := owner_of(asked.attributes, talk.library.catalogue)):
        return _one(talk, owner, asked.attributes)
    if asked.ambiguous:
        first = asked.ambiguous[0]
        return _which(talk, first.ask, first.codes, asked.attributes)
    if len(asked.products) > 1:
        return _which(talk, "提到了几个产品，问的是哪一个？", asked.products[:MOST_COMPARED], asked.attributes)
    if asked.products and asked.comparing:
        return say("告诉我要比的两个产品，比如“协定存款和通知存款有什么区别”。")
    if asked.products:
        return _one(talk, products[asked.products[0]], asked.attributes, asked.siblings, asked.spoken)
    if asked.unsure:
        return _which(talk, "没有完全一样的名字，您问的是：", _with_nearest(talk, asked.unsure), asked.attributes)
    if not asked.listing and (reply := _of_focus(talk, asked, focus)) is not None:
        return reply
    if asked.condition.narrow or asked.listing:
        return _list(talk, asked)
    return _unknown(talk, asked)


def _of_focus(talk: Talk, asked: Asked, focus: Focus) -> Reply | None:
    """Return what the entry just shown says of a short sentence that names no product: 领的时候扣税吗."""
    products, catalogue = talk.library.catalogue.products, talk.library.catalogue
    if len(focus.products) != 1 or focus.products[0] not in products or len(talk.text) > LONGEST_FOLLOW_UP:
        return None
    product = products[focus.products[0]]
    wanted = asked.attributes or (("eligibility",) if MAY.search(asked.spoken) else ())
    if not wanted and not closest(product, asked.spoken, talk.library.words.same, catalogue, talk.today):
        return None
    return _one(talk, product, wanted or ("features",), (), asked.spoken)


def _is_list(asked: Asked) -> bool:
    """Whether a sentence with list words wants a list although it names something (保险产品有哪些)."""
    return not asked.products or (len(asked.products) == 1 and not asked.attributes and asked.condition.narrow)


def _one(
    talk: Talk, product: Product, attributes: Sequence[str], others: Sequence[str] = (), spoken: str = ""
) -> Reply:
    attributes = fitting(product, attributes)
    _remember(talk, "attribute" if attributes else "whole", [product.code], _focus(talk).listed, attributes)
    return Reply((product_message(talk, product, attributes, others, spoken),))


def _which(talk: Talk, title: str, codes: Sequence[str], attributes: Sequence[str]) -> Reply:
    _remember(talk, "list", (), codes, attributes)
    return Reply((choices(talk, title, codes, attributes),))


def _not_that(talk: Talk, asked: Asked) -> Reply:
    """The thing named is not in the catalogue: say so, and offer what is near."""
    one = asked.unlike[0]
    codes = [c for c in one.near if c in talk.library.catalogue.products]
    return _which(talk, f"目录里没有“{one.words[0]}”。{one.why}最接近的是：", codes, ())


def _with_nearest(talk: Talk, codes: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*codes, *talk.library.book.nearest(talk.text)]))[:3]


def _unknown(talk: Talk, asked: Asked) -> Reply:
    """Name the three products nearest to what was typed; without any likeness say how to ask."""
    words = " ".join(e.text for e in talk.reading.entities if e.type == "product") or asked.rest
    near = catalogue_search.nearest(talk.session, talk.library.catalogue, talk.library.book, words) if words else []
    if near:
        return _which(talk, "没认出是哪个产品。最接近的是：", near[:3], asked.attributes)
    text = "没认出是哪个产品。把产品名打给我，比如“协定存款”“福费廷”；想按需要找，就说“解决对账的产品有哪些”。"
    return say(text, button("产品清单", "list_products"))


def _compare(talk: Talk, asked: Asked) -> Reply:
    """Compare what is named. One ambiguous name beside a clear one takes the meaning of the same segment."""
    products = talk.library.catalogue.products
    codes = list(asked.products)
    for one in asked.ambiguous:
        segments = {products[c].segment for c in codes}
        fitting = [c for c in one.codes if products[c].segment in segments] or list(one.codes)
        if len(fitting) > 1 and asked.ambiguous.index(one) + len(asked.products) > 0 and len(codes) + len(fitting) > 4:
            return _which(talk, one.ask, one.codes, ())
        codes += [c for c in fitting if c not in codes]
    return _compared(talk, [products[c] for c in codes[:MOST_COMPARED]], asked.attributes)


def _compared(talk: Talk, chosen: Sequence[Product], attributes: Sequence[str]) -> Reply:
    _remember(talk, "compare", [p.code for p in chosen], (), attributes)
    return Reply((compare_message(talk, chosen, attributes),))


def _list(talk: Talk, asked: Asked) -> Reply:
    """By what the sentence says: need, segment, category, condition; an ambiguous name stands for its products."""
    catalogue, words = talk.library.catalogue, talk.library.words
    condition = asked.condition
    if not condition.segment and talk.visit is not None and condition.narrow:
        condition = replace(condition, segment=talk.state.segment)
    for one in asked.ambiguous:  # 票据有哪些 means the category, not the four that the name may stand for
        if not condition.categories and (names := words.category_words.table.get(normalise(one.alias))):
            condition = replace(condition, categories=names, category_word=one.alias)
    among = [c for a in asked.ambiguous for c in a.codes] if not condition.categories else []
    fits = [f for f in matching(catalogue, condition, words, among) if not refusal(f.product, catalogue, talk.today)]
    if not fits and asked.rest:
        return _unknown(talk, asked)
    if not fits:
        text = "按这个条件没有找到产品。换个条件试试，比如“对公存款有哪些”“50万以上随时能取的有哪些”。"
        return say(text, button("产品清单", "list_products"))
    if not condition.narrow and not condition.segment and not among:
        return _categories(talk, fits)
    title = title_of(talk, condition, asked.ambiguous[0].alias if among else "")
    _remember(talk, "list", (), [f.product.code for f in fits], (), title)
    return Reply((list_message(talk, title, fits),))


def _categories(talk: Talk, fits: Sequence[Fit]) -> Reply:
    """The whole catalogue is too long to read: its categories, one tap away from their products."""
    names: dict[str, list[str]] = {}
    for one in fits:
        names.setdefault(one.product.category, []).append(one.product.name)
    rows = [
        {
            "title": category,
            "subtitle": "、".join(found[:3]) + ("等" if len(found) > 3 else "") + f"（{len(found)}个）",
            "payload": command("press", do="catalogue.category", key=category),
        }
        for category, found in names.items()
    ]
    from bot.conversation.messages import card

    title = "产品按类别（加个条件可以更准，比如“对公存款有哪些”）"
    text = "\n".join([title, *(f"· {r['title']}：{r['subtitle']}" for r in rows)])
    if len(text) > 600:
        text = "\n".join([title, *(f"· {c}（{len(n)}个）" for c, n in names.items())])
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    return Reply((Message(text, (), card("list", title, text=text, items=rows)),))


def category(talk: Talk) -> Reply:
    """The products of one category."""
    key = talk.reading.first("key")
    wanted = str(key.value) if key else ""
    fits = [Fit(p) for p in talk.library.catalogue.products.values() if p.category == wanted]
    if not fits:
        return back_to_question(talk, say("这个类别已经没有产品了。"))
    _remember(talk, "list", (), [f.product.code for f in fits], (), wanted)
    return back_to_question(talk, Reply((list_message(talk, wanted, fits),)))
