"""What a manager says about a proposal, read as changes. Words only: whether a change is allowed is decided by the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.bundles.wishes import Change

RESTORE = re.compile(
    r"恢复(?:原样|原状|成?原来|最初|初始)|还原|(?:回到|退回|改回|换回)(?:去|最初|原来|原样|最开始|第一版)|还是(?:最开始|原来|最初)|原样"
)
BACK = re.compile(r"(?:刚|刚才|才)[^，,。]{0,4}(?:删|去掉|拿掉|撤)[^，,。]{0,6}(?:恢复|加回|放回|捡回|拿回|还给)")
SWAP = re.compile(r"换成|替换成|改成|改为|换为|改用|换作|掉换|换(?!个|一|套|掉|了|下|些|稳|点)")
INSTEAD = re.compile(r"(?:拿|用|让)(?P<new>.+?)(?:顶替|顶上|替掉|替下|换下|代替|替换|替|顶|补位)")
OUT = re.compile(
    r"去掉|不要|拿掉|拿走|拿开|拿下来|删|剔|撤|减掉|抽掉|抽走|抽了|砍掉|摘|请出去|割了|去了|免了|踢|撵|扔|抠掉|抹了|别放|别用|别出现|不上了|不放了|不碰|清掉|别带|不带|不要带|退一个"
)
INTO = re.compile(
    r"加上|加个|加一|加回|再加|添|补上|补一|补进|放进|放上|放回|塞|捎|带上|也带|捡回|挂一个|搭上|加(?=[^，,。]{0,8}$)|凑个|配上|来一份|进来"
)
STEADIER = re.compile(
    r"稳健一?点|更稳|稳(?:一|当|妥)?点|稳一?些|稳上加稳|稳当|保守|低风险|风险(?:低|小|往下|降)|别带波动|波动(?:大|小)|别这么激进|太激进|药太猛|降火|清淡"
)
NO_RISK = re.compile(r"保本|别带波动|不带波动|一点风险|零风险|不亏")
BOLDER = re.compile(r"激进(?:一?点|点儿|些)|进取|有劲|胆子大|收益(?:高|再高)|再狠|提一档|别这么怂")
BUDGET = re.compile(
    r"预算|只有|最多|顶多|不超过|以内|钱不够|手里就|总共就|按.{0,12}(?:配|算|弄|来)|就(?:这么多|拿得出)|拿得出|能动用|口径"
)
FEWER = re.compile(r"只留|留下?|砍到|缩到|就剩|只要|减到|变|精简到|只能选|就得了")
SIMPLER = re.compile(
    r"精简|简化|太多|瘦身|瘦|减减|删繁就简|缩水|轻一?点|轻量|砍两样|少配|减配|丐版|青春版|低配|小微版|先试点"
)
CORE_ONLY = re.compile(
    r"只留(?:基本|核心|主)|留核心|只要基本|就(?:要|得了)?.{0,4}核心|配菜去掉|附加的(?:全)?(?:免|去)|核心.{0,6}别的.{0,3}(?:撤|抹|去)"
)
ANOTHER = re.compile(
    r"换一?套|另一?套|换(?:个|一个)?方案|第二(?:个|套)?方案|第二套|(?:B|b|备选|备用|备份|别的)方案|B案|备选|plan ?B|别的搭法|另配|另起|换个思路|换条思路|再来一套|推倒重来|重新(?:搭|配|洗牌)|还有别的吗"
)
LEAN_OR_STEADY = {"第一": 0, "第1": 0, "备选一": 0, "备选1": 0, "第二": 1, "第2": 1, "备选二": 1, "备选2": 1}
ONLINE = re.compile(
    r"(?:只|都|全)[^，,。]{0,3}(?:线上|手机|网上|网银)[^，,。]{0,3}(?:办|做|弄)|不(?:想|愿)?(?:去|跑)(?:网点|柜台|银行)"
)
KIND_WORDS: Mapping[str, re.Pattern[str]] = {
    "贷款": re.compile(r"贷款|融资|借钱|借的|不贷|不借|(?:跟|和|沾)借|凡借|贷的|带贷"),
    "保险": re.compile(r"保险"),
    "理财": re.compile(r"理财|投资类|带波动的产品"),
    "票据": re.compile(r"票据类|票据(?!池)"),
    "外汇": re.compile(r"外汇|跨境的|汇率类|衍生"),
}
ALL_OF = re.compile(
    r"凡|类|一概|统统|全|都|的(?:那几样|那块|那截)?(?:不要|拿|摘|剔|清|去)|不(?:贷|借)|不要(?:再)?(?:出现|放|带)?"
)
COMPARE = re.compile(
    r"(?:和|跟|与|同)[^，,。]{1,20}(?:比|相比|有什么区别|有啥区别|差在哪|有什么不同)|对比|比一比|哪个(?:更)?好"
)
ORDINALS = (("第一", 0), ("头一", 0), ("第二", 1), ("第三", 2), ("第四", 3), ("第五", 4), ("第六", 5), ("倒数第二", -2), ("最后", -1), ("末尾", -1))  # fmt: skip
NUMBER = re.compile(r"(?P<n>[1-9一两俩仨二三四五六七八九])(?:样|个|项|种|款|件|(?<=俩)|(?<=仨))")
DIGITS = {**{str(i): i for i in range(1, 10)}, "一": 1, "两": 2, "俩": 2, "仨": 3, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}  # fmt: skip
TAKE_SO_MANY = re.compile(r"(?:砍|少|减|撤|去|退)(?:掉|去|了)?(?:[一两俩二三123])(?:样|个|项|种|盘)")
CLAUSE = re.compile(r"[，,。；;！!？?]")


@dataclass(frozen=True)
class Said:
    """A product named in a sentence: where, and which codes the name may mean."""

    start: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """What the words are read against. `names`: bundle code → name; `others`: codes of the alternatives shown; `removed`:
    products the manager took out, oldest first."""

    offered: Sequence[str]
    names: Mapping[str, str]
    others: Sequence[str] = ()
    removed: Sequence[str] = ()


def read(
    text: str, products: Sequence[Said], context: Context, amount: Decimal | None = None, count: int | None = None
) -> list[Change]:
    """Return the changes a sentence asks for, in its order; none when it asks for none that is known."""
    count = _how_many(text, context) or count
    whole = _whole(text, products, context, amount, count)
    if whole is not None:
        return [whole]
    found: list[Change] = []
    for start, end in _clauses(text):
        part = text[start:end]
        here = [p for p in products if start <= p.start < end]
        found += _of_clause(part, [Said(p.start - start, p.codes) for p in here], context)
    return _joined(found) or _loose(text, products, context, count)


def _how_many(text: str, context: Context) -> int | None:
    """Return how many products are to be left: 只留两样 is 2, 砍两样 two fewer than now; None where no number is named."""
    found = NUMBER.search(text)
    if found is None:
        return None
    number = DIGITS[found["n"]]
    return max(len(context.offered) - number, 1) if TAKE_SO_MANY.search(text) else number


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in CLAUSE.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _whole(
    text: str, products: Sequence[Said], context: Context, amount: Decimal | None, count: int | None
) -> Change | None:
    """Return the change that the sentence as a whole asks for."""
    if BACK.search(text) and not products and context.removed:
        return Change("add", context.removed[-1])
    if RESTORE.search(text) and not products:
        return Change("restore")
    if amount is not None and (BUDGET.search(text) or not products):
        return Change("budget", amount=amount)
    if ONLINE.search(text):
        return Change("channel", "online")
    if CORE_ONLY.search(text):
        return Change("core_only")
    fewer = FEWER.search(text) or TAKE_SO_MANY.search(text)
    if count is not None and fewer and not products and 0 < count < 10:
        return Change("fewer", count=count)
    named = next(
        (code for code, name in context.names.items() if name in text or name.removesuffix("方案") in text), ""
    )
    if named:
        return Change("choose", named)
    if ANOTHER.search(text) and not products:
        at = next((i for words, i in LEAN_OR_STEADY.items() if words in text and "第二方案" not in text), 0)
        return Change("choose", context.others[min(at, len(context.others) - 1)]) if context.others else None
    return None


def _of_clause(part: str, products: Sequence[Said], context: Context) -> list[Change]:
    """Return what one clause asks for."""
    instead = INSTEAD.search(part)
    if instead and products:
        return _swapped(products, context, new_first=True)
    if SWAP.search(part) and products:
        return _swap_at(part, products, context)
    named = [_pick(p, context) for p in products] or _by_place(part, context)
    if OUT.search(part) and named:
        return [Change("remove", c) for c in named]
    if re.search(r"换掉|换了|替了|换下场|换血", part) and named:
        return [Change("replace", c) for c in named]
    if INTO.search(part) and products:
        return [Change("add", _pick(p, context, wanted=False)) for p in products]
    kind = next((k for k, words in KIND_WORDS.items() if words.search(part)), "")
    if kind and not products and (OUT.search(part) or ALL_OF.search(part)):
        return [Change("without", kind)]
    if BOLDER.search(part) and not STEADIER.search(part):
        return [Change("bolder")]
    if STEADIER.search(part) or NO_RISK.search(part):
        return [Change("steadier", count=0 if NO_RISK.search(part) else None)]
    return []


def _pick(said: Said, context: Context, *, wanted: bool = True) -> str:
    """Return the code meant: one that stands in the proposal when it is to go, one that does not when it is to come."""
    fitting = [c for c in said.codes if (c in context.offered) == wanted]
    return (fitting or list(said.codes))[0]


def _by_place(part: str, context: Context) -> list[str]:
    places = [i for words, i in sorted(ORDINALS, key=lambda o: -len(o[0])) if words in part][:1]
    return [context.offered[i] for i in places if -len(context.offered) <= i < len(context.offered)]


def _swap_at(part: str, products: Sequence[Said], context: Context) -> list[Change]:
    match = SWAP.search(part)
    assert match is not None
    before = [p for p in products if p.start < match.start()]
    behind = [p for p in products if p.start >= match.start()]
    if before and behind:
        return [Change("swap", _pick(before[-1], context), _pick(behind[0], context, wanted=False))]
    place = _by_place(part[: match.start()], context)
    if behind and place:
        return [Change("swap", place[0], _pick(behind[0], context, wanted=False))]
    if behind:
        return [Change("add", _pick(behind[0], context, wanted=False))]
    return [Change("replace", _pick(p, context)) for p in before]


def _swapped(products: Sequence[Said], context: Context, *, new_first: bool) -> list[Change]:
    if len(products) < 2:
        return [Change("add", _pick(products[0], context, wanted=False))]
    new, old = (products[0], products[1]) if new_first else (products[1], products[0])
    return [Change("swap", _pick(old, context), _pick(new, context, wanted=False))]


def _joined(found: list[Change]) -> list[Change]:
    """透支不要了，换成票据池: out and in side by side are one swap."""
    if len(found) == 2 and (found[0].do, found[1].do) == ("remove", "add") and found[0].code != found[1].code:
        return [Change("swap", found[0].code, found[1].code)]
    return found


def _loose(text: str, products: Sequence[Said], context: Context, count: int | None) -> list[Change]:
    """What is left when no clause says it by itself."""
    named = [_pick(p, context) for p in products]
    if OUT.search(text) and named:
        return [Change("remove", c) for c in named]
    if INTO.search(text) and products:
        return [Change("add", _pick(p, context, wanted=False)) for p in products]
    if SIMPLER.search(text):
        return [
            Change("fewer", count=count if count and count < len(context.offered) else (len(context.offered) + 1) // 2)
        ]
    return []


def asks_to_compare(text: str) -> bool:
    return bool(COMPARE.search(text))
