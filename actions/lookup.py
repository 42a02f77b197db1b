"""Actions that look up products and methods."""

from bot.conversation import lookups
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_product_info": lookups.product_info,
    "action_compare_products": lookups.compare,
    "action_list_products": lookups.list_products,
    "action_method_info": lookups.method_info,
}
