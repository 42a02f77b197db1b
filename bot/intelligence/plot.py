"""The GE matrix as SVG: presentation attributes only, no style and no script, so that a strict CSP shows it inline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from html import escape

SIDE, LEFT, TOP, PAD = 300, 46, 16, 46
FILLS = {"A": "#cfe8d5", "B": "#fdf0c8", "C": "#eceff1"}
INK, DOT = "#37474f", "#b3261e"


@dataclass(frozen=True)
class Point:
    """A client by its scores, 1–5 each."""

    name: str
    competitiveness: Decimal
    attractiveness: Decimal


def svg(points: Iterable[Point], low: Decimal, high: Decimal, title: str = "GE 矩阵") -> str:
    """Return the matrix: competitiveness to the right, attractiveness upwards, classes A, B, C shaded."""
    shown = list(points)
    words = "；".join(f"{p.name} 吸引力{p.attractiveness} 竞争力{p.competitiveness}" for p in shown)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + SIDE + 14} {TOP + SIDE + PAD}" width="360" role="img"'
        f' aria-label="{escape(title)}：{escape(words)}">',
        f"<title>{escape(title)}</title>",
        *_cells(low, high),
        *_axes(low, high),
        *(part for p in shown for part in _dot(p, len(shown) <= 12)),
        "</svg>",
    ]
    return "".join(parts)


def _x(value: Decimal) -> float:
    return round(LEFT + float(value - 1) / 4 * SIDE, 1)


def _y(value: Decimal) -> float:
    return round(TOP + SIDE - float(value - 1) / 4 * SIDE, 1)


def _cells(low: Decimal, high: Decimal) -> Iterable[str]:
    edges = (Decimal(1), low, high, Decimal(5))
    for column in range(3):
        for row in range(3):
            name = "CCBAA"[column + row]
            x, y = _x(edges[column]), _y(edges[row + 1])
            width, height = round(_x(edges[column + 1]) - x, 1), round(_y(edges[row]) - y, 1)
            yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{FILLS[name]}" stroke="#ffffff"/>'
            yield _text(x + width / 2, y + height / 2 + 5, name, 15, "middle", "#90a4ae")


def _axes(low: Decimal, high: Decimal) -> Iterable[str]:
    bottom = TOP + SIDE
    for value in (Decimal(1), low, high, Decimal(5)):
        yield _text(_x(value), bottom + 15, f"{value}", 11, "middle", INK)
        yield _text(LEFT - 6, _y(value) + 4, f"{value}", 11, "end", INK)
    yield _text(LEFT + SIDE / 2, bottom + 35, "竞争力 S →", 13, "middle", INK)
    yield (
        f'<text x="12" y="{TOP + SIDE / 2}" font-size="13" text-anchor="middle" fill="{INK}"'
        f' transform="rotate(-90 12 {TOP + SIDE / 2})">吸引力 A →</text>'
    )


def _dot(point: Point, named: bool) -> Iterable[str]:
    x, y = _x(point.competitiveness), _y(point.attractiveness)
    yield f'<circle cx="{x}" cy="{y}" r="5" fill="{DOT}"><title>{escape(point.name)}</title></circle>'
    if named:
        right = x < LEFT + SIDE * 0.6
        yield _text(x + (8 if right else -8), y + 4, point.name[:12], 12, "start" if right else "end", "#1c1b1f")


def _text(x: float, y: float, words: str, size: int, anchor: str, fill: str) -> str:
    return (
        f'<text x="{round(x, 1)}" y="{round(y, 1)}" font-size="{size}" text-anchor="{anchor}" fill="{fill}">'
        f"{escape(words)}</text>"
    )
