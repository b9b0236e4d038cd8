"""Discounts: who will likely receive them, what goes along with them, and how far the chances can be trusted."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

from analytics.queries import DiscountModels
from dashapp import numbers, theme
from dashapp.figures.base import EMPTY, SHORT, FigureDict, as_text, empty_figure
from dashapp.figures.points import FEWEST_ROWS, VALUED, with_intervals
from dashapp.quantities import withheld
from dashapp.texts import _

Span = tuple[float, float, float]  # value, low and high


def rates(names: list[str], spans: Sequence[Span | tuple[None, None, None]]) -> FigureDict:
    """Expected discount rates [%] with their 80 % intervals; names: of groups, as labels in lines."""
    if not spans:
        return empty_figure(_(EMPTY))
    flat = [name.replace("<br>", " · ") for name in names]
    names = [withheld(name) if span[0] is None else name for name, span in zip(names, spans, strict=True)]
    texts = [
        withheld(name) if span[0] is None else f"{name}: {_valued(map(numbers.percent, span))}"
        for name, span in zip(flat, spans, strict=True)
    ]
    axis = {"title": {"text": _("Expected discount rate [%]<br>(80 % interval)")}, "rangemode": "tozero"}
    return with_intervals(names, spans, texts, axis, FEWEST_ROWS)


def odds_ratios(names: list[str], spans: list[Span]) -> FigureDict:
    """Odds ratios with their 95 % intervals, on a scale on which twice and half are equally far from 1."""
    labels = [
        f"{name}<br>{_(VALUED, value=value, low=low, high=high)}"
        for name, (value, low, high) in zip(
            as_text(names), [tuple(numbers.fixed(v, 2) for v in span) for span in spans], strict=True
        )
    ]
    ticks = [0.25, 0.5, 1, 2, 4, 8, 16]
    axis = {
        "type": "log",
        "title": {"text": _("Odds ratio (95 % interval)")},
        "tickvals": ticks,
        "ticktext": [numbers.short(tick) for tick in ticks],
    }
    figure = with_intervals(labels, spans, labels, axis, len(labels))
    line = {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": theme.QUIET}}
    return {**figure, "layout": {**figure["layout"], "shapes": [line]}}


def changes(names: list[str], spans: list[Span], title: str) -> FigureDict:
    """Changes [%] with their 95 % intervals."""
    pairs = zip(as_text(names), spans, strict=True)
    labels = ["<br>".join([*wrap(name, SHORT), _valued(map(numbers.fixed, span))]) for name, span in pairs]
    axis = {"zeroline": True, "rangemode": "tozero", "title": {"text": title}}
    return with_intervals(labels, spans, labels, axis, len(labels))


def reliability(found: DiscountModels) -> FigureDict:
    """What happened against what was stated; on the diagonal they are the same."""
    bins = found["found"]["reliability"]
    x, y = ([100 * b["stated"] for b in bins], [100 * b["happened"] for b in bins])
    texts = [
        _(
            "Stated {stated}, happened {happened} ({low} to {high}), {n} lines",
            n=b["n"],
            **{key: numbers.percent(100 * b[key], 0) for key in ("stated", "happened", "low", "high")},
        )
        for b in bins
    ]
    points: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "customdata": texts,
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {"size": 8, "color": theme.ACCENT},
        "showlegend": False,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (b["high"] - b["happened"]) for b in bins],
            "arrayminus": [100 * (b["happened"] - b["low"]) for b in bins],
        },
    }
    line = {"dash": "dot", "color": theme.QUIET, "width": 1}
    diagonal = {"type": "line", "x0": 0, "y0": 0, "x1": 100, "y1": 100, "line": line}
    axes = {
        "xaxis": {"title": {"text": _("Stated chance [%]")}, "range": [0, 100]},
        "yaxis": {"title": {"text": _("Lines with a discount [%]")}, "range": [0, 100]},
    }
    return {"data": [points], "layout": {**axes, "shapes": [diagonal]}}


def _valued(written: Iterable[str]) -> str:
    value, low, high = written
    return _(VALUED, value=value, low=low, high=high)
