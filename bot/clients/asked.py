"""Which part of a client's record a sentence asks for: 上次去是什么时候, 财务总监电话, 备注, 还有什么没办完."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.zh.scripts import normalise

MEETING = r"(?:去|拜访|联系|联络|见面?|聊|谈|走访|打电话|碰面|上门|接触|跑)"
LAST = re.compile(
    rf"(?:上次|上回|最近一次|最后一次|上一次).{{0,4}}{MEETING}|多久没{MEETING}|{MEETING}.{{0,3}}是?(?:什么时候|哪天|几号|啥时候)|最近.{{0,2}}{MEETING}过"
)
WORDS = re.compile(
    r"(?:聊|谈|说|讲|沟通)了?(?:些|点)?(?:什么|啥|哪些)|拜访记录|历次|来往记录|(?:聊|谈|拜访|去)过(?:几次|什么|啥|哪些)|走访记录|沟通记录"
)
OPEN = re.compile(
    r"没做完|没办完|没了结|未了|未完成|没完成|悬着|还欠|欠着|待办|还有(?:什么|啥|哪些)(?:事|没|要)|要跟进|跟进事项|答应(?:过)?(?:了|他|她|人家)?"
)
NOTE = re.compile(r"备注|注意事项|要注意(?:什么|啥)")
PEOPLE = re.compile(
    r"联系人|联系方式|电话|手机|座机|邮箱|邮件地址|找谁|谁拍板|谁说了算|谁做主|谁管|谁负责|对接人|决策人|拍板的?人|经办人?|关键人"
)
TITLES = re.compile(
    r"财务总监|财务负责人|财务经理|财务科长|财务主管|财务部长|资金科长|资金经理|资金主管|董事长|总经理|副总经理|副总|总裁|法定代表人|法人代表|法人|老板娘|老板|出纳|会计|采购经理|采购|人事经理|人事|厂长|院长|校长|店长|经理|总监|财务|配偶|妻子|丈夫|女儿|儿子"
)
DECIDING = re.compile(r"拍板|说了算|做主|决策")
BORN = re.compile(r"生日|出生|哪年生|属什么")
SHORTEST_CUE = 2


@dataclass(frozen=True)
class Asked:
    """`kind`: whole | last | words | open | note | people | born | fact; `codes`: facts; `title`, `deciding`: of people."""

    kind: str = "whole"
    codes: tuple[str, ...] = ()
    title: str = ""
    deciding: bool = False


def read_asked(text: str, name: str, facts: Iterable[tuple[str, tuple[str, ...]]]) -> Asked:
    """Return what is asked. `name`: the client as it stands in the text; `facts`: (code, its name and cues)."""
    plain = normalise(text.replace(name, "", 1) if name else text)
    if WORDS.search(plain) and "时候" not in plain:
        return Asked("words")
    if LAST.search(plain):
        return Asked("last")
    if NOTE.search(plain):
        return Asked("note")
    title = TITLES.search(plain)
    if PEOPLE.search(plain) or (title and re.search(r"是谁|叫什么|姓什么|哪位|谁", plain)):
        return Asked("people", title=title[0] if title else "", deciding=bool(DECIDING.search(plain)))
    if OPEN.search(plain):
        return Asked("open")
    if BORN.search(plain):
        return Asked("born")
    codes = _facts(plain, facts)
    return Asked("fact", codes) if codes else Asked()


def _facts(plain: str, facts: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """The facts whose longest word stands in the text; several when they are named alike."""
    best: dict[str, int] = {}
    for code, words in facts:
        longest = max((len(w) for w in map(normalise, words) if len(w) >= SHORTEST_CUE and w in plain), default=0)
        if longest:
            best[code] = longest
    top = max(best.values(), default=0)
    return tuple(code for code, length in best.items() if length == top)
