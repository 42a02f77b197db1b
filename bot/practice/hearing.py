"""What a seller's sentence touches: needs, facts, moods, the parts of a next step. Words decide, labels only help."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.practice.model import HiddenNeed, Persona, Said, Topic, Trigger

NOISE = re.compile(r"[\s，。！？、；：,.!?;:~…“”\"'（）()]+")
ASKS = re.compile(r"[?？]|吗|呢|么|什么|怎么|怎样|多少|几|哪|谁|是不是|有没有|能不能|如何")
CLOSED = re.compile(r"(?:吗|吧|没有|不)[?？。]?$|是不是|有没有|对不对|能不能|会不会|要不要|行不行|好不好")
CALLER = re.compile(r"银行|客户经理|支行|网点|我行|(?:我是|我叫|免贵姓|敝姓)")
ERRAND = re.compile(
    r"约|预约|拜访|聊|谈|请教|了解|送|到期|回访|看看|说好|电话里|提过|关于|为了|找.{1,6}(?:总|老师|阿姨|叔|老板|经理|先生|女士|董)"
)
WHO = re.compile(
    r"我带|我和|我跟|我来|我过来|我陪|我们|咱们|同事|产品经理|专家|主管|经办|财务|出纳|会计|老板|董事长|总|女儿|儿子|家人|爱人|老公|老婆|太太|先生|您(?:和|带|叫|请|过来|来)|一起"
)
WHAT = re.compile(
    r"演示|方案|测算|算一(?:笔|下|算)|资料|材料|清单|合同|协议|开户|办|签|试|上线|对接|讲|介绍|看看|看一下|见面|碰|过来|网点|拜访|沟通|汇报|测评|申请|谈|聊"
)
DEAL = re.compile(r"签|办(?:了|下来|理|好)|开户|定下来|成交|开通|就这么定|下单|合同|先买|认购")
PARTING = re.compile(
    r"(?:聊|谈|说|坐)?到这[儿里]?[吧，。]|到这儿|告辞|不打扰|先(?:回去|走)[了吧]|再见|您?留步|回头再(?:来|联系)|下次再(?:来|聊)|定了?再(?:告诉|跟)您|回去(?:问问|写个报告)"
)
PRIVATE = re.compile(
    r"有对象|结婚(?:了)?(?:没|吗)|离(?:过)?婚|生(?:二胎|孩子)(?:没|吗)|(?:您|你)(?:工资|年薪|奖金)|挣多少工资"
)
BEGS = re.compile(
    r"支持一?下?我|帮我(?:冲|完成|凑)|冲(?:个|一下)?(?:量|任务)|我的?任务|完成(?:个|一下)?任务|(?:还|就)差[一二两三四五六七八九十几]+[张户单笔]"
)
FIGURE = re.compile(r"多少|几|哪|谁|多大|多久|涨没涨|利率")
COMMON = frozenset(
    [
        "你们",
        "我们",
        "您的",
        "咱们",
        "什么",
        "怎么",
        "这个",
        "那个",
        "可以",
        "现在",
        "一个",
        "是不",
        "不是",
        "有没",
        "没有",
        "多少",
        "一般",
        "能不",
        "不能",
    ]
)


MARKS = {  # words that speak for a label by themselves; together with a likely reading they make it sure
    "problem": re.compile(r"头疼|麻烦|费劲|难处|困难|不满意|最烦|操心|卡在|吃力|不方便"),
    "implication": re.compile(r"耽误|影响|后果|损失|拖累|牵连|代价|一年下来|会怎么样|意味着"),
    "need_payoff": re.compile(r"(?:要是|如果|假如|能够?).{2,30}(?:好处|帮助|省|值不值|有用|意义|怎么样|轻松)"),
    "situation": re.compile(r"几个人|几家|哪家|现在(?:是)?(?:怎么|谁)"),
    "commitment": re.compile(r"(?:下周|明天|后天|周[一二三四五]|[0-9]+号).{0,20}(?:过来|拜访|见|演示|碰)"),
}


def marked(move: str, text: str) -> bool:
    """Whether the text bears a word that speaks for the label by itself."""
    pattern = MARKS.get(move)
    return pattern is not None and bool(pattern.search(text))


def parts_with(text: str) -> bool:
    """Whether the seller takes his leave."""
    return bool(PARTING.search(text)) and not asks(text)


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of characters that a text is told apart by, without those that stand in any sentence."""
    plain = bare(text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) - COMMON


def bare(text: str) -> str:
    """Return the text without blanks and punctuation, so that the same question twice is seen."""
    return NOISE.sub("", text)


def asks(text: str) -> bool:
    return bool(ASKS.search(text))


def closed(text: str) -> bool:
    return bool(CLOSED.search(text.strip()))


@dataclass(frozen=True)
class Touch:
    """`needs` of the persona, the likeliest first; `elsewhere`: needs the persona has not; `facts` in file order."""

    needs: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def touch(persona: Persona, said: Said) -> Touch:
    read = set(said.needs)
    weights = {n.code: _hits(n, said.text) + 2 * (n.code in read) for n in persona.needs}
    needs = sorted((c for c, w in weights.items() if w), key=lambda c: -weights[c])
    facts = [f.id for f in sorted(persona.facts, key=lambda f: -_longest(f, said.text)) if _longest(f, said.text)]
    return Touch(tuple(needs), tuple(c for c in said.needs if c not in weights), tuple(facts))


def _hits(need: HiddenNeed, text: str) -> int:
    return sum(word in text for word in need.words)


def _longest(fact: Topic, text: str) -> int:
    return max((len(w) for w in fact.words if w in text), default=0)


def triggered(triggers: Iterable[Trigger], text: str) -> Trigger | None:
    return next((t for t in triggers if any(w in text for w in t.words)), None)


def introduces(text: str) -> bool:
    """Whether somebody at the door is told who comes and what for."""
    return bool(CALLER.search(text)) and bool(ERRAND.search(text))


def step_parts(said: Said) -> tuple[str, ...]:
    """Return which of who, what and when a proposed next step names."""
    named = (("who", bool(WHO.search(said.text))), ("what", bool(WHAT.search(said.text))), ("when", said.dated))
    return tuple(part for part, there in named if there)


def closes_deal(text: str) -> bool:
    return bool(DEAL.search(text))
