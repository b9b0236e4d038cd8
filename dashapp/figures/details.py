"""Charts of one store, product or customer."""

from typing import Any, Final

from analytics.kpi import KPIS
from analytics.queries import Ledger, Mix, Peers, Prices
from dashapp import theme
from dashapp.figures.bars import paired, ranked
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure, nothing_in
from dashapp.figures.lines import chart, curve, time_axis
from dashapp.figures.links import links
from dashapp.numbers import fixed
from dashapp.quantities import Quantity, sign
from dashapp.texts import _

COLOURS: Final = {True: theme.GOOD, False: theme.BAD, None: theme.QUIET}  # better, worse, neither
FAR: Final = 200.0  # % above the chain: longer bars than this would flatten all others


def peers(found: Peers, currency: str) -> FigureDict:
    """How far a store's KPIs are from its chain's, in % of the chain's; both values are written at the bar."""
    rows = [
        row
        for row in zip(*(found[key] for key in ("kpis", "store", "chain", "difference")), strict=True)
        if row[3] is not None
    ]
    if not rows:
        return empty_figure(_(EMPTY))
    quantities = [Quantity(_(KPIS[kpi].label), sign(KPIS[kpi].unit, currency)) for kpi, *_rest in rows]
    texts = [
        _("{own} · chain {chain}", own=quantity.text(own), chain=quantity.text(chain))
        for quantity, (_kpi, own, chain, _difference) in zip(quantities, rows, strict=True)
    ]
    shown = [max(-FAR, min(FAR, difference)) for *_rest, difference in rows]
    colours = [COLOURS[_better(kpi, difference)] for kpi, *_rest, difference in rows]
    axis = {
        "title": {"text": _("Difference from its chain [%]")},
        "zeroline": True,
    }
    return ranked([quantity.label for quantity in quantities], shown, texts, colours, axis)


def _better(kpi_id: str, difference: float) -> bool | None:
    better = KPIS[kpi_id].better
    return None if better is None or abs(difference) < 0.05 else (difference > 0) == (better == "up")


def mix(found: Mix) -> FigureDict:
    """Share of sales by category of a store, above its chain's; a click filters by the category."""
    if nothing_in(found["store"]):
        return empty_figure(_(EMPTY))
    percent = Quantity("", "%")
    pairs = tuple(
        (name, found[key], [percent.text(v) for v in found[key]])  # type: ignore[literal-required]
        for name, key in ((_("This store"), "store"), (as_text([found["chain_name"]])[0], "chain"))
    )
    return paired(found["categories"], pairs, _("Share of net sales [%]"), links("category", found["categories"]))


def ledger(found: Ledger) -> FigureDict:
    """Units received and sold as bars, units in stock at the month's end as a line."""
    if nothing_in(found["sold"], found["received"], found["closing"]):
        return empty_figure(_(EMPTY))
    bars = ((_("Received"), "received", theme.QUIET), (_("Sold"), "sold", theme.ACCENT))
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": found["months"],
            "y": found[key],  # type: ignore[literal-required]
            "name": name,
            "text": ["" if v is None else fixed(v) for v in found[key]],  # type: ignore[literal-required]
            "textposition": "none",
            "marker": {"color": colour},
        }
        for name, key, colour in bars
        if not nothing_in(found[key])  # type: ignore[literal-required]
    ]
    if any(value is not None for value in found["closing"]):
        traces.append(
            curve(found["months"], found["closing"], _("In stock at the end"), 1, open_last=found["open_last"])
        )
    figure = chart(traces, Quantity(_("Units")), time_axis([], found["open_last"]))
    figure["layout"] |= {"barmode": "group", "bargap": 0.25}
    return figure


def prices(found: Prices, price: Quantity) -> FigureDict:
    """Price of one unit before discount and as paid; between the lines lies the discount."""
    if nothing_in(found["paid"]):
        return empty_figure(_(EMPTY))
    named = ((_("Before discount"), "before", 5), (_("Paid"), "paid", 0))
    traces = [
        curve(found["months"], found[key], name, place, open_last=found["open_last"])  # type: ignore[literal-required]
        for name, key, place in named
    ]
    figure = chart(traces, price, time_axis([], found["open_last"]))
    figure["layout"]["yaxis"]["rangemode"] = "normal"
    return figure
