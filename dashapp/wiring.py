"""How a tab listens: handlers are plain functions, and these are their wires.

A handler gets the view of its request, the parsed filters and its named inputs. It never sees the theme: figures
leave here with the template of the page that asked.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, Final

from dash import ClientsideFunction, Dash, Input, Output, State, set_props

from analytics.filters import Filters
from dashapp import theme
from dashapp.access import current_view

Handler = Callable[..., Any]
Wire = Callable[[Handler], Handler]
FILTERS: Final = "filters"
VERSION: Final = "version"
THEME: Final = "theme"
POLL: Final = "poll"
MOST_ROWS: Final = 500  # of one page of a table
MOST_TEXT: Final = 200


class BadRequest(ValueError):
    """A request that no page of ours sends; the message names the part."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows a table asks for: `start` up to, not including, `stop`, sorted by (column, descending) pairs."""

    start: int
    stop: int
    sort: tuple[tuple[str, bool], ...] = ()

    @classmethod
    def parse(cls, raw: Any) -> "Rows":
        """From AG Grid's `getRowsRequest`; raises BadRequest."""
        raw = raw if isinstance(raw, dict) else {}
        start, stop = raw.get("startRow"), raw.get("endRow")
        if type(start) is not int or type(stop) is not int or not 0 <= start < stop <= start + MOST_ROWS:
            raise BadRequest(f"rows: expected startRow < endRow, at most {MOST_ROWS} apart")
        return cls(start, stop, tuple(_sorting(item) for item in raw.get("sortModel") or ()))


def on_filters(app: Dash, *outputs: Output, **inputs: Input | State) -> Wire:
    """Runs the handler when the filters, the data or one of `inputs` change: `handler(view, filters, **inputs)`.

    Returns the handler itself, so that tests call it as the function it is. Raises BadFilters for filters that no
    page of ours sends.
    """

    def wire(handler: Handler) -> Handler:
        @app.callback(
            output=list(outputs),
            inputs={
                "filters": Input(FILTERS, "data"),
                "version": Input(VERSION, "data"),
                "mode": State(THEME, "data"),
                "values": inputs,
            },
        )
        def answer(filters: Any, version: Any, mode: Any, values: dict[str, Any]) -> Any:
            view = current_view(seen=version)
            if view.cube.version.id != version:
                set_props(POLL, {"n_intervals": 0})  # makes the page ask for the newer data as a whole
            result = handler(view, Filters.parse(filters), **values)
            parts = [result] if len(outputs) == 1 else result
            return [
                theme.dressed(part, mode) if output.component_property == "figure" else part
                for part, output in zip(parts, outputs, strict=True)
            ]

        return handler

    return wire


def on_rows(app: Dash, grid_id: str, **inputs: Input | State) -> Wire:
    """Serves a table page by page: `handler(view, filters, rows, **inputs)` returns rowData and rowCount.

    The table starts again at its first row when the filters, the data or one of `inputs` change.
    """

    def wire(handler: Handler) -> Handler:
        @app.callback(
            output=Output(grid_id, "getRowsResponse"),
            inputs={
                "asked": Input(grid_id, "getRowsRequest"),
                "filters": State(FILTERS, "data"),
                "version": State(VERSION, "data"),
                "values": {name: State(part.component_id, part.component_property) for name, part in inputs.items()},
            },
            prevent_initial_call=True,
        )
        def answer(asked: Any, filters: Any, version: Any, values: dict[str, Any]) -> Any:
            return handler(current_view(seen=version), Filters.parse(filters), Rows.parse(asked), **values)

        clientside(
            app,
            "tables.startAgain",
            Output(grid_id, "scrollTo"),
            Input(FILTERS, "data"),
            Input(VERSION, "data"),
            *(part for part in inputs.values() if isinstance(part, Input)),
            State(grid_id, "id"),
            prevent_initial_call=True,
        )
        return handler

    return wire


def one_of(allowed: Container[str], value: object, name: str) -> Any:
    """`value`, if it is one of the texts that the control `name` offers; raises BadRequest for anything else."""
    if not isinstance(value, str) or value not in allowed:
        raise BadRequest(f"{name}: not one of its choices")
    return value


def clientside(app: Dash, function: str, *parts: Output | Input | State, **options: Any) -> None:
    """Runs `function`, written "namespace.name" as in assets/2-app, in the browser: no request to the server."""
    namespace, _, name = function.partition(".")
    app.clientside_callback(ClientsideFunction(namespace, name), *parts, **options)  # type: ignore[no-untyped-call]


def _sorting(item: Any) -> tuple[str, bool]:
    column = item.get("colId") if isinstance(item, dict) else None
    if not isinstance(column, str) or not 0 < len(column) <= MOST_TEXT or item.get("sort") not in ("asc", "desc"):
        raise BadRequest("rows: sortModel is a list of colId and sort, asc or desc")
    return column, item["sort"] == "desc"
