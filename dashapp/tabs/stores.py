"""Stores: which sell, which stand empty, and how stock and sales go together."""

from enum import StrEnum
from typing import Final

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.queries import View
from analytics.table import Listed
from dashapp import components as ui
from dashapp import panels, quantities, sentences, tables
from dashapp.arguments import Choice, controls
from dashapp.figures import bars, heat, lines, points
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.still import Element
from dashapp.tabs import change, shelves
from dashapp.texts import N_, _
from dashapp.wiring import on_filters, together

KEY: Final = "stores"
TITLE: Final = N_("Stores")
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
DRAWN: Final = N_("They were drawn by lot from more.")
NOT_AN_EFFECT: Final = N_(
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
    LOST_BY = "stores-lost-by"
    LOST = "stores-lost"
    EFFECT = "stores-effect"
    TABLE = "stores-table"


KPI: Final = Choice(Ids.KPI, N_("KPI"), {i: KPIS[i].label for i in COMPARED})
BY: Final = Choice(Ids.BY, N_("Compare"), {"store": N_("Stores"), "chain": N_("Chains")}, buttons=True)
GRAIN: Final = Choice(Ids.GRAIN, N_("Time in"), {"quarter": N_("Quarters"), "month": N_("Months")}, buttons=True)

LOST_BY: Final = Choice(Ids.LOST_BY, N_("Lost sales by"), change.GROUPS, buttons=True)


def sentence(view: View, filters: Filters) -> str:
    """Net sales, what moved them and which top sellers are out; the store that stands empty most."""
    said = sentences.opening(view, filters)
    if queries.lacking(view, "stockout_rate"):
        return said
    worst = queries.kpi_by(view, filters, "stockout_rate", "store", most=1)
    if worst["total"] < 2 or not worst["values"][0]:
        return said
    rate = quantities.of_kpi(view, "stockout_rate").text(worst["values"][0])
    most = _("{store} stood empty most: {rate} of its product months.", store=worst["labels"][0], rate=rate)
    return f"{said} {most}"


def cards(view: View, filters: Filters) -> list[Element]:
    """The KPI cards."""
    ids = tuple(WITHOUT_COST.get(i, i) if not view.cube.has("products.unit_cost") else i for i in CARDS)
    return [ui.kpi_card(card, quantities.currency(view)) for card in queries.cards(view, filters, ids)]


def ranking(view: View, filters: Filters, kpi_id: str, by: str) -> FigureDict:
    """One KPI by store or chain."""
    found = queries.kpi_by(view, filters, kpi_id, by, bars.ROWS)
    return bars.ranking(found, quantities.of_kpi(view, kpi_id), by)


def ranking_rows(view: View, filters: Filters, kpi_id: str, by: str) -> Listed:
    """The same for all of them."""
    return tables.ranking(queries.kpi_by(view, filters, kpi_id, by), kpi_id, by)


def over_time(view: View, filters: Filters, kpi_id: str, by: str, grain: str) -> FigureDict:
    """One KPI over time by store or chain."""
    found = queries.kpi_over_time(view, filters, kpi_id, by, grain)
    return lines.over_time(found, quantities.of_kpi(view, kpi_id), grain)


def over_time_rows(view: View, filters: Filters, kpi_id: str, by: str, grain: str) -> Listed:
    """The same for all of them."""
    return tables.over_time(queries.kpi_over_time(view, filters, kpi_id, by, grain, None), kpi_id, by, grain)


def stockouts(view: View, filters: Filters) -> FigureDict:
    """Month-end stockout rate by store and month."""
    return heat.stockouts(queries.stockout_heat_map(view, filters))


def stockouts_rows(view: View, filters: Filters) -> Listed:
    """The same for all stores."""
    return tables.heat(queries.stockout_heat_map(view, filters, None), "stockout_rate")


def correlation(view: View, filters: Filters) -> FigureDict:
    """Correlations of stock and sales with their intervals."""
    return points.correlations(queries.stock_and_sales(view, filters))


def correlation_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.correlations(queries.stock_and_sales(view, filters))


def bins(view: View, filters: Filters) -> FigureDict:
    """The curve behind them."""
    return lines.bins(queries.stock_and_sales(view, filters))


def bins_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.bins(queries.stock_and_sales(view, filters))


def association(view: View, filters: Filters) -> str:
    """What the correlations count, and what they are not."""
    found = queries.stock_and_sales(view, filters)
    if found["why"]:
        return ""
    counted = _("{n} months of {series} store × products.", n=found["n"], series=found["series"])
    drawn = f"{_(DRAWN)} " if found["drawn"] else ""
    return f"{counted} {drawn}{_(NOT_AN_EFFECT)}"


RANKING: Final = Panel(
    Ids.RANKING,
    N_("Which are highest?"),
    ranking_rows,
    ranking,
    {"kpi_id": KPI, "by": BY},
    about=N_("One bar a store or chain over the whole selection. A click opens the store, or filters by the chain."),
    height=460,
)
TIME: Final = Panel(
    Ids.TIME,
    N_("How did it go?"),
    over_time_rows,
    over_time,
    {"kpi_id": KPI, "by": BY, "grain": GRAIN},
    about=N_("The stores or chains with the largest net sales. A click on a quarter filters by it."),
    height=460,
)
STOCKOUTS: Final = Panel(
    Ids.STOCKOUTS,
    N_("Where and when did shelves stand empty?"),
    stockouts_rows,
    stockouts,
    about=N_("A click opens the store."),
    kpis=("stockout_rate",),
    height=460,
    wide=True,
)
CORRELATION: Final = Panel(
    Ids.CORRELATION,
    N_("Do stock and sales go together?"),
    correlation_rows,
    correlation,
    about=N_("Stock at the start of the month and units sold in it, over ranged store × product months."),
    height=300,
    note=association,
)
BINS: Final = Panel(
    Ids.BINS,
    N_("How many units sell at which stock?"),
    bins_rows,
    bins,
    about=N_("Mean units sold in up to twelve bins of stock at the start of the month."),
    height=300,
    wide=True,
)
LOST: Final = shelves.lost_panel(Ids.LOST, LOST_BY)
EFFECT: Final = shelves.effect_panel(Ids.EFFECT)
TABLE: Final = Panel(Ids.TABLE, N_("All stores"), queries.store_table, height=420)
PANELS: tuple[Panel, ...] = (*change.PANELS, RANKING, TIME, STOCKOUTS, LOST, CORRELATION, EFFECT, BINS, TABLE)


def layout(subject: str = "") -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section(_("Overview"), ui.cards(Ids.CARDS, len(CARDS))),
            ui.section(
                _("What changed?"),
                controls(*change.CHOICES),
                panels.charts(*change.PANELS),
            ),
            ui.section(_("Comparison"), controls(KPI, BY, GRAIN), panels.charts(RANKING, TIME)),
            ui.section(_("Empty shelves"), panels.charts(STOCKOUTS), controls(LOST_BY), panels.charts(LOST)),
            ui.section(_("What stock does to sales"), panels.charts(CORRELATION, EFFECT), panels.charts(BINS)),
            ui.section(_("Details"), panels.grid(TABLE)),
        ]
    )


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"), Output(Ids.CARDS, "content"))(together(sentence, cards))
    panels.register(app, PANELS)
