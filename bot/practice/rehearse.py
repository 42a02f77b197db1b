"""明日客户预演: a persona made from a client's record, masked so that no colleague could tell who it is.

Names, regions, quotes and exact figures stay behind: figures become orders of magnitude, the industry a broad kind, the
people a role. What the record does not say, the persona does not know either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from random import Random

from bot.practice.book import Book, Common
from bot.practice.model import HiddenNeed, Persona, Topic
from bot.visit.bank import Bank, FactSpec
from bot.visit.model import Known, Record
from bot.visit.planner import likelihood

MOST_NEEDS, MOST_FACTS = 3, 12
PAINS = (3, 2, 1)
TRUST = {3: 18, 2: 22, 1: 26}
SCALES: Mapping[str, Sequence[tuple[int, str]]] = {  # (below, words); money in yuan
    "money": (
        (500_000, "几十万以内"),
        (5_000_000, "几百万以内"),
        (50_000_000, "几百万到几千万"),
        (500_000_000, "几千万到几亿"),
        (5_000_000_000, "几亿到几十亿"),
    ),
    "count": ((5, "个位数"), (20, "十来个上下"), (100, "几十个"), (1000, "几百个")),
}
ABOVE = {"money": "几十亿以上", "count": "上千个"}
INDUSTRIES = (  # part of the industry's name → broad kind
    ("制造|机械|装备|汽车|零部件|电子|化工|纺织|服装|家具|五金|食品|药", "制造类企业"),
    ("建材|建筑|工程|地产|装修", "建筑相关企业"),
    ("外贸|进出口|贸易|批发|商贸", "贸易类企业"),
    ("餐饮|零售|连锁|超市|酒店|旅游|教育|医|美|物业|服务", "服务类企业"),
    ("农|牧|渔|林|粮", "农业相关企业"),
    ("物流|运输|仓储|航", "运输类企业"),
    ("软件|科技|信息|互联网", "科技类企业"),
)
HELD_BACK = frozenset({"region", "birth_date", "risk_grade", "risk_valid", "credit_grade", "tier", "industry", "age"})
FIGURE = re.compile(r"\d")


def rehearsal(record: Record, bank: Bank, book: Book, seed: int) -> Persona | None:
    """Return the masked persona, None when nothing is known or likely to be asked about."""
    common = book.common.get(record.segment)
    dice = Random(f"rehearsal|{seed}")
    needs = _needs(record, bank, book)
    if common is None or not needs:
        return None
    age, risk = _age(record), str(record.value("risk_grade") or "")
    return Persona(
        id="client",
        name="客户",
        title=_title(record, common),
        temper=dice.choice(list(common.temper)),
        segment=record.segment,
        business=_kind(record),
        card=_card(record, bank),
        goal="按明天的打算走一遍：问出难处，问透后果，说定下一步",
        opening=common.opening,
        facts=_facts(record, bank, common, [n.code for n in needs]),
        needs=needs,
        decides=common.decides,
        gatekeeper=common.gatekeeper,
        opens=common.opens,
        closes=common.closes,
        forbidden=common.forbidden,
        objections=common.objections,
        age=age,
        risk=risk if risk[:1] == "C" else ("C2" if record.segment == "personal" else ""),
    )


def _age(record: Record) -> int | None:
    """The decade, not the year: 68 becomes 65, which keeps the rules on age right."""
    value = record.value("age")
    return int(value) // 5 * 5 if value is not None and str(value).isdigit() else None


def _kind(record: Record) -> str:
    if record.segment == "personal":
        age = _age(record)
        return f"一位{age // 10 * 10}多岁的个人客户" if age else "一位个人客户"
    industry = str(record.value("industry") or "")
    return "一家" + next((kind for part, kind in INDUSTRIES if re.search(part, industry)), "企业")


def _title(record: Record, common: Common) -> str:
    return f"{_kind(record)}的{common.title}" if record.segment == "corporate" else _kind(record)


def bucket(spec: FactSpec, value: object) -> str:
    """Return the order of magnitude of a figure, '' for what cannot be said without telling who it is."""
    if spec.kind == "bool":
        return "有" if value else "没有"
    if spec.kind == "choice":
        return str(value) if not FIGURE.search(str(value)) else ""
    if spec.kind not in SCALES:
        return ""
    try:
        figure = abs(Decimal(str(value)))
    except InvalidOperation:
        return ""
    return next((words for below, words in SCALES[spec.kind] if figure < below), ABOVE[spec.kind])


def _told(record: Record, bank: Bank) -> list[tuple[FactSpec, str]]:
    rows: Iterable[tuple[FactSpec | None, Known]] = ((bank.facts.get(c), k) for c, k in record.facts.items())
    told = [(s, bucket(s, k.value)) for s, k in rows if s is not None and s.code not in HELD_BACK]
    return [(s, words) for s, words in told if words][:MOST_FACTS]


def _card(record: Record, bank: Bank) -> tuple[tuple[str, str], ...]:
    return (("客户", _kind(record)), *((s.name, words) for s, words in _told(record, bank)[:6]))


def _facts(record: Record, bank: Bank, common: Common, needs: Sequence[str]) -> tuple[Topic, ...]:
    """What the record knows stands on the card; what the questions would fill, he has to look up."""
    known = [
        Topic(s.code, _cues(s), (f"{s.name}嘛，{words}。", f"{words}吧，你们不是有数吗？"), on_card=True)
        for s, words in _told(record, bank)[:6]
    ]
    seen = {t.id for t in known}
    open_: dict[str, Topic] = {}
    for question in bank.questions.values():
        if question.need in needs and question.kind == "situation":
            for code in question.fills:
                spec = bank.facts.get(code)
                if spec is not None and code not in seen and code not in record.facts:
                    says = tuple(f"{spec.name}啊，{words}" for words in common.unknown)
                    open_.setdefault(code, Topic(code, _cues(spec), says, need=question.need))
    return (*known, *list(open_.values())[: MOST_FACTS - len(known)])


def _cues(spec: FactSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys((spec.name, *spec.cues)))


def _needs(record: Record, bank: Bank, book: Book) -> tuple[HiddenNeed, ...]:
    """Needs voiced before and not settled come first, then the likeliest by the record."""
    earlier = [n for n, status, _ in record.earlier_needs if status not in ("dismissed", "committed")]
    chances = {
        n: likelihood(n, bank, record.facts, record)[0] for n, x in bank.needs.items() if x.segment == record.segment
    }
    likely = sorted(chances, key=lambda n: (-chances[n], list(bank.needs).index(n)))
    chosen = [n for n in dict.fromkeys((*earlier, *likely)) if n in book.manners and n in chances][:MOST_NEEDS]
    made = []
    for code, pain in zip(chosen, PAINS):
        m = book.manners[code]
        made.append(HiddenNeed(code, pain, TRUST[pain], m.words, m.implied, m.developed, m.explicit))
    return tuple(made)
