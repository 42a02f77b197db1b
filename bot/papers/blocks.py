"""A paper as blocks for the page on a phone: titles, rows, texts; in the order of the Word file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TITLES: Mapping[str, Mapping[str, str]] = {
    "brief": {
        "promises": "上次说好的事", "opening": "开场可以这样说", "find_out": "这次要弄清", "questions": "准备问的",
        "earlier": "以前说过的需要", "likely": "可能有的需要", "contacts": "联系人", "analysis": "客户分析（内部）",
        "known": "已经知道", "stale": "可能过时，顺便确认",
    },
    "needs": {
        "facts": "一、了解到的情况", "needs": "二、说到的需要", "figures": "三、影响测算", "later": "四、还要继续研究的", "next": "下一步",
    },
    "plan": {
        "why": "一、为什么合作", "products": "二、怎样合作", "gains": "三、带来什么好处", "figures": "影响测算",
        "plan": "四、五定计划", "later": "还要继续研究的", "next": "下一步的约定", "promise": "说明",
    },
    "record": {
        "outcome": "结果", "needs": "客户的需要", "facts": "了解到的情况", "denied": "问过、没有问题的", "products": "提出的方案",
        "asked": "问过的问题", "tasks": "要跟进的",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One part. `rows`: (label, value, note); `text` for a part in running words."""

    title: str
    rows: tuple[tuple[str, str, str], ...] = ()
    text: str = ""


def blocks(kind: str, content: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the parts that have something to say."""
    made = (_block(name, title, content[name]) for name, title in TITLES[kind].items() if content.get(name))
    return tuple(made)


def _block(name: str, title: str, value: Any) -> Block:
    if isinstance(value, str):
        return Block(title, text=value)
    return Block(title, tuple(_row(name, row) for row in value))


def _row(name: str, row: Mapping[str, str]) -> tuple[str, str, str]:
    """Return (what stands in bold, the words, what stands small below)."""
    match name:
        case "figures":
            rest = [f"算法：{row['formula']}", f"用到的数：{row['inputs']}"]
            return (
                row["name"],
                row["result"],
                "\n".join([*rest, *([f"假设：{row['assumptions']}"] if row["assumptions"] else [])]),
            )
        case "products":
            name = f"{row['name']}（{row['layer']}）" if row["layer"] else row["name"]
            return name, row["way"], f"回应：{row['need']}"
        case "why":
            return row["name"], f"“{row['quote']}”", row["meaning"]
        case "needs" | "earlier":
            return row["name"], f"“{row['quote']}”" if row["quote"] else "", row["status"]
        case "questions" | "asked":
            return f"{row['kind']} · {row['need']}", row["text"], row.get("outcome", "")
        case "promises":
            return row["what"], row["due"], row["status"]
        case "tasks":
            return row["title"], row["due"], row["status"]
        case "find_out" | "later":
            return "", row["name"], ""
        case "contacts":
            return row["name"], row["role"], ""
        case "likely":
            return row["name"], row["why"], ""
        case "gains":
            return row["name"], row["benefit"], ""
        case "outcome" | "plan" | "next":
            return row["label"], row["value"], ""
    quote = f"“{row['quote']}”" if row.get("quote") else ""
    return row["name"], row.get("value") or quote, (quote if row.get("value") else "") or row.get("on", "")
