"""A plot of cost against lines, both in powers of ten, as an SVG that any page of documents shows."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Final

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 60, 190, 20, 40
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#555555")  # Okabe & Ito (2008)
APART: Final = 15  # px between labels
Curve = Sequence[tuple[float, float]]  # lines and cost


def svg(curves: Mapping[str, Curve], unit: str) -> str:
    """Each curve with its name at its end, the highest first. unit: of the cost."""
    x = _Scale([at for curve in curves.values() for at, _ in curve], LEFT, WIDTH - RIGHT)
    y = _Scale([cost for curve in curves.values() for _, cost in curve], HEIGHT - BOTTOM, TOP)
    parts = [*_axis(x, "lines", vertical=True), *_axis(y, unit, vertical=False)]
    below = 0.0
    ordered = sorted(curves.items(), key=lambda item: -item[1][-1][1])
    for (name, curve), colour in zip(ordered, COLOURS[: len(ordered)], strict=True):
        points = " ".join(f"{x(at):.1f},{y(cost):.1f}" for at, cost in curve)
        below = max(below + APART, y(curve[-1][1]) + 4)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        label = f"{escape(name)}: {_number(curve[-1][1])} {unit}"
        parts.append(f'<text x="{x(curve[-1][0]) + 8:.1f}" y="{below:.1f}" fill="{colour}">{label}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return f'{head} font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"


def _number(cost: float) -> str:
    return f"{cost:,.0f}" if cost >= 1000 else f"{cost:.3g}"


class _Scale:
    """Where a value stands, in px; from one power of ten to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = floor(log10(min(values)) + 1e-9), max(ceil(log10(max(values)) - 1e-9), 1)
        self._start, self._step = start, (end - start) / (self.high - self.low)

    def __call__(self, value: float) -> float:
        return self._start + (log10(value) - self.low) * self._step


def _axis(scale: _Scale, unit: str, vertical: bool) -> list[str]:
    found = []
    for power in range(scale.low, scale.high + 1):
        at, text = scale(10.0**power), f"{10.0**power:,.10g} {unit}"
        ends = (at, TOP, at, HEIGHT - BOTTOM) if vertical else (LEFT, at, WIDTH - RIGHT, at)
        line = 'x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"'.format(*ends)
        place = f'x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}"' if vertical else f'x="{LEFT - 6}" y="{at + 4:.1f}"'
        anchor = "middle" if vertical else "end"
        found.append(f'<line {line} stroke="#ddd"/><text {place} fill="#555" text-anchor="{anchor}">{text}</text>')
    return found
