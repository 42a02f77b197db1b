"""Sentences read as ones about clients, practice or the bot that plainly ask for something of one product."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.conversation.lookups import product_info, understood
from bot.conversation.messages import Reply
from bot.conversation.talk import Talk

MOST_BESIDE_PRODUCT = 8  # characters that no word of ours explains
OTHER_THAN_PRODUCT = re.compile(r"[他她]|客户|谁家|对方|练|演|扮|模拟|考核|教练|持有|名下|我的")


def product_first(handler: Callable[[Talk], Reply]) -> Callable[[Talk], Reply]:
    """Return a handler for sentences about clients or practice that gives way when no client is named and the sentence
    plainly asks for something of one product (按揭资料, 代发的顺序)."""

    def run(talk: Talk) -> Reply:
        elsewhere = talk.visit is not None or talk.text.startswith("/") or OTHER_THAN_PRODUCT.search(talk.text)
        if elsewhere or any(str(v).isdigit() for v in talk.reading.values("client")):
            return handler(talk)
        asked = understood(talk)
        one = len(asked.products) == 1 and asked.attributes and not asked.ambiguous and not asked.listing
        return product_info(talk) if one and len(asked.rest) <= MOST_BESIDE_PRODUCT else handler(talk)

    return run
