"""Questions about one of the manager's own clients. Another manager's client reads as one that is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.clients.asked import Asked, read_asked
from bot.conversation import client_lists
from bot.conversation.client_updates import confirm_update, update
from bot.conversation.intelligence import insight_button
from bot.conversation.meant import client_meant
from bot.conversation.messages import Button, Message, Reply, button, card, item, press, say, section
from bot.conversation.talk import Talk, back_to_question
from bot.store import access, work
from bot.store.tables import Client
from bot.visit.bank import money, show
from bot.visit.brief import likely_needs, worth_showing
from bot.visit.model import STATUS_NAMES, Record
from bot.work.due import day_text

__all__ = ["confirm_update", "holdings", "needs", "profile", "show_more", "update", "whole"]

MANY = re.compile(r"谁|哪些|哪[家几位]|前[0-9一二三五十]|最[多少高低大小]")  # about several clients, not about one
MEMBERS = re.compile(r"下属|子公司|旗下|集团成员")
LONGEST = 600  # characters of a text without its card
ROLES = {"decision_maker": "拍板", "influencer": "有影响", "user": "经办", "gatekeeper": "把关"}
FIRST = ("industry", "region", "tier", "credit_grade", "annual_revenue", "headcount", "average_balance", "deposit_amount", "age", "risk_grade", "risk_valid", "loan_balance")  # fmt: skip


def profile(talk: Talk) -> Reply:
    """The part that is asked for in a sentence, else the whole."""
    if _about_many(talk):
        return client_lists.list_clients(talk)
    client, instead = client_meant(talk, "client_profile")
    if client is None:
        return back_to_question(talk, instead)
    name = next((e.text for e in talk.reading.entities if e.type == "client"), "")
    specs = [s for s in talk.library.bank.facts.values() if s.segment in (client.segment, "both")]
    said = "" if talk.text.startswith("/") else talk.text
    asked = read_asked(said, name, [(s.code, (s.name, *s.cues)) for s in specs])
    answer = PARTS[asked.kind](talk, client, asked)
    return back_to_question(talk, answer)


def _about_many(talk: Talk) -> bool:
    """谁有回款的需求, 华星的下属公司: a list, whatever the reader took it for."""
    named = any(e.type == "client" for e in talk.reading.entities)
    if named:
        return bool(MEMBERS.search(talk.text))
    return talk.visit is None and bool(MANY.search(talk.text))


def whole(talk: Talk) -> Reply:
    """The button 全部资料: `key` is the client."""
    client = _pressed(talk)
    return back_to_question(talk, _whole(talk, client, Asked()) if client else say("没有找到这位客户。"))


def show_more(talk: Talk) -> Reply:
    """The lines that did not fit: `value` is where they begin."""
    client, value = _pressed(talk), talk.reading.first("value")
    if client is None or value is None:
        return back_to_question(talk, say("没有更多了。"))
    return back_to_question(talk, _whole(talk, client, Asked(), int(str(value.value))))


def _pressed(talk: Talk) -> Client | None:
    key = talk.reading.first("key")
    return (
        access.client_by_id(talk.session, talk.actor, int(str(key.value)))
        if key and str(key.value).isdecimal()
        else None
    )


def _called(client: Client) -> str:
    return client.short_name or client.name


def _all(client: Client) -> Button:
    return press("全部资料", "client.whole", key=client.id)


def _whole(talk: Talk, client: Client, asked: Asked, start: int = 0) -> Reply:
    record, bank = talk.record_of(client), talk.library.bank
    known = [k for k in record.facts.values() if k.code in bank.facts and worth_showing(k)]
    known.sort(key=lambda k: FIRST.index(k.code) if k.code in FIRST else len(FIRST))
    facts = [
        item(show(bank.facts[k.code], k.value), bank.facts[k.code].name, f"{k.as_of}" if k.as_of else "") for k in known
    ]
    parent, below = access.family_of(talk.session, talk.actor, client)
    family = ([item(parent.name, "上级")] if parent else []) + [item(c.name, "下属") for c in below[:5]]
    people = [item(f"{n} {t}".strip(), ROLES.get(r, "")) for n, t, r in record.contacts]
    notes = [item(client.note)] if client.note else []
    shown = card(
        "client",
        client.name,
        [section("基本情况", facts), section("联系人", people), section("集团关系", family), section("备注", notes)],
        id=client.id,
    )
    if not facts and not people:
        shown["text"] = f"{client.name}：还几乎什么都不知道，见面先把现状问清楚。"
    text, following = _lines_from(shown["text"], start)
    more = (press("更多", "client.more", key=client.id, value=following),) if following else ()
    return Reply((Message(text, (*more, *(() if talk.visit else _next_steps(client))), {**shown, "text": text}),))


def _next_steps(client: Client) -> tuple[Button, ...]:
    return (
        button("准备拜访", "start_visit", client=client.id),
        button("持有产品", "client_holdings", client=client.id),
        insight_button(client),
    )


def _lines_from(text: str, start: int) -> tuple[str, int]:
    """Return the lines from `start` that fit, and where the next ones begin (0: none left)."""
    head, *lines = text.split("\n")
    kept, size = [head], len(head)
    for place, line in enumerate(lines[start:], start):
        if size + len(line) + 1 > LONGEST:
            return "\n".join(kept), place
        kept.append(line)
        size += len(line) + 1
    return "\n".join(kept), 0


def _last(talk: Talk, client: Client, asked: Asked) -> Reply:
    if client.last_contact_on is None:
        return say(f"{_called(client)}没有联系记录。", _all(client))
    days = (talk.today - client.last_contact_on).days
    ago = "今天" if days == 0 else f"{days}天前"
    met = work.meetings(talk.session, talk.actor, client, 1)
    words = f"\n那次：{met[0].words[:80]}" if met and met[0].on == client.last_contact_on and met[0].words else ""
    return say(f"上次联系{_called(client)}是{client.last_contact_on:%Y-%m-%d}（{ago}）。{words}".rstrip(), _all(client))


def _words(talk: Talk, client: Client, asked: Asked) -> Reply:
    met = work.meetings(talk.session, talk.actor, client, 5)
    if not met:
        return say(f"{_called(client)}还没有拜访记录。", button("准备拜访", "start_visit", client=client.id))
    rows = [
        item(m.words[:90] or "（没有留下文字）", f"{m.on:%Y-%m-%d}{'电话' if m.kind == 'call' else ''}") for m in met
    ]
    shown = card("client", f"{client.name} · 最近{len(met)}次", [section("", rows)], id=client.id)
    return Reply((Message(shown["text"][:LONGEST], card=shown),))


def _people(talk: Talk, client: Client, asked: Asked) -> Reply:
    people = work.contacts(talk.session, client)
    fitting = [p for p in people if asked.title and asked.title in p.title]
    if asked.deciding:
        fitting = [p for p in people if p.role == "decision_maker"]
    if (asked.title or asked.deciding) and not fitting:
        what = asked.title or "拍板的人"
        known = "、".join(f"{p.name}{f'（{p.title}）' if p.title else ''}" for p in people[:4])
        rest = f"记下的联系人有{known}。" if known else "一个联系人也没有记。"
        return say(f"{_called(client)}的{what}没有记录。{rest}", _all(client))
    chosen = fitting or list(people)
    if not chosen:
        return say(f"{_called(client)}还没有记联系人。说“{_called(client)}的财务总监是王芳，电话139…”就能记。")
    lines = [
        f"{p.name}{f'（{p.title}）' if p.title else ''}：{'、'.join(x for x in (p.phone, p.email) if x) or '没有留电话'}"
        + (f"，{ROLES[p.role]}" if p.role in ROLES else "")
        for p in chosen[:6]
    ]
    return say("\n".join([f"{_called(client)}的联系人", *lines])[:LONGEST], _all(client))


def _open(talk: Talk, client: Client, asked: Asked) -> Reply:
    """What is not finished: open tasks, a visit left open, needs that nobody answered yet."""
    tasks = [t for t in access.tasks_of(talk.session, talk.actor) if t.client_id == client.id]
    todo = [item(t.title, day_text(t.due_on, talk.today) if t.due_on else "没定日子") for t in tasks[:6]]
    visits = [v for v in access.open_visits(talk.session, talk.actor) if v.client_id == client.id]
    left = [item(f"{v.opened_at:%m月%d日}开始的拜访还没做完") for v in visits[:2]]
    record, bank = talk.record_of(client), talk.library.bank
    waiting = [
        item(f"“{q}”" if q else STATUS_NAMES[s], bank.needs[n].name)
        for n, s, q in record.earlier_needs
        if s not in ("committed", "dismissed")
    ]
    if not (todo or left or waiting):
        return say(f"{_called(client)}没有没办完的事。", _all(client))
    shown = card(
        "client",
        f"{client.name} · 没办完的",
        [section("待办", todo), section("拜访", left), section("说过还没落实的需要", waiting[:5])],
        id=client.id,
    )
    resume = tuple(button("接着拜访", "resume_visit", client=client.id, visit=v.id) for v in visits[:1])
    return Reply((Message(shown["text"][:LONGEST], resume, shown),))


def _note(talk: Talk, client: Client, asked: Asked) -> Reply:
    return say(
        f"{_called(client)}的备注：{client.note}"[:LONGEST] if client.note else f"{_called(client)}没有备注。",
        _all(client),
    )


def _born(talk: Talk, client: Client, asked: Asked) -> Reply:
    if client.birth_date is None:
        return say(f"{_called(client)}的生日没有记录。", _all(client))
    age = talk.record_of(client).facts.get("age")
    return say(
        f"{_called(client)}{client.birth_date:%Y年%m月%d日}生" + (f"，今年{age.value}岁。" if age else "。"),
        _all(client),
    )


def _fact(talk: Talk, client: Client, asked: Asked) -> Reply:
    record, bank = talk.record_of(client), talk.library.bank
    known = [
        (bank.facts[c], record.facts[c])
        for c in asked.codes
        if c in record.facts and record.facts[c].value not in ("", None)
    ]
    if not known:
        names = "、".join(bank.facts[c].name for c in asked.codes[:3])
        return say(f"{_called(client)}的{names}没有记录，见面可以问一句。", _all(client))
    lines = [
        f"{_called(client)}的{spec.name}：{show(spec, k.value)}" + (f"（{k.as_of}的数）" if k.as_of else "")
        for spec, k in known
    ]
    return say("\n".join(lines)[:LONGEST], _all(client))


PARTS = {
    "whole": _whole, "last": _last, "words": _words, "people": _people, "open": _open, "note": _note, "born": _born, "fact": _fact,
}  # fmt: skip


def holdings(talk: Talk) -> Reply:
    if _about_many(talk):
        return client_lists.list_clients(talk)
    client, instead = client_meant(talk, "client_holdings")
    if client is None:
        return back_to_question(talk, instead)
    names = {code: p.name for code, p in talk.library.catalogue.products.items()} | {"current_account": "活期账户"}
    held = sorted(client.holdings, key=lambda h: (h.balance is None, -(h.balance or 0), h.id))
    rows = [
        item(_balance(h), names.get(h.product, h.product), f"{h.matures_on:%Y-%m-%d}到期" if h.matures_on else "")
        for h in held
    ]
    if not rows:
        return back_to_question(talk, say(f"{client.name}在我行还没有产品。"))
    shown = card("client", f"{client.name} · 持有产品", [section("", rows)], id=client.id)
    text = shown["text"]
    if len(text) > LONGEST:
        kept = text[: LONGEST - 20]
        text = f"{kept[: kept.rindex(chr(10))]}\n共{len(rows)}项。"
    return back_to_question(talk, Reply((Message(text, card={**shown, "text": text}),)))


def _balance(holding: Any) -> str:
    return f"{money(holding.balance)}元" if holding.balance is not None else "已开通"


def needs(talk: Talk) -> Reply:
    if _about_many(talk):
        return client_lists.list_clients(talk)
    client, instead = client_meant(talk, "client_needs")
    if client is None:
        return back_to_question(talk, instead)
    record, bank = talk.record_of(client), talk.library.bank
    said = _said(talk, client, record)
    likely = [item("；".join(n.reasons), bank.needs[n.need].name) for n in likely_needs(record, bank)]
    if not said and not likely:
        start = button("准备拜访", "start_visit", client=client.id)
        return back_to_question(talk, say(f"{client.name}还没有说过需要，记录里也看不出苗头。", start))
    shown = card(
        "client",
        f"{client.name} · 需要",
        [section("客户说过的", said), section("从记录推测的（还没问过）", likely)],
        id=client.id,
    )
    text, _ = _lines_from(shown["text"], 0)
    return back_to_question(talk, Reply((Message(text, card={**shown, "text": text}),)))


def _said(talk: Talk, client: Client, record: Record) -> Sequence[Mapping[str, str]]:
    bank = talk.library.bank
    if talk.visit is not None and talk.visit.client_id == client.id:
        return [item(f"{STATUS_NAMES[e.status]}：“{e.quote}”", bank.needs[e.need].name) for e in talk.state.ledger]
    return [item(f"{STATUS_NAMES[s]}：“{q}”", bank.needs[n].name) for n, s, q in record.earlier_needs]
