"""Talking a proposal over: why this, why not that, without, with, instead, steadier, within a budget, against another.

Every change makes the proposal anew from the client and all wishes so far, so that every rule is checked again; what the
manager asked is kept with the proposal and can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.bundles.alternatives import risk_up_to
from bot.bundles.discuss import Context, Said, asks_to_compare, read
from bot.bundles.model import Proposal
from bot.bundles.wishes import NONE, Change, Wishes, after
from bot.conversation import offering, outside
from bot.conversation.bundle_talk import bundle_message
from bot.conversation.comparing import compare_with, named_other
from bot.conversation.messages import Message, Reply, say
from bot.conversation.offering import Subject
from bot.conversation.proposals import ask_commitment, respond
from bot.conversation.starting import find
from bot.conversation.talk import Talk, back_to_question
from bot.store import visits
from bot.visit.bank import money

REACTIONS = {"objection", "refusal", "continuation", "advance"}
SURE_REACTION = 0.6
HELP = (
    "这句我没听出要怎么改。可以这样说：“去掉法人账户透支”“加上代发工资”“把理财换成国债”“更稳健一点”“预算只有50万”"
    "“不要贷款”“只留两样”“换成备选1”“和备选比一比”“恢复原样”。方案里有：{names}。"
)


def change(talk: Talk) -> Reply:
    """Change the proposal as asked, or say what keeps it from being changed."""
    subject = _subject(talk)
    if isinstance(subject, Reply):
        return subject
    assert subject.bundle is not None
    if asks_to_compare(talk.text):
        return compare(talk)
    changes = wanted_changes(talk, subject)
    reaction = talk.reading.stance in REACTIONS and talk.reading.stance_confidence >= SURE_REACTION
    if not changes and talk.visit is not None and reaction:
        return respond(talk)  # "他嫌费用太贵" is the client's answer, not an order to change the bundle
    if not changes:
        names = "、".join(talk.library.catalogue.products[p["code"]].name for p in subject.bundle["products"])
        return say(HELP.format(names=names))
    return carry_out(talk, subject, changes, talk.text)


def _subject(talk: Talk) -> Subject | Reply:
    """Return the proposal meant: of the client that is named, else the one under discussion."""
    found = outside.meant(talk)
    if found is not None:
        return found
    client, _, _ = find(talk)
    if talk.visit is None and client is not None:
        return outside.propose(talk, client)
    return back_to_question(talk, say("还没有方案可以改。客户说出明确需求后，说“出方案”就行。"))


def wanted_changes(talk: Talk, subject: Subject) -> list[Change]:
    """Read the sentence against the proposal as it stands."""
    bundle = subject.bundle or {}
    offered = [p["code"] for p in bundle["products"]]
    segment = subject.situation.segment
    names = {b.code: b.name for b in talk.library.bundles if b.segment == segment and b.code != bundle["code"]}
    context = Context(offered, names, [a["code"] for a in bundle["alternatives"]], subject.wishes.removed)
    amounts = [_amount(e.value) for e in talk.reading.entities if e.type == "amount"]
    counts = [int(e.value) for e in talk.reading.entities if e.type == "count" and str(e.value).isdigit()]
    return read(
        talk.text,
        _products(talk, segment),
        context,
        next((a for a in amounts if a is not None), None),
        counts[0] if counts else None,
    )


def _products(talk: Talk, segment: str) -> list[Said]:
    """Return the products named; of a name that may mean several, those for this kind of client."""
    catalogue, found = talk.library.catalogue.products, []
    for entity in talk.reading.entities:
        if entity.type != "product":
            continue
        codes = entity.value if isinstance(entity.value, list) else [entity.value]
        known = [str(c) for c in codes if str(c) in catalogue]
        fitting = [c for c in known if catalogue[c].segment == segment] or known
        if fitting:
            found.append(Said(entity.start, tuple(fitting)))
    return found


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value.get("max") if isinstance(value, dict) else value))
    except InvalidOperation:
        return None


def carry_out(talk: Talk, subject: Subject, changes: Sequence[Change], words: str) -> Reply:
    """Fold the changes in one after the other; one that cannot be done is answered with its reason and leaves no trace."""
    assert subject.bundle is not None
    wishes, did = subject.wishes, []
    start = offering.made(talk, subject, wishes)
    if start is None:  # the client's record has changed since
        return say(offering.nothing_fits(talk, subject))
    proposal, bundle = start
    for wanted in changes:
        done, refused = _fold(talk, subject, proposal, wishes, _filled(talk, subject, wanted, proposal, wishes))
        if refused:
            did.append(refused)
            continue
        assert done is not None
        wishes, after_it, bundle = done
        did.append(_difference(talk, proposal, after_it, wanted))
        proposal = after_it
    if wishes == subject.wishes and start[0] == proposal:
        return Reply((Message("\n".join(did)),))
    history = [*subject.bundle.get("changes", ()), {"turn": talk.turn, "said": words[:200], "did": "；".join(did)}]
    bundle = {**bundle, "changes": [] if changes[-1].do == "restore" else history}
    offering.keep(talk, subject, bundle)
    reply = Reply((bundle_message(talk, bundle, "\n".join(did)),))
    return reply.plus(ask_commitment()) if talk.visit is not None else reply


def _filled(talk: Talk, subject: Subject, wanted: Change, proposal: Proposal, wishes: Wishes) -> Change:
    """Put in how far 更稳健 goes: one level below the highest that may be sold now."""
    if wanted.do != "steadier" or wanted.count is not None:
        return wanted
    top = risk_up_to(proposal, talk.library.catalogue, subject.situation, wishes)
    return Change("steadier", count=max(top - 1, 0)) if top else Change("steadier", count=None)


def _fold(
    talk: Talk, subject: Subject, proposal: Proposal, wishes: Wishes, wanted: Change
) -> tuple[tuple[Wishes, Proposal, dict[str, Any]] | None, str]:
    """Return (wishes, proposal, bundle) after one change, or why it cannot be done."""
    refused = _pointless(talk, proposal, wishes, wanted)
    if refused:
        return None, refused
    folded = (
        after(_chosen(subject, wishes, wanted), wanted) if wanted.do != "choose" else _chosen(subject, wishes, wanted)
    )
    found = offering.made(talk, subject, folded)
    if found is None:
        return None, "这样一改，方案里就没有能回应客户需要的产品了，先不动。"
    come = {"add": wanted.code, "swap": wanted.other}.get(wanted.do, "")
    if come and come not in found[0].codes:
        return None, f"{_name(talk, come)}加不进来：{_gate(found[0], come)}"
    return (folded, *found), ""


def _chosen(subject: Subject, wishes: Wishes, wanted: Change) -> Wishes:
    """Return the wishes of the alternative that is chosen: they are kept with the proposal."""
    if wanted.do != "choose":
        return wishes
    for other in (subject.bundle or {}).get("alternatives", ()):
        if other["code"] == wanted.code:
            return Wishes.from_json(other["wishes"])
    return after(wishes, wanted)


def _pointless(talk: Talk, proposal: Proposal, wishes: Wishes, wanted: Change) -> str:
    """Return why a change would change nothing, '' when it may."""
    if wanted.do in ("remove", "replace", "swap") and wanted.code not in proposal.codes:
        return f"方案里本来就没有{_name(talk, wanted.code)}。"
    if wanted.do == "add" and wanted.code in proposal.codes:
        return f"{_name(talk, wanted.code)}已经在方案里。"
    if wanted.do == "swap" and wanted.other in proposal.codes:
        return f"{_name(talk, wanted.other)}已经在方案里；不要{_name(talk, wanted.code)}就说“去掉”。"
    if wanted.do == "steadier" and wanted.count is None:
        return "方案里没有带风险等级的产品，已经是最稳的。"
    if wanted.do == "bolder" and wishes.risk_cap is None:
        return "已经放到客户风险测评允许的上限了；再高就不合适，先重新测评再说。"
    if wanted.do == "restore" and wishes == NONE:
        return "方案还没有改过，就是原样。"
    return ""


def _gate(proposal: Proposal, code: str) -> str:
    gate = next((w for w in proposal.withheld if w.code == code), None)
    return f"{gate.reason}；{gate.remedy}。" if gate else "它不适合这位客户。"


def _name(talk: Talk, code: str) -> str:
    return talk.library.catalogue.products[code].name


SAID_AS: Mapping[str, str] = {
    "steadier": "更稳健了一档",
    "bolder": "放开了风险上限，仍按客户的测评结果",
    "core_only": "只留了基本业务",
    "channel": "只留了线上能办的",
    "restore": "恢复成原来的方案",
}


def _difference(talk: Talk, before: Proposal, now: Proposal, wanted: Change) -> str:
    """Say what was asked and what it moved."""
    gone = [_name(talk, c) for c in before.codes if c not in now.codes]
    come = [_name(talk, c) for c in now.codes if c not in before.codes]
    lead = SAID_AS.get(wanted.do, "")
    if wanted.do == "budget" and wanted.amount is not None:
        lead = f"按{money(wanted.amount)}元的预算重排了"
    if wanted.do == "fewer":
        lead = f"只留了{len(now.codes)}样"
    if wanted.do == "without":
        lead = f"不放{wanted.code}类产品"
    if before.code != now.code:
        lead = f"换成了“{now.name}”"
    moved = [f"去掉{'、'.join(gone)}" if gone else "", f"加上{'、'.join(come)}" if come else ""]
    if not gone and not come:
        moved.append("产品没有变" if wanted.do not in ("steadier", "bolder") else "产品没有变，只是收紧了等级")
    open_now = [talk.library.bank.needs[n].name for n in now.unanswered if n not in before.unanswered]
    if open_now:
        moved.append(f"“{'、'.join(open_now)}”就没有产品回应了")
    return "，".join(x for x in (lead, *moved) if x) + "。"


def undo(talk: Talk) -> Reply:
    """Take the last change back, in a visit or outside of one."""
    if talk.visit is not None:
        if visits.undo(talk.visit) is None:
            return say("没有可以撤回的了。")
        talk.__dict__.pop("state", None)
        bundle = talk.state.proposal
    else:
        bundle = offering.take_back(talk)
    if bundle is None:
        return back_to_question(talk, say("没有可以撤回的了。"))
    return Reply((bundle_message(talk, bundle, "撤回了上一次修改。"),))


def restore(talk: Talk) -> Reply:
    return _pressed(talk, Change("restore"), "恢复原样")


def choose(talk: Talk) -> Reply:
    """The button of an alternative."""
    key = talk.reading.first("key")
    return _pressed(talk, Change("choose", str(key.value) if key else ""), "换成备选")


def _pressed(talk: Talk, wanted: Change, words: str) -> Reply:
    subject = offering.current(talk)
    if subject is None or subject.bundle is None:
        return say("还没有方案可以改。")
    return carry_out(talk, subject, [wanted], words)


def compare(talk: Talk) -> Reply:
    """Set the proposal beside the one that is named, or beside its alternatives."""
    subject = outside.meant(talk)
    if subject is None:
        return back_to_question(talk, say("还没有方案可以比。客户说出明确需求后，说“出方案”就行。"))
    return back_to_question(talk, compare_with(talk, subject, named_other(talk, subject)))
