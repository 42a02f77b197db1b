"""Which client a question is about: the one that is named, else the one being visited; or what to answer instead."""

from __future__ import annotations

from bot.conversation.messages import Reply, say
from bot.conversation.starting import choose_client, find
from bot.conversation.talk import Talk
from bot.store.tables import Client

NOT_FOUND = "您的客户里没有找到“{name}”。名字再打全一点试试；不在您名下的客户看不到。"


def client_meant(
    talk: Talk, intent: str, ask: str = "是哪位客户？把名字一起打给我，比如“海达的资料”。"
) -> tuple[Client | None, Reply]:
    """Return (client, an empty reply), or (None, the reply that asks which one or says that there is none)."""
    client, several, said = find(talk)
    if client is not None:
        return client, Reply()
    if several:
        return None, choose_client(talk, several, intent)
    if said:
        return None, say(NOT_FOUND.format(name=said))
    if talk.visit is not None:
        return talk.visit.client, Reply()
    return None, say(ask)
