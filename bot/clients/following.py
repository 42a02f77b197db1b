"""Short sentences that lean on a list of clients: 下一页, 第2个, 其中沈阳的, 只看个人的, 按余额排, 那大连的呢."""

from __future__ import annotations

import re

from bot.zh.numerals import parse_number

LONGEST = 24  # characters; what is longer is a question of its own
NEXT = re.compile(
    r"^(?:请|再)?(?:看|翻)?(?:下一?页|后一页|下一批|翻页|往[下后](?:翻|看)?|后面的?(?:呢)?|还有(?:吗|呢|没有|没|哪些)?|更多|再来[一些点]*|继续(?:看|列)?)[吧呢。？?]*$"
)
BACK = re.compile(r"^(?:看|翻)?(?:回)?(?:上一?页|前一页|往[前上]翻?)[吧。]*$")
NTH = re.compile(
    r"^(?:看|打开|点|要)?(?:一下)?第\s*([0-9一二两三四五六七八九十]{1,3})\s*(?:个|位|家|户|条|名)?(?:客户)?(?:呢|的资料|的情况|是谁|详情|看看)?[。？?]*$"
)
LAST = re.compile(r"^最后(?:一|那)?(?:个|位|家|户)(?:呢)?$")
SURE = re.compile(
    r"^(?:其中|里面|这里面|这些里|当中|只看|只要|就看|再筛|再加|加个条件|加上|换成|改成|改看)|^(?:按|照).{1,10}(?:排|从|由|$)|^(?:倒序|正序|降序|升序|从[高低大小]到|由[高低]到)"
)
DROPPING = re.compile(r"^(?:去掉|除去|不要|排除|剔除|扣掉)")
WHAT_ABOUT = re.compile(r"^那?(.{1,10}?)(?:的)?呢[？?]?$")
SWAP = re.compile(r"^(?:换成|改成|改看|那)|呢[？?]?$")


def paging(text: str) -> int | None:
    """Return 1 for the next page, -1 for the one before, None for anything else."""
    plain = text.strip()
    return 1 if NEXT.match(plain) else -1 if BACK.match(plain) else None


def nth(text: str) -> int | None:
    """Return which of the list is meant, -1 for the last."""
    if LAST.match(text.strip()):
        return -1
    found = NTH.match(text.strip())
    value = parse_number(found[1]) if found else None
    return int(value) if value else None


def replacing(text: str) -> bool:
    """Whether the condition takes the place of an earlier one (那大连的呢) instead of being added (其中大连的)."""
    return bool(SWAP.search(text.strip()))


def leans(text: str, mode: str) -> bool:
    """Whether the text surely belongs to the list; in a visit only what no client says."""
    plain = text.strip()
    if not plain or len(plain) > LONGEST or plain.startswith("/"):
        return False
    if (paging(plain) is not None and (mode == "idle" or "页" in plain)) or nth(plain) is not None:
        return True
    if mode != "idle":
        return bool(re.match(r"^(?:只看|就看|按.{1,10}排)", plain))
    return bool(SURE.match(plain) or DROPPING.match(plain) or WHAT_ABOUT.match(plain))
