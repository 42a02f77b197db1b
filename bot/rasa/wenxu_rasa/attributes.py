"""Where the word that names an attribute begins and ends, and which of two in a question is the one.

The word that names it, or the question word that stands for it (docs/nlu.md): 有啥好处 → 好处, 起存多少 → 起存;
期限一般多长 has one attribute, 期限. 几成 and 几折 are asked with another word (质押率, 最高) and are none by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Span = tuple[int, int, str]

_BEFORE = re.compile(
    r"(?:有|要|收|交|需要|带)?(?:什么|啥子|啥|哪些|多少|怎么个?|咋个?)(?:样的?)?|办理|办卡|协议|实际|有"
)
_AFTER = re.compile(
    r"(?:要|是|能|给|可以|收|交|存|缴|买|定|做|算)?(?:多少|几个|几何|多高|多大|如何|咋样|大不大|高不高)(?:钱|来着|呢)?"
)
_SHARE = re.compile(r"打?几[成折]|百分之几|几成几")
ASKS = re.compile(r"多[久长少大高]\S{0,2}|(?:能)?几[个多]?[天年月日点岁]\S?|[Rr]?几级?|千分之几|万分之几|多少\S{0,2}")


def trimmed(text: str, start: int, end: int, known: Mapping[str, object]) -> tuple[int, int]:
    """The part of a marked stretch that names the attribute, if a known word is left without what asks."""
    word = text[start:end]
    if (match := _BEFORE.match(word)) and word[match.end() :] in known and len(word) - match.end() > 1:
        start += match.end()
        word = text[start:end]
    for cut in range(len(word) - 1, 1, -1):
        if word[:cut] in known and _AFTER.fullmatch(word[cut:]):
            return start, start + cut
    return start, end


def settled(text: str, spans: Sequence[Span], known: Mapping[str, object]) -> list[Span]:
    """Spans with their attributes trimmed, without shares, and without a question word beside a noun that it asks for."""
    found = []
    for start, end, kind in spans:
        if kind == "attribute":
            start, end = trimmed(text, start, end, known)
            if _SHARE.fullmatch(text[start:end]):
                continue
        found.append((start, end, kind))
    return [one for one in found if not _asked_twice(text, one, found, known)]


def _asked_twice(text: str, one: Span, spans: Sequence[Span], known: Mapping[str, object]) -> bool:
    """多长 in 期限一般多长: the noun before it in the same clause says already what is asked."""
    start, end, kind = one
    if kind != "attribute" or not ASKS.fullmatch(text[start:end]):
        return False
    for other_start, other_end, other in spans:
        word = text[other_start:other_end]
        if (
            other != "attribute"
            or other_end > start
            or ASKS.fullmatch(word)
            or re.search("[，。！？；,;]", text[other_end:start])
        ):
            continue
        asked = known.get(word)
        # 最少要多少钱 asks for the least amount, not for a fee.
        if asked in ("min_amount", "max_amount") or (asked == known.get(text[start:end]) and not word.startswith("最")):
            return True
    return False
