"""What each part of the reading brings: cross-validation over the training data, one part left out at a time.

`python -m wenxu_rasa.ablate --root . [--folds 1]` prints a Markdown table for docs/nlu.md. With `--folds 1` one fifth
is held out once; 5 is a full cross-validation. Parts are compared by the support vectors alone, which is quick; what the
network adds is a row of its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from wenxu_rasa import light

light.install()

from spacy.language import Language  # noqa: E402

from bot.zh.scripts import normalise  # noqa: E402
from wenxu_rasa.build import blank  # noqa: E402
from wenxu_rasa.corpus import examples, utterances  # noqa: E402
from wenxu_rasa.features import INTENT_WEIGHTS, WEIGHTS, of_intent, of_reading  # noqa: E402
from wenxu_rasa.fit import fit_once  # noqa: E402
from wenxu_rasa.linear import Groups  # noqa: E402

PARTS = {
    "单字": ("c1", "c1@"), "二字": ("c2", "c2@"), "三字": ("c3",), "隔字对": ("s",), "词与词对（结巴）": ("w",),
    "音节与音节对": ("y1", "y2"), "模式交叉": ("c1@", "c2@"), "模式": ("m", "c1@", "c2@"), "前一句": ("q", "q&", "has"), "短句与前一句交叉": ("q&",),
}  # fmt: skip
Row = tuple[Groups, str]


def rows(nlp: Language, root: Path, plain: Callable[[str], str]) -> dict[str, tuple[list[Row], dict[str, float]]]:
    """Features and label of every training sentence, by what is read: intent, stance, move."""
    words = lambda text: [token.text for token in nlp.make_doc(text)]  # noqa: E731
    found = {
        "intent": (
            [(of_intent(t, words(t), one.mode), one.intent) for one in examples(root) if (t := plain(one.text))],
            INTENT_WEIGHTS,
        )
    }
    for kind, name in (("stances", "stance"), ("moves", "move")):
        given = [(plain(one.text), plain(one.context), one.label) for one in utterances(root, kind)]
        found[name] = ([(of_reading(text, words(text), context), label) for text, context, label in given], WEIGHTS)
    return found


def without(row: Groups, parts: Sequence[str]) -> Groups:
    return {
        name: names
        for name, names in row.items()
        if not any(name == p or (p.endswith("@") and name.startswith(p)) for p in parts)
    }


def accuracy(given: list[Row], weights: dict[str, float], folds: int, hidden: int = 0) -> float:
    fold = np.random.default_rng(0).integers(0, 5, len(given))
    right = total = 0
    for held in range(folds):
        train = [row for row, at in zip(given, fold) if at != held]
        model = fit_once([groups for groups, _ in train], [label for _, label in train], weights=weights, hidden=hidden)
        for (groups, label), at in zip(given, fold):
            if at == held:
                total += 1
                chances = model.read(groups)["one"]
                right += max(chances, key=chances.__getitem__) == label
    return right / total


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--root", type=Path, required=True)
    given.add_argument("--folds", type=int, default=1)
    options = given.parse_args()
    nlp = blank(options.root, "")
    sets = rows(nlp, options.root, normalise)
    print("| 去掉 | 意图 | 立场 | 问句 |\n| --- | --- | --- | --- |", flush=True)
    base = {kind: accuracy(one, weights, options.folds) for kind, (one, weights) in sets.items()}
    print("| （全部都在） | " + " | ".join(f"{base[kind]:.3f}" for kind in sets) + " |", flush=True)
    for name, parts in PARTS.items():
        print(
            f"| {name} | "
            + " | ".join(_less(one, weights, parts, base[kind], options.folds) for kind, (one, weights) in sets.items())
            + " |",
            flush=True,
        )
    print(
        "| （加上小网络） | "
        + " | ".join(f"{accuracy(one, w, options.folds, 64) - base[kind]:+.3f}" for kind, (one, w) in sets.items())
        + " |",
        flush=True,
    )
    raw = rows(nlp, options.root, str.strip)
    print(
        "| 规范化 | "
        + " | ".join(f"{accuracy(one, w, options.folds) - base[kind]:+.3f}" for kind, (one, w) in raw.items())
        + " |",
        flush=True,
    )


def _less(given: list[Row], weights: dict[str, float], parts: Sequence[str], base: float, folds: int) -> str:
    fewer = [(without(row, parts), label) for row, label in given]
    if all(len(one) == len(other) for (one, _), (other, _) in zip(fewer, given)):
        return "–"
    return f"{accuracy(fewer, weights, folds) - base:+.3f}"


if __name__ == "__main__":
    main()
