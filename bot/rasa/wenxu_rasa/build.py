"""Builds the spaCy package: an installable directory with `wenxu_zh`, which Rasa's SpacyNLP loads by name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import spacy
from spacy.language import Language

from bot.zh.scripts import normalise
from wenxu_rasa import pipes
from wenxu_rasa.corpus import Utterance, utterances
from wenxu_rasa.features import WEIGHTS, of_reading
from wenxu_rasa.fit import fit_one
from wenxu_rasa.linear import Groups, Linear
from wenxu_rasa.vocabulary import load as load_vocabulary

NAME = "wenxu_zh"
VERSION = "1.0.0"
Report = Callable[[str, float], None]


def build(root: Path, into: Path, base: str, report: Report) -> Language:
    """Train the pipeline and write it to `into` (`<into>/wenxu_zh/…` and its dist-info); return it."""
    report("建立中文处理管道", 0.02)
    nlp = blank(root, base)
    report("训练问句、回答、需求的判别", 0.05)
    _train_heads(nlp, root)
    write(nlp, into)
    return nlp


def blank(root: Path, base: str) -> Language:
    """The pipeline with its dictionary and vocabularies, before its heads are trained."""
    vocabulary = load_vocabulary(root)
    nlp = spacy.load(base) if base else spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "wenxu.jieba.v1"}}})
    words = {word for entries in vocabulary.words.values() for word in entries if len(word) > 1 and not word.isascii()}
    nlp.tokenizer = pipes.JiebaSegmenter(nlp.vocab, sorted(words))
    nlp.config["nlp"]["tokenizer"] = {"@tokenizers": "wenxu.jieba.v1"}
    nlp.meta.update(name="zh", version=VERSION)
    nlp.add_pipe("wenxu_vocabulary").vocabulary = vocabulary
    nlp.add_pipe("reading_heads")
    return nlp


def _train_heads(nlp: Language, root: Path) -> None:
    moves, stances = utterances(root, "moves"), utterances(root, "stances")
    asked, told = _rows(nlp, moves), _rows(nlp, stances)
    rows, lines = [*asked, *told], [*moves, *stances]
    topics = [(row, code) for row, one in zip(rows, lines) for code in one.needs]
    nlp.get_pipe("reading_heads").heads = {
        "move": _fit(asked, [one.label for one in moves]),
        "stance": _fit(told, [one.label for one in stances]),
        # Needs in two steps: is one voiced at all (in a reply; in a seller's turn: is it about one), and which.
        "voiced": _fit(told, ["yes" if one.needs else "no" for one in stances]),
        "about": _fit(asked, ["yes" if one.needs else "no" for one in moves]),
        "topic": _fit([row for row, _ in topics], [code for _, code in topics]),
    }


def _fit(rows: list[Groups], labels: list[str]) -> Linear:
    return fit_one(rows, np.zeros((len(rows), 0), np.float32), labels, weights=WEIGHTS)


def _rows(nlp: Language, lines: list[Utterance]) -> list[Groups]:
    return [_row(nlp, normalise(one.text), normalise(one.context)) for one in lines]


def _row(nlp: Language, text: str, context: str) -> Groups:
    return of_reading(text, [token.text for token in nlp.make_doc(text)], context)


def write(nlp: Language, into: Path) -> None:
    """As a distribution, so that a directory on `sys.path` is all that it takes to load it by name."""
    package = into / NAME
    package.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(package / "pipeline")
    (package / "meta.json").write_text((package / "pipeline" / "meta.json").read_text(encoding="utf-8"), encoding="utf-8")
    (package / "__init__.py").write_text(
        "from pathlib import Path\n\nimport spacy\n\nimport wenxu_rasa.pipes  # noqa: F401\n\n\n"
        "def load(**overrides):\n    return spacy.load(Path(__file__).parent / 'pipeline', **overrides)\n",
        encoding="utf-8",
    )
    info = into / f"{NAME}-{VERSION}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n", encoding="utf-8")


def on_path(package: Path) -> None:
    """Make `spacy.load("wenxu_zh")` find the package in this process."""
    place = str(package.resolve())
    if place not in sys.path:
        sys.path.insert(0, place)
