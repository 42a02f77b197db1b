"""Cards of practice: the briefing before, the score after, the progress over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.conversation.messages import card, item, section
from bot.practice.book import Rubric
from bot.practice.feedback import Advice
from bot.practice.model import LEVEL_NAMES, OUTCOME_NAMES, Level, Line, Persona, Temper
from bot.practice.scoring import Evidence, Score

WAY_NAMES = {"learn": "学习", "real": "实战", "exam": "考核", "drill": "专项练习", "rehearsal": "明日客户预演"}
WAY_MEANS = {
    "learn": "每说一句，告诉您它是哪一类、带来了什么；可以要提示",
    "real": "中途不说话，谈完再看分",
    "exam": "没有提示，按定好的标准评分，过线才进下一关",
    "rehearsal": "客户照您明天要见的人演，名字和数字都遮住了",
}
COUNT_NAMES = {
    "situation": "状况",
    "problem": "问题",
    "implication": "影响",
    "need_payoff": "权衡得失",
    "feature": "特征",
    "advantage": "优势",
    "benefit": "利益",
}
SHORT = 24  # characters of a quote on a channel without cards


def brief_card(persona: Persona, temper: Temper, level: Level, way: str) -> dict[str, Any]:
    return card(
        "brief",
        f"{WAY_NAMES[way]} · {persona.title} {persona.name}",
        [
            section("见面前能看到的资料", (item(v, k) for k, v in persona.card)),
            section("这场怎么算好", [item(persona.goal)]),
        ],
        persona={"id": persona.id, "name": persona.name, "title": persona.title, "temper": temper.name},
        difficulty=level.code,
        difficulty_name=level.name,
        difficulty_means=level.means,
        way=way,
        way_name=WAY_NAMES[way],
        way_means=WAY_MEANS.get(way, ""),
        business=persona.business,
    )


def scorecard(rubric: Rubric, scored: Score, way: str) -> dict[str, Any]:
    """Return the contract's scorecard as it is stored."""
    mark = rubric.exam_mark if way == "exam" else rubric.pass_mark
    return {
        "total": scored.total,
        "passed": bool(scored.total is not None and scored.total >= mark and not scored.blockers),
        "mark": mark,
        "why_none": scored.why_none,
        "rubric": rubric.version,
        "blockers": [_evidence(b) for b in scored.blockers],
        "criteria": [_criterion(rubric, scored, c.code) for c in rubric.criteria],
        "counts": dict(scored.counts),
        "needs_found": list(scored.found),
        "needs_missed": list(scored.missed),
        "outcome": scored.outcome or "no_sale",
    }


def _criterion(rubric: Rubric, scored: Score, code: str) -> dict[str, Any]:
    criterion, judged = rubric.criterion(code), scored.of(code)
    assert criterion is not None
    return {
        "code": code,
        "name": criterion.name,
        "score": None if judged.share is None else round(criterion.weight * judged.share, 1),
        "max": criterion.weight,
        "share": None if judged.share is None else round(judged.share, 3),
        "evidence": [_evidence(e) for e in judged.evidence],
        "missing": list(judged.missing),
        "rule": criterion.rule,
        "advice": criterion.advice,
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {"turn": one.turn, "quote": one.quote, "note": one.note}


def scorecard_card(
    title: str, scored: Mapping[str, Any], advice: Sequence[Advice], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the card of a stored scorecard; codes of needs become names."""
    named = _named(scored, names)
    return card(
        "scorecard",
        title,
        text="\n".join(_text(title, named, advice)),
        **named,
        outcome_name=OUTCOME_NAMES[scored["outcome"]],
        needs_found_names=[names.get(n, n) for n in scored["needs_found"]],
        needs_missed_names=[names.get(n, n) for n in scored["needs_missed"]],
        count_names=COUNT_NAMES,
        advice=[{"kind": a.kind, "text": a.text, "turn": a.turn, "own": a.own, "better": a.better} for a in advice],
    )


def _named(scored: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    def text(words: str) -> str:
        for code, name in names.items():
            words = words.replace(code, f"“{name}”")
        return words

    def evidence(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{**e, "note": text(e["note"])} for e in rows]

    criteria = [
        {**c, "evidence": evidence(c["evidence"]), "missing": [text(m) for m in c["missing"]]}
        for c in scored["criteria"]
    ]
    return {**scored, "criteria": criteria, "blockers": evidence(scored["blockers"])}


def _text(title: str, scored: Mapping[str, Any], advice: Sequence[Advice]) -> list[str]:
    lines = [f"{title}：{verdict(scored)}"]
    for b in scored["blockers"][:2]:
        lines.append(f"✕ 第{b['turn']}句 {b['note']}：“{cut(b['quote'])}”")
    lines.append("；".join(f"{c['name']} {points(c)}" for c in scored["criteria"] if c["max"]))
    lines.append(f"结果：{OUTCOME_NAMES[scored['outcome']]}")
    for a in advice:
        lines.append(f"{ADVICE_NAMES[a.kind]}：第{a.turn}句“{cut(a.own)}”，{a.text}。更好：“{a.better}”")
    return lines


ADVICE_NAMES = {"keep": "继续", "start": "开始做", "stop": "别再做"}


def verdict(scored: Mapping[str, Any]) -> str:
    if scored["total"] is None:
        return f"未评估（{scored['why_none']}）"
    passed = "通过" if scored["passed"] else "没有通过"
    return f"{scored['total']}分，{passed}（{scored['mark']}分为线）" + ("，碰了合规红线" if scored["blockers"] else "")


def points(criterion: Mapping[str, Any]) -> str:
    return "未评估" if criterion["score"] is None else f"{criterion['score']:g}/{criterion['max']}"


def cut(words: str) -> str:
    return words if len(words) <= SHORT else words[:SHORT] + "…"


def replay_rows(lines: Sequence[Line], remarks: Sequence[str], speaker: str) -> list[dict[str, Any]]:
    return [
        {"title": f"{x.turn}. {x.said.text}", "subtitle": f"{remark} {speaker}：“{cut(x.reply)}”"}
        for x, remark in zip(lines, remarks, strict=True)
    ]


def progress_card(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    radar: Sequence[Mapping[str, Any]],
    stage: str,
    advice: str,
) -> dict[str, Any]:
    """`rows`: {at, title, total, passed}, oldest first; `radar`: {name, value 0..1 or None, before}."""
    shown = [
        item(f"{r['total']}分" if r["total"] is not None else "未评估", r["title"], r["at"]) for r in reversed(rows)
    ]
    return card(
        "progress",
        title,
        [
            section("考核走到哪", [item(stage)]),
            section("最近几场", shown[:8]),
            section("各项（最近几场平均）", (item(_percent(r["value"]), r["name"]) for r in radar)),
            section("接下来练什么", [item(advice)] if advice else []),
        ],
        trend=[{"at": r["at"], "total": r["total"]} for r in rows],
        radar=list(radar),
        stage=stage,
        next=advice,
    )


def _percent(value: float | None) -> str:
    return "未评估" if value is None else f"{round(100 * value)}%"


def level_name(code: str) -> str:
    return LEVEL_NAMES.get(code, code)
