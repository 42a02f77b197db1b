"""Actions of the practice."""

from bot.conversation import general
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    f"action_{intent}": general.practice
    for intent in (
        "start_practice",
        "seller_turn",
        "hint",
        "end_practice",
        "practice_score",
        "practice_history",
        "explain_score",
        "appeal_score",
    )
}
