"""Cards of products: one attribute, the whole entry, a comparison, a list. Short first, the rest one tap away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.catalogue.answers import ATTRIBUTE_NAMES, PART_NAMES, UNKNOWN, Answer, answer, compared, has
from bot.catalogue.filters import Fit
from bot.catalogue.leftover import unexplained
from bot.catalogue.model import Catalogue, Product
from bot.catalogue.passages import closest
from bot.catalogue.validity import as_of, refusal
from bot.conversation.messages import Button, Message, card, command, item, press, section
from bot.conversation.talk import Talk

MOST_TEXT = 600  # characters that a channel without cards is given
LISTED = 6  # rows of a list; the rest one tap away
SHORT = ("min_amount", "max_amount", "tenor", "rate", "fee", "risk_rating")  # what the whole entry begins with
EXPLAINED = 3  # characters of a question that need no explaining
USUAL = re.compile(r"常见|一般|多数|通常|机构多|等待期")  # in a line of an entry: not fixed by the rule that is named
SHOW = "catalogue.show"
MORE = "catalogue.more"
COMPARE = "catalogue.compare"


def product_message(
    talk: Talk, product: Product, attributes: Sequence[str], others: Sequence[str] = (), spoken: str = ""
) -> Message:
    """Return the answer on one product; a refusal when the entry may not be quoted. `spoken`: what else was asked, in
    words that name no attribute; the lines of the entry that speak of it go first."""
    catalogue = talk.library.catalogue
    if refused := refusal(product, catalogue, talk.today):
        return Message(refused)
    wanted = list(dict.fromkeys(attributes)) or [a for a in SHORT if has(product, a)]
    answers = [answer(product, a, catalogue, talk.today) for a in wanted]
    sections = [] if attributes else _opening(talk, product)
    near = closest(product, spoken, talk.library.words.same, catalogue, talk.today) if spoken else []
    told = any(not a.open for a in answers)  # beside nothing, figures of something else would be misread
    if attributes and told and not near and unexplained(spoken) > EXPLAINED and "features" not in wanted:
        answers.append(answer(product, "features", catalogue, talk.today))  # it asks for more than the attribute
    answers = [_ordered(a, [p.line for p in near]) for a in answers]
    sections += [_section(a) for a in answers]
    said = {line for a in answers for line in a.lines}
    quoted = [item(p.line, p.label) for p in near if p.line not in said]
    sections.insert(1 if attributes else 0, section("条目里这样写" if attributes else "您问的", quoted))
    source = section("出处", [item(line) for line in _source(talk, product, answers)])
    sections, source = _fitting(product.name, sections, source)
    shown = card(
        "product",
        product.name,
        [*sections, source],
        code=product.code,
        as_of=f"目录核对到{as_of(product, catalogue)}",
        varies=product.varies,
    )
    return Message(shown["text"], _buttons(talk, product, wanted if attributes else (), others), shown)


def _opening(talk: Talk, product: Product) -> list[dict[str, Any]]:
    needs = [talk.library.bank.needs[n].name for n in product.benefits if n in talk.library.bank.needs]
    return [section("", [item(product.summary)]), section("适合的需要", [item("、".join(needs))] if needs else [])]


def _ordered(found: Answer, near: Sequence[str]) -> Answer:
    """Put the lines that speak of what was asked before the others: the text is cut from the end."""
    if not (set(found.lines) & set(near)) or found.name == PART_NAMES["part:steps"]:
        return found
    first = [line for line in near if line in found.lines]
    return replace(found, lines=(*first, *(line for line in found.lines if line not in first)))


def _section(found: Answer) -> dict[str, Any]:
    related = [item(line, "目录里提到") for line in found.related]
    return section(found.name, [*(item(line) for line in found.lines), *related])


def _source(talk: Talk, product: Product, answers: Sequence[Answer]) -> list[str]:
    """Return where the values stand and of when they are; a usual value says that the bank's own is not entered."""
    catalogue = talk.library.catalogue
    basis = list(dict.fromkeys(a.basis for a in answers if a.basis))
    lines = ["；".join(basis)] if basis else []
    if product.varies and any(a.basis.startswith("市场") for a in answers):
        lines.append(f"本行的值还没有录入，报给客户前请问{product.contact or catalogue.contact}")
    elif product.varies and any(USUAL.search(line) for a in answers for line in a.lines):
        lines.append("各行不同，以本行公布为准")
    elif any(UNKNOWN in a.lines for a in answers) and not basis:
        lines.append(f"请问{product.contact or catalogue.contact}")
    return [*lines, f"目录核对到{as_of(product, catalogue)}"]


def _fitting(
    title: str, sections: list[dict[str, Any]], source: dict[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Take rows away from the end until the text is short enough; what was taken is one tap away."""
    while len(card("product", title, [*sections, source])["text"]) > MOST_TEXT:
        longest = max(sections, key=lambda s: len(s["items"]))
        if len(longest["items"]) < 2:
            break
        longest["items"] = [*longest["items"][:-2], item("……其余点下面的按钮看")]
    return sections, source


def _buttons(talk: Talk, product: Product, shown: Sequence[str], others: Sequence[str]) -> tuple[Button, ...]:
    names = talk.library.catalogue.products
    offered = [press(names[o].name, SHOW, product_key(o, shown)) for o in others if o in names]
    rest = (
        ("全部要点", ""),
        ("特点", "features"),
        ("客户得到什么", "benefits"),
        ("条件", "eligibility"),
        ("怎么办理", "part:steps"),
        ("注意", "part:caution"),
        ("依据", "part:sources"),
    )
    for title, attribute in rest:
        if attribute in shown or (not shown and not attribute):
            continue
        offered.append(press(title, SHOW, product.code, attribute))
    return tuple(offered[:5])


def product_key(code: str, attributes: Sequence[str]) -> str:
    """Return the key of a button: the product, and after colons what of it."""
    return "|".join([code, *attributes])


def compare_message(talk: Talk, products: Sequence[Product], attributes: Sequence[str] = ()) -> Message:
    """Return two to four products side by side; the ones that may not be quoted are named and left out."""
    catalogue = talk.library.catalogue
    refused = [r for p in products if (r := refusal(p, catalogue, talk.today))]
    kept = [p for p in products if not refusal(p, catalogue, talk.today)]
    if len(kept) < 2:
        return Message("\n".join([*refused, "没有两个可以比较的产品。"]))
    rows = compared(kept, catalogue, talk.today, attributes)
    if not attributes and len(rows) == 1:
        rows = compared(kept, catalogue, talk.today, ("eligibility", "part:suits"))
    title = " 对比 ".join(p.name for p in kept)
    differ = "各行不同，" if any(p.varies for p in kept) else ""
    notes = [*refused, f"{differ}各项以本行公布为准；目录核对到{catalogue.checked_until}"]
    shown = card(
        "comparison",
        title,
        text=_comparison_text(kept, rows, notes),
        columns=[p.name for p in kept],
        rows=[{"label": label, "values": list(values)} for label, values in rows],
        sections_note="；".join(notes),
    )
    buttons = tuple(press(p.name, SHOW, p.code) for p in kept)
    return Message(shown["text"], buttons, shown)


def _comparison_text(
    products: Sequence[Product], rows: Sequence[tuple[str, Sequence[str]]], notes: Sequence[str]
) -> str:
    """Write the rows under one another, shortened until they fit."""
    for width in (60, 40, 28, 18):
        lines = []
        for label, values in rows:
            lines.append(f"【{label}】")
            lines += [f"· {p.name}：{_cut(v, width)}" for p, v in zip(products, values, strict=True)]
        text = "\n".join([*lines, *notes])
        if len(text) <= MOST_TEXT:
            return text
    while len(text) > MOST_TEXT and len(lines) > 1 + len(products):
        lines = lines[: -(1 + len(products))]
        text = "\n".join([*lines, "……其余逐个看", *notes])
    return text[:MOST_TEXT]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def list_message(talk: Talk, title: str, fits: Sequence[Fit], start: int = 0) -> Message:
    """Return some rows of a list; what only comes close says so."""
    page = fits[start : start + LISTED]
    rows = [
        {
            "title": f.product.name,
            "subtitle": _cut(_subtitle(f), 60),
            "payload": command("product_info", product=f.product.code),
        }
        for f in page
    ]
    end = start + len(page)
    head = title if len(fits) <= LISTED else f"{title}（{start + 1}—{end}，共{len(fits)}个）"
    text = "\n".join([head, *(f"{i}. {r['title']}：{r['subtitle']}" for i, r in enumerate(rows, 1))])
    if len(text) > MOST_TEXT:
        text = "\n".join([head, *(f"{i}. {r['title']}：{_cut(r['subtitle'], 30)}" for i, r in enumerate(rows, 1))])
    shown = card("list", head, text=text[:MOST_TEXT], items=rows)
    buttons = [press("更多", MORE)] if end < len(fits) else []
    if 2 <= len(fits) <= 4:
        buttons.append(press("比一比", COMPARE, "|".join(f.product.code for f in fits)))
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    return Message(shown["text"], tuple(buttons), shown)


def _subtitle(fit: Fit) -> str:
    if fit.near:
        return "接近：" + "；".join(fit.why)
    return "；".join(fit.why) or fit.product.summary


def choices(talk: Talk, title: str, codes: Iterable[str], attributes: Sequence[str] = ()) -> Message:
    """Ask which product is meant; a number, a name or a tap answers."""
    products: Mapping[str, Product] = talk.library.catalogue.products
    extra = {"attribute": attributes[0]} if attributes and attributes[0] in ATTRIBUTE_NAMES else {}
    rows = [
        {"title": products[c].name, "payload": command("product_info", product=c, **extra)}
        for c in dict.fromkeys(codes)
    ]
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    text = "\n".join([title, *(f"{i}. {r['title']}" for i, r in enumerate(rows, 1))])
    return Message(text, (), card("list", title, text=text, items=rows))


def catalogue_title(catalogue: Catalogue) -> str:
    return f"产品目录（核对到{catalogue.checked_until}）"
