"""What will be wanted? The forecast of demand, where, and how good it is: a part of the Forecasts tab."""

from enum import StrEnum
from typing import Any, Final, cast

from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import By, DemandOutlook, View, Worth
from analytics.table import Ask, Field, Listed
from dashapp import components as ui
from dashapp import numbers, panels, quantities
from dashapp.arguments import Choice, controls
from dashapp.figures import lines, points
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.texts import N_, _, said

ABOUT: Final = N_(
    "Demand: what would be sold if no shelf ran empty. Each product in each store is forecast by the method that did "
    "best in its category; sums are sums of these forecasts. The band holds 80 %: chance, and errors that all, a "
    "category, a store or a product shared in forecasts of the past. Money is units × the net price usually paid. The "
    "quarter filter changes nothing here."
)
ABOUT_GOOD: Final = N_(
    "WQL, the weighted quantile loss, is the error of the whole distribution ÷ units sold, smaller is better; the "
    "baseline repeats the same month of the last year. Methods were chosen on earlier months; the error is that of the "
    "last months, which no choice saw. An empty shelf hides demand, so forecasts are cut at what the shelf had and "
    "held against sales. Filters of stores and chains change nothing here."
)


class Ids(StrEnum):
    """Component ids of this part."""

    WORTH = "forecasts-demand-in"
    BY = "forecasts-demand-by"
    DEMAND = "forecasts-demand"
    WHERE = "forecasts-demand-where"
    GOOD = "forecasts-demand-good"


WORTHS: Final = {"money": N_("Money"), "units": N_("Units")}
SPLITS: Final = {"store": N_("Stores"), "product": N_("Products"), "chain": N_("Chains"), "category": N_("Categories")}
METHODS: Final = (N_("Level × season × trend"), N_("Boosted trees"), N_("Baseline"))
WORTH: Final = Choice(Ids.WORTH, N_("Demand in"), WORTHS, buttons=True)
BY: Final = Choice(Ids.BY, N_("Demand by"), SPLITS, buttons=True)


def demand(view: View, filters: Filters, worth: str) -> FigureDict:
    """Past and expected demand of the selection."""
    return lines.demand(_outlook(view, filters, worth), _quantity(view, worth))


def demand_rows(view: View, filters: Filters, worth: str) -> Listed:
    """The same in numbers."""
    found, unit = _outlook(view, filters, worth), cast(Any, worth)
    past, ahead = [None] * len(found["months"]), [None] * len(found["ahead"])
    expected = found["expected"]
    fields = (
        Field("month", N_("Month")),
        Field("sold", N_("Sold"), unit),
        Field("wanted", N_("Wanted"), unit, about=N_("Sold, and what empty shelves are estimated not to have sold.")),
        Field("mean", N_("Expected demand"), unit),
        Field("low", N_("Low (80 %)"), unit),
        Field("high", N_("High (80 %)"), unit),
    )
    columns = {
        "month": [*found["months"], *found["ahead"]],
        "sold": [*found["sold"], *ahead],
        "wanted": [*found["wanted"], *ahead],
        "mean": [*past, *expected["mean"]],
        "low": [*past, *(expected["low"] or ahead)],
        "high": [*past, *(expected["high"] or ahead)],
    }
    return Listed.of(fields, columns)


def demand_note(view: View, filters: Filters, worth: str) -> str:
    """The sum of the months ahead, how far its interval can be trusted, and what is left out."""
    found, text = _outlook(view, filters, worth), _quantity(view, worth).text
    whole, first, last = found["whole"], found["ahead"][0], found["ahead"][-1]
    span = {"value": text(whole["mean"][0]), "first": quantities.month(first), "last": quantities.month(last)}
    if whole["low"] is None or whole["high"] is None:
        told = [
            _("Expected demand {value} from {first} to {last}.", **span),
            said(found["why"]) if found["why"] else "",
        ]
    else:
        low, high = text(whole["low"][0]), text(whole["high"][0])
        told = [_("Expected demand {value} ({low} to {high}) from {first} to {last}.", **span, low=low, high=high)]
    if found["kept"]:
        told.append(_("The baseline is kept in {names}: no model did better.", names=", ".join(found["kept"])))
    if found["left_out"]:
        told.append(_("Left out, as their history is too thin: {n} products in a store.", n=found["left_out"]))
    return " ".join([*told, _held(found)]).strip()


def where(view: View, filters: Filters, worth: str, by: str) -> FigureDict:
    """The largest by store, chain, category or product."""
    page = where_rows(view, filters, worth, by).page(Ask(stop=points.MOST))
    return points.demands(page["rows"], page["count"], _quantity(view, worth), by)


def where_rows(view: View, filters: Filters, worth: str, by: str) -> Listed:
    """All of them, month by month too."""
    return queries.demand_by(view, filters, cast(Worth, worth), cast(By, by))


def good_rows(view: View, filters: Filters) -> Listed:
    """By category: the method used, errors of all methods beside each other, and a word where it is not the model."""
    found = queries.forecast_quality(view, filters)
    scores, months = found["scores"], quantities.months(found["months"])
    fields = (
        Field("name", N_("Category")),
        Field("used", N_("Used")),
        Field(
            "wql", N_("Its error"), "%", about=N_("WQL on the months tested: error of the distribution ÷ units sold.")
        ),
        *(Field(f"wql_{i}", label, "%", about=N_("The same of this method.")) for i, label in enumerate(METHODS)),
        Field("bias", N_("Bias"), "%", about=N_("Of the method used; positive: the forecast was too high.")),
        Field("n", N_("Store × product months"), "count"),
        Field("months", N_("Tested on")),
        Field("said", N_("In words")),
    )
    columns = {
        "name": [_("All") if name is None else name for name in found["categories"]],
        "used": [_("by category") if s["category"] is None else _(METHODS[s["method"]]) for s in scores],
        "wql": [_percent(s["used"]) for s in scores],
        **{f"wql_{i}": [_percent(s["wql"][i]) for s in scores] for i in range(len(METHODS))},
        "bias": [s["bias"] for s in scores],
        "n": [s["n"] for s in scores],
        "months": [months for _s in scores],
        "said": [" ".join(map(said, words)) for words in found["words"]],
    }
    return Listed.of(fields, columns)


DEMAND: Final = Panel(
    Ids.DEMAND,
    N_("What will be wanted?"),
    demand_rows,
    demand,
    {"worth": WORTH},
    about=ABOUT,
    wide=True,
    note=demand_note,
)
WHERE: Final = Panel(
    Ids.WHERE,
    N_("Where will it be wanted?"),
    where_rows,
    where,
    {"worth": WORTH, "by": BY},
    about=ABOUT,
    height=440,
    wide=True,
)
GOOD: Final = Panel(
    Ids.GOOD,
    N_("How good is it?"),
    good_rows,
    about=ABOUT_GOOD,
    if_none=N_("No category was tested."),
)
PANELS: Final = (DEMAND, WHERE, GOOD)


def layout() -> Component:
    """The section without data."""
    return ui.section(
        _("Demand of the next three months"),
        controls(WORTH),
        panels.charts(DEMAND),
        controls(BY),
        panels.charts(WHERE),
        panels.listing(GOOD),
    )


def _outlook(view: View, filters: Filters, worth: str) -> DemandOutlook:
    return queries.demand_outlook(view, filters, cast(Worth, worth))


def _quantity(view: View, worth: str) -> Quantity:
    return Quantity(_("Demand"), quantities.currency(view) if worth == "money" else "")


def _percent(error: float | None) -> float | None:
    return None if error is None else 100 * error


def _held(found: DemandOutlook) -> str:
    held = found["held"]
    if held is None or not held["sums_n"]:
        return ""
    return _(
        "Tested on {months}, over all stores or, of very many, some drawn by lot: 80 % intervals held {sums} % of {n} "
        "sums by store, category and product and {pairs} % of {m} single products in a store.",
        months=quantities.months(found["tested"]),
        sums=numbers.fixed(100 * held["sums"] / held["sums_n"]),
        n=held["sums_n"],
        pairs=numbers.fixed(100 * held["shelves"] / max(held["shelves_n"], 1)),
        m=held["shelves_n"],
    )
