"""One customer: how much and how often they buy, what, and where. The address holds a key, never their id."""

from enum import StrEnum
from typing import Final

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Listed
from dashapp import components as ui
from dashapp import panels, quantities, tables
from dashapp.figures import bars, lines
from dashapp.figures.base import FigureDict
from dashapp.figures.links import links
from dashapp.panels import Panel
from dashapp.still import Element, el
from dashapp.subjects import Frame, Told
from dashapp.tabs import availability, customers, spend
from dashapp.texts import N_, _, ngettext
from dashapp.wiring import on_filters, together

KEY: Final = "customer"
TITLE: Final = N_("Customer")
PATH: Final = "/customers/"
ICON: Final = "bi-person"
CARDS: Final = ("net_sales", "orders", "average_basket", "discount_rate")
MOST: Final = 10  # bars


class Ids(StrEnum):
    """Component ids of this page."""

    SENTENCE = "customer-sentence"
    CARDS = "customer-cards"
    TIME = "customer-time"
    CATEGORIES = "customer-categories"
    STORES = "customer-stores"
    BOUGHT = "customer-bought"
    LINES = "customer-lines"
    AHEAD = "customer-ahead"
    USUAL = "customer-usual"


def described(view: View, filters: Filters, customer: str) -> Told:
    """Their name, and what is known of them."""
    found = queries.customer_facts(view, filters, customer)
    home = el("a", found["home_store_name"], href=links("store", [found["home_store"]])[0], className="go")
    return found["name"], {
        N_("Tier"): found["tier"],
        N_("Customer since"): quantities.day(found["joined_on"]) if found["joined_on"] else "",
        N_("Usual store"): home if found["home_store"] else "",
        N_("Last order"): quantities.day(found["last_order"]) if found["last_order"] else "",
    }


def sentence(view: View, filters: Filters, customer: str) -> str:
    """Orders, spend, and how long ago the last order was."""
    found = queries.customer_facts(view, filters, customer)
    spend, orders = queries.customer_cards(view, filters, customer, ("net_sales", "orders"))
    if found["days_since"] is None:
        return _("No order in this selection. Reset a filter to see more.")
    told = ngettext("{n} order", "{n} orders", int(orders["value"] or 0))
    ago = ngettext("{n} day", "{n} days", int(found["days_since"]))
    money = quantities.of_kpi(view, "net_sales").text(spend["value"])
    return _(
        "{orders} for {money}; the last one {ago} before the end of the period.", orders=told, money=money, ago=ago
    )


def cards(view: View, filters: Filters, customer: str) -> list[Element]:
    """The KPI cards."""
    found = queries.customer_cards(view, filters, customer, CARDS)
    return [ui.kpi_card(card, quantities.currency(view)) for card in found]


def over_time(view: View, filters: Filters, customer: str) -> FigureDict:
    """Spend by quarter."""
    quantity = quantities.of_kpi(view, "net_sales")
    return lines.quarters(queries.customer_over_time(view, filters, customer), quantity, {"net_sales": quantity.label})


def over_time_rows(view: View, filters: Filters, customer: str) -> Listed:
    """The same in numbers, with orders."""
    return tables.quarters(queries.customer_over_time(view, filters, customer), ("net_sales", "orders"))


def categories(view: View, filters: Filters, customer: str) -> FigureDict:
    """Spend by category."""
    found = queries.customer_by(view, filters, customer, "category", MOST)
    return bars.ranking(found, quantities.of_kpi(view, "net_sales"), "category")


def categories_rows(view: View, filters: Filters, customer: str) -> Listed:
    """The same for all categories."""
    return tables.ranking(queries.customer_by(view, filters, customer, "category"), "net_sales", "category")


def stores(view: View, filters: Filters, customer: str) -> FigureDict:
    """Spend by store."""
    found = queries.customer_by(view, filters, customer, "store", MOST)
    return bars.ranking(found, quantities.of_kpi(view, "net_sales"), "store")


def stores_rows(view: View, filters: Filters, customer: str) -> Listed:
    """The same for all stores."""
    return tables.ranking(queries.customer_by(view, filters, customer, "store"), "net_sales", "store")


FRAME: Final = Frame(KEY, described, N_("No such customer"), (N_("All customers"), customers.PATH))
ONE: Final = {"customer": FRAME.subject}
TIME: Final = Panel(
    Ids.TIME,
    N_("How did their spend go?"),
    over_time_rows,
    over_time,
    ONE,
    about=N_("Net sales to this customer. A click on a quarter filters by it."),
    kpis=("net_sales",),
    height=260,
    wide=True,
)
CATEGORIES: Final = Panel(
    Ids.CATEGORIES,
    N_("What do they buy?"),
    categories_rows,
    categories,
    ONE,
    about=N_("A click filters by the category."),
    kpis=("net_sales",),
    height=340,
)
STORES: Final = Panel(
    Ids.STORES,
    N_("Where do they buy?"),
    stores_rows,
    stores,
    ONE,
    about=N_("A click opens the store."),
    kpis=("net_sales",),
    height=340,
)
BOUGHT: Final = Panel(
    Ids.BOUGHT,
    N_("Which products do they buy most?"),
    queries.most_bought,
    arguments=ONE,
    about=N_("By net sales, at most 100."),
    height=380,
)
LINES: Final = Panel(Ids.LINES, N_("Their purchases, line by line"), queries.customer_lines, arguments=ONE, height=380)
AHEAD: Final = spend.customer_panel(Ids.AHEAD, FRAME.subject)
USUAL: Final = availability.customer_panel(Ids.USUAL, FRAME.subject)
PANELS: tuple[Panel, ...] = (TIME, AHEAD, USUAL, CATEGORIES, STORES, BOUGHT, LINES)


def layout(subject: str = "") -> Component:
    """The page without data."""
    parts = [
        ui.sentence(Ids.SENTENCE),
        ui.section(_("Overview"), ui.cards(Ids.CARDS, len(CARDS))),
        ui.section(
            _("Drivers"),
            panels.charts(TIME),
            html.Div(panels.listing(AHEAD), className="charts"),
            html.Div(panels.listing(USUAL), className="charts"),
            panels.charts(CATEGORIES, STORES),
        ),
        ui.section(_("Details"), panels.grid(BOUGHT), ui.on_screen(panels.grid(LINES))),
    ]
    return FRAME.layout(subject, parts)


def register(app: Dash) -> None:
    """Wires the handlers."""
    FRAME.register(app)
    on_filters(app, Output(Ids.SENTENCE, "children"), Output(Ids.CARDS, "content"), **ONE)(together(sentence, cards))
    panels.register(app, PANELS)
