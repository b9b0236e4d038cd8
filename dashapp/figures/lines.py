"""Lines: how it went, and how it may go on."""

from typing import Any, Final

from analytics.queries import Lines, Outlook, Quarters
from dashapp import theme
from dashapp.figures.base import FigureDict, empty_figure
from dashapp.quantities import Quantity

MARKS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
DASHES: Final = ("solid", "dash", "dot", "dashdot")
MOST: Final = 15  # series of one chart of intervals


def over_time(found: Lines, quantity: Quantity) -> FigureDict:
    """One line a store, chain or category; told apart by colour, dash, mark and a name."""
    if not found["x"] or not found["lines"]:
        return empty_figure("Nothing to show in this selection.")
    traces = [
        _line(found["x"], line["values"], line["name"], line["place"], open_last=found["open_last"])
        for line in found["lines"]
    ]
    notes = [f"largest {len(traces)} of {len(traces) + found['left_out']}"] if found["left_out"] else []
    return _chart(traces, quantity, _time_axis(notes, found["open_last"]))


def quarters(found: Quarters, ids: dict[str, Quantity]) -> FigureDict:
    """KPIs by quarter as one line each."""
    if not found["quarters"]:
        return empty_figure("No quarter is selected.")
    traces = [
        _line(found["quarters"], found["values"][i], quantity.label, place, open_last=found["open_quarter"])
        for place, (i, quantity) in enumerate(ids.items())
    ]
    first = next(iter(ids.values()))
    both = Quantity(" and ".join(q.label.lower() for q in ids.values()).capitalize(), first.sign)
    return _chart(traces, both, _time_axis([], found["open_quarter"]))


def _line(x: list[str], y: list[float | None], name: str, place: int, *, open_last: bool) -> dict[str, Any]:
    """The line of an entity. Its place gives colour and mark, the same on every tab; its dash where colours repeat."""
    mark = MARKS[place % len(MARKS)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "name": name,
        "line": {
            "color": theme.SERIES[place % len(theme.SERIES)],
            "dash": DASHES[place // len(theme.SERIES) % len(DASHES)],
            "width": 2,
        },
        "marker": {"symbol": [mark] * (len(x) - 1) + [f"{mark}-open" if open_last else mark], "size": 7},
    }


def _time_axis(notes: list[str], open_last: bool) -> dict[str, Any]:
    words = [*notes, "hollow: not over yet"] if open_last else notes
    return {"type": "category", "title": {"text": " · ".join(words)}, "nticks": 8}


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


def intervals(found: list[Outlook], quantity: Quantity) -> FigureDict:
    """Forecast sums over the months ahead with their 80 % intervals, largest first."""
    shown = [(o["name"], o["forecast"]) for o in found if o["forecast"]][:MOST]
    if not shown:
        return empty_figure(found[0]["why"] or "" if found else "Nothing to show in this selection.")
    totals = [ahead["total"] for _, ahead in shown]
    highs = [ahead["total"] if ahead["total_high"] is None else ahead["total_high"] for _, ahead in shown]
    lows = [ahead["total"] if ahead["total_low"] is None else ahead["total_low"] for _, ahead in shown]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": totals,
        "y": list(range(len(shown))),
        "customdata": [
            f"{name}: {quantity.text(total)} ({quantity.text(low)} to {quantity.text(high)})"
            for (name, _), total, low, high in zip(shown, totals, lows, highs, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {"size": 9, "color": theme.ACCENT},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "thickness": 2,
            "array": [high - total for high, total in zip(highs, totals, strict=True)],
            "arrayminus": [total - low for low, total in zip(lows, totals, strict=True)],
        },
    }
    axis = quantity.axis()
    if len(found) > len(shown):
        axis["title"] = {"text": f"{axis['title']['text']} · largest {len(shown)} of {len(found)}"}
    y = {
        "tickvals": trace["y"],
        "ticktext": [name for name, _ in shown],
        "range": [max(len(shown), MOST // 2) - 0.4, -0.6],
        "ticklabelstandoff": 6,
        "zeroline": False,
    }
    return {"data": [trace], "layout": {"xaxis": axis, "yaxis": y}}


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
