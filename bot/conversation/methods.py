"""Selling methods: what it is, an example from banking, when to use it, and an offer to practise where it fits."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.messages import Message, Reply, button, card, command, item, section
from bot.conversation.talk import Talk, back_to_question
from bot.knowledge.library import Method
from bot.zh.scripts import normalise


def method_info(talk: Talk) -> Reply:
    """The method that is named, from data/knowledge/methods.yml; else all of them to pick from."""
    chosen = _chosen(talk)
    if not chosen:
        return back_to_question(talk, Reply((_all(talk),)))
    return back_to_question(talk, Reply(tuple(_shown(m) for m in chosen)))


def _chosen(talk: Talk) -> list[Method]:
    methods = talk.library.methods
    code = talk.reading.first("method")
    if code is not None:
        return [m for m in methods if m.code == code.value]
    return named(methods, talk.text)


def named(methods: Sequence[Method], text: str) -> list[Method]:
    """Return the methods whose words stand in the text, at most two; a word inside another's longer word does not count."""
    plain = normalise(text)
    hits: list[tuple[int, int, Method]] = []
    for method in methods:
        for word in method.words:
            at = plain.find(normalise(word))
            while at >= 0:
                hits.append((at, at + len(word), method))
                at = plain.find(normalise(word), at + 1)
    found: list[Method] = []
    taken: list[tuple[int, int]] = []
    for start, end, method in sorted(hits, key=lambda h: h[0] - h[1]):
        if any(start < b and a < end for a, b in taken):
            continue
        taken.append((start, end))
        if method not in found:
            found.append(method)
    return found[:2]


def _shown(method: Method) -> Message:
    sections = [
        section("", [item(method.definition)]),
        section("银行里的例子", [item(method.example)] if method.example else []),
        section("什么时候用", [item(method.use)] if method.use else []),
    ]
    shown = card("product", method.name, sections, purpose="method")
    buttons = (button("练一练", "start_practice"),) if method.practise else ()
    return Message(shown["text"], buttons, shown)


def _all(talk: Talk) -> Message:
    rows = [
        {"title": m.name, "subtitle": m.definition[:40], "payload": command("method_info", method=m.code)}
        for m in talk.library.methods
    ]
    title = "可以查的方法"
    text = "\n".join([f"{title}：", "、".join(str(r["title"]) for r in rows)])
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    return Message(text, (), card("list", title, text=text, items=rows))
