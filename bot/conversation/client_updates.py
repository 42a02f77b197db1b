"""Changes of a client's record: asked before they are made, the old value kept with its date, undone by one tap."""

from __future__ import annotations

import json
from typing import Any

from bot.clients.changes import Change, read_change
from bot.conversation import visits
from bot.conversation.meant import client_meant
from bot.conversation.messages import Button, Reply, button, press, say
from bot.conversation.talk import Talk, back_to_question
from bot.store import access, clients, records, work
from bot.store.tables import Client
from bot.visit.bank import show
from bot.visit.facts import ENTITY_KIND, read_facts
from bot.visit.model import Known

CHANGE_PARTS = ("kind", "code", "value", "name", "phone", "email")
ASSESSED = "风险等级由测评得出，聊天里改不了；请客户重新做一次测评。"


def update(talk: Talk) -> Reply:
    """Change a figure, a text, a contact or the note, after a confirmation; the old value is kept with its date.

    In a visit a figure that was just taken down is put right first (不是12家，是21家).
    """
    if (reply := visits.mended(talk)) is not None:
        return reply
    client, instead = client_meant(talk, "update_client")
    if client is None:
        return back_to_question(talk, instead)
    bank = talk.library.bank
    specs = [s for s in bank.facts.values() if s.segment in (client.segment, "both")]
    name = next((e.text for e in talk.reading.entities if e.type == "client"), "")
    choices = [(s.code, s.name, s.options) for s in specs if s.kind == "choice"]
    change = read_change(talk.text, name, choices)
    if change is not None and change.code in ("risk_grade", "risk_valid"):
        return back_to_question(talk, say(ASSESSED))
    if change is not None:
        return _asked(talk, client, change)
    found = read_facts(talk.reading, specs, (), talk.turn, talk.today.isoformat())
    if not found:
        kinds = {e.type for e in talk.reading.entities} & set(ENTITY_KIND)
        lead = "听到了数，但没听出是哪一项。" if kinds else "没听出要改哪一项。"
        example = f"把{client.short_name or client.name}的员工人数改成260人"
        return back_to_question(talk, say(f"{lead}请说“{example}”这样的话；备注、联系人、行业也能改。"))
    return _fact_asked(talk, client, found[0])


def _fact_asked(talk: Talk, client: Client, known: Known) -> Reply:
    bank, record = talk.library.bank, talk.record_of(client)
    spec, old = bank.facts[known.code], record.facts.get(known.code)
    before = show(spec, old.value) if old else "（没有记录）"
    talk.pend("update", client=client.id, code=known.code, value=known.value, quote=known.quote)
    return say(
        f"{client.name}的{spec.name}：{before} → {show(spec, known.value)}，改吗？旧的会留底。",
        button("改", "affirm"),
        button("不改", "deny"),
    )


def confirm_update(talk: Talk) -> Reply:
    pending = talk.conversation.pending or {}
    client = access.client_by_id(talk.session, talk.actor, int(pending["client"]))
    known = Known(pending["code"], pending["value"], "manager", talk.today.isoformat(), pending["quote"], talk.turn)
    records.save_fact(talk.session, client, known, None, talk.actor.user_id)
    talk.pend(None)
    spec = talk.library.bank.facts[known.code]
    done = f"改好了：{client.name}的{spec.name}是{show(spec, known.value)}。"
    return back_to_question(talk, say(done, _undo(client, {"fact": known.code})))


def _undo(client: Client, what: dict[str, Any]) -> Button:
    return press("撤销修改", "client.undo", key=client.id, value=json.dumps(what, ensure_ascii=False))


def _asked(talk: Talk, client: Client, change: Change) -> Reply:
    if change.kind == "choice" or (change.kind == "text" and change.code != "short_name"):
        return _fact_asked(
            talk, client, Known(change.code, change.value, "manager", talk.today.isoformat(), talk.text, talk.turn)
        )
    shown, problem = _said(talk, client, change)
    if problem:
        return back_to_question(talk, say(problem))
    talk.ask_yes_no({"do": "client.change", "key": client.id, "value": json.dumps(change.__dict__, ensure_ascii=False)})
    return say(f"{client.name}：{shown}，改吗？旧的会留底。", button("改", "affirm"), button("不改", "deny"))


def _said(talk: Talk, client: Client, change: Change) -> tuple[str, str]:
    """Return (what will be done, "") or ("", why it cannot be)."""
    if change.kind == "note":
        return f"备注里加一句“{change.value}”", ""
    if change.kind == "text":
        return f"简称：{client.short_name or '（没有）'} → {change.value}", ""
    person = work.contact_named(talk.session, client, change.name, change.code)
    reach = "，".join(x for x in (change.phone and f"电话{change.phone}", change.email and f"邮箱{change.email}") if x)
    if person is None and not change.name:
        return (
            "",
            f"没有记{client.short_name or client.name}的{change.code}。请连名字一起说，比如“{change.code}是王芳，电话139…”。",
        )
    if (person is not None and person.name == change.name) or not change.name:
        before = "，".join(x for x in (person.phone, person.email) if x) if person else ""
        return (
            f"{person.name if person else ''}（{person.title if person else ''}）：{before or '没有留电话'} → {reach or change.code}",
            "",
        )
    old = f"{person.name} → " if person is not None else "新增"
    return f"{change.code or '联系人'}：{old}{change.name}{f'，{reach}' if reach else ''}", ""


def apply(talk: Talk) -> Reply:
    """The yes to a change of note, short name or contact."""
    client, raw = _pressed(talk)
    change = Change(**{k: str(raw.get(k, "")) for k in CHANGE_PARTS})
    if not change.kind:
        return back_to_question(talk, say("这个按钮已经不能用了。"))
    if change.kind == "note":
        before = client.note
        client.note = "\n".join(x for x in (before, f"{talk.today:%Y-%m-%d}：{change.value}") if x)
        undo: dict[str, Any] = {"note": f"{talk.today:%Y-%m-%d}：{change.value}"}
    elif change.kind == "text":
        undo = {"short_name": client.short_name}
        clients.rename_short(talk.session, client, change.value, talk.now)
    else:
        undo = {"contact": work.save_contact(talk.session, client, change, talk.today)}
    access.audit(talk.session, talk.actor, "update_client", client, kind=change.kind)
    return back_to_question(talk, say("改好了，旧的留了底。", _undo(client, undo)))


def undo(talk: Talk) -> Reply:
    """Take back the change just made; what stood there before is in force again."""
    client, raw = _pressed(talk)
    if "fact" in raw:
        records.withdraw_fact(talk.session, client, str(raw["fact"]), None)
    elif "note" in raw:
        lines = client.note.split("\n")
        client.note = "\n".join(lines[:-1] if lines and lines[-1] == raw["note"] else lines)
    elif "short_name" in raw:
        client.short_name = str(raw["short_name"])
    elif "contact" in raw:
        work.restore_contact(talk.session, client, raw["contact"])
    access.audit(talk.session, talk.actor, "undo_update", client)
    return back_to_question(talk, say(f"撤销了，{client.short_name or client.name}还是原来的。"))


def _pressed(talk: Talk) -> tuple[Client, dict[str, Any]]:
    """The client and the details that the button carries. Raises NotReachable."""
    key, value = talk.reading.first("key"), talk.reading.first("value")
    client = access.client_by_id(
        talk.session, talk.actor, int(str(key.value)) if key and str(key.value).isdecimal() else 0
    )
    try:
        details = json.loads(str(value.value)) if value else {}
    except ValueError:
        details = {}
    return client, details if isinstance(details, dict) else {}
