"""Actions that belong to no capability: greetings, yes and no, objections, fallback."""

from bot.conversation import general, orders
from bot.conversation.product_first import product_first
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_greet": general.greet,
    "action_goodbye": general.goodbye,
    "action_thanks": general.thanks,
    "action_help": general.help_,
    "action_affirm": general.affirm,
    "action_deny": general.deny,
    "action_stop": general.stop,
    "action_restart": general.restart,
    "action_bot_challenge": product_first(general.bot_challenge),
    "action_disagree": general.disagree,
    "action_out_of_scope": general.out_of_scope,
    "action_nlu_fallback": orders.heard_first(general.fallback),
}
