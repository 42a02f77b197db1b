"""What all replies are made of: the world of a session, a reply under way, wordings, the end of the talk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.practice.book import Book, Rubric
from bot.practice.model import ClientState, Level, Persona, Temper
from bot.practice.wording import pick

# points of trust (0–100) that something brings or costs
FACT, HIT, ELABORATED, ASKED_RIGHT, DEVELOPED, EXPLICIT, MATCHED, EASED = 3, 6, 1, 2, 6, 8, 5, 6
PASSED_OVER = -2
REPEATED, ON_CARD, PRYING, UNFOUNDED, EARLY, MISMATCH, IGNORED, BREACH, BREACH_AGAIN = (
    -4,
    -3,
    -3,
    -3,
    -5,
    -2,
    -4,
    -15,
    -5,
)


@dataclass(frozen=True)
class World:
    """What one session is played with."""

    persona: Persona
    temper: Temper
    level: Level
    book: Book
    rubric: Rubric
    seed: int


@dataclass(frozen=True)
class Step:
    """A reply under way: the state after it and what it did."""

    state: ClientState
    reply: str = ""
    kind: str = ""
    about: str = ""
    voiced: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def note(self, *notes: str) -> Step:
        return replace(self, notes=(*self.notes, *notes))

    def feel(self, trust: int = 0, patience: int = 0) -> Step:
        s = self.state
        return replace(
            self, state=replace(s, trust=max(0, min(100, s.trust + trust)), patience=max(0, s.patience + patience))
        )


def conclude(state: ClientState) -> ClientState:
    """The seller ends the talk: without an agreed step it is left open, or nothing came of it."""
    if state.over:
        return state
    return replace(state, outcome="continuation" if state.at_least("explicit") else "no_sale")


def say(w: World, state: ClientState, kind: str, about: str = "") -> Step:
    words = w.book.wordings(w.persona, kind)
    reply, state = pick(words, state, w.seed, kind, len(w.persona.replies.get(kind, ())))
    return Step(state, reply, kind, about) if reply else leave(w, state, Step(state, about=about))


def own(w: World, state: ClientState, kind: str, words: tuple[str, ...], about: str = "") -> Step | None:
    reply, state = pick(words, state, w.seed, f"{kind}|{about}")
    return Step(state, reply, kind, about) if reply else None


def leave(w: World, state: ClientState, step: Step) -> Step:
    """Add the words that end the talk; nothing agreed is a continuation at best."""
    reply, after = pick(
        w.book.wordings(w.persona, "leave"), step.state, w.seed, "leave", len(w.persona.replies.get("leave", ()))
    )
    after = conclude(after)
    return replace(step, state=after, reply=f"{step.reply}{reply}", kind="leave").note(f"outcome:{after.outcome}")


def repeat(w: World, state: ClientState, about: str = "") -> Step:
    return say(w, state, "repeat", about).note("repeat").feel(REPEATED, -1)
