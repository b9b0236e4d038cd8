"""Products: what sells, what stands empty, what lies around."""

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
from dashapp.figures import bars
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.still import Element
from dashapp.tabs import change, shelves
from dashapp.texts import N_, _
from dashapp.wiring import on_filters, together

KEY: Final = "products"
TITLE: Final = N_("Products")
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


class Ids(StrEnum):
    """Component ids of this tab."""

    SENTENCE = "products-sentence"
    CARDS = "products-cards"
    KPI = "products-kpi"
    TOP = "products-top"
    GAPS = "products-gaps"
    LOST_BY = "products-lost-by"
    LOST = "products-lost"
    CLASSES = "products-classes"
    TARGET = "products-target"
    EXCESS = "products-excess"
    TABLE = "products-table"


KPI: Final = Choice(Ids.KPI, N_("Rank by"), {i: KPIS[i].label for i in ("net_sales", "units_sold", "gross_margin")})
DAYS: Final = {"30": N_("30 days"), "60": N_("60 days"), "90": N_("90 days"), "180": N_("180 days")}
TARGET: Final = Choice(Ids.TARGET, N_("Stock to hold"), DAYS, "60")

LOST_BY: Final = Choice(
    Ids.LOST_BY, N_("Lost sales by"), {by: change.GROUPS[by] for by in ("product", "category")}, buttons=True
)


def sentence(view: View, filters: Filters) -> str:
    """Net sales, and the top seller that stands empty most."""
    said = sentences.opening(view, filters)
    if queries.lacking(view, "stockout_rate"):
        return said
    gaps = queries.top_seller_gaps(view, filters, 1)
    if not gaps["labels"]:
        return said
    rate = quantities.of_kpi(view, "stockout_rate").text(gaps["stockout_rate"][0])
    empty = _(
        "Of {count} top sellers, {product} stood empty most: {rate} of its store months.",
        count=gaps["among"],
        product=gaps["labels"][0],
        rate=rate,
    )
    return f"{said} {empty}"


def cards(view: View, filters: Filters) -> list[Element]:
    """The KPI cards."""
    return [ui.kpi_card(card, quantities.currency(view)) for card in queries.cards(view, filters, CARDS)]


def top(view: View, filters: Filters, kpi_id: str) -> FigureDict:
    """The products with the largest sales, units or margin."""
    found = queries.kpi_by(view, filters, kpi_id, "product", bars.ROWS)
    return bars.ranking(found, quantities.of_kpi(view, kpi_id), "product")


def top_rows(view: View, filters: Filters, kpi_id: str) -> Listed:
    """The same for all of them."""
    return tables.ranking(queries.kpi_by(view, filters, kpi_id, "product"), kpi_id, "product")


def gaps(view: View, filters: Filters) -> FigureDict:
    """Top sellers by stockout rate."""
    found = queries.top_seller_gaps(view, filters)
    return bars.gaps(found, quantities.of_kpi(view, "stockout_rate"), quantities.of_kpi(view, "net_sales"))


def gaps_rows(view: View, filters: Filters) -> Listed:
    """The same for all that ever were out."""
    return tables.gaps(queries.top_seller_gaps(view, filters, None))


def classes(view: View, filters: Filters) -> FigureDict:
    """ABC × XYZ."""
    return bars.class_grid(queries.class_grid(view, filters))


def classes_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.class_grid(queries.class_grid(view, filters))


def excess(view: View, filters: Filters, target: str) -> FigureDict:
    """Overstock and dead stock."""
    return bars.excess(queries.excess_stock(view, filters, int(target)), quantities.of_kpi(view, "closing_inventory"))


def excess_rows(view: View, filters: Filters, target: str) -> Listed:
    """The same for every product that has some."""
    return tables.excess(queries.excess_stock(view, filters, int(target), None))


def excess_note(view: View, filters: Filters, target: str) -> str:
    """Their sums."""
    found, money = queries.excess_stock(view, filters, int(target)), quantities.of_kpi(view, "closing_inventory")
    return _(
        "Of {stock} in stock at the end of the period, {over} is more than {days} days of sales and {dead} is dead. "
        "Days are counted with the sales of the period shown.",
        stock=money.text(found["total_stock"]),
        over=money.text(found["total_overstock"]),
        days=target,
        dead=money.text(found["total_dead"]),
    )


TOP: Final = Panel(
    Ids.TOP,
    N_("Which products sell most?"),
    top_rows,
    top,
    {"kpi_id": KPI},
    about=N_("The fifteen largest of the selection. A click opens the product."),
    height=460,
)
GAPS: Final = Panel(
    Ids.GAPS,
    N_("Which top sellers stand empty most?"),
    gaps_rows,
    gaps,
    about=N_("Class A products: those that make the first 80 % of net sales. A click opens the product."),
    kpis=("stockout_rate",),
    height=460,
)
CLASSES: Final = Panel(
    Ids.CLASSES,
    N_("How steady are the sellers?"),
    classes_rows,
    classes,
    about=N_(
        "ABC: falling net sales, A the first 80 %, B up to 95 %. XYZ: coefficient of variation of monthly units, "
        "X up to 0.5, Y up to 1.0."
    ),
    height=460,
)
EXCESS: Final = Panel(
    Ids.EXCESS,
    N_("Where does money lie in stock that is not needed?"),
    excess_rows,
    excess,
    {"target": TARGET},
    about=N_(
        "Dead: no sale in the period at that store. Overstock: more than the days chosen would sell. At unit cost, "
        "each store × product by itself, end of the last month shown. A click opens the product."
    ),
    kpis=("closing_inventory",),
    height=460,
    note=excess_note,
)
TABLE: Final = Panel(Ids.TABLE, N_("All products"), queries.product_table, height=420)
LOST: Final = shelves.lost_panel(Ids.LOST, LOST_BY)
PANELS: tuple[Panel, ...] = (TOP, GAPS, LOST, CLASSES, EXCESS, TABLE)


def layout(subject: str = "") -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section(_("Overview"), ui.cards(Ids.CARDS, len(CARDS))),
            ui.section(_("Top sellers"), controls(KPI), panels.charts(TOP, GAPS)),
            ui.section(_("Empty shelves"), controls(LOST_BY), panels.charts(LOST)),
            ui.section(
                _("Assortment and stock"),
                controls(TARGET),
                panels.charts(CLASSES, EXCESS),
            ),
            ui.section(_("Details"), panels.grid(TABLE)),
        ]
    )


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"), Output(Ids.CARDS, "content"))(together(sentence, cards))
    panels.register(app, PANELS)
