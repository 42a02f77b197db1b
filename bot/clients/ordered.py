"""Order and number in a sentence about clients: 存款最多的前十, 最少的五个, 按余额从低到高排, 最久没联系的三家."""

from __future__ import annotations

import re

from bot.clients.query import Order
from bot.clients.words import ClientWords, Measure, Scan
from bot.zh.numerals import parse_number

N = r"([0-9]{1,3}|[一二两三四五六七八九十]{1,3})"
UNITS = r"(?:大客户|大|名|位|个|家|户|强)"
TOP = re.compile(rf"(?:排名|排在?)?前{N}{UNITS}?|top\s*{N}|{N}强")
MOST = re.compile(r"最(?:多|大|高|长|老|富|肥|厚)|(?:从|由)(?:高到低|大到小|多到少)|降序|倒序|倒着排")
LEAST = re.compile(r"最(?:少|小|低|短|年轻|薄)|(?:从|由)(?:低到高|小到大|少到多)|升序|正序")
LONGEST = re.compile(
    r"最久(?:没有?|未)(?:联系|见面?|拜访|走动|去|碰面?|跑|露面|动静)(?:过|了)?|(?:谁|哪[个家位])?最久没|按(?:最?近)?(?:联系|拜访)(?:时间|日期)?(?:来)?排"
)
BY = re.compile(r"(?:按照?|照)([^，,。]{1,8}?)(?:来)?(?:排|为序|顺序|从|由|$)")
RANKED = re.compile(r"排[个一]?[排下序名]|排名|排行")
FIRST = re.compile(rf"的?[^，,。0-9]{{0,6}}?{N}(?:个|家|户|位|名)")
REACH = 10  # characters between a measure and 最多


def read_order(scan: Scan, words: ClientWords, told: list[str]) -> tuple[Order | None, int | None]:
    """Return (order, limit); what was read is taken from the scan."""
    limit = _limit(scan)
    if longest := LONGEST.search(scan.text):
        scan.take(longest.start(), longest.end())
        return Order("contact", True, "最久没联系的在前"), limit or _first(scan, longest.end())
    most, least, by = MOST.search(scan.text), LEAST.search(scan.text), BY.search(scan.text)
    ranked = RANKED.search(scan.text)
    mark = least or most or by or ranked
    if mark is None and limit is None:
        return None, None
    found = _measure(scan, words, mark.start() if mark else _place(scan), by)
    for match in (most, least, by, ranked):
        if match:
            scan.take(match.start(), match.end())
    if mark and not limit:
        limit = _first(scan, mark.end())
    flipping = mark is not None and found is None and bool(re.search("序|到", mark[0]))
    if found is None and mark is None:
        return None, limit
    if found is None and not flipping:
        told.append(f"“{mark[0] if mark else ''}”没说是哪一项，按存款余额看")
    measure = found or words.measures["deposits"]
    down = least is None
    return Order(
        "" if flipping else measure.code,
        down,
        f"{'' if flipping else measure.name}{'从高到低' if down else '从低到高'}",
    ), limit


def ordered_by(measure: Measure, down: bool) -> Order:
    return Order(measure.code, down, f"{measure.name}{'从高到低' if down else '从低到高'}")


def _limit(scan: Scan) -> int | None:
    found = TOP.search(scan.text)
    if found is None:
        return None
    scan.take(found.start(), found.end())
    return _number(next(g for g in found.groups() if g))


def _place(scan: Scan) -> int:
    found = TOP.search(scan.text)
    return found.start() if found else len(scan.text)


def _number(text: str) -> int | None:
    value = parse_number(text)
    return int(value) if value and 0 < value <= 200 else None


def _first(scan: Scan, start: int) -> int | None:
    """最多的五个: the number right behind."""
    found = FIRST.match(scan.text, start)
    if found is None:
        return None
    place = found.start(1)
    scan.take(place, found.end())
    return _number(found[1])


def _measure(scan: Scan, words: ClientWords, place: int, by: re.Match[str] | None) -> Measure | None:
    """The measure in 按…排, else the one before 最多 or 前十, else the one right behind."""
    known = {w: m for m in words.measures.values() for w in m.words}
    hits = scan.find(known)
    inside = [h for h in hits if by and by.start(1) <= h[0] and h[1] <= by.end(1)]
    before = [h for h in hits if h[1] <= place and place - h[1] <= REACH]
    after = [h for h in hits if h[0] >= place and h[0] - place <= REACH]
    for start, end, word in (*inside[-1:], *before[-1:], *after[:1]):
        scan.take(start, end)
        return known[word]
    return None
