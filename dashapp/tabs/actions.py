"""Actions: what to do on Monday, by what it is worth."""

from enum import StrEnum
from typing import Any, Final

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import ActionSums, Lacking, Sum, View
from analytics.table import Ask, Spoken
from dashapp import components as ui
from dashapp import numbers, panels, quantities
from dashapp.arguments import Choice, controls
from dashapp.figures import points
from dashapp.figures.base import FigureDict
from dashapp.grids import href
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.still import Content, Element, Still, el
from dashapp.tabs import models
from dashapp.texts import N_, _, ngettext, said
from dashapp.wiring import on_filters, together

KEY: Final = "actions"
TITLE: Final = N_("Actions")
PATH: Final = "/actions"
ICON: Final = "bi-check2-square"
TOP: Final = 10


class Ids(StrEnum):
    """Component ids of this tab."""

    SENTENCE = "actions-sentence"
    CARDS = "actions-cards"
    KIND = "actions-kind"
    SERVICE = "actions-service"
    LIST = "actions-list"
    WORTH = "actions-worth"
    TABLE = "actions-table"


NAMES: Final = {
    "restock": N_("Restock"),
    "protect": N_("Protect top sellers"),
    "transfer": N_("Transfer"),
    "reduce": N_("Reduce"),
}
EXPLAINED: Final = {
    "restock": N_(
        "Order up to the level that lasts until a later order would be here with the service level chosen. Worth: "
        "margin of sales not lost, less what holding the units costs."
    ),
    "protect": N_(
        "A top seller (class A of its store) that is in stock today, may run out before the next delivery more often "
        "than the service level allows, and is usually filled up too low: raise its level. Worth: as for restock."
    ),
    "transfer": N_(
        "Units that another store of the chain does not need for three months at the service level chosen. They are "
        "not ordered too. Worth: margin of sales not lost; transport is not counted, as nobody told its cost."
    ),
    "reduce": N_(
        "Units that are not needed for half a year at high service. Worth: what holding them would cost in the next "
        "year, not the capital that comes free."
    ),
}
KINDS: Final = {"all": N_("All"), **NAMES}
SERVICES: Final = {"pays": N_("What pays on each shelf"), "90": N_("90 %"), "95": N_("95 %"), "98": N_("98 %")}
KIND: Final = Choice(Ids.KIND, N_("Do what"), KINDS)
SERVICE: Final = Choice(Ids.SERVICE, N_("Service level"), SERVICES)
READ: Final = N_(
    "Stock as it was counted last, whatever the quarter filter says; what is on order is not known. The service level "
    "is the share of order cycles that a shelf lasts through. What pays: the level at which one more unit costs as "
    "much as it brings. Between low and high lie 80 % of outcomes, by chance and by the error of the estimated demand."
)


def sentence(view: View, filters: Filters, kind: str, service: str) -> str:
    """What the ten are worth, and all of them."""
    try:
        found = queries.action_sums(view, filters, kind, service)
    except Lacking as lacking:
        return said(lacking.said)
    top, every, money = found["top"], found["chosen"], _money(view)
    if not top["count"]:
        return _("Nothing to do here at this service level: stock at the end of {month} lasts.", month=_month(found))
    told = ngettext(
        "One action is worth {value} ({low} to {high}) after the count of {month}.",
        "The first {n} actions are worth {value} ({low} to {high}) after the count of {month}.",
        top["count"],
        **_told(top, money),
        month=_month(found),
    )
    if every["count"] == top["count"]:
        return told
    return f"{told} " + _("All {n} together: {value} ({low} to {high}).", n=every["count"], **_told(every, money))


def cards(view: View, filters: Filters, kind: str, service: str) -> list[Element]:
    """One card a kind."""
    try:
        found = queries.action_sums(view, filters, kind, service)
    except Lacking as lacking:
        return [_card(name, el("p", said(lacking.said), className="kpi-missing")) for name in NAMES]
    return [_card(name, *_summed(found, name, _money(view))) for name in NAMES]


def listed(view: View, filters: Filters, kind: str, service: str) -> Content:
    """The ten that are worth most, to be read as they stand."""
    try:
        rows = _rows(view, filters, kind, service, TOP).page(Ask())["rows"]
    except Lacking as lacking:
        return el("p", said(lacking.said))
    if not rows:
        return el("p", _("Nothing to do here at this service level."))
    return el("ol", [_entry(row, _money(view)) for row in rows], className="todo")


def worth(view: View, filters: Filters, kind: str, service: str) -> FigureDict:
    """What the ten are worth, with intervals."""
    return points.actions(_rows(view, filters, kind, service, TOP).page(Ask())["rows"], _money(view))


def worth_rows(view: View, filters: Filters, kind: str, service: str) -> Spoken:
    """Every action."""
    return _rows(view, filters, kind, service, queries.MOST_ACTIONS)


def worth_note(view: View, filters: Filters, kind: str, service: str) -> str:
    """What the list rests on and leaves out."""
    found = queries.action_sums(view, filters, kind, service)
    told = [
        _(
            "Assumed: {share} of shoppers at an empty shelf take something else, and holding stock costs {rate} of its "
            "cost a year.",
            share=numbers.percent(100 * found["substitution"], 0),
            rate=numbers.percent(100 * found["holding_rate"], 0),
        )
    ]
    if found["thin"]:
        told.append(_("Without an action, as their history is too thin: {n} shelves.", n=found["thin"]))
    if found["unpriced"]:
        told.append(_("Without an action, as the unit cost is unknown: {n} shelves.", n=found["unpriced"]))
    if found["chosen"]["count"] > queries.MOST_ACTIONS:
        told.append(_("The table has the first {n}; filter by store for the others.", n=queries.MOST_ACTIONS))
    return " ".join(told)


def _rows(view: View, filters: Filters, kind: str, service: str, most: int) -> Spoken:
    return queries.actions(view, filters, kind, service, most, said)


def _card(name: str, *parts: Element) -> Element:
    return el(
        "article", el("h3", _(NAMES[name]), ui.info(_(EXPLAINED[name])), className="kpi-label"), parts, className="kpi"
    )


def _summed(found: ActionSums, name: str, money: Quantity) -> tuple[Element, Element]:
    one = found["kinds"][name]
    span = _("{low} to {high}", low=money.text(one["low"]), high=money.text(one["high"])) if one["count"] else ""
    told = ngettext("{n} action", "{n} actions", one["count"])
    moved = ngettext("{n} unit", "{n} units", round(one["units"]))
    link = el("a", f"{told}, {moved}", href=f"#{Ids.KIND}={name}", className="go")
    lines = [el("li", part, className="change") for part in (span, link) if part]
    return el("p", money.text(one["likely"]), className="kpi-value"), el("ul", lines)


def _entry(row: dict[str, Any], money: Quantity) -> Element:
    """'Restock 15 × Desk organiser at Juniper Row Millbury … €62.9 (€20.4 to €114)', why, and how sure."""
    product = el("a", row["product_name"], href=href("/products/{product_id}", row), className="go")
    store = el("a", row["store_name"], href=href("/stores/{store_id}", row), className="go")
    units = ngettext("{n} unit", "{n} units", round(row["units"]))
    head = el("span", el("b", f"{row['action']} {units}"), " ", product, " · ", store, className="todo-what")
    span = _("{low} to {high}", low=money.text(row["low"]), high=money.text(row["high"]))
    value = el("span", el("b", money.text(row["likely"])), " ", el("small", span), className="todo-worth")
    proof = el("a", row["proof"], href=href("/products/{product_id}?store={store_id}", row), className="go")
    grade = el("span", _("Evidence {grade}", grade=row["grade"]), className="todo-grade", title=_(queries.ABOUT_GRADE))
    return el("li", el("div", head, value), el("p", row["reason"], " ", grade, " · ", proof))


def _told(found: Sum, money: Quantity) -> dict[str, str]:
    return {"value": money.text(found["likely"]), "low": money.text(found["low"]), "high": money.text(found["high"])}


def _money(view: View) -> Quantity:
    return Quantity(_("Worth"), quantities.currency(view))


def _month(found: ActionSums) -> str:
    return quantities.month(found["month"])


CHOICES: Final = {"kind": KIND, "service": SERVICE}
WORTH: Final = Panel(
    Ids.WORTH,
    N_("How sure is the money?"),
    worth_rows,
    worth,
    CHOICES,
    about=N_(
        "The ten that are worth most, with 80 % intervals. A click opens the proof: stock and sales of the shelf."
    ),
    height=600,
    note=worth_note,
)
TABLE: Final = Panel(
    Ids.TABLE,
    N_("All actions: the order list"),
    worth_rows,
    arguments=CHOICES,
    about=N_("Filter by anything; the export has every row that is left, with quantities to order, send or take away."),
    height=520,
)
PANELS: tuple[Panel, ...] = (WORTH, TABLE)


def layout(subject: str = "") -> Component:
    """The tab without data."""
    title = Still(el("h3", _("The ten worth most")), className="panel-title")
    ten = Still(el("p", className="skeleton line"), id=Ids.LIST)
    top = html.Div([html.Div(title, className="panel-head"), ten], className="panel")
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section(_("Overview"), ui.cards(Ids.CARDS, len(NAMES))),
            ui.section(
                _("What should I do on Monday?"),
                controls(KIND, SERVICE),
                html.Div([top, panels.chart(WORTH)], className="charts"),
            ),
            ui.section(_("Details"), panels.grid(TABLE)),
            ui.section(
                _("How to read this"),
                Still(
                    [el("p", _(text), className="hint") for text in (READ, queries.ABOUT_MONEY, queries.ABOUT_GRADE)]
                ),
                models.link(),
            ),
        ]
    )


def register(app: Dash) -> None:
    """Wires the handlers."""
    outputs = (Output(Ids.SENTENCE, "children"), Output(Ids.CARDS, "content"), Output(Ids.LIST, "content"))
    on_filters(app, *outputs, **CHOICES)(together(sentence, cards, listed))
    panels.register(app, PANELS)
