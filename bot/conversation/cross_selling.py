"""Where there may be more to do for a client: gaps against similar clients, leads from relations. Each ends in a question."""

from __future__ import annotations

from bot.conversation.intelligence import LONGEST, insight_button
from bot.conversation.meant import client_meant
from bot.conversation.messages import Message, Reply, button, card, item, say, section
from bot.conversation.talk import Talk, back_to_question
from bot.intelligence.engine import evaluate
from bot.intelligence.figures import write
from bot.intelligence.gaps import Gap, Lead, gaps, leads
from bot.store import insight
from bot.store.tables import Client
from bot.visit.bank import Bank, fill
from bot.visit.brief import likely_needs
from bot.visit.model import STATUS_NAMES, Record

MOST = 4  # gaps shown: a visit has room for few questions
RULE = "产品要对着客户说过的需要推：下面是见面先问的，不是要推的。"


def cross_sell(talk: Talk) -> Reply:
    """Return what to ask the client about, and why."""
    client, instead = client_meant(talk, "cross_sell")
    if client is None:
        return back_to_question(talk, instead)
    record, bank = talk.record_of(client), talk.library.bank
    found, hints, note = _chances(talk, client)
    said = [
        item(f"{STATUS_NAMES[s]}：“{q}”", bank.needs[n].name) for n, s, q in record.earlier_needs if n in bank.needs
    ]
    asked = {n for n, _, _ in record.earlier_needs}
    likely = [n for n in likely_needs(record, bank) if n.need not in asked]
    names = talk.library.catalogue.products
    sections = [
        section("客户自己说过的（从这里谈起）", said),
        section(
            "同业同规模的客户在用、他还没有的", (_gap(g, names[g.product].name, record, bank) for g in found[:MOST])
        ),
        section("关系里的线索", (_lead(x, client, bank) for x in hints)),
        section("记录里的苗头（还没问过）", (item("；".join(n.reasons), bank.needs[n.need].name) for n in likely)),
    ]
    if not any(s["items"] for s in sections):
        head = f"{client.name}：{note or '和同业同规模的客户比没有缺口'}，关系里也没有线索。先去拜访，把现状问清楚。"
        return back_to_question(talk, say(head, button("准备拜访", "start_visit", client=client.id)))
    shown = card("client", f"{client.name} · 还能从哪里谈起", sections, id=client.id, note=note)
    text = _short("\n".join(x for x in (RULE, shown["text"], note) if x))
    buttons = () if talk.visit else (button("准备拜访", "start_visit", client=client.id), insight_button(client))
    return back_to_question(talk, Reply((Message(text, buttons, {**shown, "text": text}),)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _chances(talk: Talk, client: Client) -> tuple[tuple[Gap, ...], tuple[Lead, ...], str]:
    """Return gaps, leads, and why there is no comparison when there is none."""
    rules, inputs = talk.library.insight, insight.inputs_of(talk.session, client)
    group = evaluate(inputs, rules, talk.today).peer_group
    standing, held = insight.standing(talk.session, client.segment, group), frozenset(inputs.balances)
    products = talk.library.catalogue.products
    found = gaps(client.segment, held, insight.holders(talk.session, group), standing.peers, rules.peers, products)
    hints = leads(rules.leads, insight.relations_of(talk.session, talk.actor, client), held, inputs.is_core)
    if standing.as_of is None:
        return found, hints, "同业对照还没算过（管理员运行 wenxu insight run）"
    if not group:
        return found, hints, "行业或规模不知道，没法和同业比（未评）"
    few = standing.peers < rules.peers.least
    return found, hints, f"同业同规模的客户只有{standing.peers}家，不够比（未评）" if few else ""


def _gap(gap: Gap, product: str, record: Record, bank: Bank) -> dict[str, str]:
    share = f"{gap.peers}家里{write(gap.share, 'rate')}在用{product}"
    return item(f"先问：{question(gap.need, record, bank)}", bank.needs[gap.need].name, share)


def _lead(lead: Lead, client: Client, bank: Bank) -> dict[str, str]:
    return item(f"{client.short_name or client.name}{lead.say}", bank.needs[lead.need].name)


def question(need: str, record: Record, bank: Bank) -> str:
    """Return the first question of the need whose figures are known: how things are now, else what is difficult."""
    for kind in ("situation", "problem"):
        for one in bank.of(need, kind):
            for words in one.asks:
                if filled := fill(words, record.facts, bank.facts, name=record.name):
                    return filled
    return bank.needs[need].means
