"""One store: how it does beside its chain, what it is about to run out of, who buys there. Prints as a report."""

from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from dash import Dash, Output
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Listed
from dashapp import components as ui
from dashapp import numbers, panels, quantities, sentences, tables
from dashapp.arguments import Choice, controls
from dashapp.figures import bars, details, lines
from dashapp.figures.base import FigureDict
from dashapp.figures.links import links
from dashapp.panels import Panel
from dashapp.still import Element, el
from dashapp.subjects import Frame, Told
from dashapp.tabs import spend, stores
from dashapp.texts import N_, _, ngettext
from dashapp.wiring import on_filters, together

KEY: Final = "store"
TITLE: Final = N_("Store")
PATH: Final = "/stores/"
ICON: Final = "bi-shop"
PRODUCTS: Final = 12  # bars
CATEGORIES: Final = 8


class Ids(StrEnum):
    """Component ids of this page."""

    SENTENCE = "store-sentence"
    CARDS = "store-cards"
    GRAIN = "store-grain"
    PEERS = "store-peers"
    TIME = "store-time"
    PRODUCTS = "store-products"
    MIX = "store-mix"
    SHORT = "store-short"
    CUSTOMERS = "store-customers"
    LINES = "store-lines"


GRAIN: Final = Choice(Ids.GRAIN, N_("Time in"), {"quarter": N_("Quarters"), "month": N_("Months")}, buttons=True)


def described(view: View, filters: Filters, store: str) -> Told:
    """Its name, and what it is."""
    found = queries.store_facts(view, filters, store)
    size = _("{size} m²", size=numbers.fixed(found["size_sqm"])) if found["size_sqm"] else ""
    chain = el("a", found["chain"], href=stores.PATH + links("chain", [found["chain"]])[0], className="go")
    todo = el("a", _("What to do on Monday"), href=f"/actions?{urlencode({'store': found['id']})}", className="go")
    expected = spend.at_store(view, filters, store)  # on the screen: paper has one sheet
    return found["name"], {
        N_("Chain"): chain if found["chain"] else "",
        N_("City"): found["city"],
        N_("Region"): found["region"],
        N_("Sales floor"): size,
        N_("Store id"): found["id"],
        N_("Actions"): todo,
        N_("Its customers may spend"): el("span", expected, className="screen-only") if expected else "",
    }


def sentence(view: View, filters: Filters, store: str) -> str:
    """Net sales and how they moved, their share of the chain's, and what is running out."""
    own, chain = (
        queries.cards(view, narrowed(view, filters, store), ("net_sales",))[0]
        for narrowed in (queries.store_filters, queries.chain_filters)
    )
    told = [sentences.sales(own, quantities.of_kpi(view, "net_sales"))]
    if own["value"] and chain["value"] and own["value"] != chain["value"]:
        share = numbers.percent(100 * own["value"] / chain["value"])
        told.append(_("That is {share} of its chain's.", share=share))
    if own["value"] and not queries.lacking(view, "stockout_rate", "days_of_supply"):
        told.append(_shortage(queries.shortage(view, filters, store)))
    return " ".join(told)


def _shortage(found: queries.Shortage) -> str:
    if not found["out"] + found["nearly_out"]:
        return _("None of its {n} top sellers is out or nearly out.", n=found["top_sellers"])
    out = ngettext("{n} top seller is out", "{n} top sellers are out", found["out"])
    return _("{out}, {nearly} nearly, of {all}.", out=out, nearly=found["nearly_out"], all=found["top_sellers"])


def cards(view: View, filters: Filters, store: str) -> list[Element]:
    """The KPI cards of the Stores tab, for this store."""
    return stores.cards(view, queries.store_filters(view, filters, store))


def peers(view: View, filters: Filters, store: str) -> FigureDict:
    """Its KPIs beside those of its chain."""
    return details.peers(queries.store_and_chain(view, filters, store), quantities.currency(view))


def peers_rows(view: View, filters: Filters, store: str) -> Listed:
    """The same in numbers."""
    return tables.peers(queries.store_and_chain(view, filters, store))


def over_time(view: View, filters: Filters, store: str, grain: str) -> FigureDict:
    """Net sales beside those of the chain's mean store."""
    found = queries.store_over_time(view, filters, store, grain)
    for line in found["lines"][1:]:
        line["name"] = _("Mean store of {chain}", chain=line["name"])
    return lines.over_time(found, quantities.of_kpi(view, "net_sales"), grain)


def over_time_rows(view: View, filters: Filters, store: str, grain: str) -> Listed:
    """The same in numbers."""
    return tables.over_time(queries.store_over_time(view, filters, store, grain), "net_sales", "store", grain)


def products(view: View, filters: Filters, store: str) -> FigureDict:
    """What sells best."""
    own = queries.store_filters(view, filters, store)
    found = queries.kpi_by(view, own, "net_sales", "product", PRODUCTS)
    return bars.ranking(found, quantities.of_kpi(view, "net_sales"), "product")


def products_rows(view: View, filters: Filters, store: str) -> Listed:
    """The same for all products."""
    own = queries.store_filters(view, filters, store)
    return tables.ranking(queries.kpi_by(view, own, "net_sales", "product"), "net_sales", "product")


def mix(view: View, filters: Filters, store: str) -> FigureDict:
    """Which categories it lives on."""
    return details.mix(queries.category_mix(view, filters, store, CATEGORIES))


def mix_rows(view: View, filters: Filters, store: str) -> Listed:
    """The same for all categories."""
    return tables.mix(queries.category_mix(view, filters, store))


def customers(view: View, filters: Filters, store: str) -> Listed:
    """Who buys there, best first."""
    return queries.customer_table(view, queries.store_filters(view, filters, store), _)


FRAME: Final = Frame(KEY, described, N_("No such store"), (N_("All stores"), stores.PATH))
ONE: Final = {"store": FRAME.subject}
PEERS: Final = Panel(
    Ids.PEERS,
    N_("How does it compare with its chain?"),
    peers_rows,
    peers,
    ONE,
    about=N_(
        "Each KPI of this store against the same formula over the sums of all stores of its chain, this one too: no "
        "mean of means. Green is better, red worse, grey neither."
    ),
    height=330,
)
TIME: Final = Panel(
    Ids.TIME,
    N_("How did its sales go?"),
    over_time_rows,
    over_time,
    ONE | {"grain": GRAIN},
    about=N_(
        "Mean store: net sales of the chain ÷ its stores that had sales then. A click on a quarter filters by it."
    ),
    kpis=("net_sales",),
    height=330,
)
PRODUCTS_PANEL: Final = Panel(
    Ids.PRODUCTS,
    N_("What sells best?"),
    products_rows,
    products,
    ONE,
    about=N_("A click opens the product."),
    kpis=("net_sales",),
    height=380,
)
MIX: Final = Panel(
    Ids.MIX,
    N_("Which categories does it live on?"),
    mix_rows,
    mix,
    ONE,
    about=N_("Share of net sales, here and in the chain as a whole. A click filters by the category."),
    height=380,
)
SHORT: Final = Panel(
    Ids.SHORT,
    N_("Which top sellers are out or nearly out?"),
    queries.running_out,
    arguments=ONE,
    about=N_(
        "Class A of this store's net sales that closed the last month shown at zero, or whose days of supply are fewer "
        "than its lead time (14 days where that is unknown): a delivery ordered now would come too late."
    ),
    height=330,
)
CUSTOMERS: Final = Panel(Ids.CUSTOMERS, N_("Who are its best customers?"), customers, arguments=ONE, height=330)
LINES: Final = Panel(Ids.LINES, N_("Its sales, line by line"), queries.store_lines, arguments=ONE, height=380)
PANELS: tuple[Panel, ...] = (PEERS, TIME, PRODUCTS_PANEL, MIX, SHORT, CUSTOMERS, LINES)


def layout(subject: str = "") -> Component:
    """The page without data."""
    parts = [
        ui.sentence(Ids.SENTENCE),
        ui.section(_("Overview"), ui.cards(Ids.CARDS, len(stores.CARDS))),
        ui.section(_("What to act on"), panels.grid(SHORT)),
        ui.section(
            _("Drivers"), controls(GRAIN), panels.charts(PEERS, TIME), ui.on_screen(panels.charts(PRODUCTS_PANEL, MIX))
        ),
        ui.section(_("Details"), panels.grid(CUSTOMERS), ui.on_screen(panels.grid(LINES))),
    ]
    return FRAME.layout(subject, parts, ui.printing(_("Print report")))


def register(app: Dash) -> None:
    """Wires the handlers."""
    FRAME.register(app)
    on_filters(app, Output(Ids.SENTENCE, "children"), Output(Ids.CARDS, "content"), **ONE)(together(sentence, cards))
    panels.register(app, PANELS)
