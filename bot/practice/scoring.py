"""The score of a practice: a pure function of persona, level, rubric and transcript. Every point names turn and words.

Labels are judged, the client's words are taken as they were said; so a label that a lead replaced changes the score, and
nothing else does. A sentence whose label is not sure is neither rewarded nor punished. What cannot be judged is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.practice.book import Criterion, Rubric
from bot.practice.compliance import breach
from bot.practice.hearing import step_parts
from bot.practice.model import PRESENTING, QUESTIONS, Level, Line, Persona
from bot.practice.transcript import counts

UNSURE = "听不准的句子太多"
PARTS = {"who": "有人", "what": "有事", "when": "有时间"}


@dataclass(frozen=True)
class Evidence:
    turn: int
    quote: str
    note: str


@dataclass(frozen=True)
class Judged:
    """One criterion: `share` 0..1 of its points, None when it could not be judged; `need` it is weakest at."""

    code: str
    share: float | None
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()  # what was not there, in words
    need: str = ""


@dataclass(frozen=True)
class Score:
    """`total` 0–100 or None. `blockers`: what fails the session whatever the total."""

    total: int | None
    judged: tuple[Judged, ...]
    blockers: tuple[Evidence, ...]
    counts: Mapping[str, int]
    found: tuple[str, ...]
    missed: tuple[str, ...]
    outcome: str
    why_none: str = ""

    def of(self, code: str) -> Judged:
        return next(j for j in self.judged if j.code == code)


@dataclass(frozen=True)
class _Case:
    persona: Persona
    level: Level
    rubric: Rubric
    lines: tuple[Line, ...]
    outcome: str

    def voiced_at(self, need: str, status: str) -> int | None:
        """Return the turn at which the client's words brought the need to the status, None when they never did."""
        return next((x.turn for x in self.lines if (need, status) in x.voiced), None)

    def labelled(self, *moves: str) -> list[Line]:
        return [x for x in self.lines if x.said.sure and x.said.move in moves]


def score(persona: Persona, level: Level, rubric: Rubric, lines: Sequence[Line], outcome: str) -> Score:
    """Return the score of a finished session; `outcome` '' means that it still goes on, and has no total."""
    case = _Case(persona, level, rubric, tuple(lines), outcome)
    judged = tuple(JUDGES[c.code](case, c) for c in rubric.criteria)
    why = _why_none(case)
    total, judged = (None, judged) if why else _held(rubric, _total(rubric, judged), judged)
    found = tuple(n.code for n in persona.needs if case.voiced_at(n.code, "implied") is not None)
    return Score(
        total,
        judged,
        _blockers(case),
        counts(lines),
        found,
        tuple(n.code for n in persona.needs if n.code not in found),
        outcome,
        why,
    )


def _why_none(case: _Case) -> str:
    sure = [x for x in case.lines if x.said.sure]
    if not case.outcome:
        return "还没有结束"
    if len(sure) < case.rubric.least_turns:
        return f"说的话太少，至少要 {case.rubric.least_turns} 句听得准的"
    if len(sure) < len(case.lines) * (1 - case.rubric.most_unsure):
        return UNSURE
    return ""


def _total(rubric: Rubric, judged: Sequence[Judged]) -> int | None:
    weights = {c.code: c.weight for c in rubric.criteria}
    counted = [(weights[j.code], j.share) for j in judged if j.share is not None and weights[j.code]]
    whole = sum(w for w, _ in counted)
    return round(100 * sum(w * s for w, s in counted) / whole) if whole else None


NOT_GREAT = "这一条没做到，总分不进优秀"


def _held(rubric: Rubric, total: int | None, judged: tuple[Judged, ...]) -> tuple[int | None, tuple[Judged, ...]]:
    """Hold the total below “great” while a criterion is below its option `great_from`, and say so at that criterion."""
    if total is None or total < rubric.great:
        return total, judged
    from_ = {c.code: c.options.get("great_from", 0) for c in rubric.criteria}
    held = [j for j in judged if j.share is not None and j.share < from_[j.code]]
    marked = tuple(replace(j, missing=(*j.missing, NOT_GREAT)) if j in held else j for j in judged)
    return (rubric.great - 1 if held else total), marked


def verdict(result: Score, mark: int, way: str) -> bool | None:
    """Whether a session is passed; None when that cannot be said. An examination that was broken off, or from which the
    client left before there was anything to score, is not passed; one that was not understood counts neither way."""
    if result.blockers:
        return False
    if result.total is not None:
        return result.total >= mark
    return False if way == "exam" and result.outcome and result.why_none != UNSURE else None


def _blockers(case: _Case) -> tuple[Evidence, ...]:
    names = {r.code: r.name for r in case.rubric.compliance}
    broken = [(x, breach(x.said, case.rubric, case.persona)) for x in case.lines]
    return tuple(Evidence(x.turn, x.said.text, names.get(code, code)) for x, code in broken if code)


def discovery(case: _Case, criterion: Criterion) -> Judged:
    whole = sum(n.pain for n in case.persona.needs)
    got, evidence, missing = 0, [], []
    for need in case.persona.needs:
        at = case.voiced_at(need.code, "implied")
        if at is None:
            missing.append(need.code)
            continue
        got += need.pain
        evidence.append(Evidence(at, _line(case, at).reply, f"问出 {need.code}"))
    return Judged(criterion.code, got / whole, tuple(evidence), tuple(missing), missing[0] if missing else "")


def chain(case: _Case, criterion: Criterion) -> Judged:
    """Half a need's points for implications built on its voiced difficulty, half for a need-payoff on a developed one."""
    parts: list[float] = []
    evidence: list[Evidence] = []
    weakest = ("", 2.0)
    for need in case.persona.needs:
        at = case.voiced_at(need.code, "implied")
        if at is None:
            continue
        share, seen = _chain_of(case, need.code, at)
        parts.append(share)
        evidence += seen
        weakest = min(weakest, (need.code, share), key=lambda w: w[1])
    missing = ("没有问出难处，就没有可以放大的",) if not parts else ()
    share = sum(parts) / len(parts) if parts else 0.0
    return Judged(criterion.code, share, tuple(evidence), missing, weakest[0] if share < 1 else "")


def _chain_of(case: _Case, need: str, at: int) -> tuple[float, list[Evidence]]:
    wanted = case.level.implications
    built = [x for x in case.labelled("implication") if x.turn > at and x.about == need]
    share = 0.5 * min(len(built), wanted) / wanted
    evidence = [Evidence(x.turn, x.said.text, f"在 {need} 的难处上问后果") for x in built]
    if len(built) < wanted:
        return share, evidence
    developed = built[wanted - 1].turn
    paid = next((x for x in case.labelled("need_payoff") if x.turn > developed and x.about == need), None)
    himself = next((x for x in built if x.has("raised_himself")), None)
    last = paid or himself
    if last is None:
        return share, evidence
    note = f"让客户自己说出 {need} 的好处" if paid else f"影响问透，客户自己提出了 {need}"
    return share + 0.5, [*evidence, Evidence(last.turn, last.said.text, note)]


def benefit(case: _Case, criterion: Criterion) -> Judged:
    """Of the needs the client voiced as wants, how many a product was tied to."""
    wants = {n.code: t for n in case.persona.needs if (t := case.voiced_at(n.code, "explicit")) is not None}
    shown = case.labelled(*PRESENTING)
    if not wants:
        return Judged(criterion.code, 0.0 if shown else None, missing=("客户还没有说出想要什么",))
    met = {}
    for line in [x for x in shown if x.said.move != "feature"]:
        for code, at in wants.items():
            ties = code in line.said.answers if line.said.products else line.about == code
            if ties and line.turn > at and code not in met:
                met[code] = Evidence(line.turn, line.said.text, f"对上 {code}")
    missing = tuple(c for c in wants if c not in met)
    return Judged(criterion.code, len(met) / len(wants), tuple(met.values()), missing, missing[0] if missing else "")


def early_pitch(case: _Case, criterion: Criterion) -> Judged:
    shown = case.labelled(*PRESENTING)
    if not shown:
        return Judged(criterion.code, None, missing=("全程没有介绍产品",))
    first = min((x.turn for x in case.lines if any(s == "explicit" for _, s in x.voiced)), default=None)
    early = [x for x in shown if first is None or x.turn < first]
    share = max(0.0, 1 - criterion.options.get("each", 0.4) * len(early))
    return Judged(
        criterion.code, share, tuple(Evidence(x.turn, x.said.text, "客户还没说想要，先讲了产品") for x in early)
    )


OFFENCES = {
    "repeat": "问过的又问",
    "on_card": "资料上写着的还问",
    "prying": "查户口式连问",
    "passed_over": "客户问的没接，就往下走",
    "private": "打听私事",
    "begging": "拿自己的任务求客户",
}
WHATEVER_THE_MOVE = ("repeat", "passed_over", "begging", "private")


def listening(case: _Case, criterion: Criterion) -> Judged:
    sure = [x for x in case.lines if x.said.sure]
    if len(sure) < criterion.options.get("least", 4):
        return Judged(criterion.code, None, missing=("说的话太少",))
    found = [
        Evidence(x.turn, x.said.text, name)
        for x in sure
        for note, name in OFFENCES.items()
        if x.has(note) and (note in WHATEVER_THE_MOVE or x.said.move in (*QUESTIONS, "other"))
    ]
    return Judged(criterion.code, max(0.0, 1 - criterion.options.get("each", 0.25) * len(found)), tuple(found))


def objection(case: _Case, criterion: Criterion) -> Judged:
    raised = {x.note("objection:"): x for x in case.lines if x.note("objection:")}
    if not raised:
        return Judged(criterion.code, None, missing=("客户没有提异议",))
    eased = {x.note("eased:"): x for x in case.lines if x.note("eased:")}
    evidence = [Evidence(x.turn, x.said.text, "化解了异议") for x in eased.values()]
    left = [Evidence(x.turn, x.reply, "异议没有化解") for code, x in raised.items() if code not in eased]
    return Judged(criterion.code, len(eased.keys() & raised.keys()) / len(raised), (*evidence, *left))


def advance(case: _Case, criterion: Criterion) -> Judged:
    asked = case.labelled("commitment")
    agreed = next((x for x in case.lines if x.has("agreed")), None)
    if agreed is None or case.outcome not in ("advance", "order"):
        quotes = tuple(Evidence(x.turn, x.said.text, "客户没有答应") for x in asked[-1:])
        return Judged(criterion.code, 0.0, quotes, () if asked else ("没有提出下一步",))
    if case.outcome == "order":
        return Judged(criterion.code, 1.0, (Evidence(agreed.turn, agreed.said.text, "当场成交"),))
    lines = [x for x in (*asked, agreed) if x.turn <= agreed.turn]
    parts = {part: x for x in lines for part in step_parts(x.said)}
    evidence = tuple(Evidence(x.turn, x.said.text, PARTS[part]) for part, x in parts.items())
    missing = tuple(f"下一步没说定{name.removeprefix('有')}" for part, name in PARTS.items() if part not in parts)
    asked_when = any(x.has("asked_when") for x in case.lines if x.turn < agreed.turn)
    late = 0.5 if asked_when and "when" in parts else 0.0
    missing = (*missing, "时间是客户问了才定的") if late else missing
    return Judged(criterion.code, (len(parts) - late) / 3, evidence, missing)


def compliance(case: _Case, criterion: Criterion) -> Judged:
    broken = _blockers(case)
    return Judged(criterion.code, 0.0 if broken else 1.0, broken)


def _line(case: _Case, turn: int) -> Line:
    return next(x for x in case.lines if x.turn == turn)


JUDGES: dict[str, Callable[[_Case, Criterion], Judged]] = {
    "discovery": discovery,
    "chain": chain,
    "benefit": benefit,
    "early_pitch": early_pitch,
    "listening": listening,
    "objection": objection,
    "advance": advance,
    "compliance": compliance,
}
