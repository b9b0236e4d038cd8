"""The pieces a page is made of. Ids come from the page; looks come from assets/2-app."""

from collections.abc import Iterable
from typing import Any, Final, Literal

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from analytics.queries import Card
from dashapp import numbers
from dashapp.figures.spark import spark
from dashapp.quantities import Quantity, is_currency, sign
from dashapp.still import Content, Element, Still, el
from dashapp.texts import N_, _, said

FORMATS: Final = {"csv": "CSV", "xlsx": "XLSX", "png": N_("Picture (PNG)"), "svg": N_("Picture (SVG)")}
ARROWS: Final = {0: "bi-arrow-right", 1: "bi-arrow-up-right", -1: "bi-arrow-down-right"}
VERDICTS: Final = {"good": N_("better"), "bad": N_("worse"), "even": ""}


def aria(**values: str) -> Any:
    """ARIA attributes, whose dashes Python has no keywords for."""
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> Any:
    """Attributes for the scripts in assets/2-app."""
    return {f"data-{name}": value for name, value in values.items()}


def section(title: str, *children: Component, hint: str = "") -> html.Section:
    """A part of a page under its own heading: Overview, Drivers or Details."""
    head = Still(el("h2", title), el("p", hint, className="hint") if hint else None, className="section-head")
    return html.Section([head, *children], className="page-section")


def field(label: str, control: Any) -> html.Div:
    """A control under its label."""
    return html.Div([html.Label(label, htmlFor=control.id), control], className="field")


def sentence(id: str) -> html.P:
    """The one plain sentence that opens a page; a skeleton until it is known."""
    return html.P(html.Span(className="skeleton line"), id=id, className="sentence")


def cards(id: str, count: int) -> Still:
    """A row of KPI cards; `count` skeletons until they are known."""
    return Still([el("div", className="kpi skeleton")] * count, id=id, className="kpis")


def kpi_card(card: Card, currency: str) -> Element:
    """One KPI: its value, how it moved, what it means, or which column it would need."""
    head = el("h3", _(card["label"]), info(kpis=(card["id"],)), className="kpi-label")
    if card["missing"]:
        return el("article", head, el("p", said(card["missing"]), className="kpi-missing"), className="kpi")
    quantity = Quantity(_(card["label"]), sign(card["unit"], currency))
    moves = [_change(card, quantity, "last_year", _("on last year"))]
    if card["previous"] != card["last_year"]:  # the same months, if a whole year is shown
        moves.insert(0, _change(card, quantity, "previous", _("on the period before")))
    alone = el("li", said(card["alone"]), className="change") if card["alone"] else None
    value = el("p", _valued(card, quantity), className="kpi-value")
    figures = el("div", value, _history(card, quantity), className="kpi-figures")
    return el("article", head, figures, el("ul", moves if any(moves) else alone), className="kpi")


def info(about: str = "", kpis: Iterable[str] = ()) -> Element:
    """A sign that opens the explanation of what stands beside it: assets/2-app/45-explain.js."""
    return el(
        "button",
        className="info bi bi-info-circle",
        type="button",
        **aria(label=_("What is this?"), expanded="false"),
        **data(about=about, kpis=" ".join(kpis)),
    )


def on_screen(*parts: Component) -> html.Div:
    """What paper has no room for."""
    return html.Div(list(parts), className="screen-only")


def printing(label: str) -> html.Button:
    """A button that prints the page: assets/2-app/70-print.js."""
    sign_ = html.I(className="bi bi-printer", **aria(hidden="true"))
    return html.Button(
        [sign_, html.Span(label)], type="button", className="btn btn-outline-secondary print", **data(print="page")
    )


def menu(id: str, formats: Iterable[str]) -> Element:
    """What can be taken away: files and pictures, made by assets/2-app/60-exports.js."""
    buttons = [
        el("button", _(FORMATS[form]), type="button", className="menu-item", **data(export=id, format=form))
        for form in formats
    ]
    sign_ = el("i", className="bi bi-download", **aria(hidden="true"))
    summary = el("summary", sign_, title=_("Export"), **aria(label=_("Export")))
    return el("details", summary, el("div", buttons, className="menu-items"), className="menu")


def empty(message: str, way_out: Component | None = None) -> html.Div:
    """A designed nothing: why, and the way out."""
    return html.Div([html.P(message), way_out or ""], className="empty")


def notice(message: Iterable[str | Component] | str, color: Literal["info", "warning", "danger"] = "info") -> dbc.Alert:
    """A bar above the page that can be closed."""
    return dbc.Alert(message, color=color, dismissable=True, class_name="notice")


def _valued(card: Card, quantity: Quantity) -> Content:
    """The value with its unit: a currency's sign where the locale has it, everything else small behind it."""
    value, unit = numbers.short(card["value"]), quantity.sign
    if card["value"] is None or not unit:
        return value
    return quantity.text(card["value"]) if is_currency(unit) else [value, el("span", unit, className="unit")]


def _history(card: Card, quantity: Quantity) -> Element | None:
    """The months up to now, as a line no larger than a word."""
    known = [value for value in card["history"]["values"] if value is not None]
    if len(known) < 2:
        return None
    months = card["history"]["months"]
    alt = _(
        "By month, {first} to {last}: {low} to {high}.",
        first=months[0],
        last=months[-1],
        low=quantity.text(min(known)),
        high=quantity.text(max(known)),
    )
    return el("img", src=spark(card["history"]["values"], card["history_open"]), alt=alt, title=alt, className="spark")


def _change(card: Card, quantity: Quantity, period: Literal["previous", "last_year"], words: str) -> Element | None:
    """How far and in which direction it moved since a period, and whether that is good."""
    value, before = card["value"], card[period]
    text = quantity.change(value, before)
    if text is None or value is None or before is None:
        return None
    moved = 0 if not any(digit in text for digit in "123456789") else 1 if value > before else -1
    verdict = (
        "even" if not moved or not card["better"] else "good" if (moved > 0) == (card["better"] == "up") else "bad"
    )
    arrow = el("i", className=f"bi {ARROWS[moved]}", **aria(hidden="true"))
    return el("li", arrow, el("b", text), f" {words}", spoken(verdict), className=f"change {verdict}")


def spoken(verdict: str) -> Element | None:
    """What colour and arrow say, for who cannot see them."""
    return el("span", f" ({_(VERDICTS[verdict])})", className="visually-hidden") if VERDICTS[verdict] else None
