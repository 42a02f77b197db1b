"""Builds the spaCy package: an installable directory with `wenxu_zh`, which Rasa's SpacyNLP loads by name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import spacy
from spacy.language import Language

from bot.zh.scripts import normalise
from wenxu_rasa import pipes
from wenxu_rasa.corpus import Utterance, utterances
from wenxu_rasa.features import TOPIC_WEIGHTS, WEIGHTS, of_reading
from wenxu_rasa.fit import fit
from wenxu_rasa.linear import Groups, Model
from wenxu_rasa.variety import ALONE, Mistyping
from wenxu_rasa.vocabulary import load as load_vocabulary

NAME = "wenxu_zh"
VERSION = "1.0.0"
Report = Callable[[str, float], None]


def build(root: Path, into: Path, base: str, report: Report) -> Language:
    """Train the pipeline and write it to `into` (`<into>/wenxu_zh/…` and its dist-info); return it."""
    report("建立中文处理管道", 0.02)
    nlp = blank(root, base)
    report("训练问句、回答、需求的判别", 0.05)
    train_heads(nlp, utterances(root, "moves"), utterances(root, "stances"))
    write(nlp, into)
    return nlp


def blank(root: Path, base: str) -> Language:
    """The pipeline with its dictionary and vocabularies, before its heads are trained."""
    vocabulary = load_vocabulary(root)
    nlp = (
        spacy.load(base)
        if base
        else spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "wenxu.jieba.v1"}}})
    )
    words = {word for entries in vocabulary.words.values() for word in entries if len(word) > 1 and not word.isascii()}
    nlp.tokenizer = pipes.JiebaSegmenter(nlp.vocab, sorted(words))
    nlp.config["nlp"]["tokenizer"] = {"@tokenizers": "wenxu.jieba.v1"}
    nlp.meta.update(name="zh", version=VERSION)
    nlp.add_pipe("wenxu_vocabulary").vocabulary = vocabulary
    nlp.add_pipe("reading_heads")
    return nlp


def train_heads(nlp: Language, moves: list[Utterance], stances: list[Utterance]) -> None:
    """Give `reading_heads` its models."""
    moves, stances = varied(moves, 0.0), varied(stances, CONTEXTLESS)
    asked, told = _rows(nlp, moves), _rows(nlp, stances)
    topics = [(row, vector, code) for row, vector, one in _all(asked, told, moves, stances) for code in one.needs]
    heads = nlp.get_pipe("reading_heads")
    heads.models = {
        # `about`, `voiced`: is a need spoken of at all. A reply's stance and that are learnt together too: most of what
        # says one says the other.
        "asked": _fit(asked, {"move": [one.label for one in moves], "about": [_voiced(one) for one in moves]}),
        "told": _fit(
            told, {"stance": [one.label for one in stances], "both": [f"{one.label} {_voiced(one)}" for one in stances]}
        ),
        "topic": _fit(
            ([row for row, _, _ in topics], [v for _, v, _ in topics]),
            {"topic": [code for _, _, code in topics]},
            TOPIC_WEIGHTS,
        ),
    }


MISTYPED, CONTEXTLESS = 0.3, 0.2  # shares of the training sentences


def varied(lines: list[Utterance], contextless: float) -> list[Utterance]:
    """Also some of them mistyped, and some without what came before.

    Only replies: whether a turn is an advantage or a benefit is in what the client said before it.
    """
    mistype = Mistyping(one.text for one in lines)
    wrong = [replace(one, text=mistype(one.text)) for one in lines if mistype.some(MISTYPED)]
    alone = [
        replace(one, context="")
        for one in lines
        if one.context and len(one.text) >= ALONE and mistype.some(contextless)
    ]
    return [*lines, *wrong, *alone]


Rows = tuple[list[Groups], list[np.ndarray]]  # features and vectors


def _voiced(one: Utterance) -> str:
    return "yes" if one.needs else "no"


def _all(
    asked: Rows, told: Rows, moves: list[Utterance], stances: list[Utterance]
) -> Iterator[tuple[Groups, np.ndarray, Utterance]]:
    yield from zip(*asked, moves)
    yield from zip(*told, stances)


def _fit(rows: Rows, tasks: dict[str, list[str]], weights: dict[str, float] = WEIGHTS) -> Model:
    return fit(rows[0], tasks, np.array(rows[1]), weights=weights)


def _rows(nlp: Language, lines: list[Utterance]) -> Rows:
    made = [_row(nlp, normalise(one.text), normalise(one.context)) for one in lines]
    return [row for row, _ in made], [vector for _, vector in made]


def _row(nlp: Language, text: str, context: str) -> tuple[Groups, np.ndarray]:
    hits = nlp.get_pipe("wenxu_vocabulary").vocabulary.hits
    doc = nlp(text)
    return of_reading(text, [token.text for token in doc], context, doc._.hits, hits(context)), pipes.vector_of(doc)


def write(nlp: Language, into: Path) -> None:
    """As a distribution, so that a directory on `sys.path` is all that it takes to load it by name."""
    package = into / NAME
    package.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(package / "pipeline")
    (package / "meta.json").write_text(
        (package / "pipeline" / "meta.json").read_text(encoding="utf-8"), encoding="utf-8"
    )
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
