"""Actions on the manager's own clients."""

from bot.conversation import clients
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_client_profile": clients.profile,
    "action_client_holdings": clients.holdings,
    "action_client_needs": clients.needs,
    "action_list_clients": clients.list_clients,
    "action_update_client": clients.update,
    "action_cross_sell": clients.cross_sell,
}
