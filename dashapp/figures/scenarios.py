"""What a scenario changes, and the curve of service, stock, lost sales and profit that it moves on."""

from typing import Any, Final

from analytics.queries import Measured, StockCurve, WhatIf
from dashapp import theme
from dashapp.figures.base import FigureDict, empty_figure
from dashapp.quantities import Quantity
from dashapp.texts import N_, _

NOTHING_CHANGED: Final = N_("Nothing is changed: move a slider.")
MONEY: Final = {
    "lost_sales": N_("Sales recovered"),
    "net_profit": N_("Net profit"),
    "holding_cost": N_("Holding cost"),
    "capital": N_("Capital in stock"),
}
GAP: Final = 0.07  # of the height, between the curves
HOVER: Final = "%{customdata}<extra></extra>"


def changes(found: WhatIf, money: Quantity) -> FigureDict:
    """What a year would bring and cost in money, each with the band of 80 % of the simulated years."""
    spans = {name: _recovered(found["measures"][name], -1 if name == "lost_sales" else 1) for name in MONEY}
    known = {name: span for name, span in spans.items() if span}
    if not any(value for span in known.values() for value in span):
        return empty_figure(_(NOTHING_CHANGED))
    names = [_(MONEY[name]) for name in known]
    texts = [_banded(span, money) for span in known.values()]
    rows = list(range(len(names)))
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [value for value, _low, _high in known.values()],
        "y": rows,
        "customdata": names,
        "text": texts,
        "textposition": "none",
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
        "marker": {
            "color": [theme.ACCENT if name in ("lost_sales", "net_profit") else theme.QUIET for name in known],
            "opacity": 0.5,
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "thickness": 2,
            "color": theme.QUIET,
            "array": [high - value for value, _low, high in known.values()],
            "arrayminus": [value - low for value, low, _high in known.values()],
        },
    }
    values = [money.signed(value) for value, _low, _high in known.values()]
    labels = [f"{name}<br>{value}" for name, value in zip(names, values, strict=True)]
    y = {"tickvals": rows, "ticktext": labels, "range": [len(rows) - 0.4, -0.6], "ticklabelstandoff": 6}
    x = money.axis() | {"zeroline": True, "title": {"text": _("Change in a year [{sign}]", sign=money.sign)}}
    return {"data": [bar], "layout": {"xaxis": x, "yaxis": y, "bargap": 0.55}}


def _banded(span: tuple[float, float, float], money: Quantity) -> str:
    value, low, high = map(money.signed, span)
    return _("{value} ({low} to {high})", value=value, low=low, high=high)


def _recovered(measured: Measured, sign: int) -> tuple[float, float, float] | None:
    if measured["change"] is None or measured["change_low"] is None or measured["change_high"] is None:
        return None
    low, high = sorted((sign * measured["change_low"], sign * measured["change_high"]))
    return sign * measured["change"] + 0.0, low + 0.0, high + 0.0


def trade_off(curve: StockCurve, found: WhatIf, quantities: dict[str, Quantity]) -> FigureDict:
    """Curves over stock, one below the other; quantities: by measure, of x first, then of each curve."""
    across, *up = quantities
    traces = [trace for place, name in enumerate(up) for trace in _row(curve, found, (across, name), place, quantities)]
    height = (1 - GAP * (len(up) - 1)) / len(up)
    layout: dict[str, Any] = {
        "xaxis": quantities[across].axis() | {"anchor": f"y{len(up)}", "rangemode": "normal"},
        "margin": {"t": 40},
        "hovermode": "closest",
    }
    for place, name in enumerate(up):
        top = 1 - place * (height + GAP)
        axis = quantities[name].axis() | {"domain": [max(top - height, 0), top], "rangemode": "normal", "nticks": 4}
        layout[_axis("yaxis", place)] = axis
    return {"data": traces, "layout": layout}


def _row(
    curve: StockCurve, found: WhatIf, names: tuple[str, str], place: int, quantities: dict[str, Quantity]
) -> list[dict[str, Any]]:
    """The curve of one measure with today's point, the scenario's and the best one."""
    across, name = names
    points: list[Any] = curve["points"]
    label = quantities[name].label
    axis = {"xaxis": "x", "yaxis": _axis("y", place), "type": "scatter", "hovertemplate": HOVER}

    def said(mark: str, point: Any) -> str:
        told = (_("{measure} {value}", measure=q.label, value=q.text(point[key])) for key, q in quantities.items())
        return f"{mark}: {', '.join(told)}"

    def mark(text: str, symbol: str, color: str, point: Any) -> dict[str, Any]:
        marker = {"symbol": symbol, "size": 12, "color": color, "line": {"width": 1, "color": "#fff"}}
        shown = {"name": text, "legendgroup": text, "showlegend": place == 0, "mode": "markers", "marker": marker}
        shown["meta"] = {"repeats": place > 0}  # one mark tells of all curves
        return axis | shown | {"x": [point[across]], "y": [point[name]], "customdata": [said(text, point)]}

    line = axis | {
        "mode": "lines+markers",
        "name": label,
        "showlegend": False,
        "x": [point[across] for point in points],
        "y": [point[name] for point in points],
        "customdata": [said(_shifted(point["safety_shift"]), point) for point in points],
        "line": {"color": theme.QUIET, "width": 2, "shape": "spline"},
        "marker": {"size": 4},
    }
    scenario = {key: found["measures"][key]["scenario"] for key in quantities}
    best = [] if curve["best"] is None else [mark(_("Highest profit"), "star", theme.GOOD, points[curve["best"]])]
    return [
        line,
        *best,
        mark(_("Today"), "diamond", theme.BAD, points[curve["today"]]),
        mark(_("Scenario"), "circle", theme.ACCENT, scenario),
    ]


def _shifted(shift: float) -> str:
    return _("Safety stock {shift} SD", shift=f"{shift:+g}".replace("-", "−")) if shift else _("Safety stock as today")


def _axis(name: str, place: int) -> str:
    return name if place == 0 else f"{name}{place + 1}"
