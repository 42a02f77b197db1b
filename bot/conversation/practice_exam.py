"""Examinations of the three stages, and drills of one kind of question."""

from __future__ import annotations

import re

from bot.conversation.messages import Message, Reply, button, press, say
from bot.conversation.practice import enter, take_up
from bot.conversation.practice_open import begin, leave_open, seed_for
from bot.conversation.talk import Talk, practice_message
from bot.practice import drills, stages
from bot.store import practice as store

DRILL_WORDS = {
    "problem": "问题性|难点|困难",
    "implication": "影响|暗示|后果",
    "need_payoff": "权衡|得失|效益|回报|价值",
}


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


def drill_list(talk: Talk) -> Reply:
    """Show the drills, or begin the one that the sentence names."""
    book = talk.library.practice
    move = next((m for m, words in DRILL_WORDS.items() if re.search(words, talk.text)), None)
    fits = [d for d in book.drills.values() if move is None or d.move == move]
    if move is not None and fits:
        return begin_drill(talk, fits[0].code)
    buttons = tuple(press(d.name, "practice.drill", key=d.code) for d in fits)
    return Reply((Message("练哪一项？先求多，再求好。", buttons),))


def drill(talk: Talk) -> Reply:
    key = talk.reading.first("key")
    return begin_drill(talk, str(key.value) if key else "")


def begin_drill(talk: Talk, code: str) -> Reply:
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
