"""A proposal outside of a visit: from what the client voiced at the last visits; without such words, what to ask first."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import offering, proposals
from bot.conversation.bundle_talk import bundle_message
from bot.conversation.messages import Message, Reply, button, say
from bot.conversation.starting import choose_client, find
from bot.conversation.talk import Talk
from bot.store import access, clients, visits
from bot.store.tables import Client
from bot.visit import steer
from bot.visit.model import KIND_NAMES, VisitState
from bot.visit.planner import Next, choose

NOT_FOUND = "您的客户里没有找到“{name}”。名字再打全一点试试；不在您名下的客户看不到。"


def recommend(talk: Talk) -> Reply:
    """Propose in the open visit; else to the client that is named, or to the one under discussion."""
    if talk.visit is not None:
        return proposals.recommend(talk)
    client, several, said = find(talk)
    if client is None and several:
        return choose_client(talk, several, "recommend_bundle")
    if client is None and said:
        return say(NOT_FOUND.format(name=said))
    if client is None and (draft := talk.conversation.draft):
        client = access.client_by_id(talk.session, talk.actor, int(draft["client"]))
    if client is None:
        recent = clients.recently_touched(talk.session, talk.actor, 4)
        choices = (button(c.short_name or c.name, "recommend_bundle", client=c.id) for c in recent)
        return say(
            "给哪位客户出方案？把名字打给我。方案要从客户说过的需要出发；还没问过，就说“准备拜访某某客户”。", *choices
        )
    return propose(talk, client)


def propose(talk: Talk, client: Client) -> Reply:
    """Return the proposal for the needs voiced at earlier visits, or what to ask first."""
    subject = offering.of_client(talk, client)
    if not subject.voiced:
        return ask_first(talk, client)
    found = offering.made(talk, subject)
    visit = button("准备拜访", "start_visit", client=client.id)
    if found is None:
        return say(offering.nothing_fits(talk, subject), visit)
    talk.conversation.draft = None
    offering.keep(talk, subject, found[1])
    lead = f"按{client.name}以前拜访中说出的需要配的，见面先确认还是不是这样："
    message = bundle_message(talk, found[1], lead)
    return Reply((Message(message.text, (*message.buttons, visit), message.card),))


def meant(talk: Talk) -> offering.Subject | None:
    """Return the proposal that is spoken of: of the client that is named, else the one under discussion."""
    present = offering.current(talk)
    if talk.visit is not None:
        return present
    client, _, _ = find(talk)
    if client is None or (present is not None and present.client.id == client.id):
        return present
    for visit in access.visits_of(talk.session, talk.actor, client):
        bundle = visits.state_of(visit).proposal
        if bundle is not None:
            return offering.of_client(talk, client, bundle)
    subject = offering.of_client(talk, client)
    found = offering.made(talk, subject)
    return replace(subject, bundle=found[1]) if found else None


def ask_first(talk: Talk, client: Client) -> Reply:
    """No need was voiced: say which question to ask next, instead of selling."""
    record, bank = talk.record_of(client), talk.library.bank
    state = VisitState(segment=record.segment)
    chosen = choose(state, record, bank, talk.gain_for(state, record), talk.today)
    opened, _ = steer.open_next(state, record, bank, talk.gain_for(state, record), talk.today, talk.turn)
    visit = button("准备拜访", "start_visit", client=client.id)
    lead = f"{client.name}还没有说出过明确需求，现在配方案只能靠猜。"
    if not isinstance(chosen, Next) or opened.open is None:
        return say(f"{lead}先去拜访，把现状和难处问清楚。", visit)
    need = bank.needs[opened.open.need].name
    why = f"（{'；'.join(chosen.reasons)}）" if chosen.reasons else ""
    kind = KIND_NAMES[opened.open.kind]
    return say(f"{lead}见面先问这一句{why}：\n【{kind}问题 · {need}】{opened.open.text}", visit)
