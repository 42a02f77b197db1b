"""Short sentences that speak of the proposal on the table, however the reader took them."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.bundles.discuss import asks_to_compare
from bot.conversation import discussion, explaining, offering, outside
from bot.conversation.messages import Reply
from bot.conversation.talk import Talk

Handler = Callable[[Talk], Reply]
WHY_NOT = re.compile(r"为(?:什么|啥|何)[^，,。]{0,3}(?:没|不)")
WHY = re.compile(r"为(?:什么|啥|何)|凭什么|理由|图(?:个)?啥")
THEIRS = re.compile(r"^(?:他|她|客户|对方|人家|老板|财务|会计|[\u4e00-\u9fff]总|老爷子|老太太)|说|觉得|嫌")
SHORT = 20  # characters; a longer sentence is a report


def bundles_first(handler: Handler) -> Handler:
    """Return a handler for comparing products that sets proposals side by side when the sentence is about those."""

    def run(talk: Talk) -> Reply:
        about = re.search(r"方案|备选|这套|那套", talk.text) and not any(
            e.type == "product" for e in talk.reading.entities
        )
        return discussion.compare(talk) if about and outside.meant(talk) is not None else handler(talk)

    return run


def heard_first(handler: Handler) -> Handler:
    """Return a handler that, with a proposal on the table and no question open, takes a short order as one to the proposal."""

    def run(talk: Talk) -> Reply:
        return _order(talk) or handler(talk)

    return run


def _order(talk: Talk) -> Reply | None:
    """Carry out a short sentence that plainly speaks of the proposal; None when it may be what the client said."""
    if talk.visit is None or talk.text.startswith("/") or len(talk.text) > SHORT or THEIRS.search(talk.text):
        return None
    if talk.state.open is not None or talk.state.proposal is None or talk.state.phase != "proposal":
        return None
    if explaining.ABOUT_RETURN.search(talk.text):
        return explaining.bank_return(talk)
    if WHY_NOT.search(talk.text):
        return explaining.why_withheld(talk)
    if WHY.search(talk.text):
        return explaining.explain(talk)
    if asks_to_compare(talk.text):
        return discussion.compare(talk)
    subject = offering.of_visit(talk, talk.state)
    changes = discussion.wanted_changes(talk, subject)
    return discussion.carry_out(talk, subject, changes, talk.text) if changes else None
