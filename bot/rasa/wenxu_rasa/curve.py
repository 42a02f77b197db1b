"""How much more sentences bring: the readers trained on a part of the data, read the gold sentences.

`python -m wenxu_rasa.curve --root .` prints a Markdown table for docs/nlu.md, a row for each share of the data.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from wenxu_rasa import light

light.install()

from spacy.language import Language  # noqa: E402

from bot.zh.scripts import normalise  # noqa: E402
from wenxu_rasa.build import blank, train_heads  # noqa: E402
from wenxu_rasa.corpus import examples, utterances  # noqa: E402
from wenxu_rasa.features import INTENT_WEIGHTS, of_intent  # noqa: E402
from wenxu_rasa.fit import fit_once  # noqa: E402

SHARES = (0.25, 0.5, 0.75, 1.0)
NEED = 0.6
One = TypeVar("One")


def part(given: Sequence[One], share: float) -> list[One]:
    """A part of the sentences; a larger part holds the smaller one."""
    order = np.random.default_rng(3).random(len(given))
    return [one for one, at in zip(given, order) if at < share]


def gold(root: Path, name: str) -> list[dict[str, Any]]:
    """Sentences of all gold sets together."""
    files = sorted((root / "tests" / "nlu").glob(f"gold*/{name}.jsonl"))
    return [
        json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def intents(nlp: Language, root: Path, share: float) -> tuple[int, float]:
    """(number of sentences, accuracy); the readings' sentences, which stand for two intents, are few of them here."""
    plain = [(normalise(one.text), one.mode, one.intent) for one in examples(root)]
    for kind, intent, mode in (("stances", "report_reply", "visit"), ("moves", "seller_turn", "practice")):
        plain += [(normalise(one.text), mode, intent) for one in utterances(root, kind)[::4]]
    kept = part(plain, share)
    model = fit_once(
        [_intent(nlp, text, mode) for text, mode, _ in kept],
        [one for *_, one in kept],
        weights=INTENT_WEIGHTS,
        hidden=64,
    )
    golden = gold(root, "intents")
    read = [model.read(_intent(nlp, normalise(one["text"]), one["mode"]))["one"] for one in golden]
    return len(kept), _right([(one["intent"], one["also_ok"]) for one in golden], read)


def _intent(nlp: Language, text: str, mode: str) -> Any:
    return of_intent(text, [token.text for token in nlp.make_doc(text)], mode)


def readings(nlp: Language, root: Path, share: float) -> tuple[int, float, float, float]:
    """(number of sentences, accuracy of moves, of stances, F1 of needs)."""
    moves, stances = part(utterances(root, "moves"), share), part(utterances(root, "stances"), share)
    train_heads(nlp, moves, stances)
    with tempfile.TemporaryDirectory() as made:  # models read sentences as they are loaded, by hashes
        nlp.get_pipe("reading_heads").to_disk(Path(made))
        nlp.get_pipe("reading_heads").from_disk(Path(made))
    heads, shares, hit, said, want = nlp.get_pipe("reading_heads"), [], 0, 0, 0
    for name, before, label, needs in (
        ("moves", "context", "move", "about"),
        ("stances", "question", "stance", "needs"),
    ):
        golden = gold(root, name)
        read = [
            heads.read(text, [t.text for t in nlp.make_doc(text)], normalise(one[before]))
            for one in golden
            for text in [normalise(one["text"])]
        ]
        shares.append(_right([(one[label], one["also_ok"]) for one in golden], [found[label] for found in read]))
        for one, found in zip(golden, read):
            codes = {code for code, chance in found[needs].items() if chance >= NEED}
            hit, said, want = hit + len(codes & set(one["needs"])), said + len(codes), want + len(one["needs"])
    return len(moves) + len(stances), shares[0], shares[1], 2 * hit / max(said + want, 1)


def _right(golden: Sequence[tuple[str, Sequence[str]]], read: Sequence[dict[str, float]]) -> float:
    return sum(max(found, key=found.__getitem__) in (label, *also) for (label, also), found in zip(golden, read)) / len(
        golden
    )


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--root", type=Path, required=True)
    given.add_argument(
        "--share",
        type=float,
        action="append",
        help="may be given several times; a quarter, a half, three quarters, all",
    )
    options = given.parse_args()
    root = options.root
    nlp = blank(root, "")
    print(
        "| 语料 | 意图句 | 意图 | 问句、回答句 | 问句 | 立场 | 需求 F1 |\n| --- | --- | --- | --- | --- | --- | --- |",
        flush=True,
    )
    for share in options.share or SHARES:
        count, intent = intents(nlp, root, share)
        lines, move, stance, needs = readings(nlp, root, share)
        print(
            f"| {share:.0%} | {count} | {intent:.3f} | {lines} | {move:.3f} | {stance:.3f} | {needs:.3f} |", flush=True
        )


if __name__ == "__main__":
    main()
