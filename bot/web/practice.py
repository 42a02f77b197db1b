"""The page on how well machine and leads agree, for anyone who is logged in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from bot.bootstrap import Container
from bot.practice.agreement import report
from bot.store import practice_verdicts as verdicts
from bot.web.auth import CurrentActor

router = APIRouter()
PAGE = Path(__file__).parent / "static" / "practice" / "agreement.html"


def container(request: Request) -> Container:
    found: Container = request.app.state.container
    return found


@router.get("/practice/agreement", include_in_schema=False)
def page() -> FileResponse:
    """The page itself holds no figure; it asks for them with the reader's login."""
    return FileResponse(PAGE, headers={"Cache-Control": "no-cache"})


@router.get("/api/practice/agreement")
def agreement(actor: CurrentActor, wired: Annotated[Container, Depends(container)]) -> dict[str, Any]:
    """Counts and κ alone: no sentence, no name."""
    with wired.database.session() as session:
        return report(verdicts.gold_pairs(session), verdicts.mark_pairs(session))
