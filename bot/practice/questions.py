"""How a client answers the four kinds of question: facts, difficulties, consequences, wishes."""

from __future__ import annotations

from dataclasses import replace

from bot.practice.hearing import FIGURE, Touch, pairs
from bot.practice.model import ClientState, HiddenNeed, NeedState, Said, Topic
from bot.practice.steps import (
    ASKED_RIGHT,
    DEVELOPED,
    ELABORATED,
    EXPLICIT,
    FACT,
    HIT,
    ON_CARD,
    PRYING,
    UNFOUNDED,
    Step,
    World,
    own,
    repeat,
    say,
)

ALIKE = 2  # pairs of characters that a question must share with a fact's words to mean it


def meant(w: World, state: ClientState, said: Said, found: Touch) -> Topic | None:
    """The fact a question of fact asks for: the one it names, else the one most like it; a figure is not answered by another."""
    if found.facts:
        return untold(w, state, found)
    open_ = [f for f in w.persona.facts if f.id not in state.told and not f.on_card]
    asked = pairs(said.text)
    like = max(open_, key=lambda f: (len(asked & pairs(" ".join(f.words))), f.need in found.needs), default=None)
    if like is not None and len(asked & pairs(" ".join(like.words))) >= ALIKE:
        return like
    return None if FIGURE.search(said.text) else untold(w, state, found)


def untold(w: World, state: ClientState, found: Touch) -> Topic | None:
    named = [f for f in w.persona.facts if f.id in found.facts and f.id not in state.told]
    near = [f for f in w.persona.facts if f.need in found.needs and f.id not in state.told and not f.on_card]
    by_place = sorted(named, key=lambda f: found.facts.index(f.id))
    return next(iter(by_place or ([] if found.facts else near)), None)


def tell(w: World, state: ClientState, fact: Topic) -> Step:
    step = own(w, replace(state, told=(*state.told, fact.id)), "fact", fact.says, fact.need)
    return step.note(f"fact:{fact.id}").feel(FACT) if step else repeat(w, state)


def situation(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    state = replace(state, facts_asked=state.facts_asked + 1)
    if state.facts_asked > w.level.facts:
        return say(w, state, "prying").note("prying").feel(PRYING, -1)
    fact = meant(w, state, said, found)
    if fact is None:
        return repeat(w, state) if found.facts else say(w, state, "no_info")
    if fact.on_card:
        step = own(w, replace(state, told=(*state.told, fact.id)), "on_card", fact.says, fact.need)
        return (step or say(w, state, "on_card")).note("on_card").feel(ON_CARD, -1)
    return tell(w, state, fact) if state.trust >= fact.trust else say(w, state, "guarded", fact.need)


def problem(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    code = _hidden_first(w, state, found)
    if code is None:
        return say(w, state, "no_problem" if found.elsewhere or found.facts else "vague")
    need, known = need_of(w, code), state.need(code)
    if known.status == "hidden":
        if state.trust < max(0, need.trust + w.level.opens):
            return say(w, state, "guarded", code).note("guarded").feel(ASKED_RIGHT)
        return _voice(w, state, need, "implied", HIT)
    again = own(w, moved(state, replace(known, problems=known.problems + 1)), "implied", need.implied, code)
    return again.feel(ELABORATED) if again else repeat(w, state, code)


def _hidden_first(w: World, state: ClientState, found: Touch) -> str | None:
    """The need a question of difficulty is about: the likeliest named; of equals, one not voiced yet."""
    if found.needs:
        return found.needs[0]
    told = [f.need for f in w.persona.facts if f.id in found.facts and f.need]
    return told[0] if told else None


def implication(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    code = _voiced(state, found)
    if code is None:
        hidden = next((c for c in found.needs if state.status(c) == "hidden"), "")
        step = (
            say(w, state, "guarded", hidden) if hidden else say(w, state, "no_impact")
        )  # he has it: he does not deny it
        return step.note("unfounded").feel(UNFOUNDED, -1)
    need, known = need_of(w, code), state.need(code)
    known = replace(known, implications=known.implications + 1)
    state = moved(state, known)
    if known.status == "implied":
        if known.implications < w.level.implications:
            return say(w, state, "half", code).note(f"impact:{code}").feel(ELABORATED)
        return _voice(w, state, need, "developed", DEVELOPED).note(f"impact:{code}")
    if known.status == "developed" and known.implications > w.level.implications:
        return _voice(w, state, need, "explicit", EXPLICIT).note(f"impact:{code}", "raised_himself")
    return (own(w, state, "developed", need.developed, code) or say(w, state, "listen", code)).note(f"impact:{code}")


def need_payoff(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    code = _voiced(state, found)
    if code is None:
        return say(w, state, "no_value").note("unfounded").feel(UNFOUNDED, -1)
    need, status = need_of(w, code), state.status(code)
    if status == "implied":
        return say(w, replace(state, focus=code), "no_value", code).note("too_soon")
    if status == "developed":
        return _voice(w, state, need, "explicit", EXPLICIT)
    return own(w, state, "explicit", need.explicit, code) or say(w, state, "listen", code)


def _voiced(state: ClientState, found: Touch) -> str | None:
    """The voiced need a question builds on: one it names, or the one just talked about when it names none."""
    named = [c for c in found.needs if state.status(c) != "hidden"]
    if named:
        return state.focus if state.focus in named else named[0]
    if found.needs or found.elsewhere:
        return None
    return state.focus if state.focus and state.status(state.focus) != "hidden" else None


def _voice(w: World, state: ClientState, need: HiddenNeed, status: str, trust: int) -> Step:
    known = state.need(need.code)
    problems = known.problems + (status == "implied")
    state = moved(state, replace(known, status=status, problems=problems))
    words = {"implied": need.implied, "developed": need.developed, "explicit": need.explicit}[status]
    step = own(w, state, status, words, need.code)
    assert step is not None, f"{w.persona.id} has no words left for {need.code} {status}"
    return replace(step, voiced=((need.code, status),)).feel(trust)


def moved(state: ClientState, known: NeedState) -> ClientState:
    return replace(state.with_need(known), focus=known.code)


def need_of(w: World, code: str) -> HiddenNeed:
    need = w.persona.need(code)
    assert need is not None
    return need
