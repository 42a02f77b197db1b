"""Picks what the client says: by seed, never the same wording twice in a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from bot.practice.model import ClientState

OWN_FIRST = 0.6  # chance that a client's own wording is taken while there is one


def pick(words: Sequence[str], state: ClientState, seed: int, kind: str, own: int = 0) -> tuple[str, ClientState]:
    """Return (wording, state that remembers it); '' when all have been said. The first `own` words are his own.

    A str seed makes Random independent of the process's hash seed, so that the same session can be played again.
    """
    fresh = [w for w in words if w not in state.used]
    if not fresh:
        return "", state
    dice = Random(f"{seed}|{state.turn}|{kind}|{len(state.used)}")
    mine = [w for w in words[:own] if w in fresh]
    chosen = dice.choice(mine if mine and dice.random() < OWN_FIRST else fresh)
    return chosen, replace(state, used=(*state.used, chosen))
