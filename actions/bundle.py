"""Actions on the proposal."""

from bot.conversation import discussion, explaining, outside, papers
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_recommend_bundle": outside.recommend,
    "action_explain_bundle": explaining.explain,
    "action_why_withheld": explaining.why_withheld,
    "action_change_bundle": discussion.change,
    "action_make_document": papers.document,
}
PRESSES: dict[str, Handler] = {
    "papers.make": papers.pressed,
    "papers.again": papers.again,
    "bundle.choose": discussion.choose,
    "bundle.compare": discussion.compare,
    "bundle.restore": discussion.restore,
    "bundle.undo": discussion.undo,
    "bundle.return": explaining.bank_return,
}
