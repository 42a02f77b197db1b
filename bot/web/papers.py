"""Papers by signed link: a page for the phone and the Word file. No login: the link names its user, whose reach is asked anew.

Every refusal reads the same, whether the link is forged, old, or to a client that went to another manager.
"""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.bootstrap import Container
from bot.papers.blocks import blocks
from bot.papers.links import BadLink, Links
from bot.papers.model import KINDS
from bot.papers.word import WORD, BadTemplate, render, template_of
from bot.settings import ROOT, Settings
from bot.store.access import NotReachable
from bot.store.insight_papers import opened
from bot.store.tables import Paper

router = APIRouter()
SHIPPED = ROOT / "data" / "papers"
GONE = "链接失效了，或者没有这份材料。请回到对话里再要一份。"
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def own_templates(settings: Settings) -> Path:
    """Where the bank's own templates are installed."""
    return settings.var_dir / "papers"


def container(request: Request) -> Container:
    found: Container = request.app.state.container
    return found


Wired = Annotated[Container, Depends(container)]


@router.get("/papers/{signed}", include_in_schema=False)
async def page(signed: str, wired: Wired) -> HTMLResponse:
    try:
        row = await asyncio.to_thread(_opened, wired, signed)
    except (BadLink, NotReachable):
        html = pages().get_template("paper_gone.html").render(words=GONE)
        return HTMLResponse(html, 404, headers=HEADERS)
    kind = KINDS[row.kind]
    html = (
        pages()
        .get_template("paper.html")
        .render(paper=row.content, kind=kind, blocks=blocks(row.kind, row.content), file=f"/papers/{signed}/file")
    )
    return HTMLResponse(html, headers=HEADERS)


@router.get("/papers/{signed}/file", include_in_schema=False)
async def file(signed: str, wired: Wired) -> Response:
    try:
        row, made = await asyncio.to_thread(_made, wired, signed)
    except (BadLink, NotReachable):
        raise HTTPException(404, GONE) from None
    except BadTemplate as error:
        raise HTTPException(500, f"{error}。请管理员运行 wenxu papers template check。") from None
    name = quote(f"{row.title.replace('：', '-').replace('/', '-')}.docx")
    headers = {**HEADERS, "Content-Disposition": f"attachment; filename=paper.docx; filename*=UTF-8''{name}"}
    return Response(made, media_type=WORD, headers=headers)


def _opened(wired: Container, signed: str) -> Paper:
    """Raises BadLink, NotReachable."""
    links = Links(lambda: wired.settings.signing_key)
    with wired.database.session() as session:
        row = opened(session, links.read(signed))
        session.commit()
        return row


def _made(wired: Container, signed: str) -> tuple[Paper, bytes]:
    row = _opened(wired, signed)
    template = template_of(row.kind, own_templates(wired.settings), SHIPPED)
    return row, render(template, KINDS[row.kind], row.content)


@cache
def pages() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)
