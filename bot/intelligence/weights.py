"""Weights from pairwise comparison: the geometric mean of each row of the matrix, made to sum to 1."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import prod

PLACES = Decimal("0.0001")
# Saaty's random index by the number of factors: the mean inconsistency of matrices filled at random
RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45}
CONSISTENT = Decimal("0.1")  # a larger ratio means that the comparisons contradict each other

Pair = tuple[str, str, str]


def matrix(factors: Sequence[str], pairs: Sequence[Pair]) -> list[list[Fraction]]:
    """Return how many times each factor outweighs each other. Raises ValueError for a pair that is missing, stands twice or
    names something else."""
    place = {code: i for i, code in enumerate(factors)}
    rows = [[Fraction(int(i == j)) for j in range(len(factors))] for i in range(len(factors))]
    for one, other, times in pairs:
        if one not in place or other not in place or one == other:
            raise ValueError(f"比较“{one}、{other}”里有不在 factors 里的因素")
        i, j = place[one], place[other]
        if rows[i][j]:
            raise ValueError(f"“{one}、{other}”比较了两次")
        ratio = Fraction(times)
        if not Fraction(1, 9) <= ratio <= 9:
            raise ValueError(f"“{one}、{other}”的倍数应在 1/9 到 9 之间")
        rows[i][j], rows[j][i] = ratio, 1 / ratio
    missing = [f"{a}、{factors[j]}" for i, a in enumerate(factors) for j in range(i) if not rows[i][j]]
    if missing:
        raise ValueError(f"还没有比较：{'；'.join(missing)}")
    return rows


def weights(factors: Sequence[str], pairs: Sequence[Pair]) -> dict[str, Decimal]:
    """Return the weight of each factor, four places, summing to 1 exactly. Raises ValueError."""
    rows = matrix(factors, pairs)
    means = [prod(float(x) for x in row) ** (1 / len(row)) for row in rows]
    found = [Decimal(m / sum(means)).quantize(PLACES, ROUND_HALF_UP) for m in means]
    largest = max(range(len(found)), key=found.__getitem__)
    found[largest] += 1 - sum(found)  # what rounding lost goes where it weighs least
    return dict(zip(factors, found, strict=True))


def consistency(factors: Sequence[str], pairs: Sequence[Pair]) -> Decimal:
    """Return the consistency ratio: 0 when every comparison follows from the others, below 0.1 is accepted."""
    rows, weight = matrix(factors, pairs), [float(w) for w in weights(factors, pairs).values()]
    n = len(rows)
    if n < 3:
        return Decimal(0)
    largest = sum(sum(float(x) * w for x, w in zip(row, weight)) / weight[i] for i, row in enumerate(rows)) / n
    return Decimal(max(0.0, (largest - n) / (n - 1) / RANDOM_INDEX.get(n, 1.49))).quantize(PLACES, ROUND_HALF_UP)
