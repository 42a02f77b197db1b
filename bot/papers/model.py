"""The four papers: their fields, which of them templates must use, and whom they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COMMON = ("title", "client", "day", "manager", "party")  # party: how the client is addressed, 贵方 or 您


@dataclass(frozen=True)
class Kind:
    """One paper. `fields`: field → the columns of its rows, () for a text; `must`: fields a template may not leave out.

    `for_client`: it may hold nothing of the bank's return and no internal note.
    """

    code: str
    name: str
    for_client: bool
    words: str  # how people ask for it, a regular expression
    fields: Mapping[str, tuple[str, ...]]
    must: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "brief", "拜访准备单", False, r"准备单|准备材料|拜访准备|拜访前|提纲",
            {
                "promises": ("what", "due", "status"),
                "known": ("name", "value", "on"),
                "stale": ("name", "value", "on"),
                "find_out": ("name",),
                "earlier": ("name", "status", "quote"),
                "likely": ("name", "why"),
                "questions": ("kind", "need", "text"),
                "contacts": ("name", "role"),
                "analysis": ("name", "value"),
                "opening": (),
            },
            ("known", "find_out", "questions"),
        ),
        Kind(
            "needs", "客户需求说明书", True, r"需求说明|需求书|需求单|需要说明",
            {
                "facts": ("name", "value", "quote"),
                "needs": ("name", "status", "quote"),
                "figures": ("name", "result", "formula", "inputs", "assumptions"),
                "later": ("name",),
                "next": ("label", "value"),
            },
            ("needs", "figures"),
        ),
        Kind(
            "plan", "综合服务方案", True, r"方案|建议书|计划书|五定|三个?[wW]|提案",
            {
                "why": ("name", "quote", "meaning"),
                "products": ("layer", "name", "need", "way"),
                "gains": ("name", "benefit"),
                "figures": ("name", "result", "formula", "inputs", "assumptions"),
                "plan": ("label", "value"),
                "later": ("name",),
                "next": ("label", "value"),
                "promise": (),
            },
            ("why", "products", "gains", "plan", "promise"),
        ),
        Kind(
            "record", "拜访记录", False, r"拜访记录|访谈记录|会谈纪要|纪要|记录|小结|总结",
            {
                "outcome": ("label", "value"),
                "needs": ("name", "status", "quote"),
                "facts": ("name", "value", "quote"),
                "denied": ("name", "quote"),
                "asked": ("kind", "need", "text", "outcome"),
                "products": ("layer", "name", "need", "way"),
                "tasks": ("title", "due", "status"),
            },
            ("needs", "outcome"),
        ),
    )
}  # fmt: skip


def sample(kind: Kind) -> dict[str, object]:
    """Return content with every field filled, to try a template with; names hold what breaks careless templates."""
    content: dict[str, object] = {name: f"样张{name}" for name in COMMON}
    content["client"] = "甲<乙>&丙“丁”有限公司"
    for field, columns in kind.fields.items():
        content[field] = [{c: f"{field}.{c}" for c in columns}] * 2 if columns else f"样张{field}"
    return content
