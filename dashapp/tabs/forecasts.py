"""Forecasts: the seasonal-naive baseline, and what its past errors say about it."""

from enum import StrEnum
from typing import Final

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import Outlook, View
from analytics.table import Listed
from dashapp import components as ui
from dashapp import numbers, panels, quantities, tables
from dashapp.arguments import Choice, controls
from dashapp.figures import lines, points
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.tabs import demand, models, what_if
from dashapp.texts import N_, _, said
from dashapp.wiring import on_filters

KEY: Final = "forecasts"
TITLE: Final = N_("Forecasts")
PATH: Final = "/forecasts"
ICON: Final = "bi-graph-up-arrow"
BASELINE: Final = N_(
    "The baseline: every month repeats the same month of the last year, whatever the quarter filter says. "
    "Sales, not demand: what an empty shelf did not sell is missing here too. The interval of a sum over months "
    "rests on sums that overlap: it is less sure than that of one month, which the back-test checks."
)


class Ids(StrEnum):
    """Component ids of this tab."""

    SENTENCE = "forecasts-sentence"
    MEASURE = "forecasts-measure"
    HORIZON = "forecasts-horizon"
    BY = "forecasts-by"
    TOTAL = "forecasts-total"
    SPLIT = "forecasts-split"
    TABLE = "forecasts-table"


MEASURES: Final = {"net_sales": N_("Net sales"), "units_sold": N_("Units sold")}
MONTHS: Final = {"3": N_("3 months"), "6": N_("6 months"), "12": N_("12 months")}
SPLITS: Final = {"chain": N_("Chains"), "store": N_("Stores"), "category": N_("Categories")}
MEASURE: Final = Choice(Ids.MEASURE, N_("Forecast"), MEASURES, buttons=True)
HORIZON: Final = Choice(Ids.HORIZON, N_("Months ahead"), MONTHS, "6")
BY: Final = Choice(Ids.BY, N_("Split by"), SPLITS, buttons=True)


def sentence(view: View, filters: Filters, measure: str, horizon: str) -> str:
    """The sum over the horizon, against the same months a year before (which it repeats)."""
    found = _outlook(view, filters, measure, horizon)
    ahead = found["forecast"]
    if ahead is None:
        return said(found["why"]) if found["why"] else ""
    quantity = quantities.of_kpi(view, measure)
    expected = _(
        "{measure} of {total} from {first} to {last} if those months repeat the last year",
        measure=_(MEASURES[measure]),
        total=quantity.text(ahead["total"]),
        first=quantities.month(found["forecast_months"][0]),
        last=quantities.month(found["forecast_months"][-1]),
    )
    if ahead["total_low"] is None:
        return f"{expected}."
    low, high = quantity.text(ahead["total_low"]), quantity.text(ahead["total_high"])
    return f"{expected}; " + _("80 % interval {low} to {high}.", low=low, high=high)


def quality(view: View, filters: Filters, measure: str, horizon: str) -> str:
    """The back-test in words."""
    found = _outlook(view, filters, measure, horizon)
    test, why = found["back_test"], said(found["why"]) if found["why"] else ""
    if not test["n"] or test["wape"] is None or found["tested"] is None:
        return why or _("Not tested: there is no second year to test on.")
    tested = _(
        "Back-test, one year ahead, {months} (n = {n} months): mean absolute error {wape} % of sales (WAPE), bias "
        "{bias} % (positive: forecast too low).",
        months=found["tested"],
        n=test["n"],
        wape=numbers.fixed(test["wape"], 1),
        bias=numbers.fixed(test["bias"] or 0, 1),
    )
    if test["coverage"] is not None:
        tested += " " + _(
            "The 80 % interval held {share} % of {n} months it had not seen.",
            share=numbers.fixed(test["coverage"]),
            n=test["covered_n"],
        )
    return f"{tested} {why}".strip()


def total(view: View, filters: Filters, measure: str, horizon: str) -> FigureDict:
    """History and forecast of the selection."""
    return lines.forecast(_outlook(view, filters, measure, horizon), quantities.of_kpi(view, measure))


def total_rows(view: View, filters: Filters, measure: str, horizon: str) -> Listed:
    """The same in numbers."""
    return tables.forecast(_outlook(view, filters, measure, horizon), measure)


def split(view: View, filters: Filters, measure: str, horizon: str, by: str) -> FigureDict:
    """Chains, stores or categories: their sums over the months ahead with intervals."""
    found = queries.outlooks(view, filters, measure, int(horizon), by)
    return points.forecasts(found, quantities.of_kpi(view, measure), by)


def split_rows(view: View, filters: Filters, measure: str, horizon: str, by: str) -> Listed:
    """The same for all of them, with their back-tests."""
    return tables.forecasts(queries.outlooks(view, filters, measure, int(horizon), by), measure, by)


def _outlook(view: View, filters: Filters, measure: str, horizon: str) -> Outlook:
    return queries.outlook(view, filters, measure, int(horizon))


AHEAD: Final = {"measure": MEASURE, "horizon": HORIZON}
TOTAL: Final = Panel(
    Ids.TOTAL, N_("What will the selection sell?"), total_rows, total, AHEAD, about=BASELINE, wide=True, note=quality
)
SPLIT: Final = Panel(
    Ids.SPLIT,
    N_("Who will sell how much?"),
    split_rows,
    split,
    {**AHEAD, "by": BY},
    about=BASELINE,
    height=440,
    wide=True,
)
TABLE: Final = Panel(Ids.TABLE, N_("All forecasts"), split_rows, arguments={**AHEAD, "by": BY}, height=420)
PANELS: tuple[Panel, ...] = (*what_if.PANELS, *demand.PANELS, TOTAL, SPLIT, TABLE)


def layout(subject: str = "") -> Component:
    """The tab without data."""
    return html.Div(
        [
            what_if.layout(),
            demand.layout(),
            ui.section(
                _("Outlook"),
                ui.sentence(Ids.SENTENCE),
                controls(MEASURE, HORIZON),
                panels.charts(TOTAL),
                hint=_(BASELINE),
            ),
            ui.section(_("Details"), controls(BY), panels.charts(SPLIT), panels.grid(TABLE)),
            models.link(),
        ]
    )


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"), measure=MEASURE, horizon=HORIZON)(sentence)
    what_if.register(app)
    panels.register(app, PANELS)
