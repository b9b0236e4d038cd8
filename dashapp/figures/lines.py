"""Lines: how it went, and how it may go on."""

from typing import Any, Final

from analytics.queries import Lines, Outlook, Quarters
from dashapp import theme
from dashapp.figures.base import FigureDict, empty_figure
from dashapp.quantities import Quantity

MARKS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
DASHES: Final = ("solid", "dash", "dot", "dashdot")


def over_time(found: Lines, quantity: Quantity) -> FigureDict:
    """One line a store, chain or category; told apart by colour, mark and a name."""
    if not found["x"] or not found["lines"]:
        return empty_figure("Nothing to show in this selection.")
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": found["x"],
            "y": line["values"],
            "name": line["name"],
            "line": {"color": colour(line["place"]), "dash": dash(line["place"]), "width": 2},
            "marker": {"symbol": MARKS[line["place"] % len(MARKS)], "size": 6},
        }
        for line in found["lines"]
    ]
    title = f"largest {len(traces)} of {len(traces) + found['left_out']}" if found["left_out"] else ""
    return _chart(traces, quantity, {"type": "category", "title": {"text": title}, "nticks": 8})


def colour(place: int) -> str:
    """The colour of an entity by its place in the version's list: the same on every tab."""
    return theme.SERIES[place % len(theme.SERIES)]


def dash(place: int) -> str:
    """The dash of an entity: changes where the colours start again."""
    return DASHES[place // len(theme.SERIES) % len(DASHES)]


def quarters(found: Quarters, ids: dict[str, Quantity]) -> FigureDict:
    """KPIs by quarter as one line each; the last point is hollow while its quarter is not over."""
    if not found["quarters"]:
        return empty_figure("No quarter is selected.")
    size = len(found["quarters"])
    symbols = ["circle"] * (size - 1) + ["circle-open" if found["open_quarter"] else "circle"]
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": found["quarters"],
            "y": found["values"][i],
            "name": quantity.label,
            "line": {"color": colour(n), "dash": DASHES[n]},
            "marker": {"symbol": symbols, "size": 8},
        }
        for n, (i, quantity) in enumerate(ids.items())
    ]
    first = next(iter(ids.values()))
    both = Quantity(" and ".join(q.label.lower() for q in ids.values()).capitalize(), first.sign)
    note = "hollow: the quarter is not over" if found["open_quarter"] else ""
    return _chart(traces, both, {"type": "category", "title": {"text": note}, "nticks": 8})


def forecast(found: Outlook, quantity: Quantity) -> FigureDict:
    """History, forecast and its 80 % band."""
    ahead = found["forecast"]
    if ahead is None:
        return empty_figure(found["why"] or "")
    past, months = found["history_months"], found["forecast_months"]
    traces: list[dict[str, Any]] = []
    if ahead["low"] is not None and ahead["high"] is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [*months, *reversed(months)],
                "y": [*ahead["high"], *reversed(ahead["low"])],
                "fill": "toself",
                "line": {"width": 0},
                "fillcolor": "rgba(58,94,251,0.18)",
                "name": "80 % interval",
                "hoverinfo": "skip",
            }
        )
    traces += [
        {
            "type": "scatter",
            "mode": "lines",
            "x": past,
            "y": found["history"],
            "name": "Sold",
            "line": {"color": theme.QUIET, "width": 2},
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [*past[-1:], *months],
            "y": [*found["history"][-1:], *ahead["mean"]],
            "name": "Seasonal-naive forecast",
            "line": {"color": theme.ACCENT, "dash": "dash", "width": 2},
            "marker": {"size": 5},
        },
    ]
    return _chart(traces, quantity, {"type": "date", "hoverformat": "%b %Y"})


def _chart(traces: list[dict[str, Any]], quantity: Quantity, x: dict[str, Any]) -> FigureDict:
    return {
        "data": traces,
        "layout": {
            "hovermode": "x unified",
            "xaxis": x,
            "yaxis": quantity.axis() | {"hoverformat": ".4~s"},
            "margin": {"t": 32},
        },
    }
