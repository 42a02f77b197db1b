"""Chinese and mixed numerals: 三千二, 3千5百万, 三千多万, 两三个亿, 十几万, 1.5亿.

`figures` finds them in normalised text; `interval` says what one stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.zh.scripts import normalise

__all__ = ["Figure", "Interval", "figures", "interval", "parse_number"]

Interval = tuple[Decimal, Decimal]

_HAN_DIGITS = {char: place % 10 for place, char in enumerate("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖")}
_HAN_DIGITS["两"] = 2
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_WHOLE_WORDS = {"半": "0.5", "俩": "2", "仨": "3"}
_COLLOQUIAL = {"百八十": (80, 100), "千八百": (800, 1000), "万八千": (8000, 10000), "百十": (100, 100)}

_H = "".join(_HAN_DIGITS)
_U = "十拾百佰千仟万亿"
_ASCII = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_TOKEN = re.compile(rf"{_ASCII}|[{_H}{_U}]")
_RUN = re.compile(
    rf"[俩仨]|(?:{_ASCII}|[{_H}{_U}廿卅几数]|个(?=把)|半(?![月天径数夜决]))"
    rf"(?:{_ASCII}|[{_H}{_U}廿卅几]|(?:kw|[wk])(?![a-z])|点(?=[{_H}])|个(?=[多来]?(?:亿|w|万|千万|百万))|(?<![个{_H}])(?:多(?!出|少|给|赚|挣|花|亏|存|要)|余(?!额)|来(?!自|了|存|买|办|的))|多(?=万|亿)"
    rf"|(?<=[个百千万])把|(?<=[{_H}\d])[、](?=[{_H}\d][{_U}])){{0,30}}"
)
_DIGITS = re.compile(r"[\d.]+")
_BARE = re.compile(rf"[{_U[2:]}]")
_LEADS_BARE = re.compile(r"(?:(?<![早晚])上|[过破近超成])$")
_MULTIPLIERS = re.compile(r"[十百千万亿]*")
_MORE = re.compile(r"(.+?)([多余来把])([十百千万亿]*)")
_SOME = re.compile(r"(.*?)[几数](.*)")
_NEIGHBOURS = re.compile(rf"(?:(.*[{_U}]))?([{_H}\d])、?([{_H}\d])([{_U}].*)?")
_POINT = re.compile(rf"(.+)点([{_H}]+)([十百千万亿]*)")

_LONGEST = 32  # characters of a figure; also keeps odd input from costing the square of its length
_SHORT_TAIL = re.compile(rf"[百千万亿kw][{_H}\d]$")
_UNIT_NEXT = tuple("年个天月周家户笔名张份次期成点岁小礼星分条台项位")


@dataclass(frozen=True)
class Figure:
    """`text[start:end]` stands for a number between `low` and `high`, often the same."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    text: str


def _spelt(text: str) -> str:
    """One spelling for each unit: 3个亿 → 3亿, 5kw → 5千万, 3w → 3万, 廿六 → 二十六."""
    for written, spelt in (("廿", "二十"), ("卅", "三十"), ("w", "万"), ("k", "千")):
        text = text.replace(written, spelt)
    return text if text[0] == "个" or text[-1] == "个" else text.replace("个", "")


def _tokens(text: str) -> list[str] | None:
    found = _TOKEN.findall(text)
    return found if sum(map(len, found)) == len(text) else None


def _plain(token: str) -> Decimal | None:
    if token in _HAN_DIGITS:
        return Decimal(_HAN_DIGITS[token])
    return Decimal(token.replace(",", "")) if token[0].isdigit() else None


def _exact(text: str, bare: bool = False) -> Decimal | None:
    """A well-formed figure without vagueness; `bare` lets 千万 stand for 一千万."""
    if point := _POINT.fullmatch(text):
        left = _exact(point[1])
        right = "".join(str(_HAN_DIGITS[char]) for char in point[2])
        return None if left is None or left >= 1000 else (left + Decimal(f"0.{right}")) * _multiplier(point[3])
    tokens = _tokens(text)
    if not tokens or (not bare and _BARE.match(tokens[0])):
        return None
    if len(tokens) > 2 and all(token in _HAN_DIGITS for token in tokens):
        return Decimal("".join(str(_HAN_DIGITS[token]) for token in tokens))
    return _evaluate(tokens)


def _evaluate(tokens: list[str]) -> Decimal | None:
    total = section = Decimal(0)
    pending: Decimal | None = None
    last, last_large, after_zero = 0, 10**16, False
    for place, token in enumerate(tokens):
        number = _plain(token)
        if number is not None:
            if number == 0 and token in "零〇" and place:
                after_zero = True
            elif pending is not None:
                return None
            else:
                pending = number
            continue
        if token in _SMALL:
            unit = _SMALL[token]
            if (section and unit >= last) or (pending is None and place and token not in "十拾"):
                return None
            section += (1 if pending is None else pending) * unit
        else:
            unit = _LARGE[token]
            value = section + (pending or 0)
            if unit > last_large:  # 三万亿
                total = (total + value) * unit
            elif value or not place:
                total += (value or 1) * unit
            else:
                return None
            section, last_large = Decimal(0), unit
        pending, last, after_zero = None, unit, False
    if pending is None:
        return total + section
    if not last or after_zero or last == 10:
        return total + section + pending if pending < (last or pending + 1) or after_zero else None
    if pending < 10 and pending == int(pending):  # 三千二, 1万2
        return total + section + pending * last / 10
    return total + section + pending if pending < last else None


def _multiplier(units: str) -> Decimal:
    product = Decimal(1)
    for unit in units:
        product *= (_SMALL | _LARGE)[unit]
    return product


def _step(value: Decimal) -> Decimal:
    """The unit of the last digit that is not zero: 3200 → 100, 1.5亿 → 一千万."""
    _, digits, exponent = value.normalize().as_tuple()
    return Decimal(1).scaleb(int(exponent)) if digits != (0,) else Decimal(1)


@lru_cache(maxsize=4096)
def interval(text: str, bare: bool = False) -> Interval | None:
    """Low and high of one figure in normalised text, or None if it is not one.

    多 and 余 reach up to the next step (三千多万: 3000 to 4000万), 来 and 把 are
    dropped, 几 alone is 2 to 9, after a ten it is up to the next.
    """
    text = _spelt(text)
    if text in _WHOLE_WORDS:
        return _same(Decimal(_WHOLE_WORDS[text]))
    for read in (_colloquial, _more, _some, _neighbours):
        if (found := read(text)) is not None:
            return found
    value = _exact(text, bare)
    return None if value is None else _same(value)


def _same(value: Decimal) -> Interval:
    return value, value


def _colloquial(text: str) -> Interval | None:
    if text[0] == "半" and _MULTIPLIERS.fullmatch(text[1:]):
        return _same(Decimal("0.5") * _multiplier(text[1:]))
    for word, (low, high) in _COLLOQUIAL.items():
        rest = text[len(word) :].lstrip("来多")
        if text.startswith(word) and rest in ("", "万", "亿"):
            return low * _multiplier(rest), high * _multiplier(rest)
    return None


def _more(text: str) -> Interval | None:
    if not (match := _MORE.fullmatch(text)):
        return None
    before, word, units = match.groups()
    if word == "把":
        unit = {"个": 1, "百": 100, "千": 1000, "万": 10000}.get(before)
        return None if unit is None else _same(unit * _multiplier(units))
    value = _exact(before, bare=True)
    if value is None or (word == "来" and before[-1] not in _U + "0"):
        return None
    high = value + _step(value) if word != "来" else value
    return value * _multiplier(units), high * _multiplier(units)


def _some(text: str) -> Interval | None:
    if not (match := _SOME.fullmatch(text)):
        return None
    before, after = match.groups()
    if before and (before[-1] in "十拾" or (before.isdigit() and before.endswith("0"))):
        value = _exact(before)
        if value is None or not _MULTIPLIERS.fullmatch(after):
            return None
        return value * _multiplier(after), (value + 10) * _multiplier(after)
    if not after or after[0] not in _U or (before and before[-1] not in _U):
        return None
    low, high = (interval(before + digit + after) for digit in "二九")
    return None if low is None or high is None else (low[0], high[1])


def _neighbours(text: str) -> Interval | None:
    """三四百, 十二三, 3、4百万, and also 三五 and 三两."""
    if not (match := _NEIGHBOURS.fullmatch(text)) or (text.isdigit() and "、" not in text and text.isascii()):
        return None
    before, first, second, after = (part or "" for part in match.groups())
    one, two = _plain(first), _plain(second)
    if one is None or two is None or not (two == one + 1 or (one, two) in ((3, 5), (3, 2))) or one == 0:
        return None
    low, high = (interval(before + digit + after) for digit in ((first, second) if one < two else (second, first)))
    return None if low is None or high is None else (low[0], high[1])


def figures(text: str) -> Iterator[Figure]:
    """All figures in normalised text, the longest reading of each, left to right."""
    position = 0
    while run := _RUN.search(text, position):
        start = run.start()
        figure = None
        if not (text[start].isascii() and start and (text[start - 1].isascii() and text[start - 1].isalnum())):
            figure = _longest(text, start, run.end())
        position = figure.end if figure else _past(text, start)
        if figure:
            yield figure


def _longest(text: str, start: int, end: int) -> Figure | None:
    bare = bool(_LEADS_BARE.search(text, max(0, start - 2), start))
    for stop in range(min(end, start + _LONGEST), start, -1):
        if _SHORT_TAIL.search(text[start:stop]) and text[stop : stop + 1] in _UNIT_NEXT:
            continue  # 5万三年 is 5万 and 三年
        if found := interval(text[start:stop], bare):
            return Figure(start, stop, found[0], found[1], text[start:stop])
    return None


def _past(text: str, start: int) -> int:
    """Behind a run of ASCII letters and digits that is no figure (a4, 3d), else one further."""
    match = _DIGITS.match(text, start)
    return match.end() if match else start + 1


def parse_number(text: str) -> Decimal | None:
    """The number that the whole text stands for: 三千二 → 3200, 两百来 → 200, 一点五 → 1.5.

    None if it is no figure, or several (三四百, 几十): `interval` reads those.
    """
    plain = normalise(text).strip().replace(" ", "").rstrip("个")
    found = interval(plain) if plain else None
    if found is None or (found[0] != found[1] and not re.search("[多余]", plain)):
        return None
    return found[0]
