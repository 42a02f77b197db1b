"""What is said about a practice: hints while it runs, a remark per sentence, and what to keep, start and stop after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.practice.book import Book, Rubric
from bot.practice.model import MOVE_NAMES, ClientState, Line, Persona
from bot.practice.scoring import OFFENCES, Score
from bot.practice.steps import World

Asks = Callable[[str, str], Sequence[str]]  # (need, kind) → sentences of the question bank
Names = Mapping[str, str]  # need code → name

BROUGHT = {
    "implied": "客户说出了一个难处",
    "developed": "客户承认了后果",
    "explicit": "客户说出了想要什么",
    "matched": "产品对上了他想要的",
}
NOTES = {
    "warmed": "暖了场",
    "opened": "说到他关心的事，他愿意多说了",
    "guarded": "问到了地方，信任还不够，他没肯说",
    "too_soon": "后果还没问透，先问好处早了一步",
    "unfounded": "他没说过这个难处，问后果、问好处都落空",
    "early": "他还没说想要什么，先讲了产品",
    "early_commitment": "他还没说想要什么，先要了承诺",
    "not_ready": "产品还没对上他的需要，他不会答应",
    "asked_when": "他愿意往下走，就差一个日子",
    "agreed": "下一步说定了",
    "mismatch": "产品对不上他说的需要",
    "ignored": "他的异议被跳过去了",
    "stands": "异议还没化解",
    "forbidden": "碰了不该碰的话题",
    "closes": "这话让他关上了门",
    "repeat": "问过的又问",
    "on_card": "资料上写着的还问",
    "prying": "状况问得太密，像查户口",
    "promise": "许诺了不能许诺的",
    "leak": "说了别家客户的事",
    "unsuitable": "推了不合适的产品",
    "raised_himself": "后果问得透，他自己提出来了",
    "unsure": "这一句没听准，不作评判",
}


def hint(w: World, state: ClientState) -> str:
    """Return a direction for the next sentence, never the sentence."""
    if state.gate:
        return "门口的人要知道两件事：您是谁，为什么来。"
    if state.objection:
        return "客户提了顾虑。先接住它，再说别的。"
    if state.awaits_day:
        return "对方愿意往下走，就差一个确定的日子。"
    focus = state.status(state.focus) if state.focus else "hidden"
    if focus == "implied":
        return "他刚说了一个难处。先别给办法，看看它牵连到什么、有多大。"
    if focus == "developed":
        return "后果他认了。让他自己说说，解决了有什么好。"
    if focus == "explicit":
        return "他说了想要什么。用他的原话，接一个对得上的产品。"
    if state.at_least("matched"):
        left = len(w.persona.needs) - len(state.at_least("implied"))
        return "可以要下一步了：谁、做什么、哪天。" + ("他还有没说出来的事，时间够的话再问问。" if left else "")
    return _first_hint(w, state)


def _first_hint(w: World, state: ClientState) -> str:
    lowest = min(n.trust for n in w.persona.needs) + w.level.opens
    if state.trust < lowest:
        return "他还防着您。聊聊他关心的事，或问一件资料上没写、他天天在管的事。"
    near = [f for f in w.persona.facts if f.id in state.told and f.need and not f.on_card]
    if near:
        return "他刚讲了现在怎么做。问问这里面哪一步最费劲。"
    return "从他天天在做的事里挑一件，问难处，别问笼统的“满意吗”。"


def remark(line: Line, names: Names) -> str:
    """Say what a sentence was and what it brought."""
    label = MOVE_NAMES[line.said.move] if line.said.sure else "没听准，不作评判"
    brought = [f"{BROUGHT[s]}（{names.get(c, c)}）" for c, s in line.voiced]
    brought += ["得到一个事实"] if line.note("fact:") else []
    brought += ["难处又深了一层"] if line.kind == "implied" and not line.voiced else []
    brought += ["影响问出了一点，还没说透"] if line.kind == "half" else []
    brought += ["客户提了顾虑"] if line.note("objection:") else []
    brought += ["异议化解了"] if line.note("eased:") else []
    brought += [NOTES[n] for n in line.notes if n in NOTES]
    return f"【{label}】{'；'.join(brought) or '没有带来新东西'}"


@dataclass(frozen=True)
class Advice:
    """`kind`: keep | start | stop. `own` is the seller's sentence of `turn`, `better` one that would have done more."""

    kind: str
    text: str
    turn: int
    own: str
    better: str


def debrief(
    persona: Persona, rubric: Rubric, lines: Sequence[Line], scored: Score, asks: Asks, names: Names
) -> tuple[Advice, ...]:
    """Return what to keep, start and stop; a kind that nothing calls for is left out."""
    made = (
        _keep(rubric, lines, asks, names),
        _start(persona, rubric, lines, scored, asks, names),
        _stop(rubric, lines, scored),
    )
    return tuple(a for a in made if a is not None)


KEEP_ORDER = ("explicit", "developed", "implied", "matched")
NEXT_KIND = {"explicit": "", "developed": "need_payoff", "implied": "implication", "matched": ""}


def _keep(rubric: Rubric, lines: Sequence[Line], asks: Asks, names: Names) -> Advice | None:
    for status in KEEP_ORDER:
        best = next((x for x in lines if x.said.sure and any(s == status for _, s in x.voiced)), None)
        if best is None:
            continue
        need = next(c for c, s in best.voiced if s == status)
        kind = NEXT_KIND[status]
        further = (
            _asked(asks, need, kind)
            if kind
            else _better(rubric, "benefit" if status == "explicit" else "advance", need, names)
        )
        return Advice("keep", f"这一句让{BROUGHT[status]}，接下去可以这样说", best.turn, best.said.text, further)
    warm = next((x for x in lines if x.has("warmed") or x.has("opened") or x.note("fact:")), None)
    if warm is None:
        return None
    return Advice(
        "keep", "这一句让他愿意说话，接下去就问难处", warm.turn, warm.said.text, _better(rubric, "discovery", "", names)
    )


def weakest(rubric: Rubric, scored: Score) -> str:
    """Return the code of the criterion that lost most points; '' when none lost any."""
    lost = [
        (rubric_criterion.weight * (1 - judged.share), -at, judged.code)
        for at, judged in enumerate(scored.judged)
        if judged.share is not None
        and (rubric_criterion := rubric.criterion(judged.code)) is not None
        and (judged.code != "benefit" or judged.need)  # without a want there is nothing to tie a product to yet
    ]
    most = max(lost, default=(0, 0, ""))
    return most[2] if most[0] > 0 else ""


def _start(
    persona: Persona, rubric: Rubric, lines: Sequence[Line], scored: Score, asks: Asks, names: Names
) -> Advice | None:
    code = weakest(rubric, scored)
    criterion = rubric.criterion(code)
    if criterion is None or not lines:
        return None
    need = scored.of(code).need
    own, better = lines[-1], _better(rubric, code, need, names)
    if code == "discovery":
        own = next((x for x in lines if x.kind in ("vague", "no_problem", "guarded", "fact")), lines[-1])
        better = _asked(asks, need, "problem") or better
    elif code == "chain" and need:
        voiced = next(x.turn for x in lines if (need, "implied") in x.voiced)
        own = next((x for x in lines if x.turn > voiced), lines[-1])
        built = any(x.turn > voiced and x.said.move == "implication" and x.about == need for x in lines)
        better = _asked(asks, need, "need_payoff" if built else "implication") or better
    elif code in ("early_pitch", "listening", "objection"):
        own = _line(lines, scored.of(code).evidence[-1].turn) if scored.of(code).evidence else own
    return Advice("start", criterion.advice, own.turn, own.said.text, better)


def _stop(rubric: Rubric, lines: Sequence[Line], scored: Score) -> Advice | None:
    if scored.blockers:
        first = scored.blockers[0]
        rule = next(r for r in rubric.compliance if r.name == first.note)
        return Advice("stop", f"合规红线：{rule.name}", first.turn, first.quote, rule.say_instead)
    for note, code in (
        ("early", "early_pitch"),
        ("ignored", "objection"),
        *((o, "listening") for o in OFFENCES),
        ("unfounded", "chain"),
    ):
        line = next((x for x in lines if x.said.sure and x.has(note)), None)
        criterion = rubric.criterion(code)
        if line is not None and criterion is not None:
            return Advice(
                "stop", NOTES[note], line.turn, line.said.text, criterion.better[0].replace("{need}", "这件事")
            )
    return None


def _line(lines: Sequence[Line], turn: int) -> Line:
    return next(x for x in lines if x.turn == turn)


def _asked(asks: Asks, need: str, kind: str) -> str:
    return next(iter(asks(need, kind)), "") if need else ""


def _better(rubric: Rubric, code: str, need: str, names: Names) -> str:
    criterion = rubric.criterion(code)
    return criterion.better[0].replace("{need}", names.get(need, "这件事")) if criterion else ""


@dataclass(frozen=True)
class Exercise:
    """What to train next: a drill, or the same kind of talk again."""

    reason: str
    drill: str = ""
    name: str = ""


def next_exercise(book: Book, rubric: Rubric, scored: Score) -> Exercise | None:
    """Choose from the weakest criterion: quantity first while the move was hardly made, quality after that."""
    code = weakest(rubric, scored)
    criterion = rubric.criterion(code)
    if criterion is None:
        return None
    fits = [d for d in book.drills.values() if d.criterion == code]
    fits.sort(key=lambda d: (d.stage == "quality") != (scored.counts.get(d.move, 0) >= 3))
    reason = f"这次丢分最多的是“{criterion.name}”"
    return Exercise(reason, fits[0].code, fits[0].name) if fits else Exercise(f"{reason}：{criterion.advice}")
