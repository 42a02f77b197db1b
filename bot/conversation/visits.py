"""The guided visit, turn by turn: from the manager's words to the next question. Rules are in bot/visit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.conversation import commitments, proposals
from bot.conversation.cards import brief_card, fact_line, impact_card, ledger_line, needs_card
from bot.conversation.messages import Message, Reply, button, say
from bot.conversation.talk import Talk, question_message
from bot.store import records, visits, work
from bot.store.tables import Client, Visit
from bot.visit import correct, steer
from bot.visit.brief import prepare
from bot.visit.commands import cut, trailing_command
from bot.visit.hear import SURE, Change, Heard, close_open, hear
from bot.visit.impact import figures
from bot.visit.model import KIND_NAMES, STAGE_NAMES, STATUS_NAMES, Entry, Known, VisitState, facts_in_force
from bot.visit.planner import Next, Stop, likelihood
from bot.visit.speaker import client_speaks
from bot.visit.yesno import agrees, unchanged

STAGE_WORDS = {  # the contract's synonyms
    "situation": r"状况|背景|情境|现状|情况",
    "problem": r"问题性|难点|困难|难处|问题环节|问题阶段",
    "implication": r"影响|暗示性|牵连|后果",
    "need_payoff": r"权衡|得失|效益|需求[-—－ ]?回报|回报|价值|好处",
    "proposal": r"方案|推荐|提案|产品",
    "commitment": r"承诺|成交|收尾|下一步",
}
NEEDS_VOICED = {"implied_need", "explicit_need"}
NEW_MATTER = {"implied_need", "explicit_need", "fact"}  # after a proposal these go back to the ledger
ABOUT_A_PROPOSAL = {"change_bundle"}  # without one, such words are the client's
NOT_IN_VISIT = "现在没有进行中的拜访。说“准备拜访某某客户”就能开始。"


def begin(talk: Talk, client: Client, lead: str = "") -> Reply:
    """Open a visit with the client: a short brief, then the first question."""
    earlier = [
        v for v in visits.unfinished(talk.session, talk.actor, client.id) if v.state["ledger"] or v.state["learned"]
    ]
    for stale in visits.unfinished(talk.session, talk.actor, client.id):
        if stale not in earlier:
            visits.discard(talk.session, stale)
    record = talk.record_of(client)
    state = VisitState(segment=record.segment, turn=talk.turn)
    visit = visits.open_visit(talk.session, client, talk.actor.user_id, state)
    talk.conversation.mode, talk.conversation.visit, talk.conversation.visit_id = "visit", visit, visit.id
    talk.pend(None)
    talk.__dict__.pop("record", None)
    talk.__dict__.pop("state", None)
    brief = brief_card(record.name, prepare(record, talk.library.bank, talk.today), talk.library.bank)
    messages = [Message(f"{lead}{brief['text']}", card=brief), *commitments.reminders(talk, client)]
    if earlier:
        resume = button("接着上次的", "resume_visit", client=client.id, visit=earlier[0].id)
        messages.append(
            Message(f"上次和{client.short_name or client.name}的拜访还没做完，要接着上次也可以。", (resume,))
        )
    state, chosen = steer.open_next(
        state, record, talk.library.bank, talk.gain_for(state, record), talk.today, talk.turn
    )
    talk.save(state, undoable=False)
    return Reply((*messages, *_next_messages(talk, state, chosen, "先从这里问起：")))


def resume(talk: Talk, visit: Visit) -> Reply:
    """Go on with an unfinished visit, in whatever conversation or channel it was begun."""
    current = talk.visit
    if current is not None and current.id != visit.id and not current.state["ledger"] and not current.state["learned"]:
        talk.conversation.visit, talk.conversation.visit_id = None, None
        visits.discard(talk.session, current)
    talk.conversation.mode, talk.conversation.visit, talk.conversation.visit_id = "visit", visit, visit.id
    talk.pend(None)
    state = visits.state_of(visit)
    done = [ledger_line(e, talk.library.bank) for e in state.ledger]
    lead = f"接着和{visit.client.name}的拜访。" + ("已经记下：\n" + "\n".join(done) if done else "还没有记下什么。")
    card = needs_card(lead.split("。")[0], state.ledger, state.learned, talk.library.bank) if done else None
    reply = Reply((Message(lead, card=card),))
    if state.open is not None:
        return reply.plus(question_message(talk, state))
    if state.phase in ("proposal", "commitment"):
        return reply.plus(proposals.ask_commitment())
    return reply.plus(*advance(talk, state))


def report(talk: Talk) -> Reply:
    """Take down what the client said; a command behind it in the same message is carried out after that."""
    if talk.visit is None:
        return _no_visit(talk)
    found = trailing_command(talk.text)
    if found is None:
        return _report(talk)
    end, intent = found
    whole, talk.reading = talk.reading, cut(talk.reading, end)
    first = _report(talk)
    talk.reading = whole
    talk.__dict__.pop("state", None)
    after = COMMANDS_AFTER[intent](talk)
    kept = tuple(
        m for m in first.messages if (m.card or {}).get("type") != "question"
    )  # the next question is the command's
    return Reply((*kept, *after.messages))


def _report(talk: Talk) -> Reply:
    state, record, bank = talk.state, talk.record, talk.library.bank
    if (reply := mended(talk)) is not None:
        return reply
    if state.phase in ("proposal", "commitment") and state.proposal and not _new_matter(talk):
        return proposals.respond(talk)
    if state.open is not None and state.open.confirm and _confirms(talk):
        after = steer.confirmed(replace(state, turn=talk.turn), record, bank, talk.today)
        return Reply((Message("好，按旧信息继续。"),)).plus(*advance(talk, after))
    heard = hear(state, talk.reading, bank, talk.turn, talk.today)
    _keep_facts(talk, heard.facts)
    if not heard.understood:
        put_off = state.open is not None and heard.state.open is None
        return _put_off(talk, heard.state) if put_off else _not_heard(talk, heard.state)
    told, shown = _new_figures(talk, heard.state, heard)
    text = took_text(talk, heard)
    messages = (Message(text, (button("撤回这条", "undo"),), _took_card(talk, heard, text)), *shown)
    return Reply(messages).plus(*advance(talk, told))


def _new_matter(talk: Talk) -> bool:
    """After a proposal a difficulty or wish that is not in the ledger yet is no answer to the proposal."""
    raised = [
        n for c in talk.reading.clauses if c.stance in NEEDS_VOICED for n, confidence in c.needs if confidence >= SURE
    ]
    fresh = any(talk.state.status(n) in (None, "dismissed") for n in raised)
    return talk.reading.stance in NEW_MATTER or (talk.reading.stance != "advance" and fresh)


def _confirms(talk: Talk) -> bool:
    figures_said = any(e.type in ("count", "amount", "rate", "duration") for e in talk.reading.entities)
    return not figures_said and unchanged(talk.text, affirmed=talk.reading.intent == "affirm")


def _keep_facts(talk: Talk, facts: tuple[Known, ...]) -> None:
    assert talk.visit is not None
    for known in facts:
        records.save_fact(talk.session, talk.visit.client, known, talk.visit.id, talk.actor.user_id)


def took_text(talk: Talk, heard: Heard) -> str:
    """Say what was taken down, with the client's words."""
    bank = talk.library.bank
    lines = [fact_line(k, bank) for k in heard.facts]
    lines += [_change_line(c, talk) for c in heard.changes]
    return "记下了。\n" + "\n".join(lines) if lines else "记下了，这里没有新的需要。"


def _change_line(change: Change, talk: Talk) -> str:
    name = talk.library.bank.needs[change.need].name
    before = f"{STATUS_NAMES[change.before]} → " if change.before else ""
    return f"· {name}：{before}{STATUS_NAMES[change.after]}，“{change.quote}”"


def _took_card(talk: Talk, heard: Heard, text: str) -> dict[str, Any] | None:
    entries = [e for c in heard.changes if (e := heard.state.entry(c.need))]
    if not entries and not heard.facts:
        return None
    return {**needs_card("记下了", entries, heard.facts, talk.library.bank), "text": text}


def _put_off(talk: Talk, state: VisitState) -> Reply:
    """The client did not answer the question: it is left, and the next one is asked."""
    after = replace(state, turn=talk.turn)
    return Reply((Message("客户没说清楚，这一问先放一放。", (button("上一个", "previous_question"),)),)).plus(
        *advance(talk, after)
    )


def _not_heard(talk: Talk, state: VisitState) -> Reply:
    talk.save(replace(state, turn=talk.turn))
    bank = talk.library.bank
    if state.open is None:
        return say(
            "这句里我没听出和需要有关的内容。客户还说了什么？",
            button("看看总结", "visit_summary"),
            button("结束拜访", "end_visit"),
        )
    name = bank.needs[state.open.need].name
    buttons = [button("换个问法", "rephrase_question"), button("跳过", "skip_question")]
    if state.open.kind == "problem":
        buttons.insert(0, button("这算一个难处", "mark_need", need=state.open.need))
    return Reply(
        (Message(f"这句我没听出和“{name}”有关的内容，先不记。可以再问一次，或者换个说法告诉我：", tuple(buttons)),)
    ).plus(question_message(talk, state))


def _new_figures(talk: Talk, state: VisitState, heard: Heard) -> tuple[VisitState, list[Message]]:
    """Put a difficulty into money once its inputs are known; each figure is shown once."""
    facts = facts_in_force(talk.record, state)
    messages: list[Message] = []
    touched = {c.need for c in heard.changes} | ({talk.state.open.need} if talk.state.open else set())
    for entry in state.needs("implied", "developed", "explicit"):
        for figure in figures(entry.need, facts, talk.library.bank):
            if figure.code in state.told or (entry.need not in touched and not heard.facts):
                continue
            card = impact_card(figure, talk.library.bank)
            messages.append(Message(f"可以和客户算这笔账：{card['text']}", card=card))
            state = replace(state, told=(*state.told, figure.code))
    return state, messages[:2]


def advance(talk: Talk, state: VisitState, lead: str = "") -> list[Message]:
    """Open the next question, or say why to stop, and store the state."""
    if state.open is not None:
        talk.save(state)
        return [question_message(talk, state, lead)]
    after, chosen = steer.open_next(
        state, talk.record, talk.library.bank, talk.gain_for(state, talk.record), talk.today, talk.turn
    )
    talk.save(after)
    return _next_messages(talk, after, chosen, lead)


def _next_messages(talk: Talk, state: VisitState, chosen: Next | Stop, lead: str) -> list[Message]:
    if isinstance(chosen, Next):
        return [question_message(talk, state, lead, chosen.reasons)]
    if state.needs("explicit", "matched"):
        text = "该问的差不多了，再问下去客户会烦。可以出方案了。"
        return [
            Message(
                text,
                (
                    button("出方案", "recommend_bundle"),
                    button("总结", "visit_summary"),
                    button("结束拜访", "end_visit"),
                ),
            )
        ]
    if state.needs("implied", "developed"):
        text = "题库里合适的问题问完了，还没有问出明确需求。可以换个角度再聊，或者先到这里，下次再来。"
    else:
        text = "这次没有问出难处，客户现在过得去，不必硬推。可以先到这里，把了解到的情况留下。"
    return [Message(text, (button("总结", "visit_summary"), button("结束拜访", "end_visit")))]


def _corrected(talk: Talk, corrected: correct.Corrected) -> Reply:
    bank = talk.library.bank
    if corrected.kind == "fact":
        _keep_facts(talk, tuple(k for k in corrected.state.learned if k.code == corrected.code))
        known = next(k for k in corrected.state.learned if k.code == corrected.code)
        message = Message(
            f"改好了。\n{fact_line(known, bank)}", (button("撤回", "undo"),), needs_card("改好了", (), (known,), bank)
        )
    else:
        message = Message(f"好，“{bank.needs[corrected.code].name}”不算需求，已排除。", (button("撤回", "undo"),))
    return Reply((message,)).plus(*advance(talk, corrected.state))


def undo(talk: Talk) -> Reply:
    """Take the last step back."""
    if talk.visit is None:
        return _no_visit(talk)
    learned_before = {k.code: k for k in talk.state.learned}
    promised = talk.state.phase == "commitment"
    state = visits.undo(talk.visit)
    if state is None:
        return say("没有可以撤回的了。")
    kept = {k.code for k in state.learned}
    for code, known in learned_before.items():
        if code not in kept or next(k for k in state.learned if k.code == code).value != known.value:
            records.withdraw_fact(talk.session, talk.visit.client, code, talk.visit.id)
    if promised and state.phase != "commitment":
        talk.visit.outcome = ""
        work.remove_tasks_of_visit(talk.session, talk.visit.id)
    reply = say("撤回了上一步。")
    if state.open is not None:
        return reply.plus(question_message(talk, state))
    return reply.plus(proposals.ask_commitment()) if state.phase == "proposal" else reply.plus(*advance(talk, state))


def mark(talk: Talk) -> Reply:
    """The manager's word: the last reply counts as a difficulty of the need."""
    if talk.visit is None:
        return _no_visit(talk)
    need = talk.reading.first("need")
    code = str(need.value) if need else ""
    state = talk.state
    if code not in talk.library.bank.needs or state.status(code) not in (None, "dismissed"):
        return say("这条已经记着了。").plus(*advance(talk, state))
    quote = visits.last_words(talk.session, talk.conversation.id)
    if not quote:
        return say("先把客户的话打给我，我才好记。")
    entry = (state.entry(code) or Entry(code, "implied", quote, talk.turn)).to("implied", quote, talk.turn)
    after = replace(close_open(state.with_entry(entry), "answered"), focus=code)
    return say(f"按您的判断记下：\n{ledger_line(entry, talk.library.bank)}").plus(*advance(talk, after))


def mended(talk: Talk) -> Reply | None:
    """A step back or a correction in so many words is one, whatever else the sentence was read as; None without one."""
    if talk.visit is None or talk.text.startswith("/"):
        return None
    if correct.wants_undo(talk.text):
        return undo(talk)
    corrected = correct.correct(talk.state, talk.record, talk.reading, talk.library.bank, talk.turn, talk.today)
    return _corrected(talk, corrected) if corrected is not None else None


def next_question(talk: Talk) -> Reply:
    return mended(talk) or _stepped(talk, "answered", "好，下一个。")


def skip(talk: Talk) -> Reply:
    return mended(talk) or _stepped(talk, "skipped", "跳过了。")


def _stepped(talk: Talk, outcome: str, lead: str) -> Reply:
    if talk.visit is None:
        return _no_visit(talk)
    state = replace(close_open(talk.state, outcome), turn=talk.turn)
    if state.phase != "asking":
        state = replace(state, phase="asking")
    return Reply(tuple(advance(talk, state, lead)))


def previous(talk: Talk) -> Reply:
    if talk.visit is None:
        return _no_visit(talk)
    if (reply := mended(talk)) is not None:
        return reply
    state = steer.back(talk.state, talk.library.bank)
    if state is None:
        return say("这已经是第一个问题了。").plus(*advance(talk, talk.state))
    talk.save(state)
    return Reply((question_message(talk, state, "回到上一个问题："),))


def rephrase(talk: Talk) -> Reply:
    if talk.visit is None:
        return _no_visit(talk)
    state = steer.reword(talk.state, talk.record, talk.library.bank)
    if state is None:
        return Reply(tuple(advance(talk, talk.state)))
    talk.save(state, undoable=False)
    return Reply((question_message(talk, state, "换个说法："),))


def why(talk: Talk) -> Reply:
    if talk.visit is None:
        return _no_visit(talk)
    state = talk.state
    if state.open is None:
        return say("现在没有待问的问题。").plus(*advance(talk, state))
    bank = talk.library.bank
    question = bank.questions[state.open.id]
    _, reasons = likelihood(state.open.need, bank, facts_in_force(talk.record, state), talk.record)
    entry = state.entry(state.open.need)
    lines = [question.why]
    if entry and entry.quote:
        lines.append(f"客户说过“{entry.quote}”，现在是{STATUS_NAMES[entry.status]}，要靠这一步往前走。")
    if reasons:
        lines.append("记录里的依据：" + "；".join(reasons) + "。")
    if question.follow_up:
        lines.append(f"客户答了以后可以追问：{question.follow_up}")
    return say("\n".join(lines)).plus(question_message(talk, state))


def next_stage(talk: Talk) -> Reply:
    """Go to the stage that the manager names, or to the one after the open question's."""
    if talk.visit is None:
        return _no_visit(talk)
    if (reply := mended(talk)) is not None:
        return reply
    if talk.state.open is not None and agrees(talk.text):
        return report(talk)  # 影响很大 is the client's answer
    state = replace(talk.state, turn=talk.turn)
    wanted = named_stage(talk.text) or steer.later_kind(state) or "proposal"
    if wanted in ("proposal", "commitment"):
        return proposals.recommend(talk)
    need = state.focus or (state.open.need if state.open else None)
    if need is None:
        return Reply(tuple(advance(talk, state)))
    moved = steer.jump(state, wanted, need)
    opened = steer.open_at(moved, talk.library.bank, need, wanted, talk.turn, talk.record)
    if opened is None:
        return say(f"{KIND_NAMES[wanted]}问题已经问完了。").plus(*advance(talk, moved))
    talk.save(opened)
    note = "" if state.entry(need) else "客户还没说出难处，先问着看。"
    return Reply((question_message(talk, opened, f"好，进入{STAGE_NAMES[wanted]}。{note}"),))


def named_stage(text: str) -> str | None:
    found = [(m.start(), stage) for stage, words in STAGE_WORDS.items() if (m := re.search(words, text))]
    return min(found)[1] if found else None


def summary(talk: Talk) -> Reply:
    if talk.visit is None:
        last = visits.last_closed(talk.session, talk.actor)
        return say(last.summary) if last and last.summary else _no_visit(talk)
    state = talk.state
    card = needs_card(f"{talk.visit.client.name} · 到现在为止", state.ledger, state.learned, talk.library.bank)
    if not state.ledger and not state.learned:
        reply = say("到现在还没有记下什么。")
    else:
        reply = Reply(
            (Message(card["text"], (button("出方案", "recommend_bundle"), button("结束拜访", "end_visit")), card),)
        )
    return reply.plus(question_message(talk, state)) if state.open else reply


def end(talk: Talk) -> Reply:
    """Close the visit: proposal for the explicit needs if none was shown, summary, follow-up tasks."""
    if talk.visit is None:
        return _no_visit(talk)
    return commitments.close(talk, proposals.finish)


def pause(talk: Talk) -> Reply:
    """Leave the visit as it stands; it can be resumed on any channel."""
    visit = talk.visit
    assert visit is not None
    talk.conversation.mode = "idle"
    talk.pend(None)
    again = button("接着来", "resume_visit", client=visit.client_id, visit=visit.id)
    return say(
        f"好，和{visit.client.short_name or visit.client.name}的拜访先停在这里，内容都留着。想接着来就说“继续拜访”。",
        again,
    )


def start_over(talk: Talk) -> Reply:
    """Begin the questioning anew; what was taken down before can be brought back by undo."""
    assert talk.visit is not None
    fresh = VisitState(segment=talk.state.segment, turn=talk.turn)
    reply = say(
        "重新开始这次拜访。台账清空了，点“撤回”可以找回来；已经记进客户资料的事实还在。", button("撤回", "undo")
    )
    return reply.plus(*advance(talk, fresh))


def _no_visit(talk: Talk) -> Reply:
    waiting = visits.unfinished(talk.session, talk.actor)
    if not waiting:
        return say(NOT_IN_VISIT)
    buttons = tuple(
        button(f"接着和{v.client.short_name or v.client.name}", "resume_visit", client=v.client_id, visit=v.id)
        for v in waiting[:3]
    )
    return Reply((Message("现在没有进行中的拜访。有没做完的，要接着来吗？", buttons),))


COMMANDS_AFTER: dict[str, Callable[[Talk], Reply]] = {
    "next_question": lambda talk: Reply(tuple(advance(talk, talk.state))),  # the report has moved on already
    "skip_question": skip,
    "rephrase_question": rephrase,
    "visit_summary": summary,
    "recommend_bundle": proposals.recommend,
    "end_visit": end,
}


def unless_client_speaks(handler: Callable[[Talk], Reply]) -> Callable[[Talk], Reply]:
    """A command is carried out when it is surely one; a short answer to the open question may only look like one."""

    def run(talk: Talk) -> Reply:
        if talk.visit is None or talk.text.startswith("/"):
            return handler(talk)
        asked = talk.state.open is not None
        early = asked and talk.state.proposal is None and talk.reading.intent in ABOUT_A_PROPOSAL
        return report(talk) if early or client_speaks(talk.reading, asked) else handler(talk)

    return run
