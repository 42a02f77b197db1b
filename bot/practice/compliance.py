"""What must not be said to a client: promises, another client's affairs, products that do not suit him.

The patterns stand in rubric.yml. A pattern with a group `who` names somebody: the played client himself, those he speaks of
and a trade in general (“一家纺织厂”) are nobody's secret.
"""

from __future__ import annotations

import re
from functools import cache

from bot.bundles.suitability import AGE_OF_EXTRA_CARE, CARE_LEVEL, PLAIN, Sale
from bot.catalogue.model import Product
from bot.practice.book import Compliance, Rubric
from bot.practice.model import PRESENTING, Persona, Said

SELLING = (*PRESENTING, "commitment")
HIGHEST = 5  # risk level of a client without a grade: nothing is above it

# what may stand before a name without being part of it; after a counting word the trade is no name
LEADS = re.compile(
    r"您|你|咱|贵|我们?|我行|本行|他们?|她们?|的|是|说|像|如|跟|问|听|把|将|被|让|在|知道|隔壁|对面|旁边|附近|同行|那个|这个|这种|那种"
    r"|到|放|转|进|给|用|归|比|从|由|就|都|也|还|只|才|再|全|整|这|那|做|查|看|要|能|会|当|里|下"
    r"|[分子总母](?=公司)|各|别|多|位|个|名|老|很|些|[村镇县市区路街]"
)
COUNTED = re.compile(r"(?:[一二两三四五六七八九十几每哪某数]|[0-9])(?:个|位|名|家)?$|(?:某|别|多|各|每)家?$|家$")
TRADES = re.compile(
    r"公司|集团|企业|工厂|厂|店|纺织|机械|商贸|贸易|科技|食品|建材|实业|物流|运输|医药|药业|化工|超市|酒店|餐饮|电子|制造|服饰|服装|粮油|面粉|米业|家具|汽配|配件|轴承|模具|医院|学校|外贸|同类|大型|小型|民营|国有|上市"
)
TITLES = re.compile(r"(?:老板娘|老板|阿姨|叔叔|先生|女士|老师|总|姐|哥|董)$")
SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓冯萧程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)


def breach(said: Said, rubric: Rubric, persona: Persona) -> str:
    """Return the code of the rule that the sentence breaks, '' when none."""
    if said.unsuitable and said.sure and said.move in SELLING:
        return "unsuitable"
    if said.others:
        return "leak"
    for rule in rubric.compliance:
        if any(re.search(p, said.text) for p in rule.unless):
            continue
        if any(_hit(p, said.text, persona) for p in rule.words) or _too_risky(rule, said, persona):
            return rule.code
    return ""


def _hit(pattern: str, text: str, persona: Persona) -> bool:
    for found in re.finditer(pattern, text):
        who = found.groupdict().get("who")
        if who is None or names_another(who, text[: found.start("who")], persona):
            return True
    return False


def names_another(who: str, before: str, persona: Persona) -> bool:
    """Whether the words name one certain firm or person other than the played client and those around him."""
    title = TITLES.search(who)
    bare = who[: title.start()] if title else who
    end = max((m.end() for m in LEADS.finditer(bare)), default=0)
    if title:
        return _another_person(bare[end:], title.group(), persona)
    core, before = TRADES.sub("", who[end:]), before + who[:end]
    return len(core) > 1 and not COUNTED.search(before) and not COUNTED.search(core) and core not in _around(persona)


def _another_person(name: str, title: str, persona: Persona) -> bool:
    """“孔阿姨”, “欧总”: a surname and a title, not the client's own and nobody's he speaks of."""
    surname = name[-1:] if name[-2:-1] not in SURNAMES else name[-2:-1]
    return surname in SURNAMES and surname != persona.name[:1] and surname + title not in _around(persona)


@cache
def _texts(business: str, title: str, name: str, said: tuple[str, ...]) -> str:
    return "\n".join((business, title, name, *said))


def _around(persona: Persona) -> str:
    """All that is known of the client or that he may say himself: who is named there is no stranger."""
    facts = tuple(x for f in persona.facts for x in f.says)
    needs = tuple(x for n in persona.needs for x in (*n.implied, *n.developed, *n.explicit))
    card = tuple(v for _, v in persona.card)
    deciding = (persona.decides.who, *persona.decides.advance, *persona.opening)
    return _texts(persona.business, persona.title, persona.name, (*facts, *needs, *card, *deciding))


def _too_risky(rule: Compliance, said: Said, persona: Persona) -> bool:
    """Whether a kind of product is offered (“股票型基金”) whose least risk is above what the client may bear."""
    if persona.segment != "personal" or not said.sure or said.move not in SELLING:
        return False
    return any(level > risk_cap(persona) and re.search(kind, said.text) for kind, level in rule.levels.items())


def risk_cap(persona: Persona) -> int:
    """The highest risk level 1–5 that suits the client: his grade, and the care from a certain age on."""
    cap = int(persona.risk[-1]) if persona.risk else HIGHEST
    aged = persona.age is not None and persona.age >= AGE_OF_EXTRA_CARE
    return min(cap, CARE_LEVEL) if aged else cap


def unsuitable(product: Product, persona: Persona, sale: Sale = PLAIN) -> bool:
    """Whether the product must not be sold to this client: risk above grade or care for age, or outside its age limits."""
    if persona.segment != "personal":
        return False
    levels = product.risk_levels
    return (levels is not None and levels[0] > risk_cap(persona)) or _outside_age(sale, persona.age)


def _outside_age(sale: Sale, age: int | None) -> bool:
    if age is None:
        return False
    return not int(sale.needs.get("min_age", 0)) <= age <= int(sale.needs.get("max_age", 200))
