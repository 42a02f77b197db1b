"""Whom a proposal is for and what it is made from: the open visit, or the ledger of a client's last visits outside of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.bundles.alternatives import alternatives
from bot.bundles.engine import Shelf, arrange, composed
from bot.bundles.model import Proposal, Situation, Voiced
from bot.bundles.present import unanswered
from bot.bundles.rules import Fit
from bot.bundles.select import select
from bot.bundles.wishes import NONE, Wishes
from bot.catalogue.validity import quotable, refusal
from bot.conversation.bundle_cards import bundle_json
from bot.conversation.talk import Talk
from bot.store import access, records, visits
from bot.store.tables import Client
from bot.visit.impact import figures
from bot.visit.model import Entry, Known, Record, VisitState, facts_in_force

VOICED = ("explicit", "matched", "committed")


@dataclass(frozen=True)
class Subject:
    """The client of a proposal. `bundle`: the proposal as it stands, None before there is one."""

    client: Client
    record: Record
    voiced: tuple[Voiced, ...]
    situation: Situation
    bundle: dict[str, Any] | None = None

    @property
    def wishes(self) -> Wishes:
        return Wishes.from_json((self.bundle or {}).get("wishes", {}))


def shelf(talk: Talk) -> Shelf:
    """Return what may be offered today: no line is used, and no product offered, whose last day has passed."""
    known = talk.library
    off = {c: why for c, p in known.catalogue.products.items() if (why := refusal(p, known.catalogue, talk.today))}
    return Shelf(known.bundles, quotable(known.catalogue, talk.today), replace(known.suitability, off_sale=off))


def of_visit(talk: Talk, state: VisitState) -> Subject:
    """Return what the open visit gives to propose from."""
    assert talk.visit is not None
    facts = facts_in_force(talk.record, state)
    voiced = _voiced(talk, state.needs(*VOICED), facts)
    return Subject(talk.visit.client, talk.record, voiced, talk.situation(state, talk.record), state.proposal)


def of_client(talk: Talk, client: Client, bundle: dict[str, Any] | None = None) -> Subject:
    """Return what is known of a client outside of a visit: the explicit needs of the earlier visits, the unfinished first."""
    record = talk.record_of(client)
    entries: dict[str, Entry] = {}
    for visit in visits.unfinished(talk.session, talk.actor, client.id):
        for entry in visits.state_of(visit).needs(*VOICED):
            entries.setdefault(entry.need, entry)
    for need, status, quote in record.earlier_needs:
        if status in VOICED:
            entries.setdefault(need, Entry(need, status, quote, 0))
    known = [e for e in entries.values() if e.need in talk.library.bank.needs]
    situation = Situation(record.segment, record.holdings, records.situation_facts(record), qualifications_of(talk), "")
    return Subject(client, record, _voiced(talk, known, record.facts), situation, bundle)


def qualifications_of(talk: Talk) -> frozenset[str] | None:
    """Return what the member of staff is recorded to be qualified for, None when nobody recorded it."""
    recorded = talk.conversation.user.qualifications
    return None if recorded is None else frozenset(map(str, recorded))


def _voiced(talk: Talk, entries: Iterable[Entry], facts: Mapping[str, Known]) -> tuple[Voiced, ...]:
    return tuple(_one(talk, e, facts) for e in entries)


def _one(talk: Talk, entry: Entry, facts: Mapping[str, Known]) -> Voiced:
    """How strongly a need was voiced: that its consequences were acknowledged, and that it was put into money, add to it."""
    worked = figures(entry.need, facts, talk.library.bank)
    money = [f.amount for f in worked if f.unit == "money"]
    developed = any(status == "developed" for status, _, _ in entry.trail)
    stake = max(money, default=None)
    return Voiced(entry.need, entry.quote, entry.turn, 1 + developed + bool(worked), stake and Decimal(stake))


def current(talk: Talk) -> Subject | None:
    """Return the proposal under discussion: the open visit's, the draft of this conversation, or the last closed visit's."""
    if talk.visit is not None:
        return of_visit(talk, talk.state) if talk.state.proposal else None
    draft = talk.conversation.draft
    if draft:
        client = access.client_by_id(talk.session, talk.actor, int(draft["client"]))
        return of_client(talk, client, draft["bundle"])
    last = visits.last_closed(talk.session, talk.actor)
    bundle = visits.state_of(last).proposal if last else None
    return of_client(talk, last.client, bundle) if last and bundle else None


def made(talk: Talk, subject: Subject, wishes: Wishes = NONE) -> tuple[Proposal, dict[str, Any]] | None:
    """Return the proposal under these wishes, and as the contract's `state.bundle`; None when nothing can be offered."""
    proposal = arrange(subject.voiced, subject.situation, shelf(talk), wishes)
    if proposal is None:
        return None
    others = alternatives(proposal, subject.voiced, subject.situation, shelf(talk), wishes)
    history = list((subject.bundle or {}).get("changes", ()))
    return proposal, {**bundle_json(proposal, others), "wishes": wishes.to_json(), "changes": history}


def keep(talk: Talk, subject: Subject, bundle: dict[str, Any]) -> None:
    """Store the proposal with the visit, or with the conversation outside of one; undo takes it back."""
    if talk.visit is not None:
        talk.save(matched(replace(talk.state, turn=talk.turn), bundle))
        visits.record_proposal(talk.session, talk.visit, bundle)
        return
    draft = talk.conversation.draft or {}
    same = draft.get("client") == subject.client.id
    steps = [*draft["steps"], draft["bundle"]] if same else ([subject.bundle] if subject.bundle else [])
    talk.conversation.draft = {"client": subject.client.id, "bundle": bundle, "steps": steps[-20:]}


def take_back(talk: Talk) -> dict[str, Any] | None:
    """Undo the last change outside of a visit and return the proposal before it; None when there is none."""
    draft = talk.conversation.draft
    if not draft or not draft["steps"]:
        return None
    access.client_by_id(talk.session, talk.actor, int(draft["client"]))
    bundle: dict[str, Any] = draft["steps"][-1]
    talk.conversation.draft = {**draft, "bundle": bundle, "steps": draft["steps"][:-1]}
    return bundle


def answered(bundle: Mapping[str, Any]) -> set[str]:
    """Return the needs that the products of a `state.bundle` answer."""
    return {n for p in bundle["products"] for n in (p["need"], *(a["need"] for a in p.get("also", ())))}


def matched(state: VisitState, bundle: dict[str, Any]) -> VisitState:
    """Return the state with the proposal: needs it answers are matched, those it no longer answers explicit again."""
    needs = answered(bundle)
    for entry in state.needs("explicit"):
        if entry.need in needs:
            state = state.with_entry(entry.to("matched", entry.quote, entry.turn))
    for entry in state.needs("matched"):
        if entry.need not in needs:
            state = state.with_entry(entry.to("explicit", entry.quote, entry.turn))
    return replace(state, proposal=bundle)


def nothing_fits(talk: Talk, subject: Subject) -> str:
    """Say of each voiced need what stands in the way of answering it."""
    known = shelf(talk)
    fit = Fit(composed(subject.situation.segment), subject.situation, known.suitability, subject.wishes)
    chosen = select(fit.bundle, subject.voiced, known.catalogue, fit)
    lines = [f"· {talk.library.bank.needs[need].name}：{why}" for need, why in unanswered(chosen)]
    return "\n".join(["客户说出的明确需求，现在没有合适又合规的产品能回应：", *lines, "请联系产品经理单独设计。"])
