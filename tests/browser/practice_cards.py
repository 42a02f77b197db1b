"""The cards of a practice, made by the real rules."""

from __future__ import annotations

from typing import Any

from bot.conversation import practice_cards as cards
from bot.practice import client
from bot.practice.feedback import debrief
from bot.practice.scoring import score
from tests.support.practice import FACT, IMPLICATION, LEVELS, PERSONA, PROBLEM, TEMPER, talk, told, world

NAMES = {"reconciliation": "对账核算", "idle_cash": "闲置资金收益"}


def made() -> dict[str, dict[str, Any]]:
    w = world()
    pitch = told("看看这个电子对账，稳赚不赔", "feature", products=("x",))
    more = tuple(told(f"那还有别的事吗{i}", "other") for i in range(3))
    state, lines = talk(w, FACT, PROBLEM, IMPLICATION, pitch, *more)
    result = score(w.persona, w.level, w.rubric, lines, client.conclude(state).outcome)
    advice = debrief(w.persona, w.rubric, lines, result, lambda need, kind: [f"问问{need}的{kind}？"], NAMES)
    radar = [
        {"code": c, "name": n, "value": v, "before": b}
        for c, n, v, b in (
            ("discovery", "需求发现", 0.5, 0.3),
            ("chain", "提问链条", 0.8, None),
            ("advance", "推进", 0.2, 0.4),
            ("listening", "倾听", 1, 1),
        )
    ]
    rows = [
        {"at": f"11-0{i}", "title": f"和赵姐的学习{i}", "total": t, "passed": True}
        for i, t in enumerate((40, None, 72), 1)
    ]
    return {
        "简报": cards.brief_card(PERSONA, TEMPER, LEVELS["hard"], "learn"),
        "评分": cards.scorecard_card("和赵姐的学习（入门）", cards.scorecard(w.rubric, result, "learn"), advice, NAMES),
        "进步": cards.progress_card("对练成绩", rows, radar, "下一关：岗位见习", "练“影响性问题：先求多”"),
    }
