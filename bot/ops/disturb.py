"""Sentences as they also arrive: a typo, Traditional characters, no punctuation. The same input gives the same output."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

_PUNCTUATION = re.compile(r"[，。！？；、,.!?;…~～]+")
_HAN = re.compile(r"[一-鿿]")
# Characters that people type often; a homophone that nobody uses is no typo. From the commonest few hundred.
_COMMON = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之"
    "都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名"
    "法间斯知世什两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物"
    "气每并别真打太新比才便夫再书部水像眼等体却加电主界门利海受听表德少克代员许先口由死安写性马光白或住难望教命花结乐色更"
    "拉东神记处让母父应直字场平报友关放至张认接告入笑内英军候民岁往何度山觉路带万男边风解叫任金快原吃妈变通师立象数四失满"
    "战远格士音轻目条呢病始达深完今提求清王化空业思切怎非找片罗钱紧品务存款贷帐账户率费票据保理财收付息卡汇资产品额期限"
)


def typo(text: str) -> str:
    """One character in eight (at least one) replaced by another of the same sound."""
    chance = random.Random(text)
    places = [at for at, char in enumerate(text) if _HAN.match(char) and _homophones(char)]
    for at in chance.sample(places, min(len(places), max(1, len(text) // 8))):
        text = text[:at] + chance.choice(_homophones(text[at])) + text[at + 1 :]
    return text


@lru_cache(maxsize=4096)
def _homophones(char: str) -> tuple[str, ...]:
    return tuple(other for other in _by_sound()[lazy_pinyin(char)[0]] if other != char)


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for char in sorted(set(_COMMON)):
        found[lazy_pinyin(char)[0]].append(char)
    return found


def traditional(text: str) -> str:
    return str(_S2T.convert(text))


def bare(text: str) -> str:
    """Without punctuation; a sentence of nothing else stays."""
    return _PUNCTUATION.sub("", text) or text


_S2T = OpenCC("s2t")
DISTURBANCES = {"typo": typo, "traditional": traditional, "no_punctuation": bare}
