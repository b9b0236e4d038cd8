"""What if? Sliders, what they bring and cost, and where: a part of the Forecasts tab."""

from enum import StrEnum
from typing import Any, Final, cast

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import By, Measured, View, parse_scenarios
from analytics.table import Field, Listed
from dashapp import components as ui
from dashapp import numbers, panels, quantities
from dashapp.arguments import Argument, Choice, controls
from dashapp.figures import scenarios
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.saved.form import opener
from dashapp.sliders import ScenarioArgument, in_words
from dashapp.still import Still
from dashapp.tabs import outcome
from dashapp.texts import N_, _
from dashapp.wiring import on_filters

HINT: Final = N_(
    "A year of every shelf is simulated twice with the same luck: as shelves are kept today, and as the sliders say."
)
ABOUT: Final = N_(
    "Mean of the simulated years, and the band that holds 80 % of them. Filters of chain, store and category apply, "
    "the quarter does not: it is always the year after the last counted month. "
    "Classes go by expected sales of the selection: A the first 80 %, B up to 95 %, C the rest."
)
ABOUT_CURVE: Final = N_(
    "All safety stocks of today lowered and raised together, under today's demand, lead times and costs. A scenario "
    "that changes these lies beside the curve."
)


class Ids(StrEnum):
    """Component ids of this part."""

    SENTENCE = "forecasts-what-if"
    SCENARIO = "forecasts-scenario"
    ITEMS = "forecasts-items"
    CARDS = "forecasts-results"
    CHANGE = "forecasts-change"
    CURVE = "forecasts-curve"
    BY = "forecasts-where"
    WHERE = "forecasts-where-table"
    KEPT = "forecasts-kept"
    BASIS = "forecasts-basis"


WHICH: Final[dict[str, str]] = {
    "all": N_("Everything in the filter bar"),
    "A": N_("Products of class A"),
    "B": N_("Products of class B"),
    "C": N_("Products of class C"),
    "best": N_("The ten best sellers of each store"),
}
SPLITS: Final = {"store": N_("Stores"), "product": N_("Products"), "chain": N_("Chains"), "category": N_("Categories")}
SCENARIO: Final = ScenarioArgument(Ids.SCENARIO)
ITEMS: Final = Choice(Ids.ITEMS, N_("The sliders move"), WHICH)
BY: Final = Choice(Ids.BY, N_("Results by"), SPLITS, buttons=True)


def change(view: View, filters: Filters, scenario: str, items: str) -> FigureDict:
    """What the scenario brings and costs in money."""
    return scenarios.changes(outcome.found(view, filters, scenario, items), outcome.money(view))


def change_rows(view: View, filters: Filters, scenario: str, items: str) -> Listed:
    """Every measure today, under the scenario, and the change with its band."""
    found = outcome.found(view, filters, scenario, items)["measures"]
    currency = quantities.currency(view)
    fields = (
        Field("measure", N_("Measure")),
        Field("unit", N_("Unit")),
        *(Field(name, label, "×") for name, label in COLUMNS.items()),
    )
    rows: list[tuple[str, str, dict[str, Any]]] = [
        (_("Sales recovered"), currency, _gain(found["lost_sales"])),
        (_("Units recovered"), "", _gain(found["lost_units"])),
    ]
    for name, (label, unit, _better, _about) in outcome.MEASURES.items():
        rows.append((_(label), quantities.sign(unit, currency), dict(found[name])))
    columns: dict[str, Any] = {"measure": [row[0] for row in rows], "unit": [row[1] for row in rows]}
    return Listed.of(fields, columns | {key: [row[2].get(key) for row in rows] for key in COLUMNS})


def _gain(lost: Measured) -> dict[str, Any]:
    """What is lost less is recovered."""
    ends = {"change": "change", "change_low": "change_high", "change_high": "change_low"}
    values: dict[str, Any] = dict(lost)
    return {key: None if values[end] is None else -values[end] + 0.0 for key, end in ends.items()}


COLUMNS: Final = {
    "today": N_("Today"),
    "scenario": N_("Scenario"),
    "change": N_("Change"),
    "change_low": N_("Low (80 %)"),
    "change_high": N_("High (80 %)"),
}


def curve(view: View, filters: Filters, scenario: str, items: str) -> FigureDict:
    """Service, lost sales and profit over stock, with today, the scenario and the highest profit."""
    found = queries.what_if_curve(view, filters, outcome.chosen(items))
    names = ["stock_units", "fill_rate", "lost_sales"]
    if found["best"] is not None:
        names = ["capital", "fill_rate", "lost_sales", "net_profit"]
    drawn = {name: outcome.quantity(view, name) for name in names}
    return scenarios.trade_off(found, outcome.found(view, filters, scenario, items), drawn)


def curve_rows(view: View, filters: Filters, scenario: str, items: str) -> Listed:
    """The points of the curve, and the scenario."""
    curve = queries.what_if_curve(view, filters, outcome.chosen(items))
    measures: Any = outcome.found(view, filters, scenario, items)["measures"]
    names = ("fill_rate", "stock_units", "capital", "lost_sales", "net_profit")
    own = {"safety_shift": None} | {name: measures[name]["scenario"] for name in names}
    points: list[Any] = [*curve["points"], own]
    marks = {curve["best"]: _("Highest profit"), curve["today"]: _("Today"), len(points) - 1: _("Scenario")}
    fields = (
        Field("point", N_("Point")),
        Field("safety_shift", N_("Safety stock against today [SD]"), "×"),
        *map(_field, names),
    )
    columns = {name: [point[name] for point in points] for name in ("safety_shift", *names)}
    return Listed.of(fields, {"point": [marks.get(place, "") for place in range(len(points))]} | columns)


def curve_note(view: View, filters: Filters, scenario: str, items: str) -> str:
    """Where the highest profit lies."""
    found = queries.what_if_curve(view, filters, outcome.chosen(items))
    if found["best"] is None:
        return _("No best point: profit needs products.unit_cost.")
    best, today = found["points"][found["best"]], found["points"][found["today"]]
    if best == today:
        return _("Net profit is highest about where safety stocks are today.")
    return _(
        "Net profit is highest with safety stocks {shift} SD from today: fill rate {fill}, capital {capital}.",
        shift=f"{best['safety_shift']:+g}".replace("-", numbers.MINUS),
        fill=Quantity("", "%").text(best["fill_rate"]),
        capital=outcome.money(view).text(best["capital"]),
    )


def where_rows(view: View, filters: Filters, scenario: str, items: str, by: str) -> Listed:
    """What the scenario changes in each store, product, chain or category."""
    return queries.what_if_by(view, filters, parse_scenarios(scenario)[0], outcome.chosen(items), cast(By, by))


def kept_rows(view: View, filters: Filters, scenario: str, items: str) -> Listed:
    """Today, the scenario that is shown and those that are kept, side by side."""
    shown, *kept = parse_scenarios(scenario)
    compared = list(dict.fromkeys(["", *kept, shown])) if kept else []
    found = [queries.what_if(view, filters, text, outcome.chosen(items))["measures"] for text in compared]
    fields = (
        Field("scenario", N_("Scenario")),
        *map(_field, outcome.MEASURES),
        Field("profit_low", N_("Change of profit, low (80 %)"), "money"),
        Field("profit_high", N_("Change of profit, high (80 %)"), "money"),
    )
    columns: dict[str, Any] = {"scenario": [in_words(text) if text else _("Today") for text in compared]}
    columns |= {name: [measures[name]["scenario"] for measures in found] for name in outcome.MEASURES}
    columns |= {
        "profit_low": [measures["net_profit"]["change_low"] for measures in found],
        "profit_high": [measures["net_profit"]["change_high"] for measures in found],
    }
    return Listed.of(fields, columns)


def _field(name: str) -> Field:
    label, unit, _better, about = outcome.MEASURES[name]
    return Field(name, label, cast(Any, unit), about=about)


STEERED: Final[dict[str, Argument]] = {"scenario": SCENARIO, "items": ITEMS}
CHANGE: Final = Panel(
    Ids.CHANGE, N_("What would it bring in a year?"), change_rows, change, STEERED, about=ABOUT, height=300, alone=False
)
CURVE: Final = Panel(
    Ids.CURVE,
    N_("How do service, stock and profit hang together?"),
    curve_rows,
    curve,
    STEERED,
    about=ABOUT_CURVE,
    height=460,
    note=curve_note,
    alone=False,
)
WHERE: Final = Panel(
    Ids.WHERE, N_("Where would it change what?"), where_rows, arguments={**STEERED, "by": BY}, about=ABOUT, height=380
)
KEPT: Final = Panel(
    Ids.KEPT,
    N_("Which scenario is best?"),
    kept_rows,
    arguments=STEERED,
    about=ABOUT,
    if_none=N_("Keep up to three scenarios to see them side by side."),
    alone=False,
)
PANELS: Final = (CHANGE, CURVE, WHERE, KEPT)


def layout() -> Component:
    """The part without data."""
    results = html.Div([ui.cards(Ids.CARDS, len(outcome.MEASURES)), panels.charts(CHANGE, CURVE)])
    return ui.section(
        _("What if?"),
        ui.sentence(Ids.SENTENCE),
        html.Div(
            [html.Div([ITEMS.view(), SCENARIO.view(), opener(_("Save this scenario"))], className="levers"), results],
            className="what-if",
        ),
        panels.listing(KEPT),
        controls(BY),
        panels.grid(WHERE),
        Still(id=Ids.BASIS, className="basis"),
        hint=_(HINT),
    )


def register(app: Dash) -> None:
    """Wires the handlers; the forecasts' own wires the panels."""
    told = {Output(Ids.SENTENCE, "children"): outcome.sentence, Output(Ids.CARDS, "content"): outcome.cards}
    panels.at_once(app, (CHANGE,), (CURVE, KEPT), told)
    on_filters(app, Output(Ids.BASIS, "content"))(outcome.basis)
