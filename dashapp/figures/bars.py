"""Bars: which is largest."""

from collections.abc import Sequence
from typing import Any, Final

from analytics.queries import Bars, ClassGrid, Excess, Gaps, Groups, Spread
from dashapp import theme
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure, nothing_in
from dashapp.figures.links import links, opening
from dashapp.numbers import fixed, percent
from dashapp.quantities import Quantity, withheld
from dashapp.texts import N_, _

ROWS: Final = 15  # bars of a full ranking
NOBODY: Final = N_("No known customer bought in this selection.")
FEW: Final = 5  # groups that are compared pair by pair


def ranking(found: Bars, quantity: Quantity, by: str) -> FigureDict:
    """One horizontal bar a label, largest on top, its value written at its end; a click opens what it is about."""
    if nothing_in(found["values"]):
        return empty_figure(_(EMPTY))
    axis = quantity.axis()
    if found["total"] > len(found["labels"]):
        shown = _("largest {shown} of {count}", shown=len(found["labels"]), count=found["total"])
        axis["title"] = {"text": f"{axis['title']['text']} · {shown}"}
    bar = _bar(found["labels"], found["values"], quantity.text, marker={"color": theme.ACCENT})
    return horizontal(found["labels"], [opening(bar, links(by, found["ids"]))], axis)


def gaps(found: Gaps, rate: Quantity, sales: Quantity) -> FigureDict:
    """Stockout rate of the top sellers that stand empty most, with the sales they still made."""
    if not found["labels"]:
        return empty_figure(_("None of the {count} top sellers closed a month at zero.", count=found["among"]))
    notes = [
        _("{rate} · {sales} sold", rate=rate.text(r), sales=sales.text(s))
        for r, s in zip(found["stockout_rate"], found["net_sales"], strict=True)
    ]
    bar = _bar(found["labels"], found["stockout_rate"], rate.text, marker={"color": theme.BAD})
    bar = opening({**bar, "text": notes}, links("product", found["ids"]))
    return horizontal(found["labels"], [bar], rate.axis())


def excess(found: Excess, money: Quantity) -> FigureDict:
    """Overstock and dead stock by product, in money; dead stock is hatched, so colour is not the only sign."""
    if not found["labels"]:
        return empty_figure(_("No stock beyond what sells: nothing is over the target and nothing is dead."))
    over = _bar(found["labels"], found["overstock"], money.text, name=_("Overstock"), marker={"color": theme.ACCENT})
    dead = _bar(
        found["labels"],
        found["dead"],
        money.text,
        name=_("Dead stock"),
        marker={"color": theme.BAD, "pattern": {"shape": "/"}},
    )
    opened = [opening(trace, links("product", found["ids"])) for trace in (over, dead)]
    shown = [trace | {"textposition": "none", "showlegend": True} for trace in opened]
    figure = horizontal(found["labels"], shown, money.axis())
    figure["layout"] |= {"barmode": "stack", "margin": {"t": 48}}
    return figure


def groups(found: Groups, sales: Quantity) -> FigureDict:
    """Share of sales above share of customers for each group."""
    if all(n == 0 for n in found["customers"]):
        return empty_figure(_(NOBODY))
    share = found["customers_share"]
    people = [f"{percent(s or 0, 0)} · {fixed(n)}" for s, n in zip(share, found["customers"], strict=True)]
    money = [
        f"{percent(s or 0, 0)} · {sales.text(v)}" for s, v in zip(found["sales_share"], found["sales"], strict=True)
    ]
    pairs = ((_("Share of sales"), found["sales_share"], money), (_("Share of customers"), share, people))
    return paired(_groups(found), pairs, _("Share [%]"))


def discounts(found: Groups, rate: Quantity) -> FigureDict:
    """Share of money discounted above share of lines with a discount, by group."""
    if not found["groups"]:
        return empty_figure(_(NOBODY))
    named = ((_("Share of money"), found["discount_rate"]), (_("Share of lines"), found["discounted_lines_rate"]))
    pairs = tuple((name, values, [rate.text(v) for v in values]) for name, values in named)
    return paired(_groups(found), pairs, _("Discounted [%]"))


def _groups(found: Groups) -> list[str]:
    """Their names, and of which nothing is told."""
    named = zip(found["groups"], found["customers"], strict=True)
    return [withheld(_(group)) if n is None else _(group) for group, n in named]


def ranked(
    labels: list[str], values: list[float], texts: list[str], colours: list[str], axis: dict[str, Any]
) -> FigureDict:
    """Bars to both sides of zero. Each has a text of its own, under its label: there is room on any screen."""
    bar = _bar(labels, values, str, marker={"color": colours}) | {"text": texts, "textposition": "none"}
    figure = horizontal(labels, [bar], axis, rows=FEW)
    both = [f"{label}<br>{text}" for label, text in zip(as_text(labels), texts, strict=True)]
    figure["layout"]["yaxis"]["ticktext"] = both
    return figure


def paired(
    labels: list[str],
    pairs: Sequence[tuple[str, Sequence[float | None], list[str]]],
    title: str,
    found: Sequence[str] = (),
) -> FigureDict:
    """Two bars a label, from top to bottom: (name, values, texts) of each. found: where each label leads."""
    traces = [
        _bar(labels, values, str, name=name, marker={"color": colour})
        | {"text": texts, "textposition": "outside", "showlegend": True}
        for (name, values, texts), colour in zip(pairs, (theme.ACCENT, theme.QUIET), strict=True)
    ]
    widest = max((v or 0 for _, values, _ in pairs for v in values), default=0)
    axis = {"title": {"text": title}, "range": [0, 1.35 * widest]}  # room for the texts
    traces = [opening(trace, list(found)) for trace in traces] if found else traces
    figure = horizontal(labels, traces, axis, rows=FEW)
    figure["layout"] |= {"barmode": "group", "legend": {"traceorder": "normal"}, "margin": {"t": 48}}
    return figure


def spread(found: Spread, money: Quantity) -> FigureDict:
    """Customers by band of spend."""
    if not found["n"]:
        return empty_figure(_(NOBODY))
    lows = [money.text(low) for low in found["low"]]
    bands = [f"{low} – {high}" for low, high in zip(lows, lows[1:], strict=False)] + [_("over {low}", low=lows[-1])]
    bands = [withheld(band) if n is None else band for band, n in zip(bands, found["customers"], strict=True)]
    trace = {
        "type": "bar",
        "x": bands,
        "y": found["customers"],
        "marker": {"color": theme.ACCENT},
        "text": found["customers"],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{x}: %{y:,}<extra></extra>",
    }
    return {
        "data": [trace],
        "layout": {
            "xaxis": {"title": {"text": _("Spend in the period [{unit}]", unit=money.sign)}, "type": "category"},
            "yaxis": {"title": {"text": _("Customers")}, "rangemode": "tozero", "exponentformat": "SI"},
            "bargap": 0.15,
            "margin": {"r": 52, "t": 24, "b": 94},
        },
    }


def class_grid(found: ClassGrid) -> FigureDict:
    """ABC × XYZ: products and their share of sales in each class."""
    texts = [
        [_("{n} products<br>{share} % of sales", n=n, share=fixed(s or 0)) for n, s in zip(row, share, strict=True)]
        for row, share in zip(found["products"], found["share"], strict=True)
    ]
    trace = {
        "type": "heatmap",
        "x": [_("X steady"), _("Y varying"), _("Z erratic")],
        "y": [0, 1, 2],
        "z": found["share"],
        "customdata": [[letter] * 3 for letter in "ABC"],
        "text": texts,
        "texttemplate": "%{text}",
        "showscale": False,
        "hoverinfo": "skip",
        "xgap": 3,
        "ygap": 3,
        "zmin": 0,
        "zmax": max((share or 0 for row in found["share"] for share in row), default=0),
    }
    rows = [_("A · first 80 %<br>of sales"), _("B · next 15 %"), _("C · last 5 %")]
    classes = {"autorange": "reversed", "tickvals": trace["y"], "ticktext": rows}
    return {"data": [trace], "layout": {"yaxis": classes, "xaxis": {"side": "top"}, "margin": {"t": 30, "b": 8}}}


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


def horizontal(labels: list[str], traces: list[Any], axis: dict[str, Any], rows: int = ROWS) -> FigureDict:
    """The first label on top, and bars no thicker than if all `rows` were there."""
    ticks = {"tickvals": list(range(len(labels))), "ticktext": as_text(labels), "ticklabelstandoff": 6}
    y = {**ticks, "range": [max(len(labels), rows) - 0.4, -0.6], "showgrid": False, "zeroline": False}
    return {"data": traces, "layout": {"xaxis": axis, "yaxis": y, "bargap": 0.25}}
