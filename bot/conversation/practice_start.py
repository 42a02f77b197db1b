"""Beginning a practice: with whom, how, how hard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

from bot.conversation import practice_cards as cards
from bot.conversation.messages import Message, Reply, button, card, press, say
from bot.conversation.practice import number_of, resume, title_of
from bot.conversation.practice_exam import begin_drill, drill_list, exam
from bot.conversation.practice_open import begin, level_of, suggested_level
from bot.conversation.practice_rehearse import rehearse, rehearse_with
from bot.conversation.talk import Talk, practice_message
from bot.practice.model import LEVELS, Persona
from bot.store import access
from bot.store import practice as store
from bot.store.tables import PracticeSession

GO_ON = re.compile(r"继续|接着|接上|刚才那|上次那|恢复")
EXAM = re.compile(r"考核|考试|测试一下我|过关|上岗考|认证")
REAL = re.compile(r"实战|真刀真枪|不要提示|不用提示|模拟实战")
DRILL = re.compile(r"专项|单练|只练|先求多|练(?:一?[练下]|习)?.{0,4}(?:状况|问题性|影响|权衡|暗示|需求.?效益)")
REHEARSE = re.compile(r"预演|彩排|明[天日].{0,8}(?:客户|拜访|见)|先跟.{1,12}(?:演|过)一遍")
MOST_SHOWN = 8


def start(talk: Talk) -> Reply:
    """Begin what the sentence asks for, or show what there is."""
    if talk.practice is not None and talk.reading.intent == "start_practice" and GO_ON.search(talk.text):
        return say("就在这儿呢。").plus(practice_message(talk.practice))
    if talk.text.startswith("/") and not talk.reading.entities:
        return menu(talk)
    if GO_ON.search(talk.text) and store.unfinished(talk.session, talk.actor):
        return resume(talk)
    if REHEARSE.search(talk.text):
        return rehearse(talk)
    if DRILL.search(talk.text):
        return drill_list(talk)
    if EXAM.search(talk.text):
        return exam(talk)
    way = "real" if REAL.search(talk.text) else "learn"
    level = level_of(talk)
    found = personas_named(talk)
    if len(found) == 1:
        return begin(talk, found[0], way, level or suggested_level(talk))
    return choose(talk, found, way, level) if found or level or way == "real" else menu(talk)


def personas_named(talk: Talk) -> list[Persona]:
    """Return the personas that the sentence names: by name, or by temper and trade (“爱聊天的退休教师”)."""
    people = list(talk.library.practice.personas.values())
    entity = talk.reading.first("persona")
    words = entity.text if entity is not None else talk.text
    by_id = [p for p in people if entity is not None and str(entity.value) == p.id]
    by_name = [p for p in people if p.name in talk.text]
    if by_id or by_name:
        return by_id or by_name
    marks = [(p, _likeness(talk, p, words)) for p in people]
    best = max((m for _, m in marks), default=0)
    return [p for p, m in marks if m == best] if best >= 2 else []


def _likeness(talk: Talk, persona: Persona, words: str) -> int:
    """Count the pairs of characters of title and temper that the words hold too."""
    temper = talk.library.practice.tempers[persona.temper].name
    traits = f"{persona.title}|{temper}|{persona.business}"
    pairs = {traits[i : i + 2] for i in range(len(traits) - 1)} - {"集团", "公司", "有限", "客户", "一个", "银行"}
    return sum(pair in words for pair in pairs) + 2 * (temper in words)


def menu(talk: Talk) -> Reply:
    """What can be practised."""
    waiting = store.unfinished(talk.session, talk.actor)
    first = [press(f"接着{title_of(r)}", "practice.resume", key=r.id) for r in waiting[:1]]
    buttons = (
        *first,
        press("挑一位客户", "practice.choose", key="learn"),
        press("实战", "practice.choose", key="real"),
        press("专项练习", "practice.drills"),
        press("明日客户预演", "practice.rehearse"),
        press("考核", "practice.exam"),
        button("我的成绩", "practice_history"),
    )
    text = (
        "练什么？\n· 学习：挑一位客户，边谈边看每句话带来什么\n· 实战：谈完再看分\n· 专项练习：一次只练一种问题\n"
        "· 明日客户预演：照明天要见的客户先走一遍\n· 考核：岗位见习、理论、实践三关"
    )
    return Reply((Message(text, buttons),))


def choose(talk: Talk, among: Sequence[Persona] = (), way: str = "learn", level: str | None = None) -> Reply:
    """Show personas to pick from, those not met yet first."""
    book = talk.library.practice
    met = [s.persona_code for s in store.finished(talk.session, talk.actor)]
    people = sorted(among or book.personas.values(), key=lambda p: (met.count(p.id), p.segment, p.id))[:MOST_SHOWN]
    value = f"{way}:{level or suggested_level(talk)}"
    rows = [
        {
            "title": f"{p.title} {p.name}",
            "subtitle": f"{book.tempers[p.temper].name} · {p.business}",
            "payload": press(p.name, "practice.begin", key=p.id, value=value).payload,
        }
        for p in people
    ]
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    now = value.split(":")[1]
    head = f"和哪一位练？（{cards.WAY_NAMES[way]}，{cards.level_name(now)}）"
    text = "\n".join([head, *(f"{i}. {r['title']}" for i, r in enumerate(rows, 1))])
    shown = card("list", head, text=text, items=rows)
    buttons = [press("换一批", "practice.more", key=way, value=now)]
    buttons += [press(f"换{cards.level_name(c)}", "practice.more", key=way, value=c) for c in LEVELS if c != now]
    return Reply((Message(text, tuple(buttons), shown),))


def chosen_way(talk: Talk) -> Reply:
    """The button of a way."""
    key = talk.reading.first("key")
    way = str(key.value) if key and str(key.value) in ("learn", "real") else "learn"
    return choose(talk, way=way)


def more(talk: Talk) -> Reply:
    """Another handful of personas."""
    everyone = list(talk.library.practice.personas.values())
    dice = crc32(f"{talk.actor.user_id}|{talk.turn}".encode()) % max(1, len(everyone))
    key, value = talk.reading.first("key"), talk.reading.first("value")
    way = str(key.value) if key and str(key.value) in ("learn", "real") else "learn"
    level = str(value.value) if value and str(value.value) in LEVELS else None
    return choose(talk, [*everyone[dice:], *everyone[:dice]][:MOST_SHOWN], way, level)


def picked(talk: Talk) -> Reply:
    """The button of a persona: key is its id, value `way:level`."""
    key, value = talk.reading.first("key"), talk.reading.first("value")
    persona = talk.library.practice.personas.get(str(key.value)) if key else None
    way, _, level = str(value.value if value else "learn:easy").partition(":")
    if persona is None or level not in LEVELS or way not in ("learn", "real"):
        return say("这位客户已经不在了，请另挑一位。").plus(*choose(talk).messages)
    return begin(talk, persona, way, level)


def restart(talk: Talk) -> Reply:
    """“重新来” in the middle of a practice: ask, since what was said would be left behind."""
    row = talk.practice
    assert row is not None
    talk.ask_yes_no({"do": "practice.repeat", "key": row.id})
    ask = "这一场先放下，和同一位客户从头开始吗？"
    return say(ask, press("从头开始", "practice.repeat", key=row.id), button("不，接着谈", "deny"))


def repeat(talk: Talk) -> Reply:
    """The same client at the same level once more, with other luck."""
    row: PracticeSession = store.own_session(talk.session, talk.actor, number_of(talk))
    if row.state.get("drill"):
        return begin_drill(talk, row.drill)
    if row.client_id is not None:
        return rehearse_with(talk, access.client_by_id(talk.session, talk.actor, row.client_id))
    way = row.way if row.way in ("learn", "real") else "learn"
    return begin(talk, store.persona_of(row), way, row.difficulty)
