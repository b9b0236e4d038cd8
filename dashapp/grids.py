"""Tables on the screen: grids that fetch their rows from the server, and the plain listing behind a chart."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

import dash_ag_grid as dag

from analytics.queries import View
from analytics.table import Ask, Field, Table
from dashapp import numbers, quantities, widgets
from dashapp.still import Element, el
from dashapp.texts import N_, _

LISTED: Final = 200  # rows of a listing; the export has them all
NUMBERS: Final[Mapping[str, int]] = {"money": 0, "price": 2, "count": 0, "units": 0}  # decimals by unit
OTHER_DECIMALS: Final = 1
DEFAULT_COLUMN: Final[Mapping[str, Any]] = {
    "flex": 1,
    "minWidth": 120,
    "sortable": True,
    "resizable": True,
    "wrapHeaderText": True,
    "autoHeaderHeight": True,
    "floatingFilter": True,
    "suppressHeaderFilterButton": True,
    "headerComponentParams": {"innerHeaderComponent": "Explained"},
}
SPOKEN: Final[Mapping[str, Any]] = {"sortable": False, "filter": False, "floatingFilter": False, "minWidth": 620}
IN_BRACES: Final = re.compile(r"\{(\w+)\}")
NO_ROWS: Final = N_("Nothing to show in this selection. Reset a filter to see more.")
ONE_CONDITION: Final = {"maxNumConditions": 1, "buttons": ["reset"], "debounceMs": 400}
FILTERS: Final[Mapping[str, dict[str, Any]]] = {
    "text": {
        "filter": "agTextColumnFilter",
        "filterParams": {"filterOptions": ["contains", "startsWith", "equals"], **ONE_CONDITION},
    },
    "date": {
        "filter": "agDateColumnFilter",
        "filterParams": {"filterOptions": ["inRange", "greaterThanOrEqual", "lessThanOrEqual"], **ONE_CONDITION},
    },
    "number": {
        "filter": "agNumberColumnFilter",
        "filterParams": {
            "filterOptions": ["greaterThanOrEqual", "lessThanOrEqual", "inRange", "equals"],
            **ONE_CONDITION,
        },
    },
}


def view(id: str, height: int) -> dag.AgGrid:
    """A grid without columns or rows yet."""
    options: dict[str, Any] = {
        "theme": {"function": "theme(themeQuartz)"},
        "suppressCsvExport": True,  # exports neutralise formulas, which the grid's own does not
        "suppressCellFocus": False,
        "animateRows": False,
        "tabToNextHeader": {"function": "false"},  # Tab leaves the grid, arrow keys walk in it
        "tabToNextCell": {"function": "false"},
        "cacheBlockSize": 100,
        "maxBlocksInCache": 10,
        "rowBuffer": 0,
        "infiniteInitialRowCount": 1,
        "localeText": widgets.grid(),
    }
    return dag.AgGrid(
        id=id,
        columnDefs=[],
        defaultColDef=dict(DEFAULT_COLUMN),
        dashGridOptions=options,
        rowModelType="infinite",
        style={"height": height},
        className="grid",
    )


def columns(view: View, fields: Iterable[Field]) -> list[dict[str, Any]]:
    """AG Grid's columns of the fields that are shown; the first one stays in sight."""
    shown = [_column(view, field) for field in fields if not field.hidden]
    shown[0] |= {"pinned": "left", "minWidth": 160}
    return shown


def shown(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each row what a grid shows and what its links name; the other hidden fields are for files."""
    names = {field.name for field in table.fields if not field.hidden}
    names |= {name for field in table.fields for name in IN_BRACES.findall(field.link)}
    return [{name: value for name, value in row.items() if name in names} for row in rows]


def _column(view: View, field: Field) -> dict[str, Any]:
    kind = field.unit if field.unit in ("text", "date") else "number"
    column = {"field": field.name, "headerName": headed(view, field), **FILTERS[kind]}
    if field.kpi or field.about:
        explained = {"kpi": field.kpi, "about": quantities.about(field, view.scope.personal)}
        column["headerComponentParams"] = {**DEFAULT_COLUMN["headerComponentParams"], **explained}
    if field.spoken:
        column |= {**SPOKEN, "tooltipField": field.name}
    if field.link:
        column |= {"cellRenderer": "Link", "cellRendererParams": {"link": field.link}}
    if kind == "text":
        return {"minWidth": 340 if field.wide else 140} | column
    if kind == "date":
        return column | {"valueFormatter": {"function": "day(params.value)"}}
    unknown = json.dumps(quantities.unknown(field, view.scope.personal))
    shown = {"function": f"number(params.value, {NUMBERS.get(field.unit, OTHER_DECIMALS)}, {unknown})"}
    return column | {"type": "rightAligned", "valueFormatter": shown}


def headed(view: View, field: Field) -> str:
    """The head of a column: its label with the sign of its unit."""
    if field.unit in ("text", "date"):
        return _(field.label)
    sign = quantities.sign(field.unit, quantities.currency(view))
    return f"{_(field.label)} [{sign}]" if sign else _(field.label)


def listing(view: View, table: Table, title: str, if_none: str = "") -> Element:
    """The first rows as a plain table that any screen reader reads, and how many there are in all."""
    page = table.page(Ask(stop=LISTED))
    if not page["rows"]:
        return el("p", _(if_none or NO_ROWS))
    shown = [field for field in table.fields if not field.hidden]
    caption = el("caption", _(title), className="visually-hidden")
    head = el("tr", [el("th", headed(view, f), scope="col", className=_side(f)) for f in shown])
    body = [el("tr", [_cell(view, f, row) for f in shown]) for row in page["rows"]]
    more = _("The first {shown} of {count} rows; the export has them all.", shown=LISTED, count=page["count"])
    return el(
        "div",
        el("table", caption, el("thead", head), el("tbody", body), className="table table-sm"),
        el("p", more, className="hint") if page["count"] > LISTED else None,
    )


def _cell(view: View, field: Field, row: dict[str, Any]) -> Element:
    value = row[field.name]
    if field.unit not in ("text", "date"):
        text = numbers.fixed(value) if field.unit == "count" else numbers.short(value)
        unknown = quantities.unknown(field, view.scope.personal) if value is None else ""
        return el("td", unknown or text, className=_side(field))
    return el("td", el("a", value, href=href(field.link, row), className="go") if field.link and value else value)


def href(link: str, row: Mapping[str, Any]) -> str:
    """A link with the row's values in it, safe in an address."""
    return link.format(**{name: quote(str(value), safe="") for name, value in row.items()})


def _side(field: Field) -> str:
    return "" if field.unit in ("text", "date") else "number"
