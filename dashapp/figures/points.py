"""Points with their intervals: how large, and how sure."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, Final

from analytics.models.association import Association
from analytics.queries import Outlook
from dashapp import numbers, theme
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure
from dashapp.figures.links import links, opening
from dashapp.quantities import Quantity
from dashapp.texts import N_, _, said

LABEL: Final = 22  # characters of a line
VALUED: Final = N_("{value} ({low} to {high})")
SPAN: Final = ("value", "low", "high")
MOST: Final = 15
FEWEST_ROWS: Final = 7


def correlations(found: Association) -> FigureDict:
    """Each correlation with its 95 % interval, on the scale from −1 to 1."""
    if found["why"]:
        return empty_figure(said(found["why"]))
    shown = [
        (_(c["name"]), c["value"], c["low"], c["high"])
        for c in found["coefficients"]
        if c["value"] is not None and c["low"] is not None and c["high"] is not None
    ]
    labels = [
        "<br>".join(wrap(name, LABEL))
        + "<br>"
        + _(VALUED, **{k: numbers.fixed(v, 2) for k, v in zip(SPAN, span, strict=True)})
        for name, *span in shown
    ]
    axis = {"range": [-1.05, 1.05], "zeroline": True, "title": {"text": _("Correlation (95 % interval)")}}
    return _points(labels, [row[1:] for row in shown], labels, axis, len(shown))


def forecasts(found: list[Outlook], quantity: Quantity, by: str) -> FigureDict:
    """Forecast sums over the months ahead with their 80 % intervals."""
    shown = [(o["name"], o["forecast"]) for o in found if o["forecast"]][:MOST]
    if not shown:
        why = found[0]["why"] if found else None
        return empty_figure(said(why) if why else _(EMPTY))
    keys = [o["key"] for o in found if o["forecast"]][:MOST]
    spans = [
        (f["total"], *((f["total"], f["total"]) if f["total_low"] is None else (f["total_low"], f["total_high"])))
        for _, f in shown
    ]
    names = as_text(name for name, _ in shown)
    texts = [
        _(
            "{name}: {value} ({low} to {high})",
            name=name,
            value=quantity.text(total),
            low=quantity.text(low),
            high=quantity.text(high),
        )
        for name, (total, low, high) in zip(names, spans, strict=True)
    ]
    axis = quantity.axis()
    if len(found) > len(shown):
        largest = _("largest {shown} of {count}", shown=len(shown), count=len(found))
        axis["title"] = {"text": f"{axis['title']['text']} · {largest}"}
    figure = _points(names, spans, texts, axis, FEWEST_ROWS)
    return {**figure, "data": [opening(figure["data"][0], links(by, keys))]}


def _points(
    labels: list[str], spans: Sequence[tuple[Any, Any, Any]], texts: list[str], axis: dict[str, Any], rows: int
) -> FigureDict:
    """Points at 0, 1, 2 … from the top; spans: value, low and high of each."""
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [value for value, _, _ in spans],
        "y": list(range(len(labels))),
        "customdata": texts,
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {"size": 9, "color": theme.ACCENT},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "thickness": 2,
            "array": [high - value for value, _, high in spans],
            "arrayminus": [value - low for value, low, _ in spans],
        },
    }
    y = {
        "tickvals": trace["y"],
        "ticktext": labels,
        "range": [max(len(labels), rows) - 0.4, -0.6],
        "ticklabelstandoff": 6,
        "zeroline": False,
    }
    return {"data": [trace], "layout": {"xaxis": axis, "yaxis": y}}
