"""Actions on the manager's own clients."""

from bot.conversation import client_lists, client_updates, clients, cross_selling, intelligence, tiers
from bot.conversation.product_first import product_first
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_client_profile": product_first(clients.profile),
    "action_client_holdings": product_first(clients.holdings),
    "action_client_needs": product_first(clients.needs),
    "action_list_clients": client_lists.list_clients,
    "action_update_client": product_first(clients.update),
    "action_cross_sell": product_first(cross_selling.cross_sell),
}
PRESSES: dict[str, Handler] = {
    "insight.show": intelligence.show,
    "insight.matrix": intelligence.matrix,
    "insight.moved": intelligence.moved,
    "insight.propose": tiers.propose,
    "insight.accept": tiers.accept,
    "insight.accepted": tiers.accepted,
    "insight.refuse": tiers.refuse,
    "clients.follow": client_lists.followed,
    "clients.page": client_lists.page,
    "clients.all": client_lists.everyone,
    "client.whole": clients.whole,
    "client.more": clients.show_more,
    "client.change": client_updates.apply,
    "client.undo": client_updates.undo,
}
