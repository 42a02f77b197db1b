"""The condition of a list in words, so that a misreading shows."""

from __future__ import annotations

from bot.catalogue.answers import term_text
from bot.catalogue.filters import Condition
from bot.conversation.talk import Talk


def title_of(talk: Talk, condition: Condition, named: str = "") -> str:
    """Say which conditions were read, so that a misreading shows."""
    bank, words = talk.library.bank, talk.library.words
    parts = [{"corporate": "对公", "personal": "个人"}.get(condition.segment, "")]
    parts += (
        [f"能解决“{'、'.join(bank.needs[n].name for n in condition.needs if n in bank.needs)}”"]
        if condition.needs
        else []
    )
    parts += [f"{_yuan(condition.amount)}能办"] if condition.amount else []
    parts += [f"起点{'' if condition.exact else '不超过'}{_yuan(condition.start_most)}"] if condition.start_most else []
    parts += [words.traits[t].name for t in condition.traits if t in words.traits]
    parts += [f"风险不超过R{condition.risk_most}"] if condition.risk_most else []
    low, high = condition.days
    if low is not None and low == high:
        parts.append(f"能放{_span(low)}")
    elif (low, high) != (None, None):
        parts.append(f"期限{_span(low or 0)}以上" if high is None else f"期限{_span(high)}以内")
    word = condition.category_word or named
    kind = f"{word}类" if word else ""
    return "、".join(p for p in parts if p) + (f"的{kind}产品" if any(parts) else f"{kind}产品")


def _yuan(amount: object) -> str:
    return term_text("x_cny", int(float(str(amount))))


def _span(days: int) -> str:
    """Write days as people say them."""
    if days >= 360 and days % 365 < 3:
        return f"{days // 365}年"
    return f"{round(days / 30)}个月" if days >= 30 else f"{days}天"
