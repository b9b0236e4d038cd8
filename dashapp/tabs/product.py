"""One product: what it sells and for how much, where it stands and stood empty, who buys it."""

from enum import StrEnum
from typing import Final

from dash import Dash, Output
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Listed
from dashapp import components as ui
from dashapp import panels, quantities, sentences, tables
from dashapp.figures import details
from dashapp.figures.base import FigureDict
from dashapp.figures.links import links
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.still import Element, el
from dashapp.subjects import Frame, Told
from dashapp.tabs import products
from dashapp.texts import N_, _, ngettext
from dashapp.wiring import on_filters, together

KEY: Final = "product"
TITLE: Final = N_("Product")
PATH: Final = "/products/"
ICON: Final = "bi-box-seam"
CARDS: Final = (
    "net_sales",
    "units_sold",
    "gross_margin_rate",
    "discount_rate",
    "stockout_rate",
    "days_of_supply",
    "sell_through",
    "closing_inventory",
)


class Ids(StrEnum):
    """Component ids of this page."""

    SENTENCE = "product-sentence"
    CARDS = "product-cards"
    LEDGER = "product-ledger"
    PRICES = "product-prices"
    PLACES = "product-places"
    BUYERS = "product-buyers"
    LINES = "product-lines"


def described(view: View, filters: Filters, product: str) -> Told:
    """Its name, and what it is."""
    found, price = queries.product_facts(view, filters, product), Quantity("", quantities.currency(view))
    lead = found["lead_time_days"]
    category = el(
        "a", found["category"], href=products.PATH + links("category", [found["category"]])[0], className="go"
    )
    return found["name"], {
        N_("Category"): category if found["category"] else "",
        N_("List price"): "" if found["unit_price"] is None else price.text(found["unit_price"]),
        N_("Unit cost"): "" if found["unit_cost"] is None else price.text(found["unit_cost"]),
        N_("Lead time"): "" if lead is None else ngettext("{n} day", "{n} days", round(lead)),
        N_("Product id"): found["id"],
    }


def sentence(view: View, filters: Filters, product: str) -> str:
    """Net sales and how they moved, and in how many stores it is out."""
    card = queries.product_cards(view, filters, product, ("net_sales",))[0]
    told = [sentences.sales(card, quantities.of_kpi(view, "net_sales"))]
    if not queries.lacking(view, "stockout_rate"):
        found = queries.product_presence(view, filters, product)
        if found["ranged"]:
            told.append(
                _("At the end {out} of the {n} stores that carry it had none.", out=found["out"], n=found["ranged"])
            )
    return " ".join(told)


def cards(view: View, filters: Filters, product: str) -> list[Element]:
    """The KPI cards."""
    found = queries.product_cards(view, filters, product, CARDS)
    return [ui.kpi_card(card, quantities.currency(view)) for card in found]


def ledger(view: View, filters: Filters, product: str) -> FigureDict:
    """Received, sold and in stock by month."""
    return details.ledger(queries.product_ledger(view, filters, product))


def ledger_rows(view: View, filters: Filters, product: str) -> Listed:
    """The same in numbers."""
    return tables.ledger(queries.product_ledger(view, filters, product))


def prices(view: View, filters: Filters, product: str) -> FigureDict:
    """Price before discount and as paid by month."""
    return details.prices(queries.product_prices(view, filters, product), quantities.of_kpi(view, "average_price"))


def prices_rows(view: View, filters: Filters, product: str) -> Listed:
    """The same in numbers."""
    return tables.prices(queries.product_prices(view, filters, product))


FRAME: Final = Frame(KEY, described, N_("No such product"), (N_("All products"), products.PATH))
ONE: Final = {"product": FRAME.subject}
LEDGER: Final = Panel(
    Ids.LEDGER,
    N_("What came in, what was sold, what is left?"),
    ledger_rows,
    ledger,
    ONE,
    about=N_(
        "Units over the stores shown, by month. Stock at the start + received − sold − shrink = stock at the end. "
        "Without a ledger only what was sold is known."
    ),
    height=340,
    wide=True,
)
PRICES: Final = Panel(
    Ids.PRICES,
    N_("What do customers pay for it?"),
    prices_rows,
    prices,
    ONE,
    about=N_("Gross sales ÷ units sold, and net sales ÷ units sold: between the lines lies the discount."),
    kpis=("average_price",),
    height=300,
    wide=True,
)
PLACES: Final = Panel(
    Ids.PLACES, N_("Where does it sell, and where is it missing?"), queries.product_by_store, arguments=ONE, height=380
)
BUYERS: Final = Panel(
    Ids.BUYERS,
    N_("Who buys it most?"),
    queries.top_buyers,
    arguments=ONE,
    about=N_("Known customers by net sales of this product, at most 100."),
    height=330,
)
LINES: Final = Panel(Ids.LINES, N_("Its sales, line by line"), queries.product_lines, arguments=ONE, height=380)
PANELS: tuple[Panel, ...] = (LEDGER, PRICES, PLACES, BUYERS, LINES)


def layout(subject: str = "") -> Component:
    """The page without data."""
    parts = [
        ui.sentence(Ids.SENTENCE),
        ui.section(_("Overview"), ui.cards(Ids.CARDS, len(CARDS))),
        ui.section(_("Drivers"), panels.charts(LEDGER), panels.charts(PRICES)),
        ui.section(_("What to act on"), panels.grid(PLACES)),
        ui.section(_("Details"), panels.grid(BUYERS), ui.on_screen(panels.grid(LINES))),
    ]
    return FRAME.layout(subject, parts, ui.printing(_("Print report")))


def register(app: Dash) -> None:
    """Wires the handlers."""
    FRAME.register(app)
    on_filters(app, Output(Ids.SENTENCE, "children"), Output(Ids.CARDS, "content"), **ONE)(together(sentence, cards))
    panels.register(app, PANELS)
