"""How a visit ended, judged by the client's own words: 成交, 进展 (who, what, when), 拖延, 未成.

Friendly words that bind nobody to anything are 拖延 (Rackham's continuation), however well they sound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

GRADE_NAMES = {"order": "成交", "advance": "进展", "continuation": "拖延", "refusal": "未成"}
LONGEST = 60  # characters of what was agreed

ORDER = re.compile(
    r"(?:就(?:这么|这样)?(?:定|办)(?:了|吧)|(?:现在|今天|马上|这就)(?:就|可以)?(?:办|签|开)|签(?:了|字吧|约吧|吧)|办(?:了|理)?吧|开(?:户)?吧"
    r"|就(?:用|选|要)(?:你们|这个|这套)|合同(?:拿来|给我)(?:签)?|成交|同意办理|我们(?:做|办|要)了)"
)
PUT_OFF = re.compile(
    r"考虑(?:一下|考虑|看看)?|再(?:看看?|说|议|联系|商量|研究)|回头|研究(?:研究|一下)|有(?:需要|机会|消息|空).{0,4}(?:联系|找|说)|资料.{0,3}(?:留|放)"
    r"|过(?:段|阵|一段|一阵)|等(?:通知|消息|等)|到时候|不急|改天|以后"
)
REFUSAL = re.compile(
    r"不(?:需要|考虑|用了|办|做了?$|合适|感兴趣|打算|想换|换了)|没(?:有)?(?:兴趣|必要|打算)|算了|免了|别再|不必了|用不着"
)
HINDERED = re.compile(r"如果|要是|万一|除非|不(?:能|敢|好|一定)|先别|还没|没法")
PERSON = re.compile(
    r"(?:[\u4e00-\u9fff](?:总监|经理|主任|会计|科长|部长|厂长|院长|校长|老师|总)(?![部理监])|财务(?:总监|经理|主管|部门|部)?|采购部?|老板娘?|董事长|总经理|法人"
    r"|股东|会计|出纳|店长|负责人|老伴|女儿|儿子|爱人|太太|先生)"
)
WHO_SELF = re.compile(r"我们?(?=来|去|把|让|给|带|先|会|到|这边)|咱们")
OUR_PEOPLE = re.compile(r"(?:产品|客户|理财|你们|您们)经理|你们?(?:行长|主任)")
OURS = re.compile(r"(?:你们?|您)(?:把|给|来|带|先|的|们|就|再|过来|派|叫)")
ACTION = re.compile(
    r"讲|介绍|演示|试用|试一?试|试点|开户|签|盖章|提供|(?:发|给|交|拿|带|送)(?:来|过来|给|你|我|上|到|过去)?|准备|见面|见一?面|碰(?:一?下|头|面)|过来|上门|拜访"
    r"|谈|对接|测算|评审|上会|汇报|报(?:批|上去|给)|填|申请|安排|约|开会|看(?:方案|现场|演示|系统|合同)|办|培训|走流程"
)
CLAUSE = re.compile(r"[^，,。.！!？?；;…\s]+")
QUESTION = re.compile(r"[吗呢么]?[？?]$|[吗么]$")


@dataclass(frozen=True)
class Said:
    """One sentence of the client after the proposal. `stance` as read; `due`: the first day named that is not past, `when`
    its words."""

    text: str
    stance: str = ""
    due: date | None = None
    today: date | None = None
    when: str = ""


@dataclass(frozen=True)
class Ended:
    """How it ended. `grade` '' when nothing was said that decides; `missing`: of who, what, when."""

    grade: str = ""
    who: str = ""
    what: str = ""
    due: date | None = None
    quote: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        if self.grade not in ("order", "advance"):
            return ()
        return tuple(n for n, v in (("谁", self.who), ("做什么", self.what), ("什么时候", self.due)) if not v)


def grade(said: Sequence[Said]) -> Ended:
    """Return how it ended: the last sentence that decides; what an earlier promise named and a later one did not stays."""
    found = Ended()
    for one in said:
        judged = judge(one)
        if not judged.grade:
            found = _dated(found, one)
        elif judged.grade == found.grade == "advance":
            found = Ended(
                "advance", judged.who or found.who, judged.what or found.what, judged.due or found.due, judged.quote
            )
        else:
            found = judged
    return found


def judge(said: Said) -> Ended:
    """Return what one sentence decides."""
    text = said.text.strip()
    if QUESTION.search(text) and said.stance not in ("advance", "refusal", "continuation"):
        return Ended()
    if said.stance == "refusal" or (
        REFUSAL.search(text) and said.stance not in ("advance", "explicit_need", "implied_need")
    ):
        return Ended("refusal", quote=text)
    open_end, who, what = (
        PUT_OFF.search(text) or HINDERED.search(text),
        _who(text),
        _what(text.replace(said.when, "", 1) if said.when else text),
    )
    later = said.due is not None and said.today is not None and said.due > said.today
    if ORDER.search(text) and not open_end and not later:
        return Ended("order", who, what, said.due, text)
    named = sum(bool(x) for x in (who, what, said.due))
    if said.due is not None and what and not HINDERED.search(text) and said.stance != "continuation":
        return Ended("advance", who, what, said.due, text)
    if said.stance == "advance":
        return (
            Ended("advance", who, what, said.due, text)
            if named >= 2 and not open_end
            else Ended("continuation", quote=text)
        )
    if said.stance == "continuation" or (open_end and PUT_OFF.search(text)):
        return Ended("continuation", quote=text)
    return Ended()


def _dated(found: Ended, said: Said) -> Ended:
    """A day that is named alone, after a promise without one, is the promise's."""
    if found.grade == "advance" and found.due is None and said.due is not None:
        return replace(found, due=said.due)
    return found


def _who(text: str) -> str:
    """Return the client's person that is named, else the side: 客户 or 我行."""
    person = PERSON.search(OUR_PEOPLE.sub("", text))
    if person:
        return person.group()
    if WHO_SELF.search(text):
        return "客户"
    return "我行" if OURS.search(text) or OUR_PEOPLE.search(text) else ""


def _what(text: str) -> str:
    """Return the clause that names something to do."""
    clauses = CLAUSE.findall(text)
    return next((c[:LONGEST] for c in clauses if ACTION.search(c)), "")


def kept(task_status: str | None, due: date | None, today: date) -> str:
    """Return what became of a promise: kept | open | overdue | dropped; '' when nothing was to be done."""
    if task_status is None:
        return ""
    if task_status == "done":
        return "kept"
    if task_status != "open":
        return "dropped"
    return "overdue" if due is not None and due < today else "open"
