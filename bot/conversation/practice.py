"""A practice turn by turn: what the manager says to the played client, hints, leaving and coming back, the end."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.conversation import practice_cards as cards
from bot.conversation.messages import Message, Reply, button, press, say
from bot.conversation.talk import Talk, practice_message
from bot.practice import client, drills, feedback
from bot.practice.compliance import unsuitable
from bot.practice.hearing import marked
from bot.practice.model import ClientState, Line, Persona, Said
from bot.practice.scoring import Score, score, verdict
from bot.store import practice as store
from bot.store.tables import PracticeSession

SURE = 0.6  # of a move; of the gold sentences 94 % lie above it, 96 % of those are right (docs/practice.md)
SURE_WITH_A_WORD = 0.4
LONGEST_ID = 9  # digits
NEED = 0.6  # of a need that a sentence touches
PAUSING = re.compile(r"下次|回头|待会|等会|改天|明天|接着|先停|暂停|歇")
NOT_PRACTISING = "现在没有进行中的对练。说“开始对练”就能开始一场。"
HELP = (
    "把我当成客户，像见面那样说话就行，一次说一句。\n"
    "要提示说“提示”；想停下说“先停一停”，下次接着来；谈完说“结束对练”，看分数和每一句的说法。\n"
    "中途查产品也可以，查完回到这里。"
)


def seller(talk: Talk) -> Reply:
    """What the manager said to the client: labelled, answered, kept."""
    row = talk.practice
    if row is None:
        return _not_practising(talk)
    if row.way == "drill" or row.state.get("drill"):
        return _drill_turn(talk, row)
    persona = store.persona_of(row)
    said = heard(talk, persona, row)
    context = row.state["last"]
    world = store.world_of(row, talk.library.practice)
    state, line = client.respond(world, ClientState.from_json(row.state["client"]), said)
    store.keep_turn(row, line, context, talk.reading.move_confidence)
    row.state = {**row.state, "client": state.to_json(), "last": _last_line(line.reply)}
    reply = Reply((Message(f"{_speaker(persona, line)}：{line.reply}", _buttons(row)),))
    if row.way in ("learn", "rehearsal"):
        reply = reply.plus(Message(feedback.remark(line, names(talk))))
    return finish(talk, row, state, reply) if state.over else reply


def _speaker(persona: Persona, line: Line) -> str:
    return persona.gatekeeper.who if line.kind in ("gate_ask", "gate_stop") else persona.name


def _last_line(reply: str) -> str:
    return reply.splitlines()[-1] if reply else ""


def _buttons(row: PracticeSession) -> tuple[Any, ...]:
    end = button("结束对练", "end_practice")
    return (end,) if row.way in ("exam", "real") else (button("提示", "hint"), end)


def names(talk: Talk) -> dict[str, str]:
    return {n.code: n.name for n in talk.library.bank.needs.values()}


def heard(talk: Talk, persona: Persona, row: PracticeSession) -> Said:
    """Put the reading of the sentence into the rules' form. What is doubtful is marked so, not guessed."""
    reading = talk.reading
    products = _products(talk)
    other = [e for e in reading.entities if e.type == "client" and str(e.value) not in ("None", str(row.client_id))]
    figures = any(e.type in ("amount", "count", "rate") for e in reading.entities)
    return Said(
        text=reading.text,
        move=reading.move or "other",
        sure=is_sure(talk),
        needs=tuple(code for code, chance in reading.needs if chance >= NEED),
        products=tuple(p.code for p in products),
        answers=tuple(dict.fromkeys(n for p in products for n in p.benefits)),
        dated=any(e.type == "date" for e in reading.entities),
        unsuitable=tuple(p.code for p in products if unsuitable(p, persona, talk.library.suitability.of(p.code))),
        others=bool(other) and figures,
    )


def is_sure(talk: Talk) -> bool:
    """A label that is likely by itself, or likely enough and borne out by a plain word."""
    chance = talk.reading.move_confidence
    return chance >= SURE or (chance >= SURE_WITH_A_WORD and marked(talk.reading.move, talk.text))


def _products(talk: Talk) -> list[Any]:
    catalogue = talk.library.catalogue.products
    values = [e.value for e in talk.reading.entities if e.type == "product"]
    codes = [c for v in values for c in (v if isinstance(v, list) else [v])]
    return [catalogue[c] for c in dict.fromkeys(map(str, codes)) if c in catalogue]


def hint(talk: Talk) -> Reply:
    row = talk.practice
    if row is None:
        return _not_practising(talk)
    if row.way == "exam":
        return say("考核里没有提示，照您的想法说。").plus(practice_message(row))
    if row.way == "real":
        return say("实战里不给提示，谈完一起看。想边练边看提示，下次选“学习”。").plus(practice_message(row))
    if row.state.get("drill"):
        state = drills.DrillState.from_json(row.state["drill"])
        move = state.rounds[min(state.at, len(state.rounds) - 1)].move
        return say(f"方向：{drills.POINTERS[move]}").plus(practice_message(row))
    world = store.world_of(row, talk.library.practice)
    return say(f"方向：{feedback.hint(world, ClientState.from_json(row.state['client']))}").plus(practice_message(row))


def help_(talk: Talk) -> Reply:
    row = talk.practice
    return say(HELP).plus(practice_message(row)) if row is not None else say(HELP)


def pause(talk: Talk) -> Reply:
    row = talk.practice
    assert row is not None
    talk.conversation.mode = "idle"
    talk.pend(None)
    return say("好，对练先停在这里，下次接着来就行。", press("接着练", "practice.resume", key=row.id))


def resume(talk: Talk) -> Reply:
    """Go on with an open practice, in whatever conversation or channel it was begun."""
    key = talk.reading.first("key")
    waiting = store.unfinished(talk.session, talk.actor)
    chosen = [r for r in waiting if key is not None and str(r.id) == str(key.value)] or list(waiting[:1])
    if not chosen or (key is not None and str(chosen[0].id) != str(key.value)):
        return say("这场对练已经结束了，或者不在了。", press("开始对练", "practice.start"))
    return take_up(talk, chosen[0])


def take_up(talk: Talk, row: PracticeSession) -> Reply:
    row.conversation_id = talk.conversation.id
    talk.session.flush()
    enter(talk)
    return say(f"接着{title_of(row)}。").plus(practice_message(row))


def number_of(talk: Talk, name: str = "key") -> int:
    """Return the number that a button carries, -1 when it carries none that a database could hold."""
    entity = talk.reading.first(name)
    figure = str(entity.value) if entity is not None else ""
    return int(figure) if figure.isdecimal() and figure.isascii() and len(figure) <= LONGEST_ID else -1


def enter(talk: Talk) -> None:
    """Put the conversation into practice; an open visit stays as it is, to be resumed later."""
    talk.conversation.mode = "practice"
    talk.conversation.visit, talk.conversation.visit_id = None, None
    talk.pend(None)
    talk.__dict__.pop("practice", None)


def title_of(row: PracticeSession) -> str:
    who = f"和{row.persona['name']}" if row.persona else row.state.get("title", "")
    return f"{who}的{cards.WAY_NAMES[row.way]}（{cards.level_name(row.difficulty)}）" if row.persona else f"{who}"


def end(talk: Talk) -> Reply:
    """The manager ends the talk; one in which nothing was said leaves no trace."""
    row = talk.practice
    if row is None:
        return _not_practising(talk)
    if PAUSING.search(talk.text):
        return pause(talk)
    if row.state.get("drill"):
        return finish_drill(talk, row, drills.DrillState.from_json(row.state["drill"]), say("好，练到这儿。"))
    if not row.turns and row.way != "exam":
        talk.conversation.mode = "idle"
        talk.session.delete(row)
        return say("还没开口就结束了，不留记录。", press("换一位", "practice.start"))
    return finish(talk, row, client.conclude(ClientState.from_json(row.state["client"])), Reply())


def scored(row: PracticeSession) -> Score:
    """Score a session with the labels as they stand now, verdicts included."""
    level, _ = store.level_of(row)
    outcome = row.state["client"]["outcome"]
    return score(store.persona_of(row), level, store.rubric_of(row), store.lines_of(row), outcome)


def finish(talk: Talk, row: PracticeSession, state: ClientState, reply: Reply) -> Reply:
    row.state = {**row.state, "client": state.to_json()}
    result = scored(row)
    stored = cards.scorecard(store.rubric_of(row), result, row.way)
    store.close(row, state.outcome, stored, verdict(result, stored["mark"], row.way), talk.now)
    talk.conversation.mode = "idle"
    talk.pend(None)
    return reply.plus(*result_messages(talk, row, result))


def advice_of(talk: Talk, row: PracticeSession, result: Score) -> tuple[feedback.Advice, ...]:
    bank = talk.library.bank

    def asks(need: str, kind: str) -> list[str]:
        return [a for q in bank.of(need, kind) for a in q.asks] if need in bank.needs and kind else []

    return feedback.debrief(store.persona_of(row), store.rubric_of(row), store.lines_of(row), result, asks, names(talk))


def result_messages(talk: Talk, row: PracticeSession, result: Score) -> list[Message]:
    """Return the scorecard and what to do next."""
    assert row.scorecard is not None
    told = advice_of(talk, row, result) if result.total is not None or result.blockers else ()
    shown = cards.scorecard_card(title_of(row), row.scorecard, told, names(talk))
    buttons = [
        press("逐句回放", "practice.replay", key=row.id),
        press("再来一次", "practice.repeat", key=row.id),
    ]
    judged = result.total is not None
    following = feedback.next_exercise(talk.library.practice, store.rubric_of(row), result) if judged else None
    if following is not None and following.drill:
        buttons.insert(0, press(f"练：{following.name}", "practice.drill", key=following.drill))
    messages = [Message(shown["text"], tuple(buttons), shown)]
    if following is not None:
        text = f"{following.reason}，接下来可以练“{following.name}”。" if following.name else f"{following.reason}。"
        messages.append(Message(f"{text}哪一句判得不对，就说“我不同意第几句”，主管会看。"))
    return messages


# --- drills ----------------------------------------------------------------------------------------------------------


def _drill_turn(talk: Talk, row: PracticeSession) -> Reply:
    state = drills.DrillState.from_json(row.state["drill"])
    reading = talk.reading
    said = Said(
        reading.text,
        reading.move or "other",
        is_sure(talk),
        tuple(c for c, chance in reading.needs if chance >= NEED),
    )
    number = len(state.results) + 1
    context = state.context
    state, told = drills.step(state, said)
    line = Line(number, said, told, state.results[-1][2])
    store.keep_turn(row, line, context, reading.move_confidence)
    row.state = {**row.state, "drill": state.to_json(), "last": state.context}
    if row.way == "exam":
        told = "记下了。"
    if state.over:
        return finish_drill(talk, row, state, say(told))
    return say(told).plus(practice_message(row))


def finish_drill(talk: Talk, row: PracticeSession, state: drills.DrillState, reply: Reply) -> Reply:
    """Close a drill: how many were right; a theory examination is passed by its mark."""
    rubric = store.rubric_of(row)
    judged = replace(state, at=len(state.rounds)) if state.stage == "quality" else state
    total = judged.total if judged.over else _total_so_far(judged)
    mark = rubric.exam_mark if row.way == "exam" else rubric.pass_mark
    enough = state.over or row.way == "exam"
    total = total if enough else None
    passed = total >= mark if total is not None else None
    card: dict[str, Any] = {
        "total": total,
        "passed": bool(passed),
        "criteria": [],
        "blockers": [],
        "outcome": "continuation",
    }
    card |= {"counts": {}, "needs_found": [], "needs_missed": [], "mark": mark, "why_none": "没有练完"}
    store.close(row, "continuation", card, passed, talk.now)
    talk.conversation.mode = "idle"
    right = f"说对 {state.right} 句，一共说了 {len(state.results)} 句。"
    verdict = f"{total}分，{'通过' if passed else '没有通过'}。" if total is not None and row.way == "exam" else ""
    lines = [f"{n}. 【{_RESULTS[r]}】{cards.cut(t)}" for n, (t, _, r) in enumerate(state.results, 1)][-12:]
    buttons = [press("再练一遍", "practice.drill", key=row.drill)] if row.drill else []
    buttons += [press("其他专项", "practice.drills"), press("开始对练", "practice.start")]
    return reply.plus(Message("\n".join([f"{row.state['title']}：{verdict}{right}", *lines]), tuple(buttons)))


def _total_so_far(state: drills.DrillState) -> int | None:
    judged = [r for _, _, r in state.results if r in ("right", "wrong")]
    return round(100 * state.right / len(state.rounds)) if judged else None


_RESULTS = {"right": "对", "wrong": "不对", "unsure": "没听准", "again": "重复"}


def _not_practising(talk: Talk) -> Reply:
    waiting = store.unfinished(talk.session, talk.actor)
    buttons = [press(f"接着{title_of(r)}", "practice.resume", key=r.id) for r in waiting[:2]]
    return say(NOT_PRACTISING, *buttons, press("开始对练", "practice.start"))
