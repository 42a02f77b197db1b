"""Linear classifiers over named sparse features and a dense vector.

Features come in groups; each group is TF-IDF weighted and scaled to unit length by itself, so that a group with many
features does not drown the others. Prediction is a sum of rows of one matrix: no scikit-learn at run time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from spacy.strings import hash_string

Groups = Mapping[str, Sequence[str]]


@dataclass
class Space:
    """Maps groups of feature names to weighted columns. `weights` scales whole groups (1 when absent)."""

    min_count: int = 1
    weights: dict[str, float] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)  # while training; a loaded one has `hashes` instead
    hashes: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))  # sorted; the place is the column
    idf: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    def fit(self, rows: Sequence[Groups]) -> Space:
        seen: Counter[str] = Counter()
        for row in rows:
            for group, names in row.items():
                seen.update({f"{group}\t{name}" for name in names})
        kept = sorted(name for name, count in seen.items() if count >= self.min_count)
        self.columns = {name: place for place, name in enumerate(kept)}
        counts = np.array([seen[name] for name in kept], np.float32)
        self.idf = (np.log((1 + len(rows)) / (1 + counts)) + 1).astype(np.float32)
        return self

    def row(self, groups: Groups) -> tuple[np.ndarray, np.ndarray]:
        """(columns, values) of one sentence; what was never seen is left out."""
        places: list[int] = []
        values: list[float] = []
        for group, names in groups.items():
            counts = Counter(self._found([f"{group}\t{name}" for name in names]))
            if not counts:
                continue
            at = np.fromiter(counts, np.int64, len(counts))
            weight = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[at]
            scale = self.weights.get(group, 1.0) / max(float(np.linalg.norm(weight)), 1e-9)
            places.extend(at.tolist())
            values.extend((weight * scale).tolist())
        return np.array(places, np.int64), np.array(values, np.float32)

    def _found(self, names: list[str]) -> list[int]:
        """Columns of the names that are known."""
        if self.columns or not len(self.hashes) or not names:
            return [place for name in names if (place := self.columns.get(name)) is not None]
        wanted = np.array([hash_string(name) for name in names], np.uint64)
        places = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        return places[self.hashes[places] == wanted].tolist()

    def __len__(self) -> int:
        return len(self.columns) or len(self.hashes)

    def matrix(self, rows: Sequence[Groups]) -> Any:
        """A scipy CSR matrix of all rows, for training."""
        from scipy.sparse import csr_matrix

        found = [self.row(row) for row in rows]
        ends = np.cumsum([0, *(len(places) for places, _ in found)])
        columns = np.concatenate([places for places, _ in found]) if found else np.zeros(0, np.int64)
        values = np.concatenate([values for _, values in found]) if found else np.zeros(0, np.float32)
        return csr_matrix((values, columns, ends), shape=(len(rows), len(self.columns)))


@dataclass
class Linear:
    """A linear model with calibrated scores: softmax over labels, or a sigmoid for each (`multi`)."""

    labels: list[str]
    space: Space
    coef: np.ndarray  # (sparse columns + dense columns, labels); half precision once loaded, to save memory
    bias: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    temperature: float = 1.0
    multi: bool = False

    def scores(self, groups: Groups, dense: np.ndarray) -> np.ndarray:
        """Raw scores by label, before calibration."""
        places, values = self.space.row(groups)
        score = self.bias + values @ self.coef[places].astype(np.float32) if len(places) else self.bias.copy()
        if len(self.mean):
            score = score + ((dense - self.mean) * self.scale) @ self.coef[len(self.space) :].astype(np.float32)
        return score

    def probabilities(self, groups: Groups, dense: np.ndarray) -> np.ndarray:
        return self.calibrated(self.scores(groups, dense))

    def calibrated(self, scores: np.ndarray) -> np.ndarray:
        scaled = scores / self.temperature
        if self.multi:
            return 1 / (1 + np.exp(-scaled))
        raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        return raised / raised.sum(axis=-1, keepdims=True)


def save(model: Linear, path: Path) -> None:
    """One .npz and nothing that runs code when it is loaded. Of names only 64-bit hashes: a tenth of the memory."""
    columns = model.space.columns
    hashes = np.array([hash_string(name) for name in columns], np.uint64)
    order = np.argsort(hashes)
    places = np.fromiter(columns.values(), np.int64, len(columns))[order]
    np.savez(
        path,
        labels=np.array(model.labels),
        hashes=hashes[order],
        idf=model.space.idf[places],
        groups=np.array(list(model.space.weights)),
        weights=np.array(list(model.space.weights.values()), np.float32),
        coef=np.concatenate([model.coef[places], model.coef[len(columns) :]]).astype(np.float16),
        bias=model.bias,
        mean=model.mean,
        scale=model.scale,
        temperature=model.temperature,
        multi=model.multi,
    )


def load(path: Path) -> Linear:
    with np.load(path, allow_pickle=False) as kept:
        weights = dict(zip(kept["groups"].tolist(), kept["weights"].tolist()))
        space = Space(weights=weights, hashes=kept["hashes"], idf=kept["idf"])
        return Linear(
            labels=kept["labels"].tolist(), space=space, coef=kept["coef"], bias=kept["bias"],
            mean=kept["mean"], scale=kept["scale"], temperature=float(kept["temperature"]), multi=bool(kept["multi"]),
        )  # fmt: skip
