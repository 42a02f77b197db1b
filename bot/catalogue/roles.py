"""Which of the products named in a sentence it asks about: 拿流贷的钱去买结构性存款 asks about the second only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.catalogue.names import Named

MEANS_BEFORE = re.compile(r"(?:拿着?|用|刷|凭|靠|通过|走)$")
MEANS_AFTER = re.compile(r"^(?:贷|借|融)?(?:来|出来)?的(?:钱|资金|款)|^(?:贷|借)(?:来|出来)?的|^(?:上|里面?)(?!海)")
MAY_DO = re.compile(r"^(?:能不能|可不可以|能|可以|可)(?:再|叠加|一起)?(?:签|办|做|开|用|搞|申请|买|转)")
HOLDER = re.compile(
    r"户$|账户$|网银$|银行$|卡$"
)  # 临时户能签协定存款吗 asks about the deposit, 内证能做福费廷吗 about 内证
JOINED = re.compile(
    r"^[\s，,“”\"]*(?:、|/|\+|和|跟|与|同|及|比|还是|或者?|对比|相比|vs|pk)[\s，,“”\"]*(?:买|做|办|用|选|存|开)?$"
)


def subjects(plain: str, named: Sequence[Named]) -> list[Named]:
    """Leave out the names of what something is done with or through, where another name is left."""
    last = max((n.start for n in named), default=0)
    kept = [n for n in named if n.end <= n.start or not _means(plain, n, n.start < last)]
    first = next((n for n in kept if n.end > n.start and n.start < last and MAY_DO.match(plain[n.end :])), None)
    if first is not None and not first.unlike:
        kept = [first]
    return kept if any(n.codes and n.end > n.start for n in kept) else list(named)


def _means(plain: str, one: Named, followed: bool) -> bool:
    after = plain[one.end :]
    if MEANS_BEFORE.search(plain[: one.start]) or MEANS_AFTER.match(after):
        return True
    return followed and HOLDER.search(one.text) is not None and MAY_DO.match(after) is not None


def joined(plain: str, named: Sequence[Named]) -> bool:
    """Whether two different names stand side by side (银票、商票; 活钱理财比个人通知), so that both are asked about."""
    placed = sorted((n for n in named if n.end > n.start), key=lambda n: n.start)
    return any(
        set(a.codes) != set(b.codes) and JOINED.match(plain[a.end : b.start]) is not None for a, b in pairwise(placed)
    )
