"""The proposal beside another: what each answers, holds, needs first and asks of the client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.bundles.rules import minimum
from bot.bundles.wishes import Change, Wishes, after
from bot.conversation import offering
from bot.conversation.messages import Message, Reply, card, press, say
from bot.conversation.offering import Subject
from bot.conversation.talk import Talk
from bot.visit.bank import money


def named_other(talk: Talk, subject: Subject) -> str:
    """Return the code of the bundle that the sentence names, '' when it names none."""
    mine = (b for b in talk.library.bundles if b.segment == subject.situation.segment)
    own = (subject.bundle or {}).get("code")
    return next(
        (b.code for b in mine if b.code != own and (b.name in talk.text or b.name.removesuffix("方案") in talk.text)),
        "",
    )


def compare_with(talk: Talk, subject: Subject, other: str = "") -> Reply:
    """Return a comparison card of the proposal and `other`, or of it and its alternatives."""
    assert subject.bundle is not None
    if other:
        wishes = after(subject.wishes, Change("choose", other))
        found = offering.made(talk, subject, wishes)
        name = next(b.name for b in talk.library.bundles if b.code == other)
        if found is None or found[0].code != other:
            return say(f"{name}不适合这位客户：资格不符，或者回应不了他说出的需要，没法比。")
        columns = [subject.bundle, found[1]]
    else:
        columns = [subject.bundle, *_others(talk, subject)]
    if len(columns) < 2:
        return say("没有别的搭法可比：按客户说出的需要和各条规则，只有这一套。")
    titles = [c["title"] if "title" in c else c["name"] for c in columns]
    rows = [{"label": label, "values": values} for label, values in _rows(talk, columns)]
    text = "\n".join(
        f"【{r['label']}】" + "".join(f"\n· {t}：{v}" for t, v in zip(titles, r["values"], strict=True)) for r in rows
    )
    shown = card("comparison", "方案对比", text=text, columns=titles, rows=rows)
    buttons = tuple(
        press(f"换成备选{i}", "bundle.choose", a["code"])
        for i, a in enumerate(subject.bundle["alternatives"], 1)
        if not other
    )
    return Reply((Message(text, buttons, shown),))


def _others(talk: Talk, subject: Subject) -> list[dict[str, Any]]:
    found = []
    for other in (subject.bundle or {}).get("alternatives", ()):
        made = offering.made(talk, subject, Wishes.from_json(other["wishes"]))
        if made is not None:
            found.append({**made[1], "title": other["name"]})
    return found


def _rows(talk: Talk, columns: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return the rows in which the proposals differ, and the first two always."""
    catalogue, bank = talk.library.catalogue, talk.library.bank

    def names(codes: Sequence[str]) -> str:
        return "、".join(catalogue.products[c].name for c in codes) or "—"

    def needs(bundle: Mapping[str, Any]) -> str:
        answered = offering.answered(bundle)
        return "、".join(n.name for code, n in bank.needs.items() if code in answered) or "—"

    def missing(bundle: Mapping[str, Any]) -> str:
        return "、".join(bank.needs[n].name for n in bundle["unanswered"]) or "—"

    def conditions(bundle: Mapping[str, Any]) -> str:
        return "；".join(dict.fromkeys(c for p in bundle["products"] for c in p["conditions"])) or "—"

    def least(bundle: Mapping[str, Any]) -> str:
        sums = [minimum(catalogue.products[p["code"]]) or Decimal(0) for p in bundle["products"]]
        return f"{money(sum(sums, Decimal(0)))}元" if any(sums) else "—"

    def risk(bundle: Mapping[str, Any]) -> str:
        levels = [lv[0] for p in bundle["products"] if (lv := catalogue.products[p["code"]].risk_levels)]
        return f"R{max(levels)}起" if levels else "不含带风险等级的产品"

    rows = [
        ("回应的需要", [needs(c) for c in columns]),
        ("基本业务", [names(c["core"]) for c in columns]),
        ("组合业务", [names(c["plus"]) for c in columns]),
        ("没有回应的", [missing(c) for c in columns]),
        ("先要落实", [conditions(c) for c in columns]),
        ("产品风险", [risk(c) for c in columns]),
        ("起点金额合计", [least(c) for c in columns]),
        ("第一步", [c["first_step"] for c in columns]),
    ]
    return [row for i, row in enumerate(rows) if i < 2 or len(set(row[1])) > 1]
