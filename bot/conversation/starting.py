"""Finding the client that a visit is about: by any name, from several, or as a prospect that is not in the database yet."""

from __future__ import annotations

import re
from typing import Any

from bot.conversation import visits as visit_talk
from bot.conversation.messages import Message, Reply, button, card, command, say
from bot.conversation.talk import Talk
from bot.store import access, clients, visits
from bot.store.tables import Client

ID = re.compile(r"[0-9]{1,18}")  # fits the databases' integers
SURE, CLOSE = 0.82, 0.55  # of a name match: take it; ask which
COMPANY = re.compile(
    r"公司|集团|厂|店|行|院|校|中心|社|所|超市|酒楼|饭店|酒店|工作室|农场|合作社|企业|商行|物流|科技|贸易|餐饮|食品|机械|电子|服饰|建材|药业|纺织|汽配|家具|化工|物业|园"
)
SEGMENT_NAMES = {"corporate": "公司客户", "personal": "个人客户"}


def find(talk: Talk) -> tuple[Client | None, list[Client], str]:
    """Return (the client meant, the likely ones when unsure, the name as it was said)."""
    ids: list[int] = []
    said = ""
    for entity in talk.reading.entities:
        if entity.type != "client":
            continue
        said = said or entity.text
        if ID.fullmatch(str(entity.value)) and int(entity.value) not in ids:
            ids.append(int(entity.value))
    if len(ids) == 1:
        return access.client_by_id(talk.session, talk.actor, ids[0]), [], said
    if ids:
        return None, [access.client_by_id(talk.session, talk.actor, i) for i in ids[:5]], said
    if not said:
        return None, [], ""
    return *by_name(talk, said), said


def by_name(talk: Talk, name: str) -> tuple[Client | None, list[Client]]:
    matches = talk.books.index(talk.session, talk.actor).rank(name, limit=5)
    good = [m for m in matches if m.score >= CLOSE]
    if not good:
        return None, []
    clear = good[0].score >= SURE and (len(good) == 1 or good[0].score - good[1].score >= 0.08)
    found = [access.client_by_id(talk.session, talk.actor, int(m.id)) for m in good]
    return (found[0], []) if clear else (None, found)


def start(talk: Talk) -> Reply:
    """Begin a visit with the client that was named, ask which one, or offer to make a new one."""
    client, several, said = find(talk)
    if talk.visit is not None and len(several) == 2:  # 先不弄华星了，去海达: the other one is meant
        others = [c for c in several if c.id != talk.visit.client_id]
        client = others[0] if len(others) == 1 else None
    if client is not None:
        return visit_talk.begin(talk, client)
    if several:
        return choose_client(talk, several, "start_visit")
    if said:
        return offer_prospect(talk, said)
    return ask_name(talk)


def choose_client(talk: Talk, several: list[Client], intent: str) -> Reply:
    rows = [
        {
            "title": c.name,
            "subtitle": "·".join(x for x in (c.industry, c.region) if x),
            "payload": command(intent, client=c.id),
        }
        for c in several
    ]
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    shown = card(
        "list",
        "是哪一位客户？",
        text="\n".join(["是哪一位客户？", *(f"{i}. {r['title']}" for i, r in enumerate(rows, 1))]),
        items=rows,
    )
    return Reply(
        (
            Message(
                shown["text"],
                tuple(button(r["title"], intent, client=c.id) for r, c in zip(rows, several, strict=True)),
                shown,
            ),
        )
    )


def ask_name(talk: Talk) -> Reply:
    recent = clients.recently_touched(talk.session, talk.actor, 4)
    talk.pend("client_name")
    buttons = tuple(button(c.short_name or c.name, "start_visit", client=c.id) for c in recent)
    return say("这次拜访哪位客户？把名字打给我，简称、拼音首字母都行；还没建档的也可以。", *buttons)


def offer_prospect(talk: Talk, name: str) -> Reply:
    """The same words whether the name is unknown or another manager's: nobody learns whose client it is."""
    segment = "corporate" if COMPANY.search(name) else "personal" if len(name) <= 3 else ""
    talk.pend("new_prospect", name=name[:60], segment=segment)
    lead = f"您的客户里没有找到“{name}”。要把它作为新客户建档，开始拜访吗？"
    if segment:
        yes = button(f"建档开始（{SEGMENT_NAMES[segment]}）", "affirm")
        other = "personal" if segment == "corporate" else "corporate"
        return say(
            lead, yes, button(f"是{SEGMENT_NAMES[other]}", "new_prospect", segment=other), button("不用", "deny")
        )
    return say(
        lead,
        button("建档：公司客户", "new_prospect", segment="corporate"),
        button("建档：个人客户", "new_prospect", segment="personal"),
        button("不用", "deny"),
    )


def new_prospect(talk: Talk, segment: str = "") -> Reply:
    """Make the prospect that is waited for, and begin."""
    pending: dict[str, Any] = talk.conversation.pending or {}
    if pending.get("kind") != "new_prospect":
        return ask_name(talk)
    chosen = segment or pending.get("segment") or "corporate"
    industry = next((e.text for e in talk.reading.entities if e.type == "industry"), "")
    client = clients.add_prospect(talk.session, talk.actor, pending["name"], chosen, industry)
    return visit_talk.begin(talk, client, f"已建档：{client.name}（{SEGMENT_NAMES[chosen]}，潜在客户）。\n")


def resume(talk: Talk) -> Reply:
    """Go on with an unfinished visit: the one named, the only one, or the one picked."""
    waiting = list(visits.unfinished(talk.session, talk.actor))
    wanted = talk.reading.first("visit")
    if wanted is not None:
        waiting = [v for v in waiting if str(v.id) == str(wanted.value)]
    named = [e for e in talk.reading.entities if e.type == "client" and e.value is not None]
    if named:
        waiting = [v for v in waiting if str(v.client_id) == str(named[0].value)] or waiting
    if talk.visit is not None and wanted is None and not named:
        return visit_talk.resume(talk, talk.visit)
    if not waiting:
        return say("没有没做完的拜访。说“准备拜访某某客户”就能开始新的。")
    if len(waiting) == 1 or wanted is not None or named:
        return visit_talk.resume(talk, waiting[0])
    rows = [
        {
            "title": v.client.name,
            "subtitle": f"{v.opened_at:%m月%d日}开始",
            "payload": command("resume_visit", client=v.client_id, visit=v.id),
        }
        for v in waiting[:5]
    ]
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    shown = card(
        "list",
        "接着哪一次？",
        text="\n".join(["接着哪一次？", *(f"{i}. {r['title']}" for i, r in enumerate(rows, 1))]),
        items=rows,
    )
    return Reply((Message(shown["text"], (), shown),))


def named_prospect(talk: Talk) -> Reply:
    """The segment came with the button."""
    chosen = talk.reading.first("segment")
    return new_prospect(talk, str(chosen.value) if chosen else "")
