"""What is left of a sentence when names, attributes and question words are taken out, and the ordinal in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.catalogue.words import Words

FILLERS = re.compile(
    r"那么|那|它们|它的|它|这个产品|这款产品|这个|这款|该产品|这种|的话|呢|啊|呀|吧|吗|嘛|哦|咧|谁|是不是|是|多少钱|多少|怎么样|怎样|怎么|如何|什么|有啥|啥|有|要"
    r"|需要|的|说说|讲讲|讲一下|讲|说|再|看看|看|查查|查一下|查|一下|请问|帮我|给我|我想|想|知道|了解|告诉|我|您|你|得|大概|一般|现在|都|还|和|跟|与|咱们?行?|我行|本行|行里|多|能|可以|办|做|买|存|开|[\s，。？?！!、,.：:；;“”\"'（）()~…]"
)
ORDINAL = re.compile(
    r"第\s*([一二三四五六七八九十\d]{1,2})\s*(?:个|种|款|条|项)?|(最后)一?(?:个|种|款)|(前面|前)那?(?:个|种|款)|(后面|后)那?(?:个|种|款)"
)
DIGITS = "零一二三四五六七八九十"


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in spans:
        chars[start:end] = "\n" * (end - start)
    return "".join(chars)


def rest_of(text: str, words: Words) -> str:
    """Return what is left when names, attributes, question words and fillers are taken out."""
    for finder in (words.comparing, words.listing, words.segment_words):
        text = without(text, [(h.start, h.end) for h in finder.hits(text)])
    return FILLERS.sub("", ORDINAL.sub("", text).replace("\n", ""))


def unexplained(spoken: str) -> int:
    """Return how many characters of `Asked.spoken` are no question words."""
    return len(FILLERS.sub("", spoken.replace("\n", "")))


def ordinal_of(plain: str) -> int | None:
    match = ORDINAL.search(plain)
    if not match:
        return None
    if match[2] or match[4]:
        return -1
    if match[3]:
        return 0
    figure = match[1]
    number = int(figure) if figure.isdigit() else DIGITS.index(figure) if figure in DIGITS else 0
    return number - 1 if number > 0 else None
