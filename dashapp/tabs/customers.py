"""Customers: who buys, who comes back, who is worth what, who gets discounts."""

from enum import StrEnum
from typing import Any, Final

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.queries import View
from analytics.said import english
from dashapp import components as ui
from dashapp import quantities
from dashapp.figures import bars, heat, lines
from dashapp.figures.base import FigureDict, empty_figure
from dashapp.quantities import Quantity
from dashapp.wiring import Rows, on_filters, on_rows

KEY: Final = "customers"
TITLE: Final = "Customers"
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
NO_DISCOUNT: Final = "sales.discount_amount"
NO_TIER: Final = "customers.loyalty_tier"


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


def layout() -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section("Overview", ui.cards(Ids.CARDS, len(CARDS))),
            ui.section(
                "Coming back",
                ui.charts(
                    ui.chart(Ids.ACTIVE, "How many buy, and how many are new?", KPIS["new_customers"].definition),
                    ui.chart(Ids.RETENTION, "How many come back, how many stay away?", KPIS["churn"].definition),
                ),
                ui.charts(
                    ui.chart(
                        Ids.COHORTS,
                        "How long do customers stay?",
                        "Each row: the customers whose first order in these stores fell in that quarter. "
                        "Share [%] of them who ordered in each later quarter. Grey: not over yet.",
                        wide=True,
                        height=380,
                    )
                ),
            ),
            ui.section(
                "Who they are",
                ui.charts(
                    ui.chart(
                        Ids.SEGMENTS,
                        "Which segments bring the sales?",
                        "RFM: recency and number of orders in fifths of the customers shown. Champions ordered "
                        "often and lately; at risk often, but long ago; dormant rarely and long ago.",
                        height=440,
                    ),
                    ui.chart(
                        Ids.TIERS,
                        "What does each loyalty tier bring?",
                        "Tier as given in the customers table.",
                        height=440,
                    ),
                ),
                ui.charts(
                    ui.chart(Ids.SPREAD, "How is spend spread?", "Net sales per known customer over the period shown."),
                    ui.chart(Ids.DISCOUNTS, "Who receives discounts?", KPIS["discount_rate"].definition),
                ),
            ),
            ui.section("Details", ui.grid(Ids.TABLE, [], paged=True)),
        ]
    )


def sentence(view: View, filters: Filters) -> str:
    """How many buy, how many come back, what the best tenth brings."""
    if why := queries.lacking(view, "active_customers"):
        return english(why)
    active, kept = queries.cards(view, filters, ("active_customers", "retention"))
    if not active["value"]:
        return "No known customer bought in this selection. Reset a filter to see more."
    count = quantities.of_kpi(view, "active_customers").text(active["value"])
    back = f"; {kept['value']:.0f} % of those of the period before came back" if kept["value"] is not None else ""
    top = queries.spend_spread(view, filters)["top_tenth_share"]
    return f"{count} known customers bought{back}. The top tenth brings {top or 0:.0f} % of their sales."


def cards(view: View, filters: Filters) -> list[Component]:
    """The KPI cards."""
    return [ui.kpi_card(card, quantities.currency(view)) for card in queries.cards(view, filters, CARDS)]


def by_quarter(view: View, filters: Filters) -> tuple[FigureDict, FigureDict]:
    """Active and new customers; retention and churn."""
    if why := queries.lacking(view, "active_customers"):
        return empty_figure(why), empty_figure(why)
    found = queries.customers_by_quarter(view, filters)
    labels = {i: KPIS[i].label for i in found["values"]}
    bought = {i: labels[i] for i in ("active_customers", "new_customers")}
    stayed = {i: labels[i] for i in ("retention", "churn")}
    return lines.quarters(found, Quantity("Customers"), bought), lines.quarters(found, Quantity("Share", "%"), stayed)


def cohorts(view: View, filters: Filters) -> FigureDict:
    """The cohort heat map."""
    why = queries.lacking(view, "active_customers")
    return empty_figure(why) if why else heat.cohorts(queries.cohorts(view, filters))


def segments(view: View, filters: Filters) -> FigureDict:
    """RFM segments."""
    if why := queries.lacking(view, "active_customers"):
        return empty_figure(why)
    return bars.groups(queries.rfm_segments(view, filters), quantities.of_kpi(view, "net_sales"))


def tiers(view: View, filters: Filters) -> tuple[FigureDict, FigureDict]:
    """Loyalty tiers: their sales, and the discounts they receive."""
    if why := queries.lacking(view, "active_customers"):
        return empty_figure(why), empty_figure(why)
    found = queries.loyalty_tiers(view, filters)
    sales = bars.groups(found, quantities.of_kpi(view, "net_sales"))
    if not view.cube.has(NO_TIER):
        sales = empty_figure("Needs loyalty_tier, which the loaded files do not have.")
    why = queries.lacking(view, "discount_rate")
    return sales, empty_figure(why) if why else bars.discounts(found, quantities.of_kpi(view, "discount_rate"))


def spread(view: View, filters: Filters) -> FigureDict:
    """Customers by spend."""
    if why := queries.lacking(view, "spend_per_customer"):
        return empty_figure(why)
    return bars.spread(queries.spend_spread(view, filters), quantities.of_kpi(view, "spend_per_customer"))


def columns(view: View, filters: Filters) -> list[dict[str, Any]]:
    """Columns of the table; those that the data cannot give are left out."""
    money = quantities.currency(view)
    shown = [ui.column("customer_name", "Customer", pinned="left", minWidth=160), ui.column("segment", "Segment")]
    if view.cube.has(NO_TIER):
        shown.append(ui.column("loyalty_tier", "Tier"))
    shown += [
        ui.column("spend", f"Spend [{money}]", "money"),
        ui.column("orders", "Orders", "count"),
        ui.column("days_since", "Days since last order", "count"),
    ]
    if not queries.lacking(view, "discount_rate"):
        shown.append(ui.column("discount_rate", "Discount rate [%]", "%"))
    return shown


def rows(view: View, filters: Filters, asked: Rows) -> dict[str, Any]:
    """One page of the table."""
    order_by, descending = asked.sort[0] if asked.sort else ("spend", True)
    found = queries.customer_rows(view, filters, order_by, descending, asked.start, asked.stop)
    return {"rowData": found["rows"], "rowCount": found["count"]}


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"))(sentence)
    on_filters(app, Output(Ids.CARDS, "children"))(cards)
    on_filters(app, Output(Ids.ACTIVE, "figure"), Output(Ids.RETENTION, "figure"))(by_quarter)
    on_filters(app, Output(Ids.COHORTS, "figure"))(cohorts)
    on_filters(app, Output(Ids.SEGMENTS, "figure"))(segments)
    on_filters(app, Output(Ids.TIERS, "figure"), Output(Ids.DISCOUNTS, "figure"))(tiers)
    on_filters(app, Output(Ids.SPREAD, "figure"))(spread)
    on_filters(app, Output(Ids.TABLE, "columnDefs"))(columns)
    on_rows(app, Ids.TABLE)(rows)
