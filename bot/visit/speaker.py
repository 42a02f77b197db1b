"""Whose words a sentence typed in a visit is: the client's, reported by the manager, or the manager's own to the bot.

A command that is surely one is carried out; a short answer to the open question may only look like a command; a doubtful
sentence is the client's when it plainly answers. The figures were set on conversations, not derived; tests/unit/visit/
test_speaker.py says what they are for.
"""

from __future__ import annotations

import re

from bot.reading import Reading
from bot.visit.yesno import agrees, denies

LEAVING = re.compile(r"停|结束|到此|到这|退出|明天再|改天再|拜拜|再见|收工|重来|重新|跳过|上一|下一|总结|方案")
SURE_COMMAND = 0.75  # what a manager types as a command is read far above it; what a client says, below
SURE_STANCE = 0.9  # of a sentence read as a command: this clear a stance is rather the client's
PLAINLY_SAID = 0.8  # of a sentence not read at all; one tap takes it back
LIKELY_REPLY = 0.1  # the least share of report_reply among the readings of a doubtful command
NAMED = ("product", "client", "attribute")  # who names one of these wants to look it up
TROUBLE = re.compile(r"(?<![不没别])(?:太慢|麻烦|对不上|费劲|费事|头疼|折腾|抱怨|分散|不满意|不方便|嫌)")
FIGURES = ("amount", "rate", "count", "duration")
BESIDES = 4  # characters beside a figure in a bare answer: 大概2300万左右吧


def client_speaks(reading: Reading, asked: bool) -> bool:
    """Whether a sentence read as some command is the client's answer after all. `asked`: a question stands open."""
    if not asked or reading.confidence >= SURE_COMMAND:
        return False
    if any(e.type in NAMED for e in reading.entities) or LEAVING.search(reading.text):
        return False
    likely = dict(reading.ranking).get("report_reply", 0.0) >= LIKELY_REPLY
    return likely or (reading.stance != "unclear" and reading.stance_confidence >= SURE_STANCE)


def doubtful_is_clients(reading: Reading, asked: bool, readings: list[str]) -> bool:
    """Whether a sentence that fits no reading well is the client's: a plain yes or no, a bare figure, a word of trouble in
    answer to a question, or a clear stance.

    `readings`: the likeliest intents.
    """
    if asked and (agrees(reading.text) or denies(reading.text) or bare_figure(reading) or TROUBLE.search(reading.text)):
        return True
    return "report_reply" in readings and reading.stance_confidence >= PLAINLY_SAID


def bare_figure(reading: Reading) -> bool:
    """A figure and hardly a word besides."""
    figures = [e for e in reading.entities if e.type in FIGURES]
    besides = len(reading.text.strip()) - sum(e.end - e.start for e in figures)
    return bool(figures) and besides <= BESIDES
