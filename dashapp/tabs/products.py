"""Products: what sells, what stands empty, what lies around."""

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
from dashapp.controls import controls, select
from dashapp.figures import bars
from dashapp.figures.base import FigureDict, empty_figure
from dashapp.wiring import Rows, on_filters, on_rows, one_of

KEY: Final = "products"
TITLE: Final = "Products"
PATH: Final = "/products"
ICON: Final = "bi-box-seam"
CARDS: Final = (
    "net_sales",
    "units_sold",
    "gross_margin",
    "sell_through",
    "stockout_rate",
    "weighted_stockout_rate",
    "days_of_supply",
    "closing_inventory",
)
RANKED_BY: Final = ("net_sales", "units_sold", "gross_margin")
TARGETS: Final = {"30": "30 days", "60": "60 days", "90": "90 days", "180": "180 days"}


class Ids(StrEnum):
    """Component ids of this tab."""

    SENTENCE = "products-sentence"
    CARDS = "products-cards"
    KPI = "products-kpi"
    TOP = "products-top"
    GAPS = "products-gaps"
    CLASSES = "products-classes"
    TARGET = "products-target"
    EXCESS = "products-excess"
    EXCESS_NOTE = "products-excess-note"
    TABLE = "products-table"


def layout() -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section("Overview", ui.cards(Ids.CARDS, len(CARDS))),
            ui.section(
                "Top sellers",
                controls(select(Ids.KPI, "Rank by", {i: KPIS[i].label for i in RANKED_BY})),
                ui.charts(
                    ui.chart(Ids.TOP, "Which products sell most?", "The fifteen largest of the selection.", height=460),
                    ui.chart(
                        Ids.GAPS,
                        "Which top sellers stand empty most?",
                        "Class A products: those that make the first 80 % of net sales. "
                        + KPIS["stockout_rate"].definition,
                        height=460,
                    ),
                ),
            ),
            ui.section(
                "Assortment and stock",
                controls(select(Ids.TARGET, "Stock to hold", TARGETS, "60")),
                ui.charts(
                    ui.chart(
                        Ids.CLASSES,
                        "How steady are the sellers?",
                        "ABC: falling net sales, A the first 80 %, B up to 95 %. XYZ: coefficient of variation of "
                        "monthly units, X up to 0.5, Y up to 1.0.",
                        height=460,
                    ),
                    ui.chart(
                        Ids.EXCESS,
                        "Where does money lie in stock that is not needed?",
                        "Dead: no sale in the period at that store. Overstock: more than the days chosen would "
                        "sell. At unit cost, each store × product by itself, end of the last month shown.",
                        height=460,
                    ),
                ),
                html.P(id=Ids.EXCESS_NOTE, className="hint"),
            ),
            ui.section("Details", ui.grid(Ids.TABLE, [], paged=True)),
        ]
    )


def sentence(view: View, filters: Filters) -> str:
    """Net sales, and the top seller that stands empty most."""
    (sales,) = queries.cards(view, filters, ("net_sales",))
    said = sentences.sales(sales, quantities.of_kpi(view, "net_sales"))
    if queries.lacking(view, "stockout_rate"):
        return said
    gaps = queries.top_seller_gaps(view, filters, 1)
    if not gaps["labels"]:
        return f"{said} No top seller closed a month at zero."
    rate = quantities.of_kpi(view, "stockout_rate").text(gaps["stockout_rate"][0])
    return f"{said} Of {gaps['among']} top sellers, {gaps['labels'][0]} stood empty most: {rate} of its store months."


def cards(view: View, filters: Filters) -> list[Component]:
    """The KPI cards."""
    return [ui.kpi_card(card, quantities.currency(view)) for card in queries.cards(view, filters, CARDS)]


def top(view: View, filters: Filters, kpi_id: str) -> FigureDict:
    """The products with the largest sales, units or margin."""
    one_of(RANKED_BY, kpi_id, "ranking")
    if why := queries.lacking(view, kpi_id):
        return empty_figure(why)
    return bars.ranking(queries.kpi_by(view, filters, kpi_id, "product", 15), quantities.of_kpi(view, kpi_id))


def gaps(view: View, filters: Filters) -> FigureDict:
    """Top sellers by stockout rate."""
    if why := queries.lacking(view, "stockout_rate"):
        return empty_figure(why)
    found = queries.top_seller_gaps(view, filters)
    return bars.gaps(found, quantities.of_kpi(view, "stockout_rate"), quantities.of_kpi(view, "net_sales"))


def classes(view: View, filters: Filters) -> FigureDict:
    """ABC × XYZ."""
    return bars.class_grid(queries.class_grid(view, filters))


def excess(view: View, filters: Filters, target: str) -> tuple[FigureDict, str]:
    """Overstock and dead stock, and their sums."""
    one_of(TARGETS, target, "stock to hold")
    if why := queries.lacking(view, "closing_inventory"):
        return empty_figure(why), ""
    found = queries.excess_stock(view, filters, int(target))
    money = quantities.of_kpi(view, "closing_inventory")
    said = (
        f"Of {money.text(found['total_stock'])} in stock at the end of the period, "
        f"{money.text(found['total_overstock'])} is more than {target} days of sales and "
        f"{money.text(found['total_dead'])} is dead. Days are counted with the sales of the period shown."
    )
    return bars.excess(found, money), said


def columns(view: View, filters: Filters) -> list[dict[str, Any]]:
    """Columns of the table; those that the data cannot give are left out."""
    kpis = [i for i in queries.PRODUCT_TABLE_KPIS if not queries.lacking(view, i)]
    return [
        ui.column("product_name", "Product", pinned="left", minWidth=160),
        ui.column("category", "Category"),
        ui.column("abc", "ABC", minWidth=70),
        ui.column("xyz", "XYZ", minWidth=70),
        *ui.kpi_columns(kpis, quantities.currency(view)),
    ]


def rows(view: View, filters: Filters, asked: Rows) -> dict[str, Any]:
    """One page of the table."""
    order_by, descending = asked.sort[0] if asked.sort else ("net_sales", True)
    found = queries.product_rows(view, filters, order_by, descending, asked.start, asked.stop)
    return {"rowData": found["rows"], "rowCount": found["count"]}


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"))(sentence)
    on_filters(app, Output(Ids.CARDS, "children"))(cards)
    on_filters(app, Output(Ids.TOP, "figure"), kpi_id=Input(Ids.KPI, "value"))(top)
    on_filters(app, Output(Ids.GAPS, "figure"))(gaps)
    on_filters(app, Output(Ids.CLASSES, "figure"))(classes)
    on_filters(
        app, Output(Ids.EXCESS, "figure"), Output(Ids.EXCESS_NOTE, "children"), target=Input(Ids.TARGET, "value")
    )(excess)
    on_filters(app, Output(Ids.TABLE, "columnDefs"))(columns)
    on_rows(app, Ids.TABLE)(rows)
