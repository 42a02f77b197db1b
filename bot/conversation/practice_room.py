"""Who is spoken to in a practice: the played client, or the bot. Everything that is no command is said to the client."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.conversation import lookups, practice, practice_after, practice_start
from bot.conversation.messages import Reply
from bot.conversation.talk import Talk
from bot.practice.hearing import asks

Handler = Callable[[Talk], Reply]

ABOUT_PRACTICE = frozenset(
    [
        "end_practice",
        "hint",
        "practice_score",
        "practice_history",
        "explain_score",
        "appeal_score",
        "start_practice",
        "help",
        "stop",
    ]
)
LOOK_UPS = frozenset(
    [
        "product_info",
        "compare_products",
        "list_products",
        "method_info",
        "client_profile",
        "client_holdings",
        "client_needs",
        "list_clients",
        "update_client",
        "create_task",
        "list_tasks",
        "complete_task",
        "log_visit",
        "start_visit",
        "resume_visit",
    ]
)
SURE_COMMAND, SURE_LOOK_UP = 0.5, 0.7  # a look-up is easily mistaken for what a seller says
ADDRESSED = re.compile(r"您|你|咱|贵|我们|我行|请教|这边")
LEAVING = re.compile(r"^(?:先)?(?:停|退出|不练|暂停|休息|到这|到此|下次再练|重新|重来|从头)|对练|演练|陪练")
WANTS = re.compile(
    r"(?:我?[想要]|开始|来|参加|进行|安排|帮我|给我).{0,6}(?:对练|专项练|陪练|预演|考核|模拟客户)|^(?:对练|专项练习|陪练|预演|考核)$"
)  # asks for a practice in so many words
DOUBTFUL = frozenset(["nlu_fallback", "appeal_score", "out_of_scope", "practice_score"])  # what that is misread as
PRACTICE_WORDS = re.compile(r"对练|演练|陪练|练习|模拟客户")


def in_character(intent: str, handler: Handler) -> Handler:
    """Return a handler that lets a sentence reach the played client unless it is surely meant for the bot."""

    def run(talk: Talk) -> Reply:
        if talk.conversation.mode == "practice" and talk.practice is None:
            talk.conversation.mode = "idle"  # it went on in another conversation
        if talk.text.startswith("/"):
            return OWN.get(intent, handler)(talk) if talk.practice is not None else handler(talk)
        if (reply := practice_after.spoken(talk)) is not None:
            return reply
        if talk.practice is None and intent in DOUBTFUL and WANTS.search(talk.text):
            return practice_start.start(talk)
        if talk.practice is None:
            resumes = intent == "resume_visit" and PRACTICE_WORDS.search(talk.text)
            return practice.resume(talk) if resumes else handler(talk)
        if asks_for_terms(talk):
            return lookups.product_info(talk)
        if speaks_to_client(talk, intent):
            return practice.seller(talk)
        return OWN.get(intent, handler)(talk)

    return run


def asks_for_terms(talk: Talk) -> bool:
    """“协定存款起存多少”: a product, one of its terms, nobody addressed. No seller asks a client that."""
    reading = talk.reading
    named = reading.first("product") is not None and reading.first("attribute") is not None
    return named and asks(talk.text) and not ADDRESSED.search(talk.text)


def speaks_to_client(talk: Talk, intent: str) -> bool:
    """Whether a sentence typed in a practice is said to the client rather than to the bot."""
    if (talk.conversation.pending or {}).get("kind") == "yes_no" and intent in ("affirm", "deny"):
        return False
    if intent in ("stop", "restart"):
        return not LEAVING.search(talk.text)
    if intent in ABOUT_PRACTICE:
        return talk.reading.confidence < SURE_COMMAND
    return intent not in LOOK_UPS or talk.reading.confidence < SURE_LOOK_UP


OWN: dict[str, Handler] = {  # what these mean while a client is being played
    "help": practice.help_,
    "stop": practice.pause,
    "restart": practice_start.restart,
}
