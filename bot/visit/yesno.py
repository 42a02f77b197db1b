"""Short answers to a question: is the first clause as a whole a yes, or a no?

Only whole clauses count: 对账是老王管 begins with 对, 不方便 with 不, and neither answers anything.
"""

from __future__ import annotations

import re

from bot.zh.scripts import normalise

CLAUSE = re.compile(r"[^，,。.！!？?；;、~～…\s]+")
_TAIL = r"[啊呀的了吧嘛呢哈哦噢啦哟喽]*"
LONGEST = 14  # characters; a longer clause says more than yes or no
_CORE_YES = (
    r"对|是|没错|可不是?|有|会|想(?!想)|要|需要|愿意|有用|有帮助|巴不得|太好|敢情好|求之不得|谁不想|还用说|影响大"
    r"|有(?:时候?|一?点|一?些|过|几次)|(?:影响)?(?:很|挺|相当|特别|非常|太)大|(?:很|挺|相当|特别|非常|太)(?:大|多|严重|重要|有用|想|需要|烦|麻烦|头疼|难)"
    r"|是(?:有点|有些|挺|很|蛮|够|比较)[^不没别无未]{1,6}|(?:当然|肯定|确实|必须|绝对)[^不没别无未]{0,6}"
)
YES = re.compile(rf"(?:[嗯哎唉哦噢]+|那|这)?(?:(?:{_CORE_YES}){_TAIL})+")
FILLER = re.compile(rf"(?:嗯+|好+|行+){_TAIL}")  # a yes when nothing follows, else only a way to begin
_HEDGE = r"(?:[嗯哎唉哦噢]|那|这|好像|应该|倒|也|都|还|其实|目前|现在|暂时|当然|肯定|确实|绝对|真的?)*"
_CORE_NO = (
    r"没有?|不|不(?:是|会|用|要|需要|麻烦|影响|要紧|大|多|难|想|慢|贵|乱|烦|费事)"
    r"|不(?:太|怎么|咋|算|是很)(?:会|麻烦|影响|大|多|难|想|慢|贵|乱|烦|费事|需要)"
    r"|没有?(?:什么|啥|多大|太大|大)?(?:问题|事|事儿|影响|毛病|困难|麻烦|难处)|影响不(?:太)?大|还(?:好|行|可以|成|凑合)|无所谓|挺(?:好|顺|快|方便|满意)"
)
NO = re.compile(rf"{_HEDGE}(?:(?:{_CORE_NO}){_TAIL})+")

COMPLAINT = re.compile(
    r"(?<![没无别])(?<!没有)(?<!没什么)(?<!没啥)"
    r"(?:不(?:太|怎么|够|是很)?(?:满意|方便|及时|放心)|(?<!不)(?:头疼|费劲|折腾|闹心|吃力|跑断腿|受罪))(?!吗)"
)


def agrees(text: str) -> bool:
    """Return whether the answer begins with a yes."""
    clauses = CLAUSE.findall(normalise(text))
    if not clauses or denies(text):
        return False
    first = clauses[0]
    return len(first) <= LONGEST and bool(YES.fullmatch(first) or (len(clauses) == 1 and FILLER.fullmatch(first)))


def denies(text: str, *, wholly: bool = False) -> bool:
    """Return whether the answer begins with a no, or is nothing else (`wholly`)."""
    clauses = CLAUSE.findall(normalise(text))
    if not clauses or FILLER.fullmatch(clauses[0]):
        return False
    return all(len(c) <= LONGEST and NO.fullmatch(c) for c in (clauses if wholly else clauses[:1]))


SAME = re.compile(
    rf"(?:现在|目前)?(?:也|都)*(?:还是?|仍)?(?:这|那|老|原)?(?:没(?:有|怎么)?(?:变|动)化?|一样|不变|老样子|照旧|样|这样|那样|那些|还是){_TAIL}"
)
CHANGED = re.compile(r"(?<!没)(?<!没有)(?<!没怎么)变(?!化)|(?:不|没)一样|不是|换|改|[多少增减关撤加]了|没了|新开|又")


def unchanged(text: str, *, affirmed: bool = False) -> bool:
    """Return whether the answer confirms that things are as they were; `affirmed`: it was read as a yes."""
    plain = normalise(text)
    clauses = CLAUSE.findall(plain)
    if not clauses or CHANGED.search(plain):
        return False
    return affirmed or bool(SAME.fullmatch(clauses[0])) or agrees(text)


def complains(text: str) -> bool:
    """Return whether the words themselves say that something is wrong: 不满意, 头疼; not 没什么头疼的."""
    return COMPLAINT.search(normalise(text)) is not None
