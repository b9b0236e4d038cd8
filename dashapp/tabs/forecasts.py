"""Forecasts: the seasonal-naive baseline, and what its past errors say about it."""

from enum import StrEnum
from typing import Any, Final

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import Outlook, View
from analytics.said import english
from dashapp import components as ui
from dashapp import quantities
from dashapp.controls import choice, controls, select
from dashapp.figures import lines, points
from dashapp.figures.base import FigureDict
from dashapp.wiring import on_filters, one_of

KEY: Final = "forecasts"
TITLE: Final = "Forecasts"
PATH: Final = "/forecasts"
ICON: Final = "bi-graph-up-arrow"
MEASURES: Final = {"net_sales": "Net sales", "units_sold": "Units sold"}
HORIZONS: Final = {str(h): f"{h} months" for h in queries.HORIZONS}
BY: Final = {"chain": "Chains", "store": "Stores", "category": "Categories"}
BASELINE: Final = (
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
    QUALITY = "forecasts-quality"
    SPLIT = "forecasts-split"
    TABLE = "forecasts-table"


def layout() -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section(
                "Outlook",
                controls(
                    choice(Ids.MEASURE, "Forecast", MEASURES),
                    select(Ids.HORIZON, "Months ahead", HORIZONS, "6"),
                ),
                ui.charts(ui.chart(Ids.TOTAL, "What will the selection sell?", BASELINE, wide=True)),
                html.P(id=Ids.QUALITY, className="hint"),
                hint=BASELINE,
            ),
            ui.section(
                "Details",
                controls(choice(Ids.BY, "Split by", BY)),
                ui.charts(ui.chart(Ids.SPLIT, "Who will sell how much?", BASELINE, wide=True, height=440)),
                ui.grid(Ids.TABLE, []),
            ),
        ]
    )


def sentence(view: View, filters: Filters, measure: str, horizon: str) -> str:
    """The sum over the horizon, against the same months a year before (which it repeats)."""
    found = _outlook(view, filters, measure, horizon)
    ahead = found["forecast"]
    if ahead is None:
        return english(found["why"]) if found["why"] else ""
    quantity = quantities.of_kpi(view, measure)
    first, last = found["forecast_months"][0], found["forecast_months"][-1]
    said = f"{MEASURES[measure]} of {quantity.text(ahead['total'])} from {quantities.month(first)} to "
    said += f"{quantities.month(last)} if those months repeat the last year"
    if ahead["total_low"] is None:
        return f"{said}."
    return f"{said}; 80 % interval {quantity.text(ahead['total_low'])} to {quantity.text(ahead['total_high'])}."


def total(view: View, filters: Filters, measure: str, horizon: str) -> FigureDict:
    """History and forecast of the selection."""
    return lines.forecast(_outlook(view, filters, measure, horizon), quantities.of_kpi(view, measure))


def quality(view: View, filters: Filters, measure: str, horizon: str) -> str:
    """The back-test in words."""
    found = _outlook(view, filters, measure, horizon)
    test, why = found["back_test"], english(found["why"]) if found["why"] else ""
    if not test["n"] or test["wape"] is None or found["tested"] is None:
        return why or "Not tested: there is no second year to test on."
    said = (
        f"Back-test, one year ahead, {found['tested']} (n = {test['n']} months): mean absolute error "
        f"{test['wape']:.1f} % of sales (WAPE), bias {test['bias'] or 0:+.1f} % (positive: forecast too low)."
    )
    if test["coverage"] is not None:
        said += f" The 80 % interval held {test['coverage']:.0f} % of {test['covered_n']} months it had not seen."
    return f"{said} {why}".strip()


def split(
    view: View, filters: Filters, measure: str, horizon: str, by: str
) -> tuple[FigureDict, list[dict[str, Any]], list[dict[str, Any]]]:
    """Chains, stores or categories: their sums over the months ahead with intervals, and their back-tests."""
    measure, months = one_of(MEASURES, measure, "forecast"), one_of(HORIZONS, horizon, "months ahead")
    found = queries.outlooks(view, filters, measure, int(months), one_of(BY, by, "split"))
    quantity = quantities.of_kpi(view, measure)
    unit = f" [{quantity.sign}]" if quantity.sign else ""
    columns = [
        ui.column("name", BY[by], pinned="left", minWidth=160),
        ui.column("total", f"Next {horizon} months{unit}", "money"),
        ui.column("total_low", f"Low (80 %){unit}", "money"),
        ui.column("total_high", f"High (80 %){unit}", "money"),
        ui.column("wape", "Back-test WAPE [%]", "%"),
        ui.column("bias", "Bias [%]", "%"),
        ui.column("coverage", "Coverage, single months [%]", "%"),
        ui.column("n", "Months tested", "count"),
    ]
    return points.forecasts(found, quantity), columns, [_row(outlook) for outlook in found]


def _outlook(view: View, filters: Filters, measure: str, horizon: str) -> Outlook:
    measure, months = one_of(MEASURES, measure, "forecast"), one_of(HORIZONS, horizon, "months ahead")
    return queries.outlook(view, filters, measure, int(months))


def _row(found: Outlook) -> dict[str, Any]:
    ahead = {k: found["forecast"][k] for k in ("total", "total_low", "total_high")} if found["forecast"] else {}
    return {"name": found["name"], **ahead, **{k: found["back_test"][k] for k in ("wape", "bias", "coverage", "n")}}


def register(app: Dash) -> None:
    """Wires the handlers."""
    chosen = {"measure": Input(Ids.MEASURE, "value"), "horizon": Input(Ids.HORIZON, "value")}
    on_filters(app, Output(Ids.SENTENCE, "children"), **chosen)(sentence)
    on_filters(app, Output(Ids.TOTAL, "figure"), **chosen)(total)
    on_filters(app, Output(Ids.QUALITY, "children"), **chosen)(quality)
    on_filters(
        app,
        Output(Ids.SPLIT, "figure"),
        Output(Ids.TABLE, "columnDefs"),
        Output(Ids.TABLE, "rowData"),
        **chosen,
        by=Input(Ids.BY, "value"),
    )(split)
