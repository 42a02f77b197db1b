"""The checker of training data finds what it is there for."""

import json
from pathlib import Path

import pytest

from bot.ops.nludata import FEWEST, bare, check

HEAD = 'version: "3.1"\nnlu:\n'


def intents(root: Path, name: str, *lines: str, mode: str | None = "idle", fill: bool = True) -> None:
    given = [*lines, *(f"{name} 第{number}句" for number in range(FEWEST if fill else 0))]
    told = f"  metadata:\n    mode: {mode}\n" if mode else ""
    text = f"{HEAD}- intent: {name}\n{told}  examples: |\n" + "".join(f"    - {line}\n" for line in given)
    (root / "data" / "nlu" / f"{name}.yml").write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("data/nlu", "data/reading/moves", "data/reading/stances", "data/knowledge", "tests/nlu/gold"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "data/knowledge/needs.yml").write_text("needs:\n- {code: bills}\n", encoding="utf-8")
    return tmp_path


def test_good_data_has_no_problems(root: Path) -> None:
    intents(root, "greet", "你好")
    assert check(root) == []


def test_one_sentence_under_two_labels_is_found_with_its_line(root: Path) -> None:
    intents(root, "greet", "回头聊，好")
    intents(root, "goodbye", "回頭聊 好")
    (found,) = check(root)
    assert (found.file, found.line) == ("data/nlu/greet.yml", 7)
    assert "goodbye" in found.message


def test_the_same_words_in_another_mode_are_no_duplicate(root: Path) -> None:
    intents(root, "greet", "怎么算")
    intents(root, "help", "怎么算", mode="visit")
    assert check(root) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("去[海达。](client)", "边界"),
        ("去[海达](kunde)", "kunde"),
        ("[今天我们去海达公司谈了对账的事情](client)", "太长"),
        ("去[海达(client)", "没有写完整"),
    ],
)
def test_a_bad_annotation_is_found(root: Path, line: str, said: str) -> None:
    intents(root, "greet", line)
    assert [said in found.message for found in check(root)] == [True]


def test_a_block_without_a_mode_is_found(root: Path) -> None:
    intents(root, "greet", mode=None)
    assert ["模式" in found.message for found in check(root)] == [True]


def test_a_small_intent_is_found(root: Path) -> None:
    intents(root, "greet", "你好", fill=False)
    assert [str(FEWEST) in found.message for found in check(root)] == [True]


def test_a_gold_sentence_in_training_is_found(root: Path) -> None:
    intents(root, "greet", "大家早上好呀！")
    (root / "tests/nlu/gold/intents.jsonl").write_text(json.dumps({"text": "大家早上好呀"}) + "\n", encoding="utf-8")
    assert ["intents.jsonl:1" in found.message for found in check(root)] == [True]


def test_readings_need_three_columns_and_known_needs(root: Path) -> None:
    (root / "data/reading/stances/fact.a.tsv").write_text(
        "text\tquestion\tneeds\n一\t二\n三\t\tbills,none\n", encoding="utf-8"
    )
    assert [(found.line, found.message) for found in check(root)] == [
        (2, "应有 3 列，实有 2 列"),
        (3, "没有需求代码 none"),
    ]


def test_script_width_and_punctuation_do_not_tell_sentences_apart() -> None:
    assert bare("對帳，ＰＯＳ！") == bare("对帐pos")
