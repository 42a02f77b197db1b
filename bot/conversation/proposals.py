"""The end of a visit: proposal, what the client answers to it, summary and follow-up tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.conversation import offering
from bot.conversation.bundle_talk import bundle_message
from bot.conversation.cards import fact_line, ledger_line, needs_card
from bot.conversation.messages import Message, Reply, button, say
from bot.conversation.talk import Talk, question_message
from bot.store import visits, work
from bot.visit import steer
from bot.visit.hear import close_open, quote_of
from bot.visit.model import VisitState
from bot.visit.planner import Next

OUTCOMES = {"advance": "进展", "continuation": "拖延", "refusal": "未成", "order": "成交"}
FOLLOW_UP_DAYS = 3  # working rhythm when nobody named a day; shown as a suggestion that can be moved


def recommend(talk: Talk) -> Reply:
    """Propose for the explicit needs of the open visit, or say which question is still to be asked instead of selling."""
    assert talk.visit is not None
    state = replace(talk.state, turn=talk.turn)
    bundle = make(talk, state)
    if bundle is None:
        return _not_yet(talk, state)
    state = _proposed(state, bundle)
    talk.save(state)
    visits.record_proposal(talk.session, talk.visit, bundle)
    return Reply((bundle_message(talk, bundle),)).plus(ask_commitment())


def make(talk: Talk, state: VisitState) -> dict[str, Any] | None:
    """Return the proposal as the contract's `state.bundle`, None when no explicit need can be answered.

    What the manager asked to be different before stays asked.
    """
    subject = offering.of_visit(talk, state)
    found = offering.made(talk, subject, subject.wishes)
    return found[1] if found else None


def _proposed(state: VisitState, bundle: dict[str, Any]) -> VisitState:
    """The needs that an offered product answers are matched; the open question is left."""
    return replace(close_open(offering.matched(state, bundle), "dropped"), phase="proposal")


def _not_yet(talk: Talk, state: VisitState) -> Reply:
    if state.needs("explicit", "matched"):
        return say(offering.nothing_fits(talk, offering.of_visit(talk, state)))
    after, chosen = (state, None)
    if state.open is None:
        after, chosen = steer.open_next(
            state, talk.record, talk.library.bank, talk.gain_for(state, talk.record), talk.today, talk.turn
        )
        talk.save(after)
    lead = "客户还没有说出明确需求，现在出方案只会招来讨价还价。"
    if after.open is not None:
        reasons = chosen.reasons if isinstance(chosen, Next) else ()
        return say(lead + "先把这句问了：").plus(question_message(talk, after, reasons=reasons))
    return say(lead, button("总结", "visit_summary"), button("结束拜访", "end_visit"))


def ask_commitment() -> Message:
    return Message(
        "把方案讲给客户后，告诉我他怎么说：答应了什么、谁、什么时候，或者还有什么顾虑。",
        (
            button("继续问需求", "next_question"),
            button("为什么这样配", "explain_bundle"),
            button("结束拜访", "end_visit"),
        ),
    )


def respond(talk: Talk) -> Reply:
    """Take down what the client answered to the proposal."""
    state, stance = replace(talk.state, turn=talk.turn), talk.reading.stance
    quote = quote_of(talk.text)
    if stance == "advance":
        for entry in state.needs("matched"):
            state = state.with_entry(entry.to("committed", entry.quote, entry.turn))
        talk.save(replace(state, phase="commitment"))
        assert talk.visit is not None
        talk.visit.outcome = "advance"
        due = promised_day(talk)
        task = work.add_task(talk.session, talk.actor, f"跟进：{quote[:60]}", due, talk.visit.client, talk.visit)
        when = f"，{task.due_on:%m月%d日}" if task.due_on else "；没听到日子，问一句定在哪天更好"
        return Reply(
            (
                Message(
                    f"好，这是“进展”：“{quote}”。已记成任务{when}。",
                    (button("结束拜访", "end_visit"), button("撤回", "undo")),
                ),
            )
        )
    assert talk.visit is not None
    if stance in ("continuation", "refusal"):
        talk.visit.outcome = stance
        talk.save(state)
        advice = (
            "客户客气，但什么都没答应。试着约一个具体的人、事、时间。"
            if stance == "continuation"
            else "客户回绝了，先不硬推，把原因记下来。"
        )
        return say(
            f"记下了：“{quote}”。{advice}", button("结束拜访", "end_visit"), button("继续问需求", "next_question")
        )
    if stance == "objection":
        talk.save(state)
        return say(
            f"记下了顾虑：“{quote}”。先认同，再问清他担心的到底是哪一点，用他自己说过的需要来回应。",
            button("为什么这样配", "explain_bundle"),
            button("结束拜访", "end_visit"),
        )
    talk.save(state)
    return say(f"记下了：“{quote}”。", button("结束拜访", "end_visit"), button("继续问需求", "next_question"))


def promised_day(talk: Talk) -> date | None:
    """Return the day that was named, None when none was."""
    for value in talk.reading.values("date"):
        text = value.get("start") if isinstance(value, dict) else value
        if text:
            day = date.fromisoformat(str(text)[:10])
            if day >= talk.today:
                return day
    return None


def finish(talk: Talk) -> Reply:
    """Close the visit: propose if that was not done, sum up, make the follow-up task."""
    visit, state = talk.visit, replace(talk.state, turn=talk.turn)
    assert visit is not None
    messages: list[Message] = []
    if state.proposal is None and state.needs("explicit") and (bundle := make(talk, state)):
        state = _proposed(state, bundle)
        visits.record_proposal(talk.session, visit, bundle)
        messages.append(bundle_message(talk, bundle))
    state = replace(close_open(state, "dropped"), phase="closed")
    tasks = _follow_up(talk, state)
    text = closing_text(talk, state, tasks)
    talk.save(state)
    visits.close(visit, text, visit.outcome, talk.now)
    visit.client.last_contact_on = talk.today
    talk.conversation.mode = "idle"
    talk.pend(None)
    shown = needs_card(f"拜访小结：{visit.client.name}", state.ledger, state.learned, talk.library.bank)
    return Reply((*messages, Message(text, (button("我的待办", "list_tasks"),), {**shown, "text": text})))


def _follow_up(talk: Talk, state: VisitState) -> list[str]:
    """One task for the next commitment, and none where there is nothing to follow up."""
    visit = talk.visit
    assert visit is not None
    made = [
        t.title + (f"（{t.due_on:%m月%d日}）" if t.due_on else "") for t in work.tasks_of_visit(talk.session, visit.id)
    ]
    if state.proposal and not made:
        due = talk.today + timedelta(days=FOLLOW_UP_DAYS)
        task = work.add_task(talk.session, talk.actor, state.proposal["first_step"][:200], due, visit.client, visit)
        made.append(f"{task.title}（建议{due:%m月%d日}前，可以改期）")
    return made


def closing_text(talk: Talk, state: VisitState, tasks: list[str]) -> str:
    visit, bank = talk.visit, talk.library.bank
    assert visit is not None
    lines = [f"和{visit.client.name}的拜访结束了。"]
    live = [e for e in state.ledger if e.status != "dismissed"]
    gone = [bank.needs[e.need].name for e in state.ledger if e.status == "dismissed"]
    lines += (
        ["【客户说出的需要】", *(ledger_line(e, bank) for e in live)]
        if live
        else ["这次没有问出难处，客户现在过得去。"]
    )
    lines += [f"【问过、没有问题的】{'、'.join(gone)}"] if gone else []
    lines += ["【了解到的情况】", *(fact_line(k, bank) for k in state.learned)] if state.learned else []
    lines += [f"【方案】{state.proposal['name']}"] if state.proposal else []
    if visit.outcome in OUTCOMES:
        lines.append(f"【结果】{OUTCOMES[visit.outcome]}")
    lines += ["【要跟进的】", *(f"· {t}" for t in tasks)] if tasks else []
    return "\n".join(lines)
