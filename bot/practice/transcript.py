"""A finished talk as it is counted and as a lead's verdicts change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.practice.hearing import closed
from bot.practice.model import MOVES, QUESTIONS, Line


def relabel(
    lines: Sequence[Line], verdicts: Mapping[int, str], about: Mapping[int, str] | None = None
) -> tuple[Line, ...]:
    """Return the transcript with the lead's labels (turn → move, turn → need) in place of the machine's, all of them sure."""

    def one(line: Line) -> Line:
        if line.turn not in verdicts:
            return line
        need = (about or {}).get(line.turn) or line.about
        return replace(line, said=replace(line.said, move=verdicts[line.turn], sure=True), about=need)

    return tuple(one(x) for x in lines)


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """Return how often each move was made, open and closed questions, unsure sentences, and characters of both sides."""
    asked = [x for x in lines if x.said.sure and x.said.move in QUESTIONS]
    found = {m: sum(x.said.move == m and x.said.sure for x in lines) for m in MOVES}
    return {
        **found,
        "unsure": sum(not x.said.sure for x in lines),
        "open": sum(not closed(x.said.text) for x in asked),
        "closed": sum(closed(x.said.text) for x in asked),
        "seller_chars": sum(len(x.said.text) for x in lines),
        "client_chars": sum(len(x.reply) for x in lines),
    }
