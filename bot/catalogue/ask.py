"""What a sentence about products asks for: which products, what of them, under which conditions. Pure, no model.

The reader's entities are advice: a name that stands in the catalogue beats what the reader took it for, and nothing
that is unsure is passed on as sure (`Asked.unsure`, `Asked.unlike`, `Asked.ambiguous`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.catalogue.filters import Condition, read_condition
from bot.catalogue.leftover import ordinal_of, rest_of
from bot.catalogue.leftover import without as blank
from bot.catalogue.model import Ambiguous, Unlike
from bot.catalogue.names import NameBook, Named
from bot.catalogue.roles import joined, subjects
from bot.catalogue.shapes import shaped
from bot.catalogue.words import Words
from bot.zh.scripts import normalise

LEANS = re.compile(r"^那|呢[？?。]?$|^(?:换成|改成|换)")
OWN_NAMES = {"起点", "门槛", "起存", "起点金额", "期限", "存期", "利率", "费用", "手续费", "材料", "条件", "风险"}
QUANTITIES = {
    "min_amount",
    "max_amount",
    "tenor",
    "rate",
}  # asked for by 多少 and 多久, which may belong to a single term
MAY = re.compile(
    r"(?:能|可以|可|准|够|允许|得|要|用|算|有|收|让)[^，。！,]{0,14}(?:吗|么|嘛|不|没|没有|否)[？?。\s]*$|(?:能|可以|够|算|非得)[^，。！,]{0,14}[？?]$"
    r"|(?:行|成)(?:吗|么|不行?|不成)|能不能|可不可以|行不行|是不是|合规|(?:吗|么|不)[？?，,]"
)
BESIDE = re.compile(r"^那?(?:么)?(?:它|这个|这款)?(?:和|跟|与|同|比|相比)")
WHOLE = re.compile(
    r"干嘛|干啥|干什么|啥意思|什么意思|咋回事|怎么回事|讲讲|讲一下|介绍|说说|是什么|是啥|什么是|怎么样|了解"
)
EXCEPT = re.compile(r"除了?(?:利息|利率|手续费|本金|材料|首付)+(?:之外|以外|外|还|，)?")  # what is not asked for
MORE = re.compile(r"^(?:更多|还有吗?|还有呢|还有哪些|还有别的吗?|下一页|再来几个|继续)[吗呢？?。]*$")
LONGEST_FOLLOW_UP = 20  # characters
MOST_BESIDE = 3  # characters that nothing explains, of a follow-up with an attribute (对老板有什么好处)


@dataclass(frozen=True)
class Entity:
    """A product entity of the reader: its place and its codes, none when it knows no such product."""

    start: int
    end: int
    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Focus:
    """What the last answer was about. `kind`: whole | attribute | compare | list."""

    kind: str = ""
    products: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """`attributes`: codes of ATTRIBUTE_NAMES, `part:…` or `term:…`; `rest`: what no word explains."""

    products: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    unlike: tuple[Unlike, ...] = ()
    unsure: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    condition: Condition = field(default_factory=Condition)
    comparing: bool = False
    listing: bool = False
    rest: str = ""
    spoken: str = ""  # the sentence without names and attributes, to look for the lines that speak of the same
    ordinal: int | None = None  # from 0; -1 the last
    more: bool = False  # the next rows of the list just shown

    @property
    def names_something(self) -> bool:
        return bool(self.products or self.ambiguous or self.unlike or self.unsure)


def understand(
    text: str,
    book: NameBook,
    words: Words,
    entities: Sequence[Entity] = (),
    attributes: Sequence[str] = (),
    needs: Sequence[str] = (),
    segment: str = "",
) -> Asked:
    """Return what is asked. `attributes`, `needs`: what the reader found; `segment`: of the client in hand, "" for none."""
    plain = EXCEPT.sub(lambda m: "\n" * len(m[0]), normalise(text).replace("帐", "账"))
    comparing = words.comparing.first(plain) is not None
    named = _named(plain, book, words, comparing)
    strangers = [(h.start, h.end) for h in words.strangers.hits(plain)]
    given = [e for e in entities if not any(s <= e.start and e.end <= t for s, t in strangers)]
    named = subjects(plain, [*named, *_read(named, given, book)])
    comparing = comparing or joined(plain, named)
    if not comparing and any(n.how == "exact" and len(n.codes) == 1 for n in named):
        named = [n for n in named if n.how != "reader"]  # a name that stands there beats what the reader took for one
    wanted = _segment_of(plain, words) or segment
    asked = _with_names(Asked(comparing=comparing, ordinal=ordinal_of(plain)), named, book, wanted)
    blanked = blank(plain, [(n.start, n.end) for n in named if n.end > n.start])
    found, spans = _attributes(blanked, words)
    without = blank(blanked, spans)
    listing = words.listing.first(without) is not None
    if asked.products and not comparing:
        asked = replace(asked, ambiguous=())
    if asked.products and not (found or attributes or comparing or listing or WHOLE.search(blanked)):
        guessed = shaped(blanked) or (["eligibility"] if MAY.search(blanked) else [])
        found = [*guessed, "features"] if len(guessed) == 1 and guessed != ["features"] else guessed
    condition = read_condition(plain, blanked, words, tuple(needs))
    return replace(
        asked,
        attributes=tuple(dict.fromkeys(found or attributes)),
        listing=listing,
        condition=condition,
        rest=rest_of(without, words),
        spoken=without + "\n" + "\n".join(n.text for n in named if n.how == "exact"),
    )


def _named(plain: str, book: NameBook, words: Words, comparing: bool) -> list[Named]:
    """Return the names in a text. What only resembles a name is none where it is a need or a category as written."""
    strangers = [(h.start, h.end) for h in words.strangers.hits(plain)]
    themes = [(h.start, h.end) for finder in (words.need_words, words.category_words) for h in finder.hits(plain)]
    found = []
    for one in book.named(plain, thorough=comparing):
        resembling = one.how not in ("exact", "latin") and any(s <= one.start and one.end <= e for s, e in themes)
        if not resembling and not any(s <= one.start and one.end <= e for s, e in strangers):
            found.append(one)
    return found


def _read(named: Sequence[Named], entities: Sequence[Entity], book: NameBook) -> list[Named]:
    """Return the reader's products beside the names found: those that no name found speaks against."""
    out = []
    exact = [n for n in named if n.sure]
    for one in entities:
        codes = tuple(c for c in one.codes if c in book.catalogue.products)
        over = [n for n in exact if n.start < one.end and one.start < n.end and one.end > one.start]
        if not codes or any(u for n in over for u in (n.unlike,)):
            continue
        if not over or all(set(codes) < set(n.codes) for n in over):
            out.append(Named(one.start, one.end, one.text, codes, "reader"))
    return out


def _with_names(asked: Asked, named: Sequence[Named], book: NameBook, segment: str) -> Asked:
    products: list[str] = []
    ambiguous: list[Ambiguous] = []
    unsure: list[str] = []
    siblings: list[str] = []
    told = [n for n in named if n.how == "reader"]
    for one in (n for n in named if n.how != "reader"):
        narrower = [t for t in told if set(t.codes) < set(one.codes)] if len(one.codes) > 1 else []
        codes = narrower[0].codes if narrower else one.codes
        codes, others = _in_segment(codes, one.others, segment, book)
        if one.unlike is not None:
            continue
        if not one.sure and told:
            continue
        if not one.sure:
            unsure += [c for c in codes if c not in unsure]
        elif len(codes) == 1:
            products += [c for c in codes if c not in products]
            siblings += others
        else:
            ambiguous.append(Ambiguous(one.text, codes, one.ask or f"“{one.text}”有几种，是哪一种？"))
    for one in told:
        if any(set(one.codes) <= {*a.codes} for a in ambiguous) or set(one.codes) <= set(products):
            continue
        if len(one.codes) == 1:
            products += [c for c in one.codes if c not in products]
        else:
            codes, _ = _in_segment(one.codes, (), segment, book)
            if len(codes) == 1:
                products += [c for c in codes if c not in products]
            else:
                ambiguous.append(Ambiguous(one.text, codes, _ask_of(codes, book) or f"“{one.text}”有几种，是哪一种？"))
    return replace(
        asked,
        products=tuple(products),
        ambiguous=tuple(ambiguous),
        unlike=tuple(n.unlike for n in named if n.unlike is not None),
        unsure=tuple(unsure),
        siblings=tuple(dict.fromkeys(siblings)),
    )


def _ask_of(codes: Sequence[str], book: NameBook) -> str:
    return next((a.ask for a in book.catalogue.ambiguous.values() if set(a.codes) == set(codes)), "")


def _in_segment(
    codes: tuple[str, ...], others: tuple[str, ...], segment: str, book: NameBook
) -> tuple[tuple[str, ...], list[str]]:
    """Of several meanings take those of the segment spoken of; a name that means two things at times follows it too."""
    products = book.catalogue.products
    if not segment or not codes:
        return codes, list(others)
    fitting = tuple(c for c in codes if products[c].segment == segment)
    if fitting:
        return fitting, [c for c in others if c not in fitting]
    twins = tuple(c for c in others if c in products and products[c].segment == segment)
    return (twins, [c for c in codes if c not in twins]) if len(twins) == 1 else (codes, list(others))


def _segment_of(plain: str, words: Words) -> str:
    found = {code for hit in words.segment_words.hits(plain) for code in hit.values}
    return found.pop() if len(found) == 1 else ""


def _attributes(blanked: str, words: Words) -> tuple[list[str], list[tuple[int, int]]]:
    """Return what of a product is asked for, and where it stands. 犹豫期多久 asks for the 犹豫期 alone: beside a single
    term, attributes count only where their own names stand."""
    found: list[str] = []
    spans = []
    hits = list(words.asked.hits(blanked))
    single = any(kind == "term" for hit in hits for kind, _ in hit.values)
    for hit in hits:
        spans.append((hit.start, hit.end))
        for kind, code in hit.values:
            name = code if kind == "attribute" else f"{kind}:{code}"
            if single and code in QUANTITIES and hit.word not in OWN_NAMES and hit.values[0][0] != "term":
                continue
            if name not in found:
                found.append(name)
    return found, spans


def follow_up(asked: Asked, focus: Focus, text: str) -> Asked | None:
    """Return what a short sentence that leans on the last answer asks for, None when it does not lean on it.

    那起点呢 · 第二个呢 · 第二个的费用 · 那通知存款呢 · 有什么区别
    """
    if MORE.match(text.strip()):
        return replace(asked, more=True) if focus.listed else None
    if asked.unlike or asked.unsure or len(text) > LONGEST_FOLLOW_UP:
        return None
    if len(asked.rest) > (MOST_BESIDE if asked.attributes and not asked.names_something else 0):
        return None
    if asked.condition.narrow and not asked.names_something:
        return None
    if asked.ordinal is not None:
        return _nth(asked, focus)
    if asked.comparing and not asked.names_something and len(focus.products) + len(focus.listed) > 1:
        return replace(asked, products=(focus.products if len(focus.products) > 1 else focus.listed)[:4])
    beside = len(asked.products) == 1 and not asked.ambiguous and bool(BESIDE.search(text.strip()))
    if asked.comparing and beside and focus.products and asked.products[0] not in focus.products:
        return replace(asked, products=(focus.products[0], *asked.products))
    if asked.attributes and not asked.names_something and focus.products:
        return replace(asked, products=focus.products, listing=False)
    leans = bool(LEANS.search(text.strip())) and not WHOLE.search(text) and not asked.comparing
    if leans and asked.names_something and not asked.attributes and focus.attributes:
        return replace(asked, attributes=focus.attributes, listing=False)
    return None


def _nth(asked: Asked, focus: Focus) -> Asked | None:
    row = focus.listed or focus.products
    place = asked.ordinal
    if place is None or asked.names_something or not (-len(row) <= place < len(row)):
        return None
    return replace(asked, products=(row[place],), attributes=asked.attributes or focus.attributes, listing=False)


def focus_of(raw: Mapping[str, object] | None) -> Focus:
    """Read a stored focus."""
    given = raw or {}

    def codes(key: str) -> tuple[str, ...]:
        value = given.get(key)
        return tuple(str(v) for v in value) if isinstance(value, list | tuple) else ()

    return Focus(str(given.get("kind") or ""), codes("products"), codes("listed"), codes("attributes"))
