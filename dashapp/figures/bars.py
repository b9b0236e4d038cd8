"""Bars: which is largest."""

from collections.abc import Sequence
from typing import Any, Final

from analytics.queries import Bars, ClassGrid, Excess, Gaps, Groups, Spread
from dashapp import theme
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure, nothing_in
from dashapp.quantities import Quantity

ROWS: Final = 15  # bars of a full ranking
FEW: Final = 5  # groups that are compared pair by pair


def ranking(found: Bars, quantity: Quantity) -> FigureDict:
    """One horizontal bar a label, largest on top, its value written at its end."""
    if nothing_in(found["values"]):
        return empty_figure(EMPTY)
    axis = quantity.axis()
    if found["total"] > len(found["labels"]):
        axis["title"] = {"text": f"{axis['title']['text']} · largest {len(found['labels'])} of {found['total']:,}"}
    return _horizontal(
        found["labels"],
        [_bar(found["labels"], found["values"], quantity.text, marker={"color": theme.ACCENT})],
        axis,
    )


def gaps(found: Gaps, rate: Quantity, sales: Quantity) -> FigureDict:
    """Stockout rate of the top sellers that stand empty most, with the sales they still made."""
    if not found["labels"]:
        return empty_figure(f"None of the {found['among']} top sellers closed a month at zero.")
    notes = [
        f"{rate.text(r)} · {sales.text(s)} sold"
        for r, s in zip(found["stockout_rate"], found["net_sales"], strict=True)
    ]
    bar = _bar(found["labels"], found["stockout_rate"], rate.text, marker={"color": theme.BAD})
    return _horizontal(found["labels"], [{**bar, "text": notes}], rate.axis())


def excess(found: Excess, money: Quantity) -> FigureDict:
    """Overstock and dead stock by product, in money; dead stock is hatched, so colour is not the only sign."""
    if not found["labels"]:
        return empty_figure("No stock beyond what sells: nothing is over the target and nothing is dead.")
    over = _bar(found["labels"], found["overstock"], money.text, name="Overstock", marker={"color": theme.ACCENT})
    dead = _bar(
        found["labels"],
        found["dead"],
        money.text,
        name="Dead stock",
        marker={"color": theme.BAD, "pattern": {"shape": "/"}},
    )
    for trace in (over, dead):
        trace |= {"textposition": "none", "showlegend": True}
    figure = _horizontal(found["labels"], [over, dead], money.axis())
    figure["layout"]["barmode"] = "stack"
    return figure


def groups(found: Groups, sales: Quantity) -> FigureDict:
    """Share of sales above share of customers for each group."""
    total = sum(found["customers"])
    if not total:
        return empty_figure("No known customer bought in this selection.")
    share = [100 * n / total for n in found["customers"]]
    people = [f"{s:.0f} % · {n:,}" for s, n in zip(share, found["customers"], strict=True)]
    money = [f"{s or 0:.0f} % · {sales.text(v)}" for s, v in zip(found["sales_share"], found["sales"], strict=True)]
    pairs = (("Share of sales", found["sales_share"], money), ("Share of customers", share, people))
    return _paired(found["groups"], pairs, "Share [%]")


def discounts(found: Groups, rate: Quantity) -> FigureDict:
    """Share of money discounted above share of lines with a discount, by group."""
    if not found["groups"]:
        return empty_figure("No known customer bought in this selection.")
    named = (("Share of money", found["discount_rate"]), ("Share of lines", found["discounted_lines_rate"]))
    pairs = tuple((name, values, [rate.text(v) for v in values]) for name, values in named)
    return _paired(found["groups"], pairs, "Discounted [%]")


def _paired(
    labels: list[str], pairs: Sequence[tuple[str, Sequence[float | None], list[str]]], title: str
) -> FigureDict:
    """Two bars a label, from top to bottom: (name, values, texts) of each."""
    traces = [
        _bar(labels, values, str, name=name, marker={"color": colour})
        | {"text": texts, "textposition": "outside", "showlegend": True}
        for (name, values, texts), colour in zip(pairs, (theme.ACCENT, theme.QUIET), strict=True)
    ]
    widest = max((v or 0 for _, values, _ in pairs for v in values), default=0)
    axis = {"title": {"text": title}, "range": [0, 1.35 * widest]}  # room for the texts
    figure = _horizontal(labels, traces, axis, rows=FEW)
    figure["layout"] |= {"barmode": "group", "legend": {"traceorder": "normal"}}
    return figure


def spread(found: Spread, money: Quantity) -> FigureDict:
    """Customers by band of spend."""
    if not found["n"]:
        return empty_figure("No known customer bought in this selection.")
    lows = [money.text(low) for low in found["low"]]
    bands = [f"{low} – {high}" for low, high in zip(lows, lows[1:], strict=False)] + [f"over {lows[-1]}"]
    trace = {
        "type": "bar",
        "x": bands,
        "y": found["customers"],
        "marker": {"color": theme.ACCENT},
        "text": found["customers"],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{x}: %{y:,} customers<extra></extra>",
    }
    return {
        "data": [trace],
        "layout": {
            "xaxis": {"title": {"text": f"Spend in the period [{money.sign}]"}, "type": "category"},
            "yaxis": {"title": {"text": "Customers"}, "rangemode": "tozero", "exponentformat": "SI"},
            "bargap": 0.15,
            "margin": {"t": 24},
        },
    }


def class_grid(found: ClassGrid) -> FigureDict:
    """ABC × XYZ: products and their share of sales in each class."""
    texts = [
        [f"{n} products<br>{s or 0:.0f} % of sales" for n, s in zip(row, share, strict=True)]
        for row, share in zip(found["products"], found["share"], strict=True)
    ]
    trace = {
        "type": "heatmap",
        "x": ["X steady", "Y varying", "Z erratic"],
        "y": ["A first 80 % of sales", "B next 15 %", "C last 5 %"],
        "z": found["share"],
        "text": texts,
        "texttemplate": "%{text}",
        "showscale": False,
        "hoverinfo": "skip",
        "xgap": 3,
        "ygap": 3,
        "zmin": 0,
        "zmax": max((share or 0 for row in found["share"] for share in row), default=0),
    }
    return {"data": [trace], "layout": {"yaxis": {"autorange": "reversed"}, "xaxis": {"side": "top"}}}


def _bar(labels: list[str], values: Any, text: Any, *, marker: dict[str, Any], name: str = "") -> Any:
    """Bars at 0, 1, 2 …: two stores or products may bear the same name."""
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(labels))),
        "x": values,
        "customdata": as_text(labels),
        "name": name,
        "text": [text(v) for v in values],
        "textposition": "auto",
        "constraintext": "none",
        "marker": marker,
        "showlegend": False,
        "cliponaxis": False,
        "hovertemplate": "%{customdata}: %{text}<extra>" + name + "</extra>",
    }


def _horizontal(labels: list[str], traces: list[Any], axis: dict[str, Any], rows: int = ROWS) -> FigureDict:
    """The first label on top, and bars no thicker than if all `rows` were there."""
    ticks = {"tickvals": list(range(len(labels))), "ticktext": as_text(labels), "ticklabelstandoff": 6}
    y = {**ticks, "range": [max(len(labels), rows) - 0.4, -0.6], "showgrid": False, "zeroline": False}
    return {"data": traces, "layout": {"xaxis": axis, "yaxis": y, "bargap": 0.25}}
