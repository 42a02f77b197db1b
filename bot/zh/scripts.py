"""Traditional and Simplified, widths, case, pinyin.

Everything that looks for spans works on `normalise(text)`, which has one code
point for each code point of the text, so that offsets need no translation.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC
from pypinyin.constants import PINYIN_DICT

__all__ = ["initials", "normalise", "pinyin_key", "pinyin_readings", "simplified"]

_T2S = OpenCC("t2s")
_KEPT_WIDE = "，！？；：（）"  # full-width forms that are Chinese punctuation, not wide ASCII
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvvnnnm")
_ASPECT = re.compile("(?<![显名原编土巨论专卓昭合译遗拙])著(?![名作称述者书])")  # 隨著, which OpenCC leaves as it is
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003134f]")

# Readings of a first character that is a surname, where it is not the common one.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "曾": "zeng", "查": "zha", "朴": "piao", "盖": "ge",
    "任": "ren", "华": "hua", "尉": "wei", "乐": "yue", "翟": "zhai", "折": "she", "繁": "po", "覃": "qin",
    "缪": "miao", "种": "chong", "秘": "bi", "冼": "xian", "员": "yun", "盛": "sheng", "石": "shi", "燕": "yan",
    "尹": "yin", "俞": "yu", "洗": "xian", "逄": "pang", "晁": "chao", "费": "fei", "葛": "ge", "宁": "ning",
    "不": "fou", "黑": "he", "召": "shao", "都": "du", "钻": "zuan", "哈": "ha", "会": "gui", "牟": "mu",
}  # fmt: skip
# Characters met in names that people read in more than one way; the usual one first.
_POLYPHONES = {
    "长": "chang zhang", "行": "hang xing", "重": "chong zhong", "乐": "le yue", "单": "dan shan", "仇": "chou qiu",
    "解": "jie xie", "区": "qu ou", "曾": "ceng zeng", "朝": "chao zhao", "盛": "sheng cheng", "都": "du dou",
    "传": "chuan zhuan", "调": "tiao diao", "藏": "cang zang", "厦": "xia sha", "大": "da", "和": "he", "华": "hua",
    "兴": "xing", "万": "wan", "宁": "ning", "地": "di", "车": "che", "石": "shi", "合": "he", "无": "wu", "南": "nan",
    "茄": "qie", "术": "shu", "校": "xiao jiao", "率": "lv shuai", "着": "zhe", "朴": "piao pu", "查": "zha cha",
    "盖": "gai ge", "任": "ren", "还": "huan hai", "便": "bian pian", "参": "can shen", "降": "jiang xiang",
    "弹": "tan dan", "角": "jiao jue", "什": "shi shen", "秘": "mi bi", "种": "zhong chong", "员": "yuan yun",
    "会": "hui kuai", "柏": "bai bo", "薄": "bao bo", "番": "fan pan", "贾": "jia", "蔚": "wei yu", "尉": "wei",
    "翟": "zhai", "覃": "qin tan", "缪": "miao", "折": "zhe she", "燕": "yan", "祭": "ji", "费": "fei", "葛": "ge",
    "俞": "yu", "亨": "heng", "源": "yuan", "泊": "bo po", "叶": "ye", "阿": "a e", "女": "nv", "绿": "lv",
    "的": "de", "了": "le", "么": "me", "得": "de", "给": "gei", "没": "mei", "说": "shuo", "家": "jia", "期": "qi",
    "佛": "fo", "生": "sheng", "广": "guang", "厂": "chang", "信": "xin", "系": "xi", "红": "hong", "谷": "gu",
    "奇": "qi", "洗": "xi", "拓": "tuo", "夏": "xia", "少": "shao", "上": "shang", "中": "zhong", "正": "zheng",
    "为": "wei", "卡": "ka", "圣": "sheng", "贝": "bei", "六": "liu", "虹": "hong", "勒": "le", "吓": "xia",
}  # fmt: skip


def _single(char: str) -> str:
    """What one code point becomes, before Traditional is turned into Simplified."""
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return char if char in _KEPT_WIDE else chr(code - 0xFEE0).lower()
    if 0xFE00 <= code <= 0xFE0F or 0x1F000 <= code <= 0x1FAFF or 0xE0000 <= code <= 0xE007F:
        return " "
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "So", "Sk", "Me"):
        return " " if category != "So" or code >= 0x2190 else char
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char


class _Singles(dict[int, str]):
    """A translate table that fills itself with the characters it meets."""

    def __missing__(self, code: int) -> str:
        self[code] = value = _single(chr(code))
        return value


_singles = _Singles()


def normalise(text: str) -> str:
    """Simplified, half-width, lower case, blanks for what is neither text nor punctuation.

    The result has exactly len(text) code points. Chinese punctuation stays.
    """
    plain = text.translate(_singles)
    if plain.isascii():
        return plain
    turned = _ASPECT.sub("着", _T2S.convert(plain))
    if len(turned) == len(plain):
        return turned
    return "".join(_first_of(_T2S.convert(char), char) for char in plain)


def _first_of(turned: str, char: str) -> str:
    return turned if len(turned) == 1 else char


def simplified(text: str) -> str:
    """The text in Simplified characters, otherwise untouched; the length may change."""
    return _T2S.convert(text)


@lru_cache(maxsize=8192)
def pinyin_readings(char: str) -> tuple[str, ...]:
    """Toneless readings of one Simplified character, the usual one first; () if it has none.

    Only polyphones met in names have more than one: archaic readings would make
    homophones of words that nobody confuses.
    """
    if char in _POLYPHONES:
        return tuple(_POLYPHONES[char].split())
    known = PINYIN_DICT.get(ord(char), "")
    return (known.split(",")[0].translate(_TONES),) if known and _HAN.match(char) else ()


def _syllables(text: str) -> list[str]:
    plain = normalise(text)
    found = []
    for place, char in enumerate(plain):
        readings = pinyin_readings(char)
        if place == 0 and _reads_as_surname(plain):
            found.append(_SURNAMES[char])
        elif readings:
            found.append(readings[0])
        elif char.isalnum():
            found.append(char)
    return found


def _reads_as_surname(plain: str) -> bool:
    """单晓雯, 仇总, 区经理 do; 单据, 解决, 区域, 曾经 do not: those are dictionary words."""
    return plain[:1] in _SURNAMES and 2 <= len(plain) <= 4 and plain not in _words()


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    from pypinyin.constants import PHRASES_DICT

    surnames = _SURNAMES.keys()
    return frozenset(word for word in PHRASES_DICT if word[0] in surnames and len(word) <= 4)


def pinyin_key(text: str) -> str:
    """Toneless pinyin joined by blanks: 海达 → "hai da", 单晓雯 → "shan xiao wen"."""
    return " ".join(_syllables(text))


def initials(text: str) -> str:
    """First letters of the pinyin: 华星集团 → "hxjt"; digits and Latin letters stay."""
    return "".join(syllable[0] for syllable in _syllables(text))
