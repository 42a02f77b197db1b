"""From a manager's sentence to a `ClientQuery`: pure rules over words, figures and dates.

What the reader of sentences found (`entities`) helps where it is there; nothing hangs on it but figures and dates, which
rules find. Whatever no rule explains is kept in `rest` and said in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from bot.clients.dated import dated_conditions
from bot.clients.figured import figure_conditions
from bot.clients.ordered import read_order
from bot.clients.query import ClientQuery, Condition
from bot.clients.words import ClientWords, Group, Meaning, Scan, Terms
from bot.reading import Entity
from bot.zh.scripts import normalise

Named = tuple[int, int, str, tuple[str, ...]]  # start, end, name, codes
HAVE_NOT = re.compile(
    r"(?:不要|不含|没有?|未|无|冇|不|还没|从来?没|没怎么|缺|少了?|不要|不含)(?:有|在)?(?:咱们?|我们?|行)*(?:办理|办|买|开通|开|做|签|用|持有|配置|配|上|接|建|申请|投|存|持|碰)?(?:过|了|着)?(?:任何|什么|一?[张个份笔])?$"
)
HAVE_NOT_AFTER = re.compile(
    r"^(?:产品|业务|账户)?(?:都|还|也|却)?(?:没有?|未|没怎么)(?:办|开通?|做|买|签|用|上|接|持有|申请|配|有)?(?:过|了|的|$|户|客户|企业)"
)
NOT = re.compile(
    r"(?:不是|并非|非|不要|不含|不包括|不看|除了|除去|除|排除|去掉|剔除|别要|刨去|扣掉)(?:做|搞|在|那些|这些)?$"
)
NOT_AFTER = re.compile(r"^(?:业|类|的)?(?:客户|企业|户|公司)?(?:以外|之外|除外|的?不要|不算|不看)")
NEED_CUE = re.compile(
    r"需求|需要|诉求|痛点|想法|想|提过|说过|讲过|聊过|意向|兴趣|嫌|头疼|头痛|难题|难处|难|关心|惦记|在意|担心|发愁|犯愁|愁|问题"
)
COUNTING = re.compile(r"多少|几[个家户位名]|总数|有几|数量|一共|总共")
MISSING_PHONE = re.compile(
    r"没(?:有|留)?(?:过)?(?:联系)?(?:电话|手机号?|联系方式)|(?:电话|手机号?|联系方式)(?:都)?没(?:有|留)"
)
SURNAME = re.compile(r"姓([\u4e00-\u9fff]{1,2}?)(?=的|客户|$|[，,。])")
STARTS = re.compile(r"([\u4e00-\u9fff])字头|名字?以([\u4e00-\u9fff]+)开头")
PART = re.compile(
    r"(?:名字?|户名|名称)?(?:里|中)?(?:带|含|有|叫)[“\"「]([^”\"」]+)[”\"」]字?|名字?(?:里|中)?(?:带|含)([\u4e00-\u9fff]{1,4})字?"
)
FAMILY = re.compile(r"下属|子公司|成员|旗下|下面|名下|集团|分公司|上级|母公司|系")
GRADE = re.compile(r"(?<![a-z])(aaa|aa|a|bbb|bb|b)(级|类)?(及?以上|往上|及?以下|往下)?")
GRADE_CUE = re.compile(r"信用|评级|资信")
RISK = re.compile(r"c([1-5])(?:级|类|型)?(及?以上|往上|及?以下|往下)?(?:(?:到|至|-|~)c([1-5]))?")
NOTHING = Terms()
DOING = re.compile(
    r"(?:做|搞|干|开|卖|种|养|经营|从事|生产)([\u4e00-\u9fff]{2,6}?)(?:行业|生意|这行|业|厂|店|公司|企业)?的"
)


def read_query(
    text: str,
    entities: Sequence[Entity],
    today: date,
    words: ClientWords,
    terms: Terms = NOTHING,
    named: Callable[[str], Iterable[Named]] = lambda text: (),
) -> ClientQuery:
    """Return what is asked for. `named` finds products in a normalised text: (start, end, name, codes)."""
    scan = Scan(normalise(text))
    told: list[str] = []
    counting = bool(COUNTING.search(scan.text))
    found = [*_names(scan), *_family(scan, entities), *_phones(scan)]
    products = _products(scan, words, named)
    found += dated_conditions(scan, entities, today, products, told)
    order, limit = read_order(scan, words, told)
    found += _needs(scan, entities, words)
    found += figure_conditions(scan, entities, words, told)
    found += _holdings(scan, products)
    found += _grades(scan, words)
    found += _flags(scan, words)
    told += _unrecorded(scan, words)
    found += [*_meant(scan, "tier", words.tiers), *_places(scan, entities, words, terms)]
    found += _segments(scan, words)
    merged = _united(found)
    return ClientQuery(merged, order, limit, counting, _rest(scan, words), tuple(dict.fromkeys(told)))


def _negated(scan: Scan, start: int, end: int) -> bool:
    """Whether 不是…, 除了…以外 stands around a span; the words are taken."""
    before, after = NOT.search(scan.text, 0, start), NOT_AFTER.match(scan.text[end : end + 8])
    if before:
        scan.take(before.start(), before.end())
    if after:
        scan.take(end, end + after.end())
    return bool(before or after)


def _names(scan: Scan) -> Iterator[Condition]:
    for pattern, kind in ((SURNAME, "start"), (STARTS, "start"), (PART, "part")):
        found = pattern.search(scan.text)
        if found and scan.free(found.start(), found.end()):
            word = next(g for g in found.groups() if g)
            scan.take(found.start(), found.end())
            yield Condition(
                "name",
                (kind, word),
                f"姓{word}"
                if pattern is SURNAME
                else f"名字{'以' if kind == 'start' else '带'}“{word}”{'开头' if kind == 'start' else ''}",
            )
            if pattern is SURNAME:
                yield Condition("segment", "personal", "个人客户")


def _family(scan: Scan, entities: Sequence[Entity]) -> Iterator[Condition]:
    """华星的下属公司: the group's members. Any other client that is named stays unexplained, and is said."""
    for entity in entities:
        if entity.type == "client" and str(entity.value or "").isdigit() and scan.free(entity.start, entity.end):
            hint = FAMILY.search(scan.text, entity.end, entity.end + 6)
            if hint:
                scan.take(entity.start, hint.end())
                yield Condition("family", int(entity.value), f"{entity.text}的集团成员")


def _phones(scan: Scan) -> Iterator[Condition]:
    if found := MISSING_PHONE.search(scan.text):
        scan.take(found.start(), found.end())
        yield Condition("phone", "missing", "没有联系电话")


def _products(scan: Scan, words: ClientWords, named: Callable[[str], Iterable[Named]]) -> list[Named]:
    """Products and kinds of products in the sentence, the longer name where two overlap."""
    groups = {w: g for g in words.groups for w in g.words}
    found: list[Named] = [(s, e, groups[w].name, groups[w].codes) for s, e, w in scan.find(groups)]
    plain = scan.find({w for said in words.segments.values() for w in said} | {w for f in words.flags for w in f.words})
    found += [
        n
        for n in named(scan.text)
        if n[3]
        and not any(
            (n[0] <= s and e <= n[1] and e - s >= n[1] - n[0] - 1) or (s <= n[0] and n[1] <= e) for s, e, _ in plain
        )
    ]
    kept: list[Named] = []
    for one in sorted(found, key=lambda n: (n[0] - n[1], n[0], n[2] not in {g.name for g in words.groups})):
        if all(one[1] <= k[0] or k[1] <= one[0] for k in kept):
            kept.append(one)
    return sorted(kept)


def _holdings(scan: Scan, products: Sequence[Named]) -> Iterator[Condition]:
    without = False  # 没有网银和代发: the negation reaches over 和 and 、
    last = -1
    for start, end, name, codes in products:
        if not scan.free(start, end):
            continue
        before = HAVE_NOT.search(scan.text, 0, start)
        after = HAVE_NOT_AFTER.match(scan.text[end : end + 10])
        if after and any(end <= p[0] <= end + after.end() for p in products):
            after = None  # 有代发没有企业网银: the 没有 belongs to what follows
        joined = last >= 0 and re.fullmatch(r"[和、或及跟与]|或者", scan.text[last:start])
        without = bool(before or after or (without and joined)) or bool(NOT.search(scan.text, 0, start))
        if before:
            scan.take(before.start(), before.end())
        if after:
            scan.take(end, end + after.end())
        scan.take(start, end)
        last = end
        yield Condition("holds", tuple(codes), f"{'没有' if without else '有'}{name}", without)


def _needs(scan: Scan, entities: Sequence[Entity], words: ClientWords) -> Iterator[Condition]:
    cue = NEED_CUE.search(scan.text)
    codes: dict[str, None] = {}
    if cue:
        for code, said in words.needs.items():
            for start, end, _ in scan.find(said):
                scan.take(start, end)
                codes[code] = None
    for entity in entities:
        tagged = entity.type == "need" and str(entity.value) in words.needs and scan.free(entity.start, entity.end)
        if tagged and cue:
            scan.take(entity.start, entity.end)
            codes[str(entity.value)] = None
    status = [
        c for c, said in words.statuses.items() for s, e, _ in scan.find(said) if cue or codes or "承诺" in scan.text
    ]
    if codes or status:
        for code in status:
            for start, end, _ in scan.find(words.statuses[code]):
                scan.take(start, end)
        for match in NEED_CUE.finditer(scan.text):
            scan.take(match.start(), match.end())
    if codes:
        yield Condition("need", tuple(codes), f"有{'、'.join(words.need_names[c] for c in codes)}需要")
    if status:
        yield Condition("status", tuple(status), f"需要的状态是{'、'.join(words.statuses[c][0] for c in status)}")


def _grades(scan: Scan, words: ClientWords) -> Iterator[Condition]:
    cue = bool(GRADE_CUE.search(scan.text))
    for found in GRADE.finditer(scan.text):
        if not scan.free(found.start(), found.end()) or (len(found[1]) == 1 and not cue) or (found[2] == "类"):
            continue
        values = _range(words.credit_grades, found[1].upper(), found[3])
        negated = _negated(scan, found.start(), found.end())
        scan.take(found.start(), found.end())
        yield Condition("credit", values, f"信用等级{found[1].upper()}{found[3] or ''}", negated)
    for found in RISK.finditer(scan.text):
        if scan.free(found.start(), found.end()):
            values = _range(words.risk_grades, f"C{found[1]}", found[2])
            if found[3]:
                low, high = sorted((int(found[1]), int(found[3])))
                values = tuple(f"C{n}" for n in range(low, high + 1))
            negated = _negated(scan, found.start(), found.end())
            scan.take(found.start(), found.end())
            yield Condition("risk", values, f"风险等级{found[0].upper()}", negated)
    for grade, said in words.risk_names.items():
        for start, end, word in scan.find(said):
            negated = _negated(scan, start, end)
            scan.take(start, end)
            yield Condition("risk", (grade,), f"{word}（{grade}）", negated)


def _range(best_first: Sequence[str], grade: str, edge: str | None) -> tuple[str, ...]:
    place = best_first.index(grade)
    if edge and ("上" in edge):
        return tuple(best_first[: place + 1])
    return tuple(best_first[place:]) if edge else (grade,)


def _flags(scan: Scan, words: ClientWords) -> Iterator[Condition]:
    known: dict[str, Group] = {w: f for f in words.flags for w in f.words}
    done: set[str] = set()
    for start, end, word in scan.find(known):
        flag = known[word]
        negated = _negated(scan, start, end)
        scan.take(start, end)
        if flag.codes[0] not in done:
            done.add(flag.codes[0])
            yield Condition("flag", flag.codes[0], f"{'不是' if negated else ''}{flag.name}", negated)


def _unrecorded(scan: Scan, words: ClientWords) -> Iterator[str]:
    for said, answer in words.unrecorded:
        for start, end, word in scan.find(said):
            scan.take(start, end)
            yield f"“{word}”没法筛：{answer}"


def _meant(scan: Scan, field: str, meanings: Sequence[Meaning]) -> Iterator[Condition]:
    known = {w: m for m in meanings for w in m.words}
    for start, end, word in scan.find(known):
        meaning = known[word]
        negated = _negated(scan, start, end)
        scan.take(start, end)
        shown = word.upper() if word.isascii() or word[0].isascii() else word
        note = f"（按{meaning.note}看）" if meaning.note and meaning.note not in word else ""
        yield Condition(field, meaning.stored, f"{shown}{note}", negated)


def _places(scan: Scan, entities: Sequence[Entity], words: ClientWords, terms: Terms) -> Iterator[Condition]:
    """Colleagues, industries and regions: the book's own words first, then the vocabulary, then what the reader found."""
    for start, end, name in scan.find(terms.managers):
        scan.take(start, end)
        yield Condition("manager", terms.managers[name], f"{name}的客户")
    own = tuple(Meaning((normalise(i),), (i,)) for i in terms.industries if i)
    longer = [m for m in own if not any(normalise(m.words[0]) in w.words for w in words.industries)]
    yield from _meant(scan, "industry", (*words.industries, *longer))
    yield from _meant(scan, "region", (*words.regions, *(Meaning((normalise(r),), (r,)) for r in terms.regions if r)))
    for entity in entities:
        if entity.type == "industry" and entity.end <= len(scan.text) and scan.free(entity.start, entity.end):
            stem = entity.text.removesuffix("行业").removesuffix("业") or entity.text
            negated = _negated(scan, entity.start, entity.end)
            scan.take(entity.start, entity.end)
            yield Condition("industry", (stem,), entity.text, negated)
    found = DOING.search(scan.text)
    if found and scan.free(found.start(1), found.end(1)):
        scan.take(found.start(), found.end())
        yield Condition("industry", (found[1],), found[1])


def _segments(scan: Scan, words: ClientWords) -> Iterator[Condition]:
    known = {w: c for c, said in words.segments.items() for w in said}
    hits = scan.find(known)
    codes = {known[w] for _, _, w in hits}
    for start, end, word in hits:
        negated = _negated(scan, start, end)
        scan.take(start, end)
        if len(codes) == 1:
            yield Condition("segment", known[word], "公司客户" if known[word] == "corporate" else "个人客户", negated)


def _united(found: Iterable[Condition]) -> tuple[Condition, ...]:
    """沈阳和大连的: values of one kind stand for either; what stands twice stands once."""
    kept: list[Condition] = []
    for one in found:
        place = next(
            (
                n
                for n, k in enumerate(kept)
                if k.field == one.field
                and k.negated == one.negated
                and one.field in ("industry", "region", "tier", "risk", "credit")
            ),
            None,
        )
        if place is not None:
            old = kept[place]
            values = tuple(dict.fromkeys((*old.value, *one.value)))
            kept[place] = Condition(one.field, values, f"{old.shown}、{one.shown}", one.negated)
        elif one not in kept:
            kept.append(one)
    return tuple(kept)


def _rest(scan: Scan, words: ClientWords) -> tuple[str, ...]:
    """Return the words that nothing explained, fillers left out; single characters say nothing by themselves."""
    free = "".join(c if not taken else " " for c, taken in zip(scan.text, scan.taken, strict=True))
    pieces = re.findall(r"[\u4e00-\u9fffa-z0-9]+", free)
    filler = (
        re.compile("|".join(re.escape(w) for w in sorted(words.filler, key=len, reverse=True)))
        if words.filler
        else None
    )
    left = (re.findall(r"[\u4e00-\u9fffa-z0-9]+", filler.sub(" ", p)) if filler else [p] for p in pieces)
    return tuple(w for piece in left for w in piece if len(w) >= 2)
