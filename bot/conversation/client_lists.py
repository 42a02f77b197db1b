"""Lists of the manager's clients: read from the sentence, shown page by page, narrowed by what is said next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.clients.figured import figure
from bot.clients.following import nth, paging, replacing
from bot.clients.ordered import ordered_by
from bot.clients.query import ClientQuery, Order, from_json, narrowed, to_json
from bot.clients.read import read_query
from bot.conversation.messages import Button, Message, Reply, card, command, press, say
from bot.conversation.talk import Talk, back_to_question
from bot.reading import Entity
from bot.store import client_query
from bot.store.client_query import Page, Row
from bot.visit.bank import money
from bot.zh.extract import extract

PAGE = 10
LONGEST = 600  # characters of a text without its card
KEPT = 6  # turns that a list can be narrowed
LEANING = re.compile(r"^(?:其中|里面|这里面|这些里|这些|当中|再筛|再加|加上|加个条件|还要|另外)")


def list_clients(talk: Talk) -> Reply:
    """What the sentence asks for; 其中… narrows the list shown before."""
    query = _read(talk, talk.text, talk.reading.entities)
    before = _shown_before(talk)
    if before is not None and LEANING.match(talk.text.strip()):
        return _narrow(talk, before, query, talk.text)
    return back_to_question(talk, _answer(talk, _whole(talk, query)))


def _read(talk: Talk, text: str, entities: tuple[Entity, ...]) -> ClientQuery:
    terms = talk.books.terms(talk.session, talk.actor)
    book = talk.library.book
    return read_query(
        text,
        entities,
        talk.today,
        talk.library.client_words,
        terms,
        lambda plain: [(n.start, n.end, n.text, n.codes) for n in book.named(plain) if n.sure],
    )


def _whole(talk: Talk, query: ClientQuery) -> ClientQuery:
    """从高到低 by itself is about deposits."""
    if query.order is not None and not query.order.by:
        return replace(query, order=ordered_by(talk.library.client_words.measures["deposits"], query.order.descending))
    return query


def _shown_before(talk: Talk) -> Mapping[str, Any] | None:
    focus = talk.conversation.focus or {}
    recent = talk.turn - int(focus.get("turn", -KEPT)) <= KEPT
    return focus if focus.get("kind") == "clients" and recent else None


def followed(talk: Talk) -> Reply:
    """A short sentence that leans on the list (`press` of the gateway; `value`: the sentence)."""
    given = talk.reading.first("value")
    text, before = str(given.value) if given else "", _shown_before(talk)
    if before is None:
        return back_to_question(talk, say("刚才没有清单。说“我的A类客户有哪些”就能列。"))
    if (step := paging(text)) is not None:
        return back_to_question(talk, _answer(talk, from_json(before["query"]), int(before["start"]) + step * PAGE))
    if (number := nth(text)) is not None:
        return _open(talk, before, number)
    found = tuple(Entity(s.type, s.text, s.start, s.end, s.value) for s in extract(text, talk.now))
    return _narrow(talk, before, _read(talk, text, found), text)


def page(talk: Talk) -> Reply:
    """The button 下一页: `value` is where the page begins."""
    before, given = _shown_before(talk), talk.reading.first("value")
    if before is None:
        return back_to_question(talk, say("清单已经过去了，请再问一次。"))
    return back_to_question(talk, _answer(talk, from_json(before["query"]), int(str(given.value)) if given else 0))


def _open(talk: Talk, before: Mapping[str, Any], number: int) -> Reply:
    """第2个 is the second of the page that is shown; pages are numbered through. -1 is the last one."""
    from bot.conversation import clients

    shown, start = list(before["ids"]), int(before["start"])
    place = number - 1 - start if start < number <= start + len(shown) else number - 1 if number > 0 else len(shown) - 1
    if not 0 <= place < len(shown):
        return back_to_question(talk, say(f"这一页是第{start + 1}到第{start + len(shown)}个，没有第{number}个。"))
    kept = talk.conversation.focus
    talk.reading = replace(talk.reading, text="", entities=(Entity("client", "", 0, 0, str(shown[place])),))
    reply = clients.profile(talk)
    talk.conversation.focus = {**(kept or {}), "turn": talk.turn}
    return reply


def _narrow(talk: Talk, before: Mapping[str, Any], more: ClientQuery, text: str) -> Reply:
    old = from_json(before["query"])
    if more.empty and not more.counting:
        why = "；".join((*more.told, *(f"没看懂“{w}”" for w in more.rest))) or "没听出要怎么筛"
        talk.conversation.focus = {**before, "turn": talk.turn}
        return back_to_question(talk, say(f"{why}。清单没动，还是“{old.title}”。"))
    if more.order is not None and not more.order.by:
        by = talk.library.client_words.measures.get(old.order.by if old.order else "deposits")
        down = more.order.descending
        more = replace(
            more,
            order=ordered_by(by, down)
            if by
            else Order("contact", down, "最久没联系的在前" if down else "最近联系的在前"),
        )
    return back_to_question(talk, _answer(talk, narrowed(old, more, replacing(text))))


def _answer(talk: Talk, query: ClientQuery, start: int = 0) -> Reply:
    words = talk.library.client_words
    found = client_query.find(talk.session, talk.actor, query, words, talk.today, PAGE, max(0, start))
    if start and not found.rows:
        start = max(0, min(start, (found.total - 1) // PAGE * PAGE))
        found = client_query.find(talk.session, talk.actor, query, words, talk.today, PAGE, start)
    talk.conversation.focus = {
        "turn": talk.turn, "kind": "clients", "query": to_json(query), "start": start, "ids": [r.id for r in found.rows], "total": found.total,
    }  # fmt: skip
    notes = _notes(query)
    if not found.total:
        return say("\n".join([f"按“{query.title}”没有找到客户。", *notes, *_unknown(talk, query)]), *_looser(query))
    return Reply((_list_message(talk, query, found, start, [*notes, *_unknown(talk, query)]),))


def _notes(query: ClientQuery) -> list[str]:
    """What could not be used is said, never silently dropped."""
    rest = f"没看懂“{'”“'.join(query.rest)}”，没有按它筛。" if query.rest else ""
    return [*(f"{t}。" for t in query.told), *([rest] if rest else [])]


def _unknown(talk: Talk, query: ClientQuery) -> list[str]:
    words = talk.library.client_words
    missing = client_query.unknown(talk.session, talk.actor, query, words)
    return [f"另有{count}位没有{name}的记录，不在里面。" for name, count in missing.items() if count]


def _looser(query: ClientQuery) -> list[Button]:
    return [press("看全部客户", "clients.all")] if query.conditions else []


def everyone(talk: Talk) -> Reply:
    return back_to_question(talk, _answer(talk, ClientQuery()))


def _list_message(talk: Talk, query: ClientQuery, found: Page, start: int, notes: list[str]) -> Message:
    names = talk.books.terms(talk.session, talk.actor).managers
    managers = {id_: name for name, id_ in names.items()}
    items = [
        {
            "title": r.name,
            "subtitle": _subtitle(talk, query, r, managers),
            "payload": command("client_profile", client=r.id),
        }
        for r in found.rows
    ]
    head = f"{query.title}：共{found.total}位"
    if found.total > len(items):
        head += f"，第{start + 1}–{start + len(items)}位" if items else ""
    talk.pend(
        "choose", options=[i["payload"] for i in items], titles=[i["title"] for i in items]
    ) if not start else None
    text = _fitting([head, *notes], [f"{start + n}. {i['title']}（{i['subtitle']}）" for n, i in enumerate(items, 1)])
    shown = card("list", head, text=text, items=items, **({"notes": notes} if notes else {}))
    return Message(text, _page_buttons(found, start), shown)


def _page_buttons(found: Page, start: int) -> tuple[Button, ...]:
    before = [press("上一页", "clients.page", value=max(0, start - PAGE))] if start else []
    after = [press("下一页", "clients.page", value=start + PAGE)] if start + PAGE < found.total else []
    return (*before, *after)


def _fitting(heads: list[str], lines: list[str]) -> str:
    """Return heads and lines within LONGEST; where the lines are too long, without what stands in brackets."""
    text = "\n".join([*heads, *lines])
    if len(text) <= LONGEST:
        return text
    return "\n".join([*heads, *(line.partition("（")[0] for line in lines)])[:LONGEST]


def _subtitle(talk: Talk, query: ClientQuery, row: Row, managers: Mapping[int, str]) -> str:
    words, parts = talk.library.client_words, []
    names = {code: p.name for code, p in talk.library.catalogue.products.items()}
    for product, balance, day in row.due:
        parts.append(
            f"{names.get(product, product)}{money(balance) + '元' if balance else ''}{day.month}月{day.day}日到期"
        )
    for code, value in row.figures.items():
        measure = words.measures[code]
        parts.append(
            f"{measure.name}{figure(measure, Decimal(str(value)))}" if value is not None else f"{measure.name}没有记录"
        )
    shown = {"industry", "region"} if len(parts) < 2 else set()
    parts += [v for k, v in (("industry", row.industry), ("region", row.region)) if v and k in shown]
    parts.append(row.tier)
    if row.manager_id in managers:
        parts.append(managers[row.manager_id])
    if not row.figures and not row.due:
        parts.append(f"上次联系{row.last_contact_on:%Y-%m-%d}" if row.last_contact_on else "没有联系记录")
    return "·".join(p for p in parts if p)
