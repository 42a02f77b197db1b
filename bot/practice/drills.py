"""Drills of one behaviour: quantity first, then quality; and the examination of theory, made of quality rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

from bot.practice.book import Book, Drill
from bot.practice.hearing import bare
from bot.practice.model import MOVE_NAMES, Said

MOST_SAID = 3  # sentences per wanted one before a drill ends
TRIES = 2  # per round of a quality drill
THEORY_ROUNDS = 8


@dataclass(frozen=True)
class Round:
    """What the client says, and the move that is wanted on it; `ask` is '' in a drill of quantity."""

    ask: str
    move: str
    need: str = ""


@dataclass(frozen=True)
class DrillState:
    """`results`: (sentence, move read, right | wrong | unsure | again) of each sentence so far."""

    stage: str
    rounds: tuple[Round, ...]
    at: int = 0
    tries: int = 0
    results: tuple[tuple[str, str, str], ...] = ()

    @property
    def right(self) -> int:
        return sum(r == "right" for _, _, r in self.results)

    @property
    def over(self) -> bool:
        if self.stage == "quality":
            return self.at >= len(self.rounds)
        return self.right >= len(self.rounds) or len(self.results) >= MOST_SAID * len(self.rounds)

    @property
    def context(self) -> str:
        return self.rounds[self.at].ask if self.stage == "quality" and not self.over else ""

    @property
    def total(self) -> int | None:
        """0–100 of what could be judged; None when nothing could."""
        judged = [r for _, _, r in self.results if r in ("right", "wrong")]
        return round(100 * self.right / len(judged)) if self.over and judged else None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> DrillState:
        return cls(
            raw["stage"],
            tuple(Round(**r) for r in raw["rounds"]),
            raw["at"],
            raw["tries"],
            tuple((a, b, c) for a, b, c in raw["results"]),
        )


def start(drill: Drill) -> DrillState:
    if drill.stage == "quality":
        rounds = tuple(Round(a, drill.move, n) for a, n in zip(drill.asks, drill.needs, strict=True))
    else:
        rounds = tuple(Round("", drill.move) for _ in range(drill.count))
    return DrillState(drill.stage, rounds)


def theory(book: Book, seed: int) -> DrillState:
    """The examination of theory: rounds of all quality drills, drawn and ordered by the seed."""
    every = [
        Round(ask, drill.move, need)
        for drill in book.drills.values()
        if drill.stage == "quality"
        for ask, need in zip(drill.asks, drill.needs, strict=True)
    ]
    return DrillState("quality", tuple(Random(f"theory|{seed}").sample(every, min(THEORY_ROUNDS, len(every)))))


def step(state: DrillState, said: Said, tries: int = TRIES) -> tuple[DrillState, str]:
    """Judge one sentence; returns (state, what to tell). A sentence that was not read for sure is neither right nor wrong."""
    wanted = state.rounds[min(state.at, len(state.rounds) - 1)]
    verdict = _verdict(state, said, wanted)
    state = replace(state, results=(*state.results, (said.text, said.move, verdict)), tries=state.tries + 1)
    if state.stage == "quality" and (
        verdict == "right" or (verdict == "wrong" and state.tries >= tries) or state.tries > tries + 1
    ):
        state = replace(state, at=state.at + 1, tries=0)
    return state, _told(said, wanted, verdict)


def _verdict(state: DrillState, said: Said, wanted: Round) -> str:
    if bare(said.text) in {bare(text) for text, _, _ in state.results}:
        return "again"
    if not said.sure:
        return "unsure"
    elsewhere = wanted.need and said.needs and wanted.need not in said.needs
    return "right" if said.move == wanted.move and not elsewhere else "wrong"


def _told(said: Said, wanted: Round, verdict: str) -> str:
    if verdict == "right":
        return f"对，这是{MOVE_NAMES[wanted.move]}。"
    if verdict == "again":
        return "这句说过了，换一句。"
    if verdict == "unsure":
        return "这句没听准，不算对也不算错，换个说法试试。"
    if said.move == wanted.move:
        return f"是{MOVE_NAMES[wanted.move]}，不过没落在客户说的这件事上。"
    return f"这句更像{MOVE_NAMES[said.move]}。这里要的是{MOVE_NAMES[wanted.move]}：{POINTERS[wanted.move]}"


POINTERS = {
    "situation": "问他现在怎么做、有多少。",
    "problem": "问他哪里费劲、哪里不满意。",
    "implication": "问这个难处耽误了什么、牵连到谁、一年下来多少。",
    "need_payoff": "问解决了有什么好，让他自己说。",
    "benefit": "用他说过的想要，接一个产品。",
    "commitment": "提一个下一步：谁、做什么、哪天。",
}
