"""How readings are scored: `also_ok`, `optional`, `value_ok`, numbers as numbers."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.ops import disturb
from bot.ops.evaluate import calibration, compared, gold_dirs, labelled, needs, spans, value_right


def read(name: str, confidence: float = 0.9) -> dict[str, Any]:
    return {"intent": {"name": name, "confidence": confidence}}


def test_a_label_in_also_ok_counts_as_right() -> None:
    gold = [{"text": "a", "intent": "stop", "also_ok": ["goodbye"]}, {"text": "b", "intent": "stop", "also_ok": []}]
    found = labelled("intent", gold, [read("goodbye"), read("help")])
    assert found.accuracy == 0.5
    assert found.confusions == [{"gold": "stop", "read": "help", "count": 1, "examples": ["b"]}]


def entity(kind: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "entity": kind, "start": start, "end": end, "text": "x", "value": None, **more}


@pytest.mark.parametrize(
    ("gold", "got", "f1"),
    [
        ([entity("client", 0, 2)], [entity("client", 0, 2)], 1.0),
        ([entity("client", 0, 2)], [entity("client", 0, 3)], 0.0),
        ([entity("client", 0, 2), entity("product", 3, 5, optional=True)], [entity("client", 0, 2)], 1.0),
        (
            [entity("client", 0, 2), entity("product", 3, 5, optional=True)],
            [entity("client", 0, 2), entity("product", 3, 4)],
            1.0,
        ),
    ],
)
def test_spans_are_exact_and_optional_ones_are_free(gold: list[Any], got: list[Any], f1: float) -> None:
    assert spans([({"text": "一二三四五", "entities": gold}, {"entities": got})]).f1 == f1


@pytest.mark.parametrize(
    ("entity", "got", "right"),
    [
        ({"value": "30000000.00"}, "30000000", True),
        ({"value": {"min": "1.00", "max": "2.00"}}, {"min": "1", "max": "2"}, True),
        ({"value": {"days": 3}}, {"min_days": 3, "max_days": 3}, False),
        ({"value": "payroll"}, "overdraft", False),
        ({"value": None, "value_ok": ["a", "b"]}, ["a", "b"], True),
        ({"value": "a", "value_ok": ["a", "b"]}, None, True),
        ({"value": "a", "value_ok": ["a", "b"]}, ["a", "c"], False),
    ],
)
def test_values(entity: dict[str, Any], got: Any, right: bool) -> None:
    assert value_right(entity, got) is right


def test_needs_are_averaged_over_codes() -> None:
    found = needs(
        [{"text": "a", "needs": ["x", "y"]}, {"text": "b", "needs": []}],
        [{"needs": [{"code": "x"}]}, {"needs": [{"code": "z"}]}],
    )
    assert (found["precision"], found["recall"]) == (0.5, 0.5)


def test_calibration_is_the_mean_gap() -> None:
    assert calibration([(0.95, True), (0.95, True)]) == pytest.approx(0.05)
    assert calibration([(0.95, False)]) == pytest.approx(0.95)


def test_the_last_run_is_compared_with_and_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "evaluation" / "gold.json"
    assert compared({"move": 0.5}, kept) == {}
    assert compared({"move": 0.75}, kept) == {"move": 0.25}
    assert json.loads(kept.read_text(encoding="utf-8")) == {"move": 0.75}


def test_disturbances_are_the_same_each_time_and_keep_the_length() -> None:
    text = "财务说每个月对账要三四天，想要自动对账"
    assert disturb.typo(text) == disturb.typo(text) != text
    assert len(disturb.typo(text)) == len(text)
    assert disturb.bare("？！") == "？！"
    assert disturb.traditional("对账") == "對賬"


def test_every_set_of_gold_sentences_is_found(tmp_path: Path) -> None:
    for name in ("gold2", "gold", "gold3"):
        (tmp_path / "tests" / "nlu" / name).mkdir(parents=True)
    for name in ("gold2", "gold"):
        (tmp_path / "tests" / "nlu" / name / "intents.jsonl").write_text("", encoding="utf-8")
    assert [path.name for path in gold_dirs(tmp_path)] == ["gold", "gold2"]
