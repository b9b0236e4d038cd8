"""Stores: which sell, which stand empty, and how stock and sales go together."""

from enum import StrEnum
from typing import Any, Final

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.queries import View
from dashapp import components as ui
from dashapp import quantities, sentences
from dashapp.controls import choice, controls, select
from dashapp.figures import bars, heat, lines, points
from dashapp.figures.base import FigureDict, empty_figure
from dashapp.wiring import on_filters, one_of

KEY: Final = "stores"
TITLE: Final = "Stores"
PATH: Final = "/stores"
ICON: Final = "bi-shop"
CARDS: Final = (
    "net_sales",
    "gross_margin_rate",
    "orders",
    "average_basket",
    "inventory_turnover",
    "stockout_rate",
    "days_of_supply",
    "gmroi",
)
WITHOUT_COST: Final = {"inventory_turnover": "unit_turnover"}
COMPARED: Final = (
    *CARDS,
    "gross_margin",
    "weighted_stockout_rate",
    "sell_through",
    "discount_rate",
    "return_rate",
    "unit_turnover",
)
BY: Final = {"store": "Stores", "chain": "Chains"}
GRAIN: Final = {"quarter": "Quarters", "month": "Months"}
NOT_AN_EFFECT: Final = (
    "None of these numbers is an effect. Stores and products with more stock may sell more because one stocks what "
    "sells; within a store × product, busy months may follow deliveries, and an empty shelf caps what can be sold."
)


class Ids(StrEnum):
    """Component ids of this tab."""

    SENTENCE = "stores-sentence"
    CARDS = "stores-cards"
    KPI = "stores-kpi"
    BY = "stores-by"
    GRAIN = "stores-grain"
    RANKING = "stores-ranking"
    TIME = "stores-time"
    STOCKOUTS = "stores-stockouts"
    CORRELATION = "stores-correlation"
    BINS = "stores-bins"
    ASSOCIATION = "stores-association"
    TABLE = "stores-table"


def layout() -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section("Overview", ui.cards(Ids.CARDS, len(CARDS))),
            ui.section(
                "Comparison",
                controls(
                    select(Ids.KPI, "KPI", {i: KPIS[i].label for i in COMPARED}),
                    choice(Ids.BY, "Compare", BY),
                    choice(Ids.GRAIN, "Time in", GRAIN),
                ),
                ui.charts(
                    ui.chart(
                        Ids.RANKING,
                        "Which are highest?",
                        "One bar a store or chain over the whole selection.",
                        height=460,
                    ),
                    ui.chart(
                        Ids.TIME, "How did it go?", "The stores or chains with the largest net sales.", height=460
                    ),
                ),
            ),
            _stock(),
            ui.section("Details", ui.grid(Ids.TABLE, [])),
        ]
    )


def _stock() -> Component:
    return ui.section(
        "Stock",
        ui.charts(
            ui.chart(
                Ids.STOCKOUTS,
                "Where and when did shelves stand empty?",
                KPIS["stockout_rate"].definition,
                wide=True,
                height=460,
            )
        ),
        ui.charts(
            ui.chart(
                Ids.CORRELATION,
                "Do stock and sales go together?",
                "Stock at the start of the month and units sold in it, over ranged store × product months.",
                height=300,
            ),
            ui.chart(
                Ids.BINS,
                "How many units sell at which stock?",
                "Mean units sold in up to twelve bins of stock at the start of the month.",
                height=300,
            ),
        ),
        html.P(id=Ids.ASSOCIATION, className="hint"),
    )


def sentence(view: View, filters: Filters) -> str:
    """Net sales and how they moved; the store that stands empty most."""
    sales, stockouts = queries.cards(view, filters, ("net_sales", "stockout_rate"))
    said = sentences.sales(sales, quantities.of_kpi(view, "net_sales"))
    if stockouts["missing"] or stockouts["value"] is None or not sales["value"]:
        return said
    worst = queries.kpi_by(view, filters, "stockout_rate", "store", most=1)
    rate = quantities.of_kpi(view, "stockout_rate")
    most = f"; {worst['labels'][0]} most ({rate.text(worst['values'][0])})" if worst["total"] > 1 else ""
    return f"{said} {rate.text(stockouts['value'])} of ranged product months closed at zero{most}."


def cards(view: View, filters: Filters) -> list[Component]:
    """The KPI cards."""
    ids = tuple(WITHOUT_COST.get(i, i) if not view.cube.has("products.unit_cost") else i for i in CARDS)
    return [ui.kpi_card(card, quantities.currency(view)) for card in queries.cards(view, filters, ids)]


def ranking(view: View, filters: Filters, kpi_id: str, by: str) -> FigureDict:
    """One KPI by store or chain."""
    kpi_id, by = one_of(COMPARED, kpi_id, "KPI"), one_of(BY, by, "comparison")
    if why := queries.lacking(view, kpi_id):
        return empty_figure(why)
    return bars.ranking(queries.kpi_by(view, filters, kpi_id, by, 15), quantities.of_kpi(view, kpi_id))


def over_time(view: View, filters: Filters, kpi_id: str, by: str, grain: str) -> FigureDict:
    """One KPI over time by store or chain."""
    kpi_id, by = one_of(COMPARED, kpi_id, "KPI"), one_of(BY, by, "comparison")
    grain = one_of(GRAIN, grain, "time")
    if why := queries.lacking(view, kpi_id):
        return empty_figure(why)
    return lines.over_time(queries.kpi_over_time(view, filters, kpi_id, by, grain), quantities.of_kpi(view, kpi_id))


def stockouts(view: View, filters: Filters) -> FigureDict:
    """Month-end stockout rate by store and month."""
    why = queries.lacking(view, "stockout_rate")
    return empty_figure(why) if why else heat.stockouts(queries.stockout_heat_map(view, filters))


def stock_and_sales(view: View, filters: Filters) -> tuple[FigureDict, FigureDict, str]:
    """Correlations, the curve behind them, and what they are not."""
    if why := queries.lacking(view, "stockout_rate"):
        return empty_figure(why), empty_figure(why), ""
    found = queries.stock_and_sales(view, filters)
    said = f"{found['n']:,} months of {found['series']:,} store × products. {NOT_AN_EFFECT}"
    return points.correlations(found), lines.bins(found), "" if found["why"] else said


def table(view: View, filters: Filters) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every store with its KPIs; columns that the data cannot give are left out."""
    kpis = [i for i in queries.STORE_TABLE_KPIS if not queries.lacking(view, i)]
    columns = [ui.column("store_name", "Store", pinned="left", minWidth=160)]
    columns += [ui.column(f, f.capitalize()) for f in ("chain", "city") if view.cube.has(f"stores.{f}")]
    return [*columns, *ui.kpi_columns(kpis, quantities.currency(view))], queries.store_table(view, filters)


def register(app: Dash) -> None:
    """Wires the handlers."""
    kpi, by = Input(Ids.KPI, "value"), Input(Ids.BY, "value")
    on_filters(app, Output(Ids.SENTENCE, "children"))(sentence)
    on_filters(app, Output(Ids.CARDS, "children"))(cards)
    on_filters(app, Output(Ids.RANKING, "figure"), kpi_id=kpi, by=by)(ranking)
    on_filters(app, Output(Ids.TIME, "figure"), kpi_id=kpi, by=by, grain=Input(Ids.GRAIN, "value"))(over_time)
    on_filters(app, Output(Ids.STOCKOUTS, "figure"))(stockouts)
    on_filters(app, Output(Ids.CORRELATION, "figure"), Output(Ids.BINS, "figure"), Output(Ids.ASSOCIATION, "children"))(
        stock_and_sales
    )
    on_filters(app, Output(Ids.TABLE, "columnDefs"), Output(Ids.TABLE, "rowData"))(table)
