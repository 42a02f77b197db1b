"""A command behind a report in the same message: "财务说对账要三四天，下一个"."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.reading import Reading

COMMANDS = {  # what may stand alone in the last clause → the intent it means
    r"(?:问|来|到)?下一(?:个|题|问)(?:问题)?": "next_question",
    r"(?:先)?(?:跳过|略过)(?:这(?:个|题|条))?": "skip_question",
    r"换(?:个|一种|一个)(?:问法|说法)": "rephrase_question",
    r"(?:给我|帮我)?(?:先)?(?:总结|小结|汇总)(?:一?下)?": "visit_summary",
    r"(?:给我|帮我|可以|直接)?(?:出|上|给|做)(?:个|一套|一份)?方案": "recommend_bundle",
    r"(?:先)?(?:结束|收尾)(?:拜访|这次拜访)?|拜访结束": "end_visit",
}
TAIL = re.compile(r"[，,。；;！!？?\s～~]+([^，,。；;！!？?\s～~]{2,9})[吧了啊哈呗\s。！!～~]*$")


def trailing_command(text: str) -> tuple[int, str] | None:
    """Return (where the report ends, the intent of the command behind it), None when the last clause is no command.

    Only a whole clause counts: "老板说先结束这笔再谈" is the client's, not ours.
    """
    match = TAIL.search(text)
    if match is None or match.start() < 4:  # a report has some words; less is the command itself
        return None
    words = match.group(1).rstrip("吧了啊哈呗")
    for pattern, intent in COMMANDS.items():
        if re.fullmatch(pattern, words):
            return match.start(), intent
    return None


def cut(reading: Reading, end: int) -> Reading:
    """Return the reading of the text up to `end`."""
    return replace(
        reading,
        text=reading.text[:end],
        entities=tuple(e for e in reading.entities if e.end <= end),
        clauses=tuple(c for c in reading.clauses if c.end <= end),
    )
