"""Papers: which one, for whom; made from the visit, the ledger and the proposal as they stand; handed over as a link."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.conversation.intelligence import pressed_client
from bot.conversation.meant import client_meant
from bot.conversation.messages import Message, Reply, button, card, item, press, say, section
from bot.conversation.talk import Talk, back_to_question
from bot.intelligence.contribution import contribution
from bot.intelligence.engine import evaluate
from bot.intelligence.figures import yuan
from bot.papers.blocks import blocks
from bot.papers.content import content, missing
from bot.papers.links import HOURS
from bot.papers.model import KINDS, Kind
from bot.papers.source import Promise, Source
from bot.store import access, clients, insight, insight_commitments, insight_papers, visits, work
from bot.store.tables import Client, Paper, Visit
from bot.visit.model import Entry, VisitState

ORDER = ("brief", "record", "needs", "plan")  # 拜访记录 and 需求说明书 name themselves; 方案 is said of much else
NO_LINKS = "这里没有打开材料的地址，请在网页上打开问需。"


def document(talk: Talk) -> Reply:
    """The intent `make_document`: ask back for what the sentence does not say."""
    client, instead = client_meant(talk, "make_document", ask="")
    if client is None and not instead.messages[0].text:
        client = _last_client(talk)
        instead = _which_client(talk)
    if client is None:
        return back_to_question(talk, instead)
    kind = asked_for(talk.text)
    return back_to_question(talk, make(talk, client, kind) if kind else _which_paper(talk, client))


def pressed(talk: Talk) -> Reply:
    """A button: this paper for this client."""
    client, wanted = pressed_client(talk), talk.reading.first("value")
    kind = KINDS.get(str(wanted.value)) if wanted else None
    if client is None:
        return back_to_question(talk, _which_client(talk))
    return back_to_question(talk, make(talk, client, kind) if kind else _which_paper(talk, client))


def again(talk: Talk) -> Reply:
    """A new link to a paper that was made before."""
    key = talk.reading.first("key")
    row = insight_papers.paper_of(talk.session, talk.actor, str(key.value) if key else "")
    return back_to_question(
        talk, Reply((_handed_over(talk, row, access.client_by_id(talk.session, talk.actor, row.client_id)),))
    )


def asked_for(text: str) -> Kind | None:
    """Return the paper that the sentence names, None when it names none."""
    if text.startswith("/"):
        return None
    return next((KINDS[code] for code in ORDER if re.search(KINDS[code].words, text)), None)


def _last_client(talk: Talk) -> Client | None:
    """The client just worked with: of the proposal under discussion, else of the visit just closed here."""
    draft = talk.conversation.draft
    if draft:
        return access.client_by_id(talk.session, talk.actor, int(draft["client"]))
    visit = talk.conversation.visit
    return access.client_by_id(talk.session, talk.actor, visit.client_id) if visit is not None else None


def _which_client(talk: Talk) -> Reply:
    kind = asked_for(talk.text)
    recent = clients.recently_touched(talk.session, talk.actor, 4)
    value = kind.code if kind else ""
    buttons = tuple(press(c.short_name or c.name, "papers.make", key=c.id, value=value) for c in recent)
    return say("给哪位客户的材料？把名字打给我。", *buttons)


def _which_paper(talk: Talk, client: Client) -> Reply:
    name = client.short_name or client.name
    buttons = tuple(press(k.name, "papers.make", key=client.id, value=k.code) for k in KINDS.values())
    return say(f"给{name}出哪一份？准备单和拜访记录是内部的，需求说明书和综合服务方案可以交给客户。", *buttons)


def make(talk: Talk, client: Client, kind: Kind) -> Reply:
    """Make the paper, or say what has to be there first."""
    visit = _visit(talk, client, kind)
    source = _source(talk, client, visit)
    filled = content(kind.code, source)
    if gone := missing(kind.code, filled):
        next_ = (
            button("出方案", "recommend_bundle", client=client.id)
            if kind.code == "plan"
            else button("准备拜访", "start_visit", client=client.id)
        )
        return say(f"{kind.name}现在还写不了：{gone}", next_)
    row = insight_papers.keep(talk.session, talk.actor, client, visit, kind.code, f"{kind.name}：{client.name}", filled)
    return Reply((_handed_over(talk, row, client),))


def _handed_over(talk: Talk, row: Paper, client: Client) -> Message:
    """The card with the link; the words for channels without cards hold the link too."""
    kind = KINDS[row.kind]
    if talk.links is None:
        return Message(NO_LINKS)
    user = talk.conversation.user
    link = talk.links.link(row.id, user.id, user.token_version)
    whom = "可以交给客户，里面没有我行的收益和内部意见" if kind.for_client else "内部使用，不要交给客户"
    parts = [f"{b.title}{f'（{len(b.rows)}条）' if b.rows else ''}" for b in blocks(row.kind, row.content)]
    text = f"{row.title}\n{whom}；链接{HOURS}小时内有效，只认您现在能看的客户。\n打开看（里面能下载 Word）：{link}"
    shown = card(
        "document",
        row.title,
        [section("里面有", [item("、".join(parts))]), section("给谁看", [item(whom)])],
        text=text,
        id=row.id,
        kind=row.kind,
        for_client=kind.for_client,
        link=link,
        file=f"{link}/file",
        hours=HOURS,
    )
    others = [k for k in KINDS.values() if k.code != row.kind]
    buttons = (
        press("再要一份链接", "papers.again", key=row.id),
        *(press(k.name, "papers.make", key=client.id, value=k.code) for k in others),
    )
    return Message(text, buttons, shown)


def _visit(talk: Talk, client: Client, kind: Kind) -> Visit | None:
    """Return the visit the paper is about: the open one, else the last in which something was taken down."""
    if talk.visit is not None and talk.visit.client_id == client.id:
        return talk.visit
    for visit in access.visits_of(talk.session, talk.actor, client):
        state = visits.state_of(visit)
        if state.proposal if kind.code == "plan" else (state.ledger or state.learned):
            return visit
    return None


def _source(talk: Talk, client: Client, visit: Visit | None) -> Source:
    user = talk.conversation.user
    state = visits.state_of(visit) if visit else None
    draft = talk.conversation.draft
    if draft and int(draft["client"]) == client.id:
        state = with_draft(state or VisitState(client.segment), draft["bundle"])
    mine = work.tasks_of_visit(talk.session, visit.id) if visit else ()
    return Source(
        record=talk.record_of(client),
        bank=talk.library.bank,
        catalogue=talk.library.catalogue,
        manager=user.display_name or user.username,
        today=talk.today,
        state=state,
        visited_on=visit.opened_at.astimezone(talk.now.tzinfo).date() if visit else None,
        promise=insight_commitments.of_visit(talk.session, visit, talk.today) if visit else Promise(),
        earlier=tuple(insight_commitments.of_client(talk.session, talk.actor, client, talk.today)),
        tasks=tuple((t.title, t.due_on, t.status) for t in mine),
        analysis=tuple(_analysis(talk, client)),
    )


def with_draft(state: VisitState, bundle: dict[str, Any]) -> VisitState:
    """Return the state with a proposal made outside of a visit, and the words that each product stands beside."""
    for product in bundle["products"]:
        if state.status(product["need"]) in (None, "dismissed", "implied", "developed"):
            state = state.with_entry(Entry(product["need"], "explicit", product["quote"], 0))
    return replace(state, proposal=bundle)


def _analysis(talk: Talk, client: Client) -> list[tuple[str, str]]:
    """What the figures say, for the internal paper alone; what is not rated is left out."""
    inputs = insight.inputs_of(talk.session, client)
    found = evaluate(inputs, talk.library.insight, talk.today)
    brings = contribution(inputs, talk.library.insight)
    rows = [("层级", f"记录：{client.tier or '没有'}；按数测算：{found.tier}" if found.tier else client.tier)]
    if found.place and found.place.ge_class:
        scores = f"吸引力{found.place.attractiveness.value}，竞争力{found.place.competitiveness.value}"
        rows.append(
            ("GE 矩阵", f"{found.place.ge_class}类，{talk.library.insight.classes[found.place.ge_class]}（{scores}）")
        )
    rows.append(("综合贡献", f"一年约{yuan(brings.gross)}（内部口径）" if brings.gross is not None else ""))
    rows.append(("生命周期", f"{found.stage}：{found.stage_why}" if found.stage else ""))
    return [(name, value) for name, value in rows if value]
