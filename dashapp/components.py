"""The pieces a tab is made of. Ids come from the tab; looks come from assets/2-app."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from analytics.kpi import KPIS
from analytics.queries import Card
from analytics.said import english
from dashapp import numbers
from dashapp.figures.base import empty_figure
from dashapp.quantities import SYMBOLS, Quantity, sign

Kind = Literal["text", "count", "number", "money", "price", "%"]
GRAPH_CONFIG: Final[Any] = {
    "showSendToCloud": False,  # on by default: sends the chart's data to a public server
    "plotlyServerURL": "",
    "displaylogo": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
}
GRID_THEME: Final = (
    "themeQuartz.withParams({backgroundColor:'var(--surface)',foregroundColor:'var(--bs-body-color)',"
    "headerBackgroundColor:'var(--bs-tertiary-bg)',borderColor:'var(--bs-border-color)',"
    "accentColor:'var(--bs-primary)',rowHoverColor:'var(--bs-tertiary-bg)',fontFamily:'inherit'})"
)
DEFAULT_COLUMN: Final = {
    "flex": 1,
    "minWidth": 105,
    "sortable": True,
    "resizable": True,
    "filter": False,
    "wrapHeaderText": True,
    "autoHeaderHeight": True,
}
DECIMALS: Final[dict[Kind, int]] = {"count": 0, "money": 0, "price": 2, "number": 1, "%": 1}


def aria(**values: str) -> dict[str, Any]:
    """ARIA attributes, whose dashes Python has no keywords for."""
    return {f"aria-{name}": value for name, value in values.items()}


def section(title: str, *children: Component, hint: str = "") -> html.Section:
    """A part of a page under its own heading: Overview, Drivers or Details."""
    head: list[Component] = [html.H2(title)]
    if hint:
        head.append(html.P(hint, className="hint"))
    return html.Section([html.Div(head, className="section-head"), *children], className="page-section")


def sentence(id: str) -> html.P:
    """The one plain sentence that opens a page; a skeleton until it is known."""
    return html.P(html.Span(className="skeleton line"), id=id, className="sentence")


def cards(id: str, count: int) -> html.Div:
    """A row of KPI cards; `count` skeletons until they are known."""
    return html.Div([html.Div(className="kpi skeleton") for _ in range(count)], id=id, className="kpis")


def kpi_card(card: Card, currency: str) -> html.Article:
    """One KPI: its value, how it moved, what it means, or which column it would need."""
    head = html.H3([card["label"], info(card["definition"])], className="kpi-label")
    if card["missing"]:
        return html.Article([head, html.P(english(card["missing"]), className="kpi-missing")], className="kpi")
    moves = [_change(card, "last_year", "on last year")]
    if card["previous"] != card["last_year"]:  # the same months, if a whole year is shown
        moves.insert(0, _change(card, "previous", "on the period before"))
    said = html.Ul(
        moves if any(moves) else html.Li(english(card["alone"]), className="change") if card["alone"] else []
    )
    return html.Article([head, html.P(_valued(card, currency), className="kpi-value"), said], className="kpi")


def info(text: str) -> html.Span:
    """A sign that explains the word beside it, to pointers, keyboards and screen readers."""
    return html.Span(
        html.I(className="bi bi-info-circle"),
        className="info",
        tabIndex=0,
        role="note",
        **aria(label=text),
        **dict[str, Any]({"data-tip": text}),
    )


def chart(id: str, title: str, about: str = "", *, wide: bool = False, height: int = 320) -> html.Figure:
    """A panel for one figure. `title` is the question it answers; `about` says how to read it; `wide` takes the row."""
    return html.Figure(
        [
            html.Div([html.H3(title), info(about) if about else ""], className="panel-head"),
            html.Div(
                dcc.Graph(id=id, figure=empty_figure(), config=GRAPH_CONFIG, responsive=True, style={"height": height}),
                className="chart-body",
            ),
        ],
        className="panel chart wide" if wide else "panel chart",
        **aria(label=title),
    )


def charts(*panels: Component) -> html.Div:
    """Panels side by side where there is room."""
    return html.Div(panels, className="charts")


def grid(id: str, columns: Sequence[dict[str, Any]], paged: bool = False, height: int = 420) -> dag.AgGrid:
    """A table. `paged`: its rows come from the server page by page (`wiring.on_rows`), else all at once in rowData."""
    model = {"rowModelType": "infinite"} if paged else {"rowModelType": "clientSide", "rowData": []}
    options: dict[str, Any] = {
        "theme": {"function": GRID_THEME},
        "suppressCsvExport": True,  # exports neutralise formulas, which the grid's own does not
        "suppressCellFocus": False,
        "animateRows": False,
    }
    if paged:
        options |= {"cacheBlockSize": 100, "maxBlocksInCache": 10, "rowBuffer": 0, "infiniteInitialRowCount": 1}
    return dag.AgGrid(
        id=id,
        columnDefs=list(columns),
        defaultColDef=DEFAULT_COLUMN,
        dashGridOptions=options,
        style={"height": height},
        className="grid",
        **model,
    )


def column(field: str, title: str, kind: Kind = "text", **more: Any) -> dict[str, Any]:
    """One column of a grid. Numbers are right-aligned, with thousands separated; `more` are AG Grid's own options."""
    if kind == "text":
        return {"field": field, "headerName": title, "minWidth": 140, **more}
    shown = {"function": f"number(params.value, {DECIMALS[kind]})"}
    return {"field": field, "headerName": title, "type": "rightAligned", "valueFormatter": shown, **more}


def kpi_columns(kpi_ids: Iterable[str], currency: str) -> list[dict[str, Any]]:
    """Columns of some KPIs, with their units and, at the head, their definitions."""
    kinds: dict[str, Kind] = {"money": "money", "price": "price", "%": "%", "count": "count", "units": "count"}
    return [
        column(k.id, _headed(k.label, k.unit, currency), kinds.get(k.unit, "number"), headerTooltip=k.definition)
        for k in (KPIS[i] for i in kpi_ids)
    ]


def empty(message: str, way_out: Component | None = None) -> html.Div:
    """A designed nothing: why, and the way out."""
    return html.Div([html.P(message), way_out or ""], className="empty")


def notice(message: Iterable[str | Component] | str, color: Literal["info", "warning", "danger"] = "info") -> dbc.Alert:
    """A bar above the page that can be closed."""
    return dbc.Alert(message, color=color, dismissable=True, class_name="notice")


def _headed(label: str, unit: str, currency: str) -> str:
    unit = sign(unit, currency)
    return f"{label} [{unit}]" if unit else label


def _valued(card: Card, currency: str) -> list[str | Component]:
    """The value with its unit: a currency's sign before it, everything else small behind it."""
    value = numbers.short(card["value"])
    unit = sign(card["unit"], currency)
    if card["value"] is None or not unit:
        return [value]
    before = unit in SYMBOLS.values()
    return [Quantity(card["label"], unit).text(card["value"])] if before else [value, html.Span(unit, className="unit")]


def _change(card: Card, period: Literal["previous", "last_year"], words: str) -> html.Li | None:
    text = numbers.change(card["value"], card[period], card["unit"])
    if text is None:
        return None
    rose = text.startswith("+")
    steady = not any(digit in text for digit in "123456789")
    verdict = "even" if steady or not card["better"] else "good" if rose == (card["better"] == "up") else "bad"
    arrow = "bi-arrow-right" if steady else "bi-arrow-up-right" if rose else "bi-arrow-down-right"
    return html.Li(
        [html.I(className=f"bi {arrow}", **aria(hidden="true")), html.B(text), f" {words}"],
        className=f"change {verdict}",
        title={"good": "better", "bad": "worse", "even": ""}[verdict],
    )
