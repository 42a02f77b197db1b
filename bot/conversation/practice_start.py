"""Beginning a practice: with whom, how, how hard; examinations, drills, the rehearsal of tomorrow's visit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zlib import crc32

from bot.conversation import practice_cards as cards
from bot.conversation.messages import Button, Message, Reply, button, card, press, say
from bot.conversation.practice import enter, number_of, pause, resume, take_up, title_of
from bot.conversation.starting import find
from bot.conversation.talk import Talk, practice_message
from bot.practice import client, drills, stages
from bot.practice.model import LEVELS, Persona
from bot.practice.rehearse import rehearsal
from bot.store import access, clients
from bot.store import practice as store
from bot.store.tables import Client, PracticeSession

GO_ON = re.compile(r"继续|接着|接上|刚才那|上次那|恢复")
EXAM = re.compile(r"考核|考试|测试一下我|过关|上岗考|认证")
REAL = re.compile(r"实战|真刀真枪|不要提示|不用提示|模拟实战")
DRILL = re.compile(r"专项|单练|只练|先求多|练(?:一?[练下]|习)?.{0,4}(?:状况|问题性|影响|权衡|暗示|需求.?效益)")
REHEARSE = re.compile(r"预演|彩排|明[天日].{0,8}(?:客户|拜访|见)|先跟.{1,12}(?:演|过)一遍")
DRILL_WORDS = {
    "problem": "问题性|难点|困难",
    "implication": "影响|暗示|后果",
    "need_payoff": "权衡|得失|效益|回报|价值",
}
LEVEL_WORDS = {
    "easy": "入门|简单|容易|初级",
    "medium": "进阶|中等|一般|普通",
    "hard": "高难|困难|最难|难一点|高级|难度高",
}
MOST_SHOWN = 8
RAISED_AFTER = 2  # sessions passed at a level before the next one is suggested


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


def level_of(talk: Talk) -> str | None:
    entity = talk.reading.first("difficulty")
    if entity is not None and entity.value in LEVELS:
        return str(entity.value)
    return next((code for code, words in LEVEL_WORDS.items() if re.search(words, talk.text)), None)


def suggested_level(talk: Talk) -> str:
    """The lowest level not yet passed twice."""
    passed = [s.difficulty for s in store.finished(talk.session, talk.actor) if s.passed and s.way in ("learn", "real")]
    return next((code for code in LEVELS if passed.count(code) < RAISED_AFTER), LEVELS[-1])


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


def begin(
    talk: Talk, persona: Persona, way: str, level: str, *, stage: str = "", client_id: int | None = None
) -> Reply:
    """Open a session: briefing, then the first words of the client or of whoever stands before the door."""
    book = talk.library.practice
    world = client.world(book, persona, level, seed_for(talk, persona.id))
    state, first = client.begin(world)
    leave_open(talk)
    row = store.add(
        talk.session,
        talk.actor,
        talk.conversation.id,
        way=way,
        stage=stage,
        persona_code=persona.id,
        persona=persona.to_json(),
        client_id=client_id,
        difficulty=level,
        seed=world.seed,
        level=store.frozen_level(world.level, world.temper),
        rubric=world.rubric.to_json(),
        rubric_version=world.rubric.version,
        state={"client": state.to_json(), "last": first.splitlines()[-1]},
    )
    enter(talk)
    brief = cards.brief_card(persona, world.temper, world.level, way)
    brief["session"] = row.id
    speaker = persona.gatekeeper.who if state.gate else persona.name
    end = button("结束对练", "end_practice")
    buttons = (button("提示", "hint"), end) if way in ("learn", "rehearsal") else (end,)
    return Reply((Message(brief["text"], card=brief), Message(f"{speaker}：{first}", buttons)))


def seed_for(talk: Talk, what: str) -> int:
    """A number from who practises what for the how-many-eth time: not from the clock, so that it can be played again."""
    count = store.count_finished(talk.session, talk.actor)
    return crc32(f"{talk.actor.user_id}|{what}|{count}".encode()) % 1_000_000


def leave_open(talk: Talk) -> None:
    """A practice that is still open in this conversation stays open, to be resumed; an empty one goes."""
    row = talk.practice
    if row is not None and not row.turns and row.way != "exam":
        talk.session.delete(row)
        talk.session.flush()
    elif row is not None:
        pause(talk)
        row.conversation_id = None


# --- examinations ----------------------------------------------------------------------------------------------------


def exam(talk: Talk) -> Reply:
    """The next examination, or why not now; one that was begun is gone on with."""
    begun = next((r for r in store.unfinished(talk.session, talk.actor) if r.way == "exam"), None)
    if begun is not None:
        return take_up(talk, begun)
    where = stages.standing(store.attempts(talk.session, talk.actor))
    if where.stage == "done":
        return say("三关都通过了。想保持手感，可以再来一场实战。", press("实战", "practice.choose", key="real"))
    name = stages.STAGE_NAMES[where.stage]
    if where.must_learn:
        return say(
            f"“{name}”已经两次没有通过，先回到学习：完整练一场，过了线就能再考。",
            press("去学习", "practice.choose", key="learn"),
        )
    talk.ask_yes_no({"do": "practice.exam_begin"})
    text = f"下一关是“{name}”：{stages.STAGE_MEANS[where.stage]}。没有提示，按现在的标准评分，两次不过要回到学习。现在开始吗？"
    return say(text, press("开始考核", "practice.exam_begin"), button("先不考", "deny"))


def exam_begin(talk: Talk) -> Reply:
    where = stages.standing(store.attempts(talk.session, talk.actor))
    begun = any(r.way == "exam" for r in store.unfinished(talk.session, talk.actor))
    if begun or where.stage == "done" or where.must_learn:
        return exam(talk)
    if where.stage == "theory":
        return _theory(talk)
    book = talk.library.practice
    people = sorted(book.personas.values(), key=lambda p: p.id)
    if not people:
        return say("还没有可以对练的客户。")
    persona = people[seed_for(talk, f"exam|{where.stage}|{where.failures}") % len(people)]
    return begin(talk, persona, "exam", stages.STAGE_LEVELS[where.stage], stage=where.stage)


def _theory(talk: Talk) -> Reply:
    state = drills.theory(talk.library.practice, seed_for(talk, "theory"))
    return _open_drill(talk, state, "理论考核", way="exam", stage="theory", lead="客户说一句，您接该问的那一问。")


# --- drills ----------------------------------------------------------------------------------------------------------


def drill_list(talk: Talk) -> Reply:
    """Show the drills, or begin the one that the sentence names."""
    book = talk.library.practice
    move = next((m for m, words in DRILL_WORDS.items() if re.search(words, talk.text)), None)
    fits = [d for d in book.drills.values() if move is None or d.move == move]
    if move is not None and fits:
        return _begin_drill(talk, fits[0].code)
    buttons = tuple(press(d.name, "practice.drill", key=d.code) for d in fits)
    return Reply((Message("练哪一项？先求多，再求好。", buttons),))


def drill(talk: Talk) -> Reply:
    key = talk.reading.first("key")
    return _begin_drill(talk, str(key.value) if key else "")


def _begin_drill(talk: Talk, code: str) -> Reply:
    chosen = talk.library.practice.drills.get(code)
    if chosen is None:
        return drill_list(talk)
    return _open_drill(talk, drills.start(chosen), chosen.name, drill=code, lead=chosen.brief)


def _open_drill(
    talk: Talk, state: drills.DrillState, title: str, *, way: str = "drill", stage: str = "", drill: str = "", lead: str
) -> Reply:
    rubric = talk.library.practice.rubric
    assert rubric is not None
    leave_open(talk)
    row = store.add(
        talk.session,
        talk.actor,
        talk.conversation.id,
        way=way,
        stage=stage,
        difficulty="medium",
        drill=drill,
        seed=seed_for(talk, title),
        rubric=rubric.to_json(),
        rubric_version=rubric.version,
        state={"drill": state.to_json(), "title": title, "last": state.context},
    )
    enter(talk)
    buttons = (
        (button("结束对练", "end_practice"),)
        if way == "exam"
        else (button("提示", "hint"), button("结束对练", "end_practice"))
    )
    return Reply((Message(f"{title}。{lead}", buttons), practice_message(row)))


# --- rehearsal -------------------------------------------------------------------------------------------------------


def rehearse(talk: Talk) -> Reply:
    """Rehearse the visit to a client of one's own: the one named, or the one of tomorrow."""
    if talk.reading.first("key") is not None:
        return _rehearse_with(talk, access.client_by_id(talk.session, talk.actor, number_of(talk)))
    named, several, _ = find(talk)
    if named is not None:
        return _rehearse_with(talk, named)
    tomorrow = several or _of_tomorrow(talk)
    if len(tomorrow) == 1:
        return _rehearse_with(talk, tomorrow[0])
    lead = "预演哪一位？" if tomorrow else "明天没有约好的客户。要预演哪一位？"
    people = tomorrow or clients.recently_touched(talk.session, talk.actor, 4)
    buttons: list[Button] = [press(c.short_name or c.name, "practice.rehearse", key=c.id) for c in people]
    return Reply((Message(lead, tuple(buttons)),))


def _of_tomorrow(talk: Talk) -> list[Client]:
    """The clients of the tasks that are due tomorrow."""
    day = talk.today + timedelta(days=1)
    due = [t.client for t in access.tasks_of(talk.session, talk.actor) if t.due_on == day and t.client is not None]
    return list({c.id: c for c in due}.values())


def _rehearse_with(talk: Talk, found: Client) -> Reply:
    book = talk.library.practice
    record = talk.record_of(found)
    persona = rehearsal(record, talk.library.bank, book, seed_for(talk, f"client|{found.id}"))
    if persona is None:
        return say("这位客户还没有可以演的内容：资料太少，需要也看不出来。先补几条资料再来。")
    level: Any = level_of(talk) or suggested_level(talk)
    reply = begin(talk, persona, "rehearsal", level, client_id=found.id)
    note = "客户照记录里的情况演：名字、地名、原话、确切数字都遮住了。记录里没有的，他也不知道。"
    return Reply((Message(note), *reply.messages))


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
        return _begin_drill(talk, row.drill)
    if row.client_id is not None:
        return _rehearse_with(talk, access.client_by_id(talk.session, talk.actor, row.client_id))
    way = row.way if row.way in ("learn", "real") else "learn"
    return begin(talk, store.persona_of(row), way, row.difficulty)
