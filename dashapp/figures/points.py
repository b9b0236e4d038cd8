"""Points with their intervals: how large, and how sure."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final, Literal
from urllib.parse import quote

from analytics.models.association import Association
from analytics.models.stock_effect import StockEffect
from analytics.queries import Outlook
from dashapp import numbers, theme
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure, nothing_in
from dashapp.figures.links import links, opening
from dashapp.quantities import Quantity
from dashapp.texts import N_, _, said

LABEL: Final = 22  # characters of a line
VALUED: Final = N_("{value} ({low} to {high})")
SPAN: Final = ("value", "low", "high")
MOST: Final = 15
FEWEST_ROWS: Final = 7
EFFECTS: Final[dict[Literal["everywhere", "where_low", "beyond_empty"], str]] = {
    "everywhere": N_("All stores of a failed delivery"),
    "where_low": N_("Stores that were running low"),
    "beyond_empty": N_("There, beyond running empty"),
}


def correlations(found: Association) -> FigureDict:
    """Each correlation with its 95 % interval, on the scale from −1 to 1."""
    if found["why"]:
        return empty_figure(said(found["why"]))
    shown = [
        (_(c["name"]), c["value"], c["low"], c["high"])
        for c in found["coefficients"]
        if c["value"] is not None and c["low"] is not None and c["high"] is not None
    ]
    labels = [_labelled(name, (numbers.fixed(v, 2) for v in span)) for name, *span in shown]
    axis = {"range": [-1.05, 1.05], "zeroline": True, "title": {"text": _("Correlation (95 % interval)")}}
    return with_intervals(labels, [row[1:] for row in shown], labels, axis, len(shown))


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
    figure = with_intervals(names, spans, texts, axis, FEWEST_ROWS)
    return {**figure, "data": [opening(figure["data"][0], links(by, keys))]}


def losses(rows: Sequence[Mapping[str, Any]], count: int, money: Quantity, by: str) -> FigureDict:
    """Lost sales with their 80 % intervals, largest on top; rows: name, id, lost_sales, low and high."""
    if nothing_in([row["lost_sales"] for row in rows]):
        return empty_figure(_("No shelf closed a month at zero in this selection, so nothing is known to be lost."))
    return _ranked(rows, "lost_sales", count, money, by)


def demands(rows: Sequence[Mapping[str, Any]], count: int, quantity: Quantity, by: str) -> FigureDict:
    """Expected demand with its 80 % intervals, largest on top; rows: name, id, mean, low and high, if any."""
    if nothing_in([row["mean"] for row in rows]):
        return empty_figure(_(EMPTY))
    sure = [{**row, "low": row["mean"], "high": row["mean"]} if row["low"] is None else row for row in rows]
    return _ranked(sure, "mean", count, quantity, by)


def _ranked(rows: Sequence[Mapping[str, Any]], key: str, count: int, quantity: Quantity, by: str) -> FigureDict:
    names = as_text(row["name"] for row in rows)
    spans = [(row[key], row["low"], row["high"]) for row in rows]
    texts = [
        _("{name}: {value} ({low} to {high})", name=name, **dict(zip(SPAN, map(quantity.text, span), strict=True)))
        for name, span in zip(names, spans, strict=True)
    ]
    axis = quantity.axis()
    axis["title"] = {"text": _("{quantity}, 80 % interval", quantity=axis["title"]["text"])}
    if count > len(rows):
        axis["title"]["text"] += "<br>" + _("largest {shown} of {count}", shown=len(rows), count=count)
    figure = with_intervals(names, spans, texts, axis, FEWEST_ROWS)
    return {**figure, "data": [opening(figure["data"][0], links(by, [row["id"] for row in rows]))]}


def actions(rows: Sequence[Mapping[str, Any]], money: Quantity) -> FigureDict:
    """What actions are worth with their 80 % intervals, largest on top; rows as `queries.actions` has them."""
    if not rows:
        return empty_figure(_("Nothing to do here at this service level."))
    names = as_text(f"{row['product_name']}, {row['store_name']}" for row in rows)
    spans = [(row["likely"], row["low"], row["high"]) for row in rows]
    texts = [
        _("{name}: {value} ({low} to {high})", name=name, **dict(zip(SPAN, map(money.text, span), strict=True)))
        for name, span in zip(names, spans, strict=True)
    ]
    labels = [f"{numbered}. {name}" for numbered, name in enumerate(names, start=1)]
    axis = money.axis() | {"zeroline": True}
    axis["title"] = {"text": _("{quantity}, 80 % interval", quantity=axis["title"]["text"])}
    figure = with_intervals(labels, spans, texts, axis, FEWEST_ROWS)
    proofs = [f"{links('product', [row['product_id']])[0]}?store={quote(row['store_id'], safe='')}" for row in rows]
    return {**figure, "data": [opening(figure["data"][0], proofs)]}


def effects(found: StockEffect) -> FigureDict:
    """Relative changes of sales [%] with their 95 % intervals."""
    known = {name: found[key] for key, name in EFFECTS.items() if found[key]["change"] is not None}
    if not known:
        return empty_figure(said(found["everywhere"]["said"]))
    spans = [tuple(100 * (effect[k] or 0.0) for k in ("change", "low", "high")) for effect in known.values()]
    labels = [
        _labelled(_(name), (numbers.percent(v, 0) for v in span)) for name, span in zip(known, spans, strict=True)
    ]
    axis = {"zeroline": True, "rangemode": "tozero", "title": {"text": _("Change of sales [%] (95 % interval)")}}
    return with_intervals(labels, [(a, b, c) for a, b, c in spans], labels, axis, len(labels))


def _labelled(name: str, span: Iterable[str]) -> str:
    """A name in lines, and under it 'value (low to high)'."""
    return "<br>".join([*wrap(name, LABEL), _(VALUED, **dict(zip(SPAN, span, strict=True)))])


def with_intervals(
    labels: list[str], spans: Sequence[tuple[Any, Any, Any]], texts: list[str], axis: dict[str, Any], rows: int
) -> FigureDict:
    """Points at 0, 1, 2 … from the top; spans: value, low and high of each, None where withheld."""
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
            "array": [None if value is None else high - value for value, _, high in spans],
            "arrayminus": [None if value is None else value - low for value, low, _ in spans],
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
