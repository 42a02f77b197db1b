"""Trains the linear models. Needs scikit-learn; nothing here is imported by the running server."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wenxu_rasa.linear import Groups, Linear, Space

FOLDS = 4  # the temperature is set on predictions for sentences that the model of a fold has not seen


def fit_one(
    rows: Sequence[Groups], dense: np.ndarray, labels: Sequence[str], strength: float = 0.3, weights: dict[str, float] | None = None
) -> Linear:
    """One label each: one-vs-rest support vectors (squared hinge), calibrated by a temperature over folds."""
    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    model = _fit(rows, dense, target, names, strength, weights)
    model.temperature = _temperature(rows, dense, target, names, strength, weights)
    return model


def fit_once(rows: Sequence[Groups], labels: Sequence[str], strength: float = 0.5, weights: dict[str, float] | None = None) -> Linear:
    """Without calibration: for comparing parts, where only the likeliest label counts."""
    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    return _fit(rows, np.zeros((len(rows), 0), np.float32), target, names, strength, weights)


def _spaces(rows: Sequence[Groups], dense: np.ndarray, weights: dict[str, float] | None):  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_matrix, hstack

    space = Space(weights=weights or {}).fit(rows)
    mean = dense.mean(axis=0) if dense.size else np.zeros(0, np.float32)
    weight = (weights or {}).get("dense", 1.0)
    scale = weight / (dense.std(axis=0) + 1e-6) / np.sqrt(dense.shape[1]) if dense.size else np.zeros(0, np.float32)
    parts = [space.matrix(rows)]
    if dense.size:
        parts.append(csr_matrix((dense - mean) * scale))
    return space, hstack(parts).tocsr(), mean.astype(np.float32), scale.astype(np.float32)


def _fit(rows, dense, target, names, strength, weights) -> Linear:  # type: ignore[no-untyped-def]
    from sklearn.svm import LinearSVC

    space, matrix, mean, scale = _spaces(rows, dense, weights)
    machine = LinearSVC(C=strength, class_weight="balanced").fit(matrix, target)
    coef, bias = np.zeros((matrix.shape[1], len(names)), np.float32), np.full(len(names), -1.0, np.float32)
    if len(machine.classes_) == 2:
        coef[:, machine.classes_] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1)
        bias[machine.classes_] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        coef[:, machine.classes_], bias[machine.classes_] = machine.coef_.T, machine.intercept_
    return Linear(list(names), space, coef, bias, mean, scale)


def _temperature(rows, dense, target, names, strength, weights) -> float:  # type: ignore[no-untyped-def]
    """The temperature with the smallest log loss on held-out folds (one fold only: it is a single number)."""
    order = np.random.default_rng(7).permutation(len(rows))
    held, kept = order[: len(rows) // FOLDS], order[len(rows) // FOLDS :]
    few = dense[kept] if dense.size else dense
    model = _fit([rows[i] for i in kept], few, target[kept], names, strength, weights)
    scores = np.stack([model.scores(rows[i], dense[i] if dense.size else np.zeros(0)) for i in held])
    best = (np.inf, 1.0)
    for temperature in np.geomspace(0.05, 2.0, 40):
        model.temperature = float(temperature)
        loss = -np.log(model.calibrated(scores)[np.arange(len(held)), target[held]] + 1e-9).mean()
        best = min(best, (float(loss), float(temperature)))
    return best[1]
