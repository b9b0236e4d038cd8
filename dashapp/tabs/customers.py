"""Customers: who buys, who comes back, who is worth what, who gets discounts."""

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
from dashapp import panels, quantities, tables
from dashapp.figures import bars, heat, lines
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.still import Element
from dashapp.tabs import availability, models, spend
from dashapp.tabs import discounts as expected
from dashapp.texts import N_, _, said
from dashapp.wiring import on_filters, together

KEY: Final = "customers"
TITLE: Final = N_("Customers")
PATH: Final = "/customers"
ICON: Final = "bi-people"
CARDS: Final = (
    "active_customers",
    "new_customers",
    "repeat_rate",
    "retention",
    "churn",
    "spend_per_customer",
    "orders_per_customer",
    "guest_share",
)
BOUGHT: Final = ("active_customers", "new_customers")
STAYED: Final = ("retention", "churn")


class Ids(StrEnum):
    """Component ids of this tab."""

    SENTENCE = "customers-sentence"
    CARDS = "customers-cards"
    ACTIVE = "customers-active"
    RETENTION = "customers-retention"
    COHORTS = "customers-cohorts"
    SEGMENTS = "customers-segments"
    TIERS = "customers-tiers"
    SPREAD = "customers-spread"
    DISCOUNTS = "customers-discounts"
    TABLE = "customers-table"


def sentence(view: View, filters: Filters) -> str:
    """How many buy, how many come back, what the best tenth brings."""
    if why := queries.lacking(view, "active_customers"):
        return said(why)
    active, kept = queries.cards(view, filters, ("active_customers", "retention"))
    if active["missing"]:
        return said(active["missing"])
    if not active["value"]:
        return _("No known customer bought in this selection. Reset a filter to see more.")
    count = quantities.of_kpi(view, "active_customers").text(active["value"])
    bought = _("{count} known customers bought", count=count)
    if kept["value"] is not None:
        share = quantities.of_kpi(view, "retention").text(kept["value"])
        bought += "; " + _("{share} of those of the period before came back", share=share)
    brings = queries.spend_spread(view, filters)["top_tenth_share"]
    if brings is None and not view.scope.personal:
        return f"{bought}."
    top = Quantity("", "%").text(brings or 0)
    return f"{bought}. " + _("The top tenth brings {share} of their sales.", share=top)


def cards(view: View, filters: Filters) -> list[Element]:
    """The KPI cards."""
    return [ui.kpi_card(card, quantities.currency(view)) for card in queries.cards(view, filters, CARDS)]


def active(view: View, filters: Filters) -> FigureDict:
    """Active and new customers by quarter."""
    labels = {i: _(KPIS[i].label) for i in BOUGHT}
    return lines.quarters(queries.customers_by_quarter(view, filters), Quantity(_("Customers")), labels)


def active_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.quarters(queries.customers_by_quarter(view, filters), BOUGHT)


def retention(view: View, filters: Filters) -> FigureDict:
    """Retention and churn by quarter."""
    labels = {i: _(KPIS[i].label) for i in STAYED}
    return lines.quarters(queries.customers_by_quarter(view, filters), Quantity(_("Share"), "%"), labels)


def retention_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.quarters(queries.customers_by_quarter(view, filters), STAYED)


def cohorts(view: View, filters: Filters) -> FigureDict:
    """The cohort heat map."""
    return heat.cohorts(queries.cohorts(view, filters))


def cohorts_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.cohorts(queries.cohorts(view, filters))


def segments(view: View, filters: Filters) -> FigureDict:
    """RFM segments."""
    return bars.groups(queries.rfm_segments(view, filters), quantities.of_kpi(view, "net_sales"))


def segments_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.groups(queries.rfm_segments(view, filters), N_("Segment"))


def tiers(view: View, filters: Filters) -> FigureDict:
    """What each loyalty tier brings."""
    return bars.groups(queries.loyalty_tiers(view, filters), quantities.of_kpi(view, "net_sales"))


def tiers_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.groups(queries.loyalty_tiers(view, filters), N_("Tier"))


def discounts(view: View, filters: Filters) -> FigureDict:
    """The discounts that each loyalty tier receives."""
    return bars.discounts(queries.tier_discounts(view, filters), quantities.of_kpi(view, "discount_rate"))


def discounts_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.groups(queries.tier_discounts(view, filters), N_("Tier"), discounts=True)


def spread(view: View, filters: Filters) -> FigureDict:
    """Customers by spend."""
    return bars.spread(queries.spend_spread(view, filters), quantities.of_kpi(view, "spend_per_customer"))


def spread_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    return tables.spread(queries.spend_spread(view, filters))


def everybody(view: View, filters: Filters) -> Listed:
    """Every customer, the names of segments in the reader's language."""
    return queries.customer_table(view, filters, _)


ACTIVE: Final = Panel(
    Ids.ACTIVE, N_("How many buy, and how many are new?"), active_rows, active, kpis=BOUGHT, of_groups=True
)
RETENTION: Final = Panel(
    Ids.RETENTION,
    N_("How many come back, how many stay away?"),
    retention_rows,
    retention,
    kpis=STAYED,
    of_groups=True,
)
COHORTS: Final = Panel(
    Ids.COHORTS,
    N_("How long do customers stay?"),
    cohorts_rows,
    cohorts,
    about=N_(
        "Each row: the customers whose first order in these stores fell in that quarter. Share [%] of them who ordered "
        "in each later quarter. Grey: not over yet."
    ),
    height=380,
    wide=True,
    of_groups=True,
)
SEGMENTS: Final = Panel(
    Ids.SEGMENTS,
    N_("Which segments bring the sales?"),
    segments_rows,
    segments,
    about=N_(
        "RFM: recency and number of orders in fifths of the customers shown. Champions ordered often and lately; at "
        "risk often, but long ago; dormant rarely and long ago."
    ),
    height=440,
    of_groups=True,
)
TIERS: Final = Panel(
    Ids.TIERS,
    N_("What does each loyalty tier bring?"),
    tiers_rows,
    tiers,
    about=N_("Tier as given in the customers table."),
    height=440,
    of_groups=True,
)
SPREAD: Final = Panel(
    Ids.SPREAD,
    N_("How is spend spread?"),
    spread_rows,
    spread,
    about=N_("Net sales per known customer over the period shown."),
    of_groups=True,
)
DISCOUNTS: Final = Panel(
    Ids.DISCOUNTS,
    N_("Which discounts did each tier receive?"),
    discounts_rows,
    discounts,
    kpis=("discount_rate", "discounted_lines_rate"),
    of_groups=True,
)
TABLE: Final = Panel(Ids.TABLE, N_("All customers"), everybody, height=420)
PANELS: tuple[Panel, ...] = (
    ACTIVE,
    RETENTION,
    COHORTS,
    SEGMENTS,
    TIERS,
    SPREAD,
    DISCOUNTS,
    *spend.PANELS,
    *availability.PANELS,
    *expected.PANELS,
    TABLE,
)


def layout(subject: str = "") -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section(_("Overview"), ui.cards(Ids.CARDS, len(CARDS))),
            ui.section(_("Coming back"), panels.charts(ACTIVE, RETENTION), panels.charts(COHORTS)),
            ui.section(_("Who they are"), panels.charts(SEGMENTS, TIERS), panels.charts(SPREAD)),
            spend.section(),
            availability.section(),
            expected.section(DISCOUNTS),
            ui.section(_("Details"), panels.grid(TABLE)),
            models.link(),
        ]
    )


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"), Output(Ids.CARDS, "content"))(together(sentence, cards))
    panels.register(app, PANELS)
