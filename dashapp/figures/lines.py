"""Lines: how it went, and how it may go on."""

from typing import Any, Final

from analytics.models.association import Association
from analytics.queries import FEWER_THAN_FIVE, DemandOutlook, Lines, Outlook, Quarters
from dashapp import theme
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure, nothing_in
from dashapp.figures.links import links, opening
from dashapp.quantities import Quantity
from dashapp.texts import N_, _, said

MARKS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
POINTED: Final = N_("{stock} units at the start: {sold} sold in the month")
DASHES: Final = ("solid", "dash", "dot", "dashdot")


def over_time(found: Lines, quantity: Quantity, grain: str) -> FigureDict:
    """One line a store, chain or category; told apart by colour, dash, mark and name. A click on a quarter filters."""
    if nothing_in(*(line["values"] for line in found["lines"])):
        return empty_figure(_(EMPTY))
    places = _styles([line["place"] for line in found["lines"]])
    traces = [
        curve(found["x"], line["values"], line["name"], place, open_last=found["open_last"])
        for line, place in zip(found["lines"], places, strict=True)
    ]
    if grain == "quarter":
        traces = [opening(trace, links("quarter", found["x"])) for trace in traces]
    count = len(traces) + found["left_out"]
    notes = [_("largest {shown} of {count}", shown=len(traces), count=count)] if found["left_out"] else []
    return chart(traces, quantity, time_axis(notes, found["open_last"]))


def _styles(places: list[int]) -> list[int]:
    """The place of each line, or the next one with a free colour where two would look alike."""
    size = len(theme.SERIES)
    chosen: list[int] = []
    for place in places:
        taken = {other % size for other in chosen}
        chosen.append(next((p for p in range(place, place + size) if p % size not in taken), place))
    return chosen


def quarters(found: Quarters, quantity: Quantity, names: dict[str, str]) -> FigureDict:
    """KPIs of one quantity by quarter, a line each; names: KPI → its label."""
    if nothing_in(*(found["values"][kpi] for kpi in names)):
        return empty_figure(said(FEWER_THAN_FIVE) if set(names) & set(found["withheld"]) else _(EMPTY))
    traces = [
        opening(
            curve(found["quarters"], found["values"][kpi], name, place, open_last=found["open_quarter"]),
            links("quarter", found["quarters"]),
        )
        for place, (kpi, name) in enumerate(names.items())
    ]
    return chart(traces, quantity, time_axis([], found["open_quarter"]))


def curve(x: list[str], y: list[float | None], name: str, place: int, *, open_last: bool) -> dict[str, Any]:
    """The line of an entity. Its place gives colour and mark, the same on every tab; its dash where colours repeat."""
    mark = MARKS[place % len(MARKS)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "name": as_text([name])[0],
        "line": {
            "color": theme.SERIES[place % len(theme.SERIES)],
            "dash": DASHES[place // len(theme.SERIES) % len(DASHES)],
            "width": 2,
        },
        "marker": {"symbol": [mark] * (len(x) - 1) + [f"{mark}-open" if open_last else mark], "size": 7},
    }


def time_axis(notes: list[str], open_last: bool) -> dict[str, Any]:
    """Months or quarters, with notes and what a hollow mark means under them."""
    words = [*notes, _("hollow: not over yet")] if open_last else notes
    return {"type": "category", "title": {"text": " · ".join(words)}, "nticks": 8}


def forecast(found: Outlook, quantity: Quantity) -> FigureDict:
    """History, forecast and its 80 % band."""
    ahead = found["forecast"]
    if ahead is None:
        return empty_figure(said(found["why"]) if found["why"] else "")
    past, months = found["history_months"], found["forecast_months"]
    traces: list[dict[str, Any]] = []
    if ahead["low"] is not None and ahead["high"] is not None:
        traces.append(_band(months, ahead["low"], ahead["high"]))
    traces += [
        {
            "type": "scatter",
            "mode": "lines",
            "x": past,
            "y": found["history"],
            "name": _("Sold"),
            "line": {"color": theme.QUIET, "width": 2},
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [*past[-1:], *months],
            "y": [*found["history"][-1:], *ahead["mean"]],
            "name": _("Seasonal-naive forecast"),
            "line": {"color": theme.ACCENT, "dash": "dash", "width": 2},
            "marker": {"size": 5},
        },
    ]
    return chart(traces, quantity, {"type": "date", "hoverformat": "%b %Y"})


def demand(found: DemandOutlook, quantity: Quantity) -> FigureDict:
    """What was sold, what was wanted, and what will be, with its 80 % band."""
    ahead, past, months = found["expected"], found["months"], found["ahead"]
    band = [] if ahead["low"] is None or ahead["high"] is None else [_band(months, ahead["low"], ahead["high"])]
    styles: dict[str, tuple[list[str], list[float], dict[str, Any]]] = {
        _("Sold"): (past, found["sold"], {"color": theme.QUIET}),
        _("Wanted"): (past, found["wanted"], {"color": theme.ACCENT}),
        _("Will be wanted"): (
            [*past[-1:], *months],
            [*found["wanted"][-1:], *ahead["mean"]],
            {"color": theme.ACCENT, "dash": "dash"},
        ),
    }
    traces = [
        {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line | {"width": 2}}
        for name, (x, y, line) in styles.items()
    ]
    return chart([*band, *traces], quantity, {"type": "date", "hoverformat": "%b %Y"})


def _band(months: list[str], low: list[float], high: list[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*months, *reversed(months)],
        "y": [*high, *reversed(low)],
        "fill": "toself",
        "line": {"width": 0},
        "fillcolor": "rgba(58,94,251,0.18)",
        "name": _("80 % interval"),
        "hoverinfo": "skip",
    }


def bins(found: Association) -> FigureDict:
    """Mean units sold in bins of stock at hand."""
    if found["why"]:
        return empty_figure(said(found["why"]))
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": found["bin_x"],
        "y": found["bin_y"],
        "line": {"color": theme.ACCENT},
        "marker": {"size": 8},
        "hovertemplate": _(
            "{stock} units at the start: {sold} sold in the month", stock="%{x:,.2~f}", sold="%{y:,.2~f}"
        )
        + "<extra></extra>",
    }
    return {
        "data": [trace],
        "layout": {
            "xaxis": {"title": {"text": _("Stock at the start of the month [units]")}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": _("Units sold in the month")}, "rangemode": "tozero"},
        },
    }


def chart(traces: list[dict[str, Any]], quantity: Quantity, x: dict[str, Any]) -> FigureDict:
    """Traces of one quantity over one axis; pointing tells all of them at once."""
    return {
        "data": traces,
        "layout": {
            "hovermode": "x unified",
            "xaxis": x,
            "yaxis": quantity.axis() | {"hoverformat": ",.2~f"},
            "margin": {"t": 48},
        },
    }
