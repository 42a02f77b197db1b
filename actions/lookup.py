"""Actions that look up products and methods."""

from bot.conversation import lookups, methods, orders
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_product_info": lookups.product_info,
    "action_compare_products": orders.bundles_first(lookups.compare),
    "action_list_products": lookups.list_products,
    "action_method_info": methods.method_info,
}
PRESSES: dict[str, Handler] = {
    "catalogue.show": lookups.show,
    "catalogue.more": lookups.more,
    "catalogue.compare": lookups.compare_pressed,
    "catalogue.category": lookups.category,
    "catalogue.follow": lookups.followed,
}
