"""Actions on the manager's own clients."""

from bot.conversation import client_lists, client_updates, clients, cross_selling, intelligence, lookups, tiers
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_client_profile": lookups.product_first(clients.profile),
    "action_client_holdings": lookups.product_first(clients.holdings),
    "action_client_needs": lookups.product_first(clients.needs),
    "action_list_clients": client_lists.list_clients,
    "action_update_client": clients.update,
    "action_cross_sell": cross_selling.cross_sell,
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
