"""Trains the readers. Needs scikit-learn and scipy; nothing here is imported by the running server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wenxu_rasa.linear import NO_VECTOR, Groups, Head, Model, Network, Space, softmax

HELD, KEPT = 0.2, 0.5  # shares: the temperature is set on predictions for the held ones by a model of the kept ones
Weights = dict[str, float]


def fit(
    rows: Sequence[Groups], tasks: Mapping[str, Sequence[str]], dense: np.ndarray | None = None, strength: float = 0.5,
    weights: Weights | None = None, hidden: int = 64,
) -> Model:  # fmt: skip
    """Every task (a label for each row) by calibrated support vectors and, unless `hidden` is 0, a network."""
    space, matrix, mean, scale = _space(rows, dense, weights)
    heads = {}
    for task, labels in tasks.items():
        names = sorted(set(labels))
        target = np.array([names.index(label) for label in labels])
        head = _vectors(matrix, target, names, strength)
        head.temperature = _temperature(matrix, target, names, strength)
        if hidden:
            head.network = network(matrix[:, : len(space)].tocsr(), space.counts, target, len(names), hidden)
        heads[task] = head
    return Model(space, heads, mean, scale)


def fit_once(
    rows: Sequence[Groups],
    labels: Sequence[str],
    strength: float = 0.5,
    weights: Weights | None = None,
    hidden: int = 0,
) -> Model:
    """One task without calibration: for comparing parts, where only the likeliest label counts."""
    space, matrix, mean, scale = _space(rows, None, weights)
    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    head = _vectors(matrix, target, names, strength)
    head.temperature = 0.3  # what calibration usually finds
    if hidden:
        head.network = network(matrix, space.counts, target, len(names), hidden)
    return Model(space, {"one": head}, mean, scale)


def _space(
    rows: Sequence[Groups], dense: np.ndarray | None, weights: Weights | None
) -> tuple[Space, Any, np.ndarray, np.ndarray]:
    from scipy.sparse import csr_matrix, hstack

    space = Space(weights=weights or {}).fit(rows)
    matrix = space.matrix(rows)
    if dense is None or not dense.size:
        return space, matrix, NO_VECTOR, NO_VECTOR
    mean = dense.mean(axis=0)
    scale = (weights or {}).get("dense", 1.0) / (dense.std(axis=0) + 1e-6) / np.sqrt(dense.shape[1])
    both = hstack([matrix, csr_matrix((dense - mean) * scale)]).tocsr()
    return space, both, mean.astype(np.float32), scale.astype(np.float32)


def _vectors(matrix: Any, target: np.ndarray, names: list[str], strength: float) -> Head:
    """One-vs-rest support vectors (squared hinge). A label without sentences (in a fold) is never read."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=strength, class_weight="balanced", random_state=7).fit(matrix, target)
    coef, bias = np.zeros((matrix.shape[1], len(names)), np.float32), np.full(len(names), -1.0, np.float32)
    if len(machine.classes_) == 2:
        coef[:, machine.classes_] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1)
        bias[machine.classes_] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        coef[:, machine.classes_], bias[machine.classes_] = machine.coef_.T, machine.intercept_
    return Head(list(names), coef, bias)


def _temperature(matrix: Any, target: np.ndarray, names: list[str], strength: float) -> float:
    """The temperature with the smallest log loss on held-out sentences; half the others will do for a single number."""
    order = np.random.default_rng(7).permutation(len(target))
    first, last = int(len(order) * HELD), int(len(order) * (HELD + KEPT))
    held, kept = order[:first], order[first:last]
    head = _vectors(matrix[kept], target[kept], names, strength)
    scores = matrix[held] @ head.coef + head.bias
    best = (np.inf, 1.0)
    for temperature in np.geomspace(0.05, 2.0, 40):
        loss = -np.log(softmax(scores / temperature)[np.arange(len(held)), target[held]] + 1e-9).mean()
        best = min(best, (float(loss), float(temperature)))
    return best[1]


# The network: features are dropped at random while it learns, as typos drop them; few rounds, or it learns by heart.
ROUNDS = 4
BATCH = 128
DROPPED, HIDDEN_DROPPED = 0.3, 0.3
SMOOTHING = 0.05
OUTER_RATE, INNER_RATE = 2e-3, 0.05


def network(matrix: Any, counts: np.ndarray, target: np.ndarray, labels: int, hidden: int, seed: int = 0) -> Network:
    """One hidden layer, learnt by Adam (outer layer) and AdaGrad by rows (inner layer: most of its rows rest)."""
    chance = np.random.default_rng(seed)
    rows = np.where(counts >= 2, np.cumsum(counts >= 2) - 1, -1)
    matrix = matrix[:, counts >= 2].tocsr()
    weight = np.bincount(target, minlength=labels).astype(np.float32)
    weight = np.sqrt(weight.mean() / np.maximum(weight, 1))[target]
    inner = chance.standard_normal((matrix.shape[1], hidden), dtype=np.float32) * 0.1
    outer = chance.standard_normal((hidden, labels), dtype=np.float32) / np.sqrt(hidden)
    net = Network(rows, inner, np.zeros(hidden, np.float32), outer, np.zeros(labels, np.float32))
    learner = _Learner(net)
    total = ROUNDS * -(-len(target) // BATCH)
    for _ in range(ROUNDS):
        order = chance.permutation(len(target))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            slower = max(0.05, 1 - (learner.steps + 1) / total)
            learner.step(matrix[batch], target[batch], weight[batch], slower, chance)
    return net


class _Learner:
    def __init__(self, net: Network) -> None:
        self.net, self.steps = net, 0
        self.squares = np.zeros(len(net.inner), np.float32)
        self.moments = {
            name: [np.zeros_like(getattr(net, name)) for _ in range(2)]
            for name in ("inner_bias", "outer", "outer_bias")
        }

    def step(
        self, batch: Any, target: np.ndarray, weight: np.ndarray, slower: float, chance: np.random.Generator
    ) -> None:
        from scipy.sparse import csr_matrix

        self.steps += 1
        net, size = self.net, len(target)
        columns, places = np.unique(batch.indices, return_inverse=True)
        data = batch.data * (chance.random(len(batch.data), dtype=np.float32) > DROPPED) / (1 - DROPPED)
        small = csr_matrix((data.astype(np.float32), places, batch.indptr), shape=(size, len(columns)))
        before = small @ net.inner[columns] + net.inner_bias
        mask = (before > 0) * (chance.random(before.shape, dtype=np.float32) > HIDDEN_DROPPED) / (1 - HIDDEN_DROPPED)
        hidden = before * mask
        wrong = softmax(hidden @ net.outer + net.outer_bias) - SMOOTHING / net.outer.shape[1]
        wrong[np.arange(size), target] -= 1 - SMOOTHING
        wrong *= (weight / size)[:, None]
        back = (wrong @ net.outer.T) * mask
        self._adam("outer", hidden.T @ wrong, slower)
        self._adam("outer_bias", wrong.sum(axis=0), slower)
        self._adam("inner_bias", back.sum(axis=0), slower)
        gradient = small.T @ back
        self.squares[columns] += (gradient * gradient).mean(axis=1)
        net.inner[columns] -= (INNER_RATE * slower) * gradient / (np.sqrt(self.squares[columns]) + 1e-8)[:, None]

    def _adam(self, name: str, gradient: np.ndarray, slower: float) -> None:
        first, second = self.moments[name]
        first += 0.1 * (gradient - first)
        second += 0.01 * (gradient * gradient - second)
        step = first / (1 - 0.9**self.steps) / (np.sqrt(second / (1 - 0.99**self.steps)) + 1e-8)
        getattr(self.net, name)[...] -= (OUTER_RATE * slower) * step
