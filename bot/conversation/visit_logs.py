"""Visits and calls logged by hand: client, day, the manager's words; figures in them are offered to be taken down."""

from __future__ import annotations

import json
import re

from bot.conversation.messages import Reply, button, press, say
from bot.conversation.starting import find
from bot.conversation.talk import Talk, back_to_question
from bot.store import access, records, work
from bot.store.tables import Client
from bot.visit.bank import show
from bot.visit.facts import read_facts
from bot.visit.model import Known
from bot.work.due import period_in

CALL = re.compile(
    r"打(?:了|过|通)?(?:个|一个|通)?电话|通(?:了|过)?(?:个|一个)?电话|电话(?:里|沟通|回访|联系)|电访|视频(?:会议|沟通)"
)
MOST = 4  # facts offered of one log


def log_visit(talk: Talk) -> Reply:
    """Log it, with the day that was said or today; then offer to take down the figures in it."""
    client, _, said = find(talk)
    if client is None and talk.visit is not None:
        client = talk.visit.client
    period = period_in(talk.reading.entities)
    on = period[0] if period and period[0] <= talk.today else talk.today
    kind = "call" if CALL.search(talk.text) else "visit"
    work.log_visit(talk.session, talk.actor, talk.text, on, client, kind)
    who = client.name if client else f"“{said}”（不在您的客户里）" if said else "没说是哪位客户"
    text = f"{'通话' if kind == 'call' else '拜访'}记录写好了：{on:%m月%d日}，{who}。原话已留底。"
    found = _facts(talk, client) if client is not None else []
    if not found or client is None:
        return back_to_question(talk, say(text, button("我的待办", "list_tasks")))
    if talk.visit is not None:  # what is waited for there is an answer of the client's
        return back_to_question(talk, say(text, _take_down(client, found)))
    bank = talk.library.bank
    heard = "、".join(f"{bank.facts[k.code].name}{show(bank.facts[k.code], k.value)}" for k in found)
    yes = _take_down(client, found)
    talk.ask_yes_no({"do": "work.facts", "key": client.id, "value": _packed(found)})
    return say(f"{text}\n话里有：{heard}。要记进档案吗？旧的会留底。", yes, button("不用", "deny"))


def _take_down(client: Client, found: list[Known]):  # type: ignore[no-untyped-def]
    return press("记进档案", "work.facts", key=client.id, value=_packed(found))


def _packed(found: list[Known]) -> str:
    return json.dumps([[k.code, k.value, k.quote] for k in found], ensure_ascii=False)


def _facts(talk: Talk, client: Client) -> list[Known]:
    specs = [s for s in talk.library.bank.facts.values() if s.segment in (client.segment, "both")]
    found = read_facts(talk.reading, specs, (), talk.turn, talk.today.isoformat())
    return [k for k in found if k.code != "months_since_contact"][:MOST]


def take_down(talk: Talk) -> Reply:
    """The yes: the facts that the button carries become the record's, the old values are kept."""
    key, value = talk.reading.first("key"), talk.reading.first("value")
    client = access.client_by_id(
        talk.session, talk.actor, int(str(key.value)) if key and str(key.value).isdecimal() else 0
    )
    bank, lines = talk.library.bank, []
    for code, figure, quote in _unpacked(str(value.value) if value else ""):
        if code in bank.facts:
            known = Known(code, figure, "client", talk.today.isoformat(), quote, talk.turn)
            records.save_fact(talk.session, client, known, None, talk.actor.user_id)
            lines.append(f"{bank.facts[code].name}：{show(bank.facts[code], figure)}")
    return back_to_question(talk, say("\n".join([f"记进{client.short_name or client.name}的档案了。", *lines])))


def _unpacked(text: str) -> list[tuple[str, object, str]]:
    try:
        rows = json.loads(text)
    except ValueError:
        return []
    return (
        [(str(r[0]), r[1], str(r[2])) for r in rows if isinstance(r, list) and len(r) == 3]
        if isinstance(rows, list)
        else []
    )
