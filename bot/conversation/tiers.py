"""A computed tier becomes the record's only by a lead's word; the old one is kept with its date."""

from __future__ import annotations

from bot.conversation.intelligence import insight_button, pressed_client
from bot.conversation.messages import Reply, say
from bot.conversation.talk import Talk, back_to_question
from bot.intelligence.engine import evaluate
from bot.store import access, insight, records
from bot.visit.model import Known

GONE = "这位客户没有等着定的层级了。"


def propose(talk: Talk) -> Reply:
    """Put the tier that the figures give today before the lead."""
    client = pressed_client(talk)
    if client is None:
        return say(GONE)
    found = evaluate(insight.inputs_of(talk.session, client), talk.library.insight, talk.today)
    if not found.tier or found.tier == client.tier:
        return back_to_question(talk, say("今天测算出来和记录一样，不用调整。"))
    insight.propose_tier(talk.session, talk.actor, client, found.tier, found.tier_score.value)
    before = client.tier or "没有记录"
    text = f"已请主管定：{client.name} {before} → {found.tier}。定下来之前，记录不变。"
    return back_to_question(talk, say(text))


def accept(talk: Talk) -> Reply:
    """Ask once more before the record changes."""
    client = pressed_client(talk)
    row = insight.open_proposal(talk.session, client) if client else None
    if client is None or row is None:
        return back_to_question(talk, say(GONE))
    if talk.actor.role == access.MANAGER:
        return back_to_question(talk, say("层级由主管定。"))
    talk.ask_yes_no({"do": "insight.accepted", "key": client.id})
    return say(f"{client.name}的层级：{row.before or '没有记录'} → {row.tier}，确定吗？旧的会留底。")


def accepted(talk: Talk) -> Reply:
    client = pressed_client(talk)
    row = insight.open_proposal(talk.session, client) if client else None
    if client is None or row is None or talk.actor.role == access.MANAGER:
        return back_to_question(talk, say(GONE))
    quote = f"按测算定为{row.tier}"
    known = Known("tier", row.tier, "manager", talk.today.isoformat(), quote, talk.turn)
    records.save_fact(talk.session, client, known, None, talk.actor.user_id)
    insight.decide_tier(talk.session, talk.actor, row, True, talk.now)
    return back_to_question(talk, say(f"定了：{client.name}是{row.tier}。", insight_button(client)))


def refuse(talk: Talk) -> Reply:
    client = pressed_client(talk)
    row = insight.open_proposal(talk.session, client) if client else None
    if client is None or row is None or talk.actor.role == access.MANAGER:
        return back_to_question(talk, say(GONE))
    insight.decide_tier(talk.session, talk.actor, row, False, talk.now)
    return back_to_question(talk, say(f"层级不变：{client.name}还是{client.tier or '没有记录'}。"))
