"""Questions about the manager's own clients. Another manager's client reads as one that is not there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.conversation import visits
from bot.conversation.messages import Message, Reply, button, card, command, item, say, section
from bot.conversation.starting import choose_client, find
from bot.conversation.talk import Talk, back_to_question
from bot.store import access, clients, records
from bot.store.tables import Client
from bot.visit.bank import money, show
from bot.visit.brief import likely_needs, worth_showing
from bot.visit.facts import ENTITY_KIND, read_facts
from bot.visit.model import STATUS_NAMES, Known

NOT_FOUND = "您的客户里没有找到{name}。名字再打全一点试试；不在您名下的客户看不到。"
PAGE = 10
UNTOUCHED = re.compile(r"没(?:有)?(?:拜访|联系|见|去|跑|走动)|未(?:拜访|联系)|好久没")


def _client(talk: Talk, intent: str) -> tuple[Client | None, Reply | None]:
    """Return the client meant (the one being visited when none is named), or what to answer instead."""
    client, several, said = find(talk)
    if client is not None:
        return client, None
    if several:
        return None, choose_client(talk, several, intent)
    if said:
        return None, say(NOT_FOUND.format(name=f"“{said}”"))
    if talk.visit is not None:
        return talk.visit.client, None
    return None, say("是哪位客户？把名字一起打给我，比如“海达的资料”。")


def profile(talk: Talk) -> Reply:
    client, instead = _client(talk, "client_profile")
    if client is None:
        return back_to_question(talk, instead or say(""))
    record, bank = talk.record_of(client), talk.library.bank
    facts = [
        item(show(bank.facts[k.code], k.value), bank.facts[k.code].name, f"{k.as_of}" if k.as_of else "")
        for k in record.facts.values()
        if k.code in bank.facts and worth_showing(k)
    ]
    parent, below = access.family_of(talk.session, talk.actor, client)
    family = ([item(parent.name, "上级")] if parent else []) + [item(c.name, "下属") for c in below[:5]]
    roles = {"decision_maker": "拍板", "influencer": "有影响", "user": "经办", "gatekeeper": "把关"}
    people = [item(f"{n} {t}".strip(), roles.get(r, "")) for n, t, r in record.contacts]
    shown = card(
        "client",
        client.name,
        [section("基本情况", facts), section("联系人", people), section("集团关系", family)],
        id=client.id,
    )
    if not facts and not people:
        shown["text"] = f"{client.name}：还几乎什么都不知道，见面先把现状问清楚。"
    buttons = (
        button("准备拜访", "start_visit", client=client.id),
        button("持有产品", "client_holdings", client=client.id),
    )
    return back_to_question(talk, Reply((Message(shown["text"], () if talk.visit else buttons, shown),)))


def holdings(talk: Talk) -> Reply:
    client, instead = _client(talk, "client_holdings")
    if client is None:
        return back_to_question(talk, instead or say(""))
    names = {code: p.name for code, p in talk.library.catalogue.products.items()} | {"current_account": "活期账户"}
    rows = [
        item(
            f"{money(h.balance)}元" if h.balance is not None else "已开通",
            names.get(h.product, h.product),
            f"{h.matures_on:%Y-%m-%d}到期" if h.matures_on else "",
        )
        for h in client.holdings
    ]
    if not rows:
        return back_to_question(talk, say(f"{client.name}在我行还没有产品。"))
    shown = card("client", f"{client.name} · 持有产品", [section("", rows)], id=client.id)
    return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))


def needs(talk: Talk) -> Reply:
    client, instead = _client(talk, "client_needs")
    if client is None:
        return back_to_question(talk, instead or say(""))
    record, bank = talk.record_of(client), talk.library.bank
    if talk.visit is not None and talk.visit.client_id == client.id:
        said = [item(f"{STATUS_NAMES[e.status]}：“{e.quote}”", bank.needs[e.need].name) for e in talk.state.ledger]
    else:
        said = [item(f"{STATUS_NAMES[s]}：“{q}”", bank.needs[n].name) for n, s, q in record.earlier_needs]
    likely = [item("；".join(n.reasons), bank.needs[n.need].name) for n in likely_needs(record, bank)]
    if not said and not likely:
        return back_to_question(
            talk,
            say(
                f"{client.name}还没有说过需要，记录里也看不出苗头。",
                button("准备拜访", "start_visit", client=client.id),
            ),
        )
    shown = card(
        "client",
        f"{client.name} · 需要",
        [section("客户说过的", said), section("从记录推测的（还没问过）", likely)],
        id=client.id,
    )
    return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))


def list_clients(talk: Talk) -> Reply:
    """By the filters that can be read from the sentence; what could not be read is not silently dropped from the title."""
    if re.search(r"到期", talk.text):
        return back_to_question(talk, _maturing(talk))
    filters = read_filters(talk)
    total, rows = clients.listed(talk.session, talk.actor, **{f.key: f.value for f in filters}, limit=PAGE)
    title = "、".join(f.shown for f in filters) or "全部客户"
    if not rows:
        return back_to_question(talk, say(f"按“{title}”没有找到客户。"))
    items = [
        {
            "title": c.name,
            "subtitle": "·".join(
                x
                for x in (c.industry, c.tier, f"上次联系{c.last_contact_on}" if c.last_contact_on else "没有联系记录")
                if x
            ),
            "payload": command("client_profile", client=c.id),
        }
        for c in rows
    ]
    head = f"{title}：共{total}位" + (f"，最久没联系的{len(rows)}位" if total > len(rows) else "")
    listing = card(
        "list", head, text="\n".join([head, *(f"· {i['title']}（{i['subtitle']}）" for i in items)]), items=items
    )
    return back_to_question(talk, Reply((Message(listing["text"], card=listing),)))


@dataclass(frozen=True)
class Filter:
    """One condition on the list: the argument of `store.clients.listed`, its value, and how it is shown."""

    key: str
    value: Any
    shown: str


def read_filters(talk: Talk) -> list[Filter]:
    """Return the conditions that the sentence names."""
    text, found = talk.text, []
    if re.search(r"对公|公司客户|企业客户", text):
        found.append(Filter("segment", "corporate", "公司客户"))
    elif re.search(r"个人客户|零售客户", text):
        found.append(Filter("segment", "personal", "个人客户"))
    if industry := talk.reading.first("industry"):
        found.append(Filter("industry", industry.text.removesuffix("业") or industry.text, industry.text))
    if tier := talk.reading.first("tier"):
        found.append(Filter("tier", tier.text, tier.text))
    if re.search(r"潜在|没建档|新客户", text):
        found.append(Filter("prospects", True, "潜在客户"))
    if UNTOUCHED.search(text):
        days = next(
            (
                d
                for v in talk.reading.values("duration")
                if isinstance(v, dict) and (d := v.get("days") or v.get("min_days"))
            ),
            90,
        )
        found.append(Filter("untouched_since", talk.today - timedelta(days=int(days)), f"{int(days)}天没联系"))
    return found


def _maturing(talk: Talk) -> Reply:
    start, end = talk.today, talk.today + timedelta(days=31)
    for value in talk.reading.values("date"):
        if isinstance(value, dict):
            start, end = max(talk.today, _day(value["start"])), _day(value["end"])
    found = clients.maturing(talk.session, talk.actor, start, end)
    head = f"{start:%m月%d日}到{end:%m月%d日}到期的"
    if not found:
        return say(f"{head}没有。")
    names = {code: p.name for code, p in talk.library.catalogue.products.items()}
    items = [
        {
            "title": c.name,
            "subtitle": f"{names.get(h.product, h.product)} {money(h.balance) + '元' if h.balance else ''} {h.matures_on:%m月%d日}到期",
            "payload": command("client_profile", client=c.id),
        }
        for c, h in found
    ]
    listing = card(
        "list", head, text="\n".join([head, *(f"· {i['title']}：{i['subtitle']}" for i in items)]), items=items
    )
    return Reply((Message(listing["text"], card=listing),))


def _day(text: str) -> date:
    return date.fromisoformat(str(text)[:10])


def update(talk: Talk) -> Reply:
    """Change a figure of the record, after a confirmation; the old value is kept with its date.

    In a visit a figure that was just taken down is put right first (不是12家，是21家).
    """
    if (reply := visits.mended(talk)) is not None:
        return reply
    client, instead = _client(talk, "update_client")
    if client is None:
        return back_to_question(talk, instead or say(""))
    bank = talk.library.bank
    specs = [s for s in bank.facts.values() if s.segment in (client.segment, "both")]
    found = read_facts(talk.reading, specs, (), talk.turn, talk.today.isoformat())
    if not found:
        kinds = {e.type for e in talk.reading.entities} & set(ENTITY_KIND)
        lead = "听到了数，但没听出是哪一项。" if kinds else "没听出要改哪一项。"
        return back_to_question(
            talk, say(f"{lead}请说“把{client.short_name or client.name}的员工人数改成260人”这样的话。")
        )
    known, record = found[0], talk.record_of(client)
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
    return back_to_question(talk, say(f"改好了：{client.name}的{spec.name}是{show(spec, known.value)}。"))


def cross_sell(talk: Talk) -> Reply:
    """Products are proposed for voiced needs only; without one, say which needs the record points to."""
    reply = needs(talk)
    lead = say("产品要对着客户说过的需要推。先看他可能有哪些需要，约一次拜访问出来：")
    return Reply((*lead.messages, *reply.messages))
