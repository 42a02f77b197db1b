"""Reads what the models are trained on.

`data/nlu/*.yml` are Rasa's NLU files with inline entities; `data/reading/{moves,stances}/<label>.<part>.tsv` hold
single sentences with what the other side said before and the needs voiced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

MODES = ("idle", "visit", "practice")
_ENTITY = re.compile(r"\[([^\]]+)\]\(([a-z_]+)\)")


@dataclass(frozen=True)
class Example:
    """One sentence of `data/nlu`; `entities` are (start, end, type) in code points of `text`."""

    text: str
    intent: str
    mode: str
    entities: tuple[tuple[int, int, str], ...]
    file: str
    line: int


@dataclass(frozen=True)
class Utterance:
    """One line of `data/reading`; `context` is what the other side said just before."""

    text: str
    context: str
    needs: tuple[str, ...]
    label: str
    file: str
    line: int


def unannotate(marked: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """`去[海达](client)吧` → (`去海达吧`, ((1, 3, "client"),))."""
    text, entities, last = "", [], 0
    for match in _ENTITY.finditer(marked):
        text += marked[last : match.start()]
        entities.append((len(text), len(text) + len(match[1]), match[2]))
        text += match[1]
        last = match.end()
    return text + marked[last:], tuple(entities)


def examples(root: Path) -> list[Example]:
    """All sentences of `data/nlu`, in the order of files and lines."""
    return [one for path in sorted((root / "data" / "nlu").glob("*.yml")) for one in _examples_of(path)]


def _examples_of(path: Path) -> Iterator[Example]:
    # The structure comes from the YAML reader, line numbers from the lines themselves.
    lines: dict[str, list[int]] = {}
    content = path.read_text(encoding="utf-8")
    for number, line in enumerate(content.splitlines(), 1):
        lines.setdefault(line.strip(), []).append(number)
    for block in yaml.safe_load(content).get("nlu") or ():
        mode = (block.get("metadata") or {}).get("mode", "idle")
        for line in (block.get("examples") or "").splitlines():
            marked = line.strip()
            if not marked.startswith("- "):
                continue
            at = lines.get(marked) or [0]
            text, entities = unannotate(marked[2:].strip())
            yield Example(text, block["intent"], mode, entities, path.name, at.pop(0) if len(at) > 1 else at[0])


def utterances(root: Path, kind: str) -> list[Utterance]:
    """All lines of `data/reading/<kind>` (`moves` or `stances`); the label is the file's name."""
    found = []
    for path in sorted((root / "data" / "reading" / kind).glob("*.tsv")):
        label = path.name.split(".")[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if number == 1 or not line.strip():
                continue
            text, context, needs = (*line.split("\t"), "", "")[:3]
            codes = tuple(code.strip() for code in needs.split(",") if code.strip())
            found.append(Utterance(text.strip(), context.strip(), codes, label, path.name, number))
    return found
