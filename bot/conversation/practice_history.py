"""What was practised before: trend, radar, the stage reached, the next exercise."""

from __future__ import annotations

from typing import Any

from bot.conversation import practice_cards as cards
from bot.conversation.messages import Message, Reply, press, say
from bot.conversation.practice import scored, title_of
from bot.conversation.talk import Talk, back_to_question
from bot.practice import feedback, stages
from bot.store import practice as store
from bot.store import practice_verdicts as verdicts
from bot.store.access import ADMIN, LEAD
from bot.store.tables import PracticeSession

TREND, RECENT = 20, 5  # sessions of the trend; of the radar's mean


def history(talk: Talk) -> Reply:
    """Trend, radar and the next exercise; for a lead also what waits for a verdict."""
    rows = [s for s in store.finished(talk.session, talk.actor, TREND) if not s.state.get("drill") or s.way == "exam"]
    lead = _lead_buttons(talk)
    if not rows:
        return back_to_question(talk, say("还没有练过一场完整的。", press("开始对练", "practice.start"), *lead))
    where = stages.standing(store.attempts(talk.session, talk.actor))
    stage = stages.STAGE_NAMES[where.stage] if where.stage == "done" else f"下一关：{stages.STAGE_NAMES[where.stage]}"
    stage += "（先回到学习）" if where.must_learn else ""
    shown = cards.progress_card("对练成绩", _trend(rows), _radar(rows), stage, _advice(talk, rows))
    buttons = (press("看最近一场", "practice.score", key=rows[0].id), press("开始对练", "practice.start"), *lead)
    return back_to_question(talk, Reply((Message(shown["text"], buttons, shown),)))


def _lead_buttons(talk: Talk) -> tuple[Any, ...]:
    if talk.actor.role not in (LEAD, ADMIN):
        return ()
    waiting = len(verdicts.open_appeals(talk.session, talk.actor))
    return (
        press(f"待裁定的申诉（{waiting}）", "practice.appeals"),
        press("复核一场", "practice.review"),
    )


def _trend(rows: list[PracticeSession]) -> list[dict[str, Any]]:
    return [
        {
            "at": f"{s.closed_at:%m-%d}" if s.closed_at else "",
            "title": title_of(s),
            "total": s.total,
            "passed": s.passed,
            "session": s.id,
        }
        for s in reversed(rows)
    ]


def _radar(rows: list[PracticeSession]) -> list[dict[str, Any]]:
    """The mean share of each criterion over the recent sessions, and over those before them."""
    cards_ = [s.scorecard for s in rows if s.scorecard and s.scorecard["criteria"]]
    recent, before = cards_[:RECENT], cards_[RECENT : 2 * RECENT]
    order = [(c["code"], c["name"]) for c in (recent[0]["criteria"] if recent else []) if c["max"]]
    return [{"code": c, "name": n, "value": _mean(recent, c), "before": _mean(before, c)} for c, n in order]


def _mean(found: list[dict[str, Any]], code: str) -> float | None:
    shares = [c["share"] for card_ in found for c in card_["criteria"] if c["code"] == code and c["share"] is not None]
    return round(sum(shares) / len(shares), 3) if shares else None


def _advice(talk: Talk, rows: list[PracticeSession]) -> str:
    last = next((s for s in rows if s.persona), None)
    if last is None:
        return ""
    following = feedback.next_exercise(talk.library.practice, store.rubric_of(last), scored(last))
    return (
        f"{following.reason}{f'，练“{following.name}”' if following.name else ''}"
        if following
        else "保持，换个难一点的客户"
    )
