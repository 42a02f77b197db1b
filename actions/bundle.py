"""Actions on the proposal."""

from bot.conversation import proposals
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_recommend_bundle": proposals.recommend,
    "action_explain_bundle": proposals.explain,
    "action_why_withheld": proposals.why_withheld,
    "action_change_bundle": proposals.change,
    "action_make_document": proposals.document,
}
