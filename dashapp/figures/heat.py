"""Heat maps: where and when."""

from typing import Any, Final

from analytics.queries import Cohorts, HeatMap
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure, nothing_in
from dashapp.figures.links import links, opening
from dashapp.numbers import fixed
from dashapp.quantities import withheld
from dashapp.texts import N_, _

FEWEST_ROWS: Final = 8
POINTED: Final = "%{customdata}, %{x}: "  # Plotly fills it in
SO_FAR: Final = N_("{cohort}, {after} quarters later: {share} % so far")
ORDERED: Final = N_("{cohort} customers, {after} quarters later: {share} % ordered")
COHORT: Final = {"cohort": "%{customdata}", "after": "%{x}", "share": "%{z:.1f}"}
GREY: Final = "rgba(128,128,128,0.25)"


def stockouts(found: HeatMap) -> FigureDict:
    """Month-end stockout rate by store and month, worst store on top."""
    if nothing_in(*found["values"]):
        nowhere = _("No shelf closed a month at zero in this selection.")
        return empty_figure(nowhere if found["columns"] else _(EMPTY))
    trace = _map(found["columns"], found["rows"], found["values"]) | {
        "hovertemplate": POINTED + _("{rate} % of products closed at zero", rate="%{z:.1f}") + "<extra></extra>",
        "colorbar": {"title": {"text": "%"}, "thickness": 10, "outlinewidth": 0},
    }
    shown, count = len(found["rows"]), len(found["rows"]) + found["left_out"]
    title = _("worst {shown} of {count} stores", shown=shown, count=count) if found["left_out"] else ""
    trace = opening(trace, [[link] * len(found["columns"]) for link in links("store", found["ids"])])
    figure = _framed([trace], found["rows"], {"type": "category", "nticks": 8, "title": {"text": title}})
    figure["layout"]["margin"] = {"r": 76, "b": 50}  # of the scale, and of months aslant
    return figure


def cohorts(found: Cohorts) -> FigureDict:
    """Share of each cohort that ordered k quarters later; a quarter that is not over is grey."""
    if not found["cohorts"]:
        return empty_figure(_("No quarter is selected."))
    sizes = zip(found["cohorts"], found["size"], strict=True)
    rows = [withheld(cohort) if n is None else f"{cohort} · {fixed(n)}" for cohort, n in sizes]
    known = max((k for k, n in zip(found["known"], found["size"], strict=True) if n != 0), default=0)
    if known < 2:
        return empty_figure(_("These customers' first quarter is the newest: nobody could come back yet."))
    after = list(range(1, known))
    shares = [row[1:known] for row in found["share"]]
    traces = []
    if found["open_last"]:
        shares, still_open = _split_last(shares, found["known"])
        traces.append(
            _map(after, rows, still_open)
            | {
                "colorscale": [[0, GREY], [1, GREY]],
                "showscale": False,
                "texttemplate": "%{z:.0f}",
                "hovertemplate": _(SO_FAR, **COHORT) + "<extra></extra>",
            }
        )
    traces.insert(
        0,
        _map(after, rows, shares)
        | {
            "texttemplate": "%{z:.0f}",
            "showscale": False,
            "hovertemplate": _(ORDERED, **COHORT) + "<extra></extra>",
        },
    )
    return _framed(traces, rows, {"title": {"text": _("Quarters after the first order")}, "dtick": 1})


def _split_last(shares: list[list[float | None]], known: list[int]) -> tuple[Any, Any]:
    """The shares without that of the newest quarter in each row, and those alone. known: quarters from the first on."""
    closed, still_open = [], []
    for row, quarters in zip(shares, known, strict=True):
        last = quarters - 2  # the first quarter is not shown
        closed.append([v if i < last else None for i, v in enumerate(row)])
        still_open.append([v if i == last else None for i, v in enumerate(row)])
    return closed, still_open


def _map(x: Any, rows: list[str], z: Any) -> dict[str, Any]:
    """Rows at 0, 1, 2 …: two stores may bear the same name."""
    return {
        "type": "heatmap",
        "x": x,
        "y": list(range(len(rows))),
        "customdata": [[row] * len(x) for row in as_text(rows)],
        "z": z,
        "zmin": 0,
        "zmax": max((value or 0 for row in z for value in row), default=0),  # without it Plotly ignores zmin
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
    }


def _framed(traces: list[dict[str, Any]], rows: list[str], x: dict[str, Any]) -> FigureDict:
    """The first row on top, and rows no higher than if FEWEST_ROWS were there."""
    ticks = {"tickvals": list(range(len(rows))), "ticktext": as_text(rows), "ticklabelstandoff": 6}
    y = {**ticks, "range": [max(len(rows), FEWEST_ROWS) - 0.5, -0.5], "showgrid": False, "zeroline": False}
    return {"data": traces, "layout": {"xaxis": x | {"showgrid": False}, "yaxis": y}}
