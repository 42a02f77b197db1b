"""The ways in which one client's name is said and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.zh.scripts import initials, normalise, pinyin_readings

__all__ = ["INDUSTRY", "Candidate", "Form", "common_word", "forms", "is_person", "sounds"]

_LEGAL = re.compile(
    r"(?:\(集团\)|（集团）)?(?:股份|集团)?(?:有限责任公司|有限公司|股份公司|总公司|分公司|公司|合伙企业|个体工商户)$"
)
_GROUP = re.compile(r"(?:集团|股份|控股|实业|企业|公司|厂|店)$")
INDUSTRY = re.compile(
    r"机械|进出口|餐饮|农业|建材|汽车|零部件|科技|电子|贸易|物流|五金|纺织|服饰|服装|食品|粮油|茶业|药业|医药|医疗|环保|能源|电力|新能源"
    r"|化工|材料|新材|钢铁|金属|精密|仪器|智能|信息|软件|网络|传媒|文化|教育|酒店|旅游|地产|置业|房产|建设|建筑|工程|装饰|家具|家居|电器|电气"
    r"|水务|水产|冷链|运输|航运|船舶|港口|供应链|商贸|百货|超市|珠宝|农机|牧业|养殖|种业|渔业|林业|矿业|煤业|石化|塑料|塑胶|橡胶|包装|印刷|造纸|玻璃|陶瓷"
    r"|照明|光电|半导体|通信|通讯|重工|轴承|模具|制造|制药|生物|健康|养老|物业|园林|咨询|广告|会展|租赁|担保|投资|资本|基金|保险|证券|拍卖|连锁|管理|技术|国际|工业|发展|产业"
)
_PLACES = re.compile(
    r"^(?:北京|上海|天津|重庆|广东|江苏|浙江|山东|河南|河北|湖南|湖北|四川|福建|安徽|江西|陕西|山西|辽宁|吉林|黑龙江|云南|贵州|广西|海南|甘肃"
    r"|深圳|广州|东莞|佛山|苏州|无锡|南京|杭州|宁波|温州|青岛|济南|郑州|武汉|长沙|成都|厦门|福州|合肥|南昌|西安|沈阳|大连|中山|珠海|惠州|常州|昆山)(?:省|市)?(?=..)"
)
_ORGANISATION = re.compile(rf"公司|集团|股份|厂|店|行|院|校|社|局|中心|合作|{INDUSTRY.pattern}")
# Names that are also words of every day and stand in no dictionary of ours.
_EVERYDAY = {"远航", "百味", "恒久", "长城", "东方", "天天", "大众", "光明", "明天", "方正", "平安", "利民", "新华", "前程", "阳光", "家家", "先锋", "未来", "卓越", "永恒", "万家", "明确", "明年", "明白", "明细", "明显", "明儿", "明早", "明晚", "兰花", "华星"} - {"华星"}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A client as the index knows it; `short_name` may be empty."""

    id: int
    name: str
    short_name: str = ""


@dataclass(frozen=True)
class Form:
    """One normalised way to write a name: "full", "short" or "core" (the brand alone)."""

    text: str
    kind: str


def common_word(text: str) -> bool:
    """Whether a normalised text is a word of the language, so that its appearance alone names nobody."""
    from pypinyin.constants import PHRASES_DICT

    return text in _EVERYDAY or text in PHRASES_DICT


def is_person(candidate: Candidate) -> bool:
    """A private client: two to four characters without any word for an organisation."""
    name = normalise(candidate.name).strip()
    return (
        2 <= len(name) <= 4
        and not _ORGANISATION.search(name)
        and name.isalpha()
        and candidate.short_name in ("", candidate.name)
    )


def forms(candidate: Candidate) -> list[Form]:
    """华星机械集团有限公司 (华星集团) → the two, 华星机械集团, 华星机械, and the core 华星."""
    full = normalise(candidate.name).strip()
    found = {full: "full"}
    if is_person(candidate):
        return [Form(full, "full")]
    short = normalise(candidate.short_name).strip()
    if len(short) >= 2:
        found.setdefault(short, "short")
    bare = _LEGAL.sub("", full)
    for text in (bare, _GROUP.sub("", bare), _PLACES.sub("", bare)):
        if len(text) >= 3:
            found.setdefault(text, "short")
    for text in (short, bare):
        core = _core(text)
        if len(core) >= 2 and not INDUSTRY.fullmatch(core):
            found.setdefault(core, "core")
    return [Form(text, kind) for text, kind in found.items() if len(text) >= 2]


def _core(text: str) -> str:
    """The brand: what stands before the trade, without the place and 集团."""
    text = _GROUP.sub("", _PLACES.sub("", text))
    match = INDUSTRY.search(text, 2)
    return text[: match.start()] if match else text


_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_ENDINGS = (("ing", "in"), ("eng", "en"), ("ang", "an"))


@lru_cache(maxsize=4096)
def _near(syllable: str) -> str:
    """One spelling for sounds that half the country mixes up: zh/z, n/l, ing/in."""
    for written, one in _NEAR:
        if syllable.startswith(written):
            syllable = one + syllable[len(written) :]
    if syllable.startswith("n"):
        syllable = "l" + syllable[1:]
    for written, one in _ENDINGS:
        if syllable.endswith(written):
            return syllable[: -len(written)] + one
    return syllable


@lru_cache(maxsize=8192)
def sounds(char: str, near: bool = False) -> frozenset[str]:
    """All readings of a character in names; with `near`, mixed-up sounds are one."""
    readings = pinyin_readings(char)
    return frozenset(map(_near, readings)) if near else frozenset(readings)


def latin_keys(candidate: Candidate) -> set[str]:
    """hxjt, hx, huaxing: how the name is typed in Latin letters."""
    keys = set()
    for form in forms(candidate):
        if len(form.text) <= 8:
            keys.add(initials(form.text))
            readings = [pinyin_readings(char) for char in form.text]
            if all(readings):
                keys.add("".join(one[0] for one in readings))
    return {key for key in keys if len(key) >= 2 and key.isascii()}
