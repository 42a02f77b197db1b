"""The played client: what he answers, and what it does to trust, patience and needs.

`respond` is a function of persona, level, seed, state and what was said alone. A label that is not sure never costs
anything. Numbers are points of trust (0–100) and of patience.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.practice.book import Book, Rubric
from bot.practice.compliance import breach
from bot.practice.hearing import BEGS, PRIVATE, Touch, asks, bare, introduces, parts_with, touch, triggered
from bot.practice.model import PRESENTING, QUESTIONS, ClientState, Line, NeedState, Persona, Said, Trigger
from bot.practice.offers import agree, commitment, passed_over, presenting, take_up
from bot.practice.questions import implication, need_payoff, problem, situation, tell, untold
from bot.practice.steps import (
    BREACH,
    BREACH_AGAIN,
    EARLY,
    PASSED_OVER,
    PRYING,
    Step,
    World,
    conclude,
    leave,
    own,
    repeat,
    say,
)
from bot.practice.wording import pick

__all__ = ["World", "begin", "conclude", "respond", "world"]

GATE_TRIES = 3
FREE_MISSES = 2  # turns in a row that may bring nothing before patience wears
MOST_SMALL_TALK = 2  # small talk that warms
WARNED_AT = 2  # patience


def world(book: Book, persona: Persona, level: str, seed: int, rubric: Rubric | None = None) -> World:
    chosen = rubric or book.rubric
    assert chosen is not None
    return World(persona, book.tempers[persona.temper], book.levels[level], book, chosen, seed)


def begin(w: World) -> tuple[ClientState, str]:
    """Return the state at the start and the first words: the gatekeeper's on the hardest level."""
    state = ClientState(
        trust=w.temper.trust + w.level.trust,
        patience=w.temper.patience + w.level.patience,
        gate=GATE_TRIES if w.level.gatekeeper else 0,
        needs=tuple(NeedState(n.code) for n in w.persona.needs),
    )
    words = w.persona.gatekeeper.asks if w.level.gatekeeper else w.persona.opening
    first, state = pick(words, state, w.seed, "opening")
    return replace(state, last=first), first


def respond(w: World, state: ClientState, said: Said) -> tuple[ClientState, Line]:
    """Answer one thing the seller said; raises ValueError when the session is over."""
    if state.over:
        raise ValueError("the session is over")
    state = replace(state, turn=state.turn + 1)
    step = _at_the_gate(w, state, said) if state.gate else _mood(w, state, said)
    if passed_over(w, state, said):
        step = step.note("passed_over").feel(PASSED_OVER)
    step = _wear(w, state, step, said)
    text = bare(said.text)
    after = replace(step.state, texts=(*step.state.texts, text), last=step.reply)
    line = Line(
        after.turn,
        said,
        step.reply,
        step.kind,
        step.about or _about(w, state, said),
        step.voiced,
        step.notes,
        after.trust,
        after.patience,
    )
    return after, line


def _about(w: World, state: ClientState, said: Said) -> str:
    """The need a sentence is about: one it names, else the one just talked about."""
    found = touch(w.persona, said)
    voiced = [c for c in found.needs if state.status(c) != "hidden"]
    return (voiced or [*found.needs, ""])[0] if found.needs else state.focus if not found.elsewhere else ""


def _at_the_gate(w: World, state: ClientState, said: Said) -> Step:
    if introduces(said.text) and said.move not in PRESENTING:
        passed = own(w, state, "gate_pass", w.persona.gatekeeper.passes)
        assert passed is not None
        opening, after = pick(w.persona.opening, passed.state, w.seed, "opening")
        return replace(passed, state=replace(after, gate=0), reply=f"{passed.reply}\n{opening}")
    left = state.gate - 1 if said.sure or state.gate > 1 else state.gate
    state = replace(state, gate=left)
    if left > 0:
        return own(w, state, "gate_ask", w.persona.gatekeeper.asks) or say(w, state, "gate_ask")
    step = say(w, state, "gate_stop")
    return replace(step, state=replace(step.state, outcome="no_sale")).note("outcome:no_sale")


def _mood(w: World, state: ClientState, said: Said) -> Step:
    """What touches a nerve comes before the matter; a word that opens is answered together with it."""
    if broken := breach(said, w.rubric, w.persona):
        again = broken in state.touched
        known = state if again else replace(state, touched=(*state.touched, broken))
        return say(w, known, broken).note(broken).feel(BREACH_AGAIN if again else BREACH, -1)
    if state.awaits_day and said.dated:
        return agree(w, state, said)
    for kind, triggers in (("forbidden", w.persona.forbidden), ("closes", w.persona.closes)):
        hit = triggered(triggers, said.text)
        if hit is not None:
            step = own(w, state, kind, hit.says) or say(w, state, "prying")
            return step.note(kind).feel(hit.trust, -1) if said.sure else step.note(kind, "unsure")
    if said.sure and (odd := _out_of_place(w, state, said)):
        return odd
    text = bare(said.text)
    if text in state.texts and said.sure and said.move in (*QUESTIONS, *PRESENTING):
        return repeat(w, state)
    opened = triggered(w.persona.opens, said.text)
    if opened is None or opened.words[0] in state.touched:
        return _matter(w, state, said)
    return _warmed(w, state, said, opened)


def _out_of_place(w: World, state: ClientState, said: Said) -> Step | None:
    """What no client likes, whoever he is: questions about private life, begging for one's target."""
    if PRIVATE.search(said.text):
        return say(w, state, "prying").note("private").feel(PRYING, -1)
    if BEGS.search(said.text):
        return say(w, state, "refuse").note("begging").feel(EARLY, -1)
    return None


def _warmed(w: World, state: ClientState, said: Said, opened: Trigger) -> Step:
    """A word that opens him: he says so while the talk is young, later it only does him good."""
    state = replace(state, touched=(*state.touched, opened.words[0]))
    spoken = own(w, state, "opens", opened.says) if not state.at_least("implied") else None
    first = (spoken or Step(state)).note("opened").feel(opened.trust)
    if spoken is None:
        then = _matter(w, first.state, said)
        return replace(then, notes=(*first.notes, *then.notes))
    if said.move in ("rapport", "other") and not state.objection:
        return first
    then = _matter(w, first.state, said)
    return replace(then, reply=f"{first.reply}{then.reply}", notes=(*first.notes, *then.notes))


def _matter(w: World, state: ClientState, said: Said) -> Step:
    if state.objection:
        answered = take_up(w, state, said)
        if answered is not None:
            return answered
        state = replace(state, objection="", ignored=0)
    found = touch(w.persona, said)
    if not said.sure:
        return _gently(w, state, said, found)
    return MATTERS[said.move](w, state, said, found)


def _gently(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    """A sentence of doubtful label: a plain answer where its words allow one, nothing that costs."""
    fact = untold(w, state, found)
    if fact is not None and asks(said.text) and state.trust >= fact.trust:
        return tell(w, state, fact)
    return say(w, state, "unclear" if asks(said.text) else "listen").note("unsure")


def _rapport(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    if parts_with(said.text):
        return say(w, state, "bye")
    state = replace(state, small_talk=state.small_talk + 1)
    if state.small_talk <= MOST_SMALL_TALK:
        return say(w, state, "rapport").note("warmed").feel(w.temper.rapport)
    return say(w, state, "rapport")


def _handling(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    return say(w, state, "listen")


def _other(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    if parts_with(said.text):
        return say(w, state, "bye")
    fact = untold(w, state, found)
    if fact is not None and found.facts and asks(said.text) and not fact.on_card:
        return tell(w, state, fact) if state.trust >= fact.trust else say(w, state, "guarded", fact.need)
    return say(w, state, "listen")


def _wear(w: World, before: ClientState, step: Step, said: Said) -> Step:
    """Turns that bring nothing wear patience; the end of patience or of the time ends the talk."""
    if step.state.over:
        return step
    brought = bool(step.voiced) or any(
        n.startswith(("fact:", "impact:", "eased:", "opened", "warmed", "objection:", "asked_when")) for n in step.notes
    )
    misses = 0 if brought or step.kind in ("gate_pass", "bye") else before.misses + (1 if said.sure else 0)
    step = replace(step, state=replace(step.state, misses=misses))
    if misses > FREE_MISSES and step.state.patience == before.patience:
        step = step.feel(patience=-1)
    if step.state.patience <= 0 or step.state.trust <= 0 or step.state.turn >= w.level.turns:
        return leave(w, before, step)
    if step.state.patience <= WARNED_AT and not step.state.warned and not brought:
        warning = say(w, step.state, "impatient")
        if not warning.state.over:
            return replace(step, state=replace(warning.state, warned=True), reply=f"{step.reply}{warning.reply}")
    return step


Matter = Callable[[World, ClientState, Said, Touch], Step]
MATTERS: dict[str, Matter] = {
    "situation": situation,
    "problem": problem,
    "implication": implication,
    "need_payoff": need_payoff,
    "feature": presenting,
    "advantage": presenting,
    "benefit": presenting,
    "commitment": commitment,
    "rapport": _rapport,
    "objection_handling": _handling,
    "other": _other,
}
