"""Measures how well sentences are read, on sentences that no model has seen.

The gold files are those of tests/nlu/gold (whose errors were looked at) and tests/nlu/gold2 (of which only totals were):
`intents.jsonl`, `moves.jsonl`, `stances.jsonl`, one object a line.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.ops.disturb import DISTURBANCES
from bot.ops.train import current_model, island_environment, island_python
from bot.settings import ROOT, Settings

NOW = "2026-11-22T10:00:00+08:00"
Parse = Callable[[Sequence[Mapping[str, Any]]], list[dict[str, Any]]]  # [{"text", "metadata"}] → readings
KINDS = ("situation", "problem", "implication", "need_payoff")


@dataclass
class Labelled:
    """How one set of labels was read."""

    accuracy: float
    macro_f1: float
    labels: dict[str, dict[str, float]]  # label → precision, recall, f1, count
    confusions: list[dict[str, Any]]  # most frequent first, each with up to three sentences
    ece: float  # expected calibration error over ten bins


@dataclass
class Spans:
    precision: float
    recall: float
    f1: float
    value_accuracy: float
    types: dict[str, dict[str, float]]
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Figures:
    intent: Labelled
    move: Labelled
    stance: Labelled
    needs: dict[str, Any]
    entities: Spans
    question_kinds: float  # accuracy over sentences whose move is one of the four kinds
    milliseconds: dict[str, float]
    counts: dict[str, int]
    lost: dict[str, dict[str, float]] = field(default_factory=dict)  # disturbance → label kind → accuracy lost
    change: dict[str, float] = field(default_factory=dict)  # against the last run, for each headline figure


@contextmanager
def island(model: Path, environment: Mapping[str, str] | None = None) -> Iterator[Parse]:
    """A parse function over a process of the dialogue server's Python that holds `model`."""
    command = [str(island_python()), "-m", "wenxu_rasa.parse_many", "--model", str(model)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
        env={**island_environment(), **(environment or {})},
    ) as process:  # fmt: skip
        assert process.stdin and process.stdout

        def parse(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
            return [_ask(process, one) for one in given]

        _until(process, "ready")
        try:
            yield parse
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def _ask(process: subprocess.Popen[str], given: Mapping[str, Any]) -> dict[str, Any]:
    assert process.stdin
    process.stdin.write(json.dumps(given, ensure_ascii=False) + "\n")
    process.stdin.flush()
    return _until(process, "intent")


def _until(process: subprocess.Popen[str], key: str) -> dict[str, Any]:
    assert process.stdout
    for line in process.stdout:
        if line.startswith("{") and key in (found := json.loads(line)):
            return found
    raise RuntimeError("对话服务的进程提前结束了")


def gold(directory: Path, name: str) -> list[dict[str, Any]]:
    path = directory / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def gold_dirs(root: Path = ROOT) -> list[Path]:
    """`gold`, by whose errors the parts were tuned, and `gold2`, of which only totals are looked at."""
    return sorted(path.parent for path in (root / "tests" / "nlu").glob("gold*/intents.jsonl"))


def evaluate(settings: Settings, directories: Sequence[Path], parse: Parse | None = None) -> dict[str, Figures]:
    """Read every sentence of each directory and compare; by the directory's name.

    Without `parse` the current model is loaded in a process of its own.
    """
    if parse is not None:
        return {directory.name: _evaluate(directory, parse) for directory in directories}
    model = current_model(settings)
    if model is None:
        raise FileNotFoundError("还没有模型：请先运行 wenxu train")
    found = {}
    with island(model) as own:
        for directory in directories:
            figures = found[directory.name] = _evaluate(directory, own)
            figures.lost = lost(directory, own, figures)
            figures.change = compared(headline(figures), settings.var_dir / "evaluation" / f"{directory.name}.json")
    return found


def headline(figures: Figures) -> dict[str, float]:
    """The figures that targets are set for."""
    outside = figures.intent.labels.get("out_of_scope", {})
    return {
        "intent_accuracy": figures.intent.accuracy,
        "intent_macro_f1": figures.intent.macro_f1,
        "out_of_scope_precision": outside.get("precision", 0.0),
        "out_of_scope_recall": outside.get("recall", 0.0),
        "entity_f1": figures.entities.f1,
        "value_accuracy": figures.entities.value_accuracy,
        "move_accuracy": figures.move.accuracy,
        "question_kinds": figures.question_kinds,
        "stance_accuracy": figures.stance.accuracy,
        "needs_f1": figures.needs["f1"],
    }


def compared(now: Mapping[str, float], kept: Path) -> dict[str, float]:
    """Differences from the run kept in `kept`, which this one replaces; empty the first time."""
    before = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(now, indent=1), encoding="utf-8")
    return {name: round(value - before[name], 4) for name, value in now.items() if name in before}


def lost(gold_dir: Path, parse: Parse, figures: Figures) -> dict[str, dict[str, float]]:
    """What each disturbance costs in accuracy."""
    sets = {"intent": ("intents", ""), "move": ("moves", "context"), "stance": ("stances", "question")}
    found: dict[str, dict[str, float]] = {}
    for name, disturb in DISTURBANCES.items():
        found[name] = {}
        for kind, (file, context) in sets.items():
            golden = gold(gold_dir, file)
            read = parse(
                [_request(disturb(one["text"]), one.get("mode") or _mode(kind), one.get(context, "")) for one in golden]
            )
            right = _share(_right(kind, one, got) for one, got in zip(golden, read, strict=True))
            found[name][kind] = round(getattr(figures, kind).accuracy - right, 4)
    return found


def _mode(kind: str) -> str:
    return {"move": "practice", "stance": "visit"}.get(kind, "idle")


def _evaluate(gold_dir: Path, parse: Parse) -> Figures:
    intents, moves, stances = (gold(gold_dir, name) for name in ("intents", "moves", "stances"))
    read = parse([_request(one["text"], one["mode"]) for one in intents])
    read_moves = parse([_request(one["text"], "practice", one["context"]) for one in moves])
    read_stances = parse([_request(one["text"], "visit", one["question"]) for one in stances])
    spanned = [(one, found) for one, found in zip(intents, read, strict=True) if one.get("entities") is not None]
    kinds = [(one, found) for one, found in zip(moves, read_moves, strict=True) if one["move"] in KINDS]
    times = sorted(found["ms"] for found in [*read, *read_moves, *read_stances] if "ms" in found)
    return Figures(
        intent=labelled("intent", intents, read),
        move=labelled("move", moves, read_moves),
        stance=labelled("stance", stances, read_stances),
        needs=needs([*moves, *stances], [*read_moves, *read_stances]),
        entities=spans(spanned),
        question_kinds=_share(_right("move", one, found) for one, found in kinds),
        milliseconds={"median": times[len(times) // 2], "p95": times[int(len(times) * 0.95)]} if times else {},
        counts={"intents": len(intents), "moves": len(moves), "stances": len(stances), "with_entities": len(spanned)},
    )


def _request(text: str, mode: str, context: str = "") -> dict[str, Any]:
    return {"text": text, "metadata": {"mode": mode, "context": context, "now": NOW}}


def _right(key: str, one: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return (found[key] or {}).get("name") in {one[key], *one.get("also_ok", ())}


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def labelled(key: str, golden: Sequence[Mapping[str, Any]], read: Sequence[Mapping[str, Any]]) -> Labelled:
    """Scores of one label a sentence; a label in `also_ok` counts as the gold one."""
    pairs, sure = [], []
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one, found in zip(golden, read, strict=True):
        said = (found[key] or {}).get("name") or ""
        want = said if said in one.get("also_ok", ()) else one[key]
        pairs.append((want, said))
        sure.append(((found[key] or {}).get("confidence") or 0.0, want == said))
        if want != said:
            wrong[want, said].append(one["text"])
    by_label = {
        label: _scores(label, pairs) for label in sorted({want for want, _ in pairs} | {said for _, said in pairs})
    }
    counted = [scores["f1"] for scores in by_label.values() if scores["count"]]
    confusions = [
        {"gold": want, "read": said, "count": len(texts), "examples": texts[:3]}
        for (want, said), texts in sorted(wrong.items(), key=lambda item: -len(item[1]))
    ]
    return Labelled(
        _share(a == b for a, b in pairs), sum(counted) / len(counted), by_label, confusions, calibration(sure)
    )


def _scores(label: str, pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    hit = sum(want == said == label for want, said in pairs)
    return {**_prf(hit, sum(said == label for _, said in pairs), sum(want == label for want, _ in pairs))}


def _prf(hit: int, said: int, want: int) -> dict[str, float]:
    precision, recall = hit / said if said else 0.0, hit / want if want else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "count": want}


def calibration(sure: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error: how far confidence is from the share of right readings, averaged over bins."""
    kept: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for chance, right in sure:
        kept[min(int(chance * bins), bins - 1)].append((chance, right))
    gaps = [abs(sum(c for c, _ in one) - sum(r for _, r in one)) for one in kept.values()]
    return sum(gaps) / len(sure) if sure else 0.0


def needs(golden: Sequence[Mapping[str, Any]], read: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Micro-averaged scores of needs, with the most frequent misses and false finds."""
    hit = said = want = 0
    missed: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    errors = []
    for one, found in zip(golden, read, strict=True):
        right, got = set(one["needs"]), {need["code"] for need in found["needs"]}
        hit, said, want = hit + len(right & got), said + len(got), want + len(right)
        missed.update(right - got)
        extra.update(got - right)
        if right != got:
            errors.append({"text": one["text"], "missed": sorted(right - got), "extra": sorted(got - right)})
    return {
        **_prf(hit, said, want),
        "missed": dict(missed.most_common(10)),
        "extra": dict(extra.most_common(10)),
        "errors": errors,
    }


def spans(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Spans:
    """Exact spans with type; an entity marked `optional` is neither missed nor wrong."""
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    errors: list[dict[str, Any]] = []
    for one, found in pairs:
        want = {(e["type"], e["start"], e["end"]): e for e in one["entities"]}
        got = {(e["entity"], e["start"], e["end"]): e for e in found["entities"]}
        for key, entity in want.items():
            if key in got:
                tally[key[0]]["hit"] += not entity.get("optional", False)
                if entity.get("value") is not None or entity.get("value_ok"):
                    right = value_right(entity, got[key].get("value"))
                    tally[key[0]].update(valued=1, right=int(right))
                    if not right:
                        errors.append({"text": one["text"], "value": entity, "got": got[key].get("value")})
            elif not entity.get("optional"):
                tally[key[0]]["missed"] += 1
                errors.append({"text": one["text"], "missed": [key[0], entity["text"]]})
        for key in got.keys() - want.keys():
            # Another cut of an optional entity is not held against the reading either.
            if any(
                e.get("optional") and e["type"] == key[0] and e["start"] < key[2] and key[1] < e["end"]
                for e in one["entities"]
            ):
                continue
            tally[key[0]]["extra"] += 1
            errors.append({"text": one["text"], "extra": [key[0], one["text"][key[1] : key[2]]]})
    total: Counter[str] = sum(tally.values(), Counter())
    scores = {kind: _of(one) for kind, one in sorted(tally.items())}
    overall = _of(total)
    return Spans(overall["precision"], overall["recall"], overall["f1"], overall["value_accuracy"], scores, errors)


def _of(tally: Counter[str]) -> dict[str, float]:
    found = _prf(tally["hit"], tally["hit"] + tally["extra"], tally["hit"] + tally["missed"])
    return {**found, "value_accuracy": tally["right"] / tally["valued"] if tally["valued"] else 1.0}


def value_right(entity: Mapping[str, Any], got: Any) -> bool:
    """Numbers as numbers; where `value_ok` lists codes, any of them, a list of them, or none."""
    allowed = entity.get("value_ok")
    if allowed:
        listed = got if isinstance(got, list) else [got]
        return all(code is None or code in {*allowed, entity.get("value")} for code in listed)
    return _same(entity["value"], got)


def _same(want: Any, got: Any) -> bool:
    if isinstance(want, Mapping):
        return (
            isinstance(got, Mapping) and want.keys() == got.keys() and all(_same(want[key], got[key]) for key in want)
        )
    try:
        return abs(float(want) - float(got)) < 1e-9 * max(1.0, abs(float(want)))
    except (TypeError, ValueError):
        return bool(want == got)


def as_json(found: Mapping[str, Figures]) -> dict[str, Any]:
    return {name: asdict(figures) for name, figures in found.items()}
