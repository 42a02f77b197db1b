"""How a client takes products, what he objects, when he agrees to a next step."""

from __future__ import annotations

from dataclasses import replace

from bot.practice.hearing import Touch, closes_deal, pairs
from bot.practice.model import QUESTIONS, ClientState, Said
from bot.practice.questions import moved
from bot.practice.steps import EARLY, EASED, IGNORED, MATCHED, MISMATCH, Step, World, own, say

TRUST_TO_AGREE = 24


def presenting(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    wanted = state.at_least("explicit")
    if not wanted:
        return _too_early(w, state, said)
    served = [c for c in wanted if c in said.answers]
    if not said.products:
        served = [c for c in wanted if c in found.needs or (not found.needs and c == state.focus)]
    if not served:
        return say(w, state, "mismatch").note("mismatch").feel(MISMATCH)
    if said.move == "feature" and not any(c in found.needs for c in served):
        return say(w, state, "nitpick", served[0])
    return _match(w, state, said, served)


def _too_early(w: World, state: ClientState, said: Said) -> Step:
    state = replace(state, pitches=state.pitches + 1)
    if state.pitches == 1 and (raised := raise_objection(w, state, "pitch")):
        return raised.note("early").feel(EARLY, -1)
    kind = "price" if state.pitches == 1 else "nitpick" if said.move == "advantage" and state.focus else "bored"
    return say(w, state, kind).note("early").feel(EARLY, -1)


def _match(w: World, state: ClientState, said: Said, served: list[str]) -> Step:
    fresh = [c for c in served if state.status(c) == "explicit"]
    for code in fresh:
        state = moved(state, replace(state.need(code), status="matched"))
    words = tuple(x for p in said.products for x in w.persona.products.get(p, ()))
    step = (own(w, state, "interest", words, served[0]) if words else None) or say(w, state, "interest", served[0])
    step = replace(step, voiced=tuple((c, "matched") for c in fresh)).feel(MATCHED if fresh else 0)
    raised = raise_objection(w, step.state, "benefit")
    if raised is None:
        return step
    return replace(step, state=raised.state, reply=f"{step.reply}{raised.reply}").note(*raised.notes)


def open_question(w: World, state: ClientState) -> str:
    """What the client asked about a product in his last words, '' when nothing."""
    asked = [x for words in w.persona.products.values() for x in words if x.endswith("？")]
    return next((x for x in asked if state.last.endswith(x)), "")


def passed_over(w: World, state: ClientState, said: Said) -> bool:
    """Whether his question about the product was passed over for something else."""
    asked = open_question(w, state)
    on_with = said.sure and said.move in (*QUESTIONS, "commitment", "rapport")
    return bool(asked) and on_with and not pairs(asked) & pairs(said.text)


def raise_objection(w: World, state: ClientState, when: str) -> Step | None:
    """Raise an objection of this moment, if the level lets another one come."""
    if len(state.raised) >= w.level.objections:
        return None
    one = next((o for o in w.persona.objections if o.when == when and o.id not in state.raised), None)
    if one is None:
        return None
    step = own(w, replace(state, raised=(*state.raised, one.id), objection=one.id), "objection", one.says)
    return step.note(f"objection:{one.id}") if step else None


def take_up(w: World, state: ClientState, said: Said) -> Step | None:
    """An objection stands open: is it taken up? None when it has been passed over for good."""
    one = next(o for o in w.persona.objections if o.id == state.objection)
    taken = sum(word in said.text for word in one.eased_by)
    if taken and (said.move == "objection_handling" or taken > 1 or not said.sure):
        cleared = replace(state, objection="", ignored=0)
        step = own(w, cleared, "eased", one.eased) or say(w, cleared, "eased")
        return step.note(f"eased:{one.id}").feel(EASED)
    if said.move == "objection_handling" or not said.sure:
        return say(w, state, "stands").note("stands")
    if state.ignored or said.move in ("rapport", "other"):
        return None if state.ignored else say(w, replace(state, ignored=1), "stands").note("stands")
    return say(w, replace(state, ignored=1), "ignored").note("ignored").feel(IGNORED, -1)


def commitment(w: World, state: ClientState, said: Said, found: Touch) -> Step:
    if not state.at_least("explicit"):
        return say(w, state, "refuse").note("early_commitment").feel(EARLY, -1)
    if not state.at_least("matched") or state.trust < TRUST_TO_AGREE:
        return say(w, state, "continuation").note("not_ready")
    raised = raise_objection(w, state, "commitment")
    if raised is not None:
        return raised
    if said.dated:
        return agree(w, state, said)
    return say(w, replace(state, awaits_day=True), "when").note("asked_when")


def agree(w: World, state: ClientState, said: Said) -> Step:
    decides = w.persona.decides
    painful = [n.code for n in w.persona.needs if n.pain > 1]
    whole = all(state.status(c) == "matched" for c in painful)
    order = decides.alone and bool(decides.order) and whole and closes_deal(said.text)
    outcome = "order" if order else "advance"
    step = own(w, replace(state, awaits_day=False), outcome, decides.order if order else decides.advance)
    assert step is not None
    return replace(step, state=replace(step.state, outcome=outcome)).note("agreed", f"outcome:{outcome}")
