"""Checks the training data of the reading before anyone trains on it.

`check(root)` finds: a sentence under two labels, or twice in one mode; words that are entities elsewhere left unmarked;
entities with ragged ends; files that are too small or labels that are far from the others; gold sentences that have
crept into training; lines that cannot be read.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.knowledge.files import Problem
from bot.zh.scripts import normalise

ENTITY_TYPES = {
    "client", "product", "attribute", "need", "industry", "bank", "amount", "rate", "count", "duration", "date", "persona",
    "difficulty", "tier",
}  # fmt: skip
MODES = {"idle", "visit", "practice"}
FEWEST = 60  # sentences of an intent
IMBALANCE = 12  # times the smallest label, above which the largest is reported
LONGEST_ENTITY = 14  # code points; longer ones are usually a whole sentence marked by mistake
_MARKED = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")
_KEPT = re.compile(r"[\W_]+")
_BORDERS = "的了吗呢吧啊，。！？、；： "


@dataclass(frozen=True)
class Sentence:
    file: str
    line: int
    label: str
    mode: str
    text: str
    entities: tuple[tuple[str, str], ...]  # (words, type)
    context: str = ""

    @property
    def key(self) -> str:
        """The sentence without what does not tell two apart: width, script, case, punctuation (emoji alone stay)."""
        return bare(self.text) or self.text


def bare(text: str) -> str:
    return _KEPT.sub("", normalise(text))


def check(root: Path) -> list[Problem]:
    """All problems of the training data under `root`, by file and line."""
    problems: list[Problem] = []
    intents = list(_intents(root, problems))
    reading = {kind: list(_reading(root, kind, problems)) for kind in ("moves", "stances")}
    problems += _twice(intents)
    for lines in reading.values():
        problems += _twice(lines)
    problems += _entities(intents)
    problems += _sizes(intents)
    problems += _unknown_needs(root)
    problems += _leaks(root, [*intents, *reading["moves"], *reading["stances"]])
    return sorted(problems, key=lambda one: (one.file, one.line, one.message))


def _intents(root: Path, problems: list[Problem]) -> Iterator[Sentence]:
    for path in sorted((root / "data" / "nlu").glob("*.yml")):
        yield from _of_file(path, path.relative_to(root).as_posix(), problems)


def _of_file(path: Path, name: str, problems: list[Problem]) -> Iterator[Sentence]:
    content = path.read_text(encoding="utf-8")
    try:
        blocks = yaml.safe_load(content)["nlu"]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        problems.append(Problem(name, 0, f"读不懂：{error}"))
        return
    places = _places(content)
    for block in blocks:
        mode = (block.get("metadata") or {}).get("mode", "")
        if mode not in MODES:
            problems.append(Problem(name, 0, f"意图 {block.get('intent')} 有一段没有写明模式（idle、visit、practice）"))
        for line in (block.get("examples") or "").splitlines():
            if line.strip().startswith("- "):
                marked = line.strip()[2:].strip()
                at = places[marked].pop(0) if places.get(marked) else 0
                entities = tuple((found[1], found[2]) for found in _MARKED.finditer(marked))
                yield Sentence(name, at, block["intent"], mode, _MARKED.sub(r"\1", marked), entities)


def _places(content: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip().startswith("- "):
            found[line.strip()[2:].strip()].append(number)
    return found


def _reading(root: Path, kind: str, problems: list[Problem]) -> Iterator[Sentence]:
    for path in sorted((root / "data" / "reading" / kind).glob("*.tsv")):
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if number == 1 or not line.strip():
                continue
            cells = line.split("\t")
            if len(cells) != 3:
                problems.append(Problem(name, number, f"应有 3 列，实有 {len(cells)} 列"))
            yield Sentence(
                name, number, path.name.split(".")[0], kind, cells[0], (), cells[1] if len(cells) > 1 else ""
            )


def _twice(sentences: Iterable[Sentence]) -> Iterator[Problem]:
    """The same words in the same mode (after the same question) under two labels, or twice under one."""
    seen: dict[tuple[str, str, str], Sentence] = {}
    for one in sentences:
        first = seen.setdefault((one.mode, one.key, bare(one.context)), one)
        if first is not one:
            label = "" if first.label == one.label else f"，标签却是 {first.label}"
            yield Problem(one.file, one.line, f"“{one.text}”与 {first.file}:{first.line} 重复{label}")


def _entities(sentences: Iterable[Sentence]) -> Iterator[Problem]:
    for one in sentences:
        for words, kind in one.entities:
            if kind not in ENTITY_TYPES:
                yield Problem(one.file, one.line, f"没有实体类型 {kind}")
            if words[0] in _BORDERS or words[-1] in "，。！？、；： 了吗呢吧啊":
                yield Problem(one.file, one.line, f"实体“{words}”的边界带着虚词或标点")
            if len(words) > LONGEST_ENTITY and not words.isascii():
                yield Problem(one.file, one.line, f"实体“{words}”太长，像是整句被标成了实体")
        if "[" in one.text or "](" in one.text:
            yield Problem(one.file, one.line, "实体标注没有写完整")


def _sizes(sentences: Iterable[Sentence]) -> Iterator[Problem]:
    count = Counter(one.label for one in sentences)
    files = {one.label: one.file for one in sentences}
    for label, number in count.items():
        if number < FEWEST:
            yield Problem(files[label], 0, f"意图 {label} 只有 {number} 句，至少要 {FEWEST} 句")
    if count and max(count.values()) > IMBALANCE * min(count.values()):
        (most, large), (least, small) = count.most_common(1)[0], count.most_common()[-1]
        yield Problem(files[most], 0, f"{most} 有 {large} 句，{least} 只有 {small} 句，相差超过 {IMBALANCE} 倍")


def _unknown_needs(root: Path) -> Iterator[Problem]:
    known = {
        need["code"]
        for need in yaml.safe_load((root / "data" / "knowledge" / "needs.yml").read_text(encoding="utf-8"))["needs"]
    }
    for kind in ("moves", "stances"):
        for path in sorted((root / "data" / "reading" / kind).glob("*.tsv")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
                codes = [*line.split("\t"), "", ""][2].split(",")
                for code in sorted({code.strip() for code in codes if code.strip()} - known):
                    yield Problem(path.relative_to(root).as_posix(), number, f"没有需求代码 {code}")


def _leaks(root: Path, sentences: Iterable[Sentence]) -> Iterator[Problem]:
    """Gold sentences that are in the training data."""
    gold: dict[str, str] = {}
    for path in sorted((root / "tests" / "nlu").glob("gold*/*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                gold[bare(json.loads(line)["text"])] = f"{path.parent.name}/{path.name}:{number}"
    for one in sentences:
        # Two or three characters (不是, 继续) are what everybody types; they prove nothing.
        if len(one.key) > 3 and one.key in gold:
            yield Problem(one.file, one.line, f"“{one.text}”也在测试集里（{gold[one.key]}）")
