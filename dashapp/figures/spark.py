"""Sparklines: a KPI's last months, no larger than a word."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from dashapp import theme

WIDTH, HEIGHT, EDGE = 96, 28, 3
SVG: Final = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {w} {h}' width='{w}' height='{h}' fill='none' "
    "stroke='{colour}' stroke-width='1.6' stroke-linejoin='round'><path d='{path}'/>{end}</svg>"
)
END: Final = "<circle cx='{x}' cy='{y}' r='2.2' fill='{fill}'/>"


def spark(values: Sequence[float | None], open_last: bool) -> str:
    """A picture as a data URI. Gaps stay gaps; a last month that is not over ends in a hollow dot."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    step, span = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1), (high - low) or 1
    points = [
        None if value is None else (EDGE + i * step, EDGE + (HEIGHT - 2 * EDGE) * (high - value) / span)
        for i, value in enumerate(values)
    ]
    parts, pen = [], "M"
    for point in points:
        parts += [f"{pen}{point[0]:.1f} {point[1]:.1f}"] if point else []
        pen = "L" if point else "M"
    last = points[-1] if points else None
    end = END.format(x=f"{last[0]:.1f}", y=f"{last[1]:.1f}", fill="none" if open_last else theme.ACCENT) if last else ""
    svg = SVG.format(w=WIDTH, h=HEIGHT, colour=theme.ACCENT, path="".join(parts), end=end)
    return "data:image/svg+xml," + quote(svg, safe=" ='/:")
