"""How a page listens: handlers are plain functions, and these are their wires.

A handler gets the view of its request, the parsed filters and its parsed arguments. It never sees the theme: the page
dresses figures in its own.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from dash import ClientsideFunction, Dash, Input, Output, State, no_update, set_props

from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Ask, Condition, Operator, Page, Table
from dashapp import languages
from dashapp.access import current_view
from dashapp.accounts.accounts import Refused
from dashapp.accounts.needs import Need, needs
from dashapp.accounts.rights import BadRights
from dashapp.arguments import MOST_TEXT, Argument, BadRequest, parsed
from dashapp.still import drawn
from dashapp.texts import N_, _, said
from data.said import say

Handler = Callable[..., Any]
Wire = Callable[[Handler], Handler]
FILTERS: Final = "filters"
VERSION: Final = "version"
CHOICES: Final = "choices"
POLL: Final = "poll"
NOTHING_CHANGED: Final = N_("{reason} Nothing was changed.")
MOST_ROWS: Final = 500  # of one page of a table
MOST_PARTS: Final = 20  # orders or conditions of one table
OPERATORS: Final[Mapping[str, tuple[Operator, str]]] = {  # AG Grid's name → ours, and the key of its value
    "contains": ("contains", "filter"),
    "startsWith": ("starts", "filter"),
    "equals": ("equals", "filter"),
    "greaterThanOrEqual": ("at least", "filter"),
    "lessThanOrEqual": ("at most", "filter"),
}


def on_filters(app: Dash, *outputs: Output, **arguments: Argument) -> Wire:
    """Runs the handler when the filters, the data or an argument change: `handler(view, filters, **arguments)`.

    What it returns, texts and still elements, is remembered. Returns the handler itself, so that tests call it as the
    function it is. Raises BadFilters or BadRequest for what no page of ours sends.
    """
    return _wired(app, outputs, arguments, remembered)


def on_filters_anew(app: Dash, *outputs: Output, **arguments: Argument) -> Wire:
    """The same for a handler that returns other components, or leaves some output as it is: it runs each time."""
    return _wired(app, outputs, arguments, lambda _view, _name, _filters, _told, build: build())


def _wired(app: Dash, outputs: tuple[Output, ...], arguments: dict[str, Argument], kept: Callable[..., Any]) -> Wire:
    def wire(handler: Handler) -> Handler:
        @app.callback(
            output=list(outputs),
            inputs={
                "filters": Input(FILTERS, "data"),
                "version": Input(VERSION, "data"),
                "values": {name: argument.input for name, argument in arguments.items()},
            },
        )
        @needs(Need.SIGNED_IN)
        def answer(filters: Any, version: Any, values: dict[str, Any]) -> Any:
            view, chosen, given = view_of(version), Filters.parse(filters), parsed(arguments, values)

            def build() -> list[Any]:
                result = handler(view, chosen, **given)
                results = [result] if len(outputs) == 1 else result
                return [_ready(output, found) for output, found in zip(outputs, results, strict=True)]

            return kept(view, str(outputs[0]), chosen, values, build)

        return handler

    return wire


def pressed(change: Callable[..., Any], refusal: str = NOTHING_CHANGED) -> Handler:
    """For a click: what a change says, or in a sentence with {reason} why it was refused. Nothing before the first."""

    @wraps(change)
    def press(clicks: Any, *values: Any) -> Any:
        if not clicks:
            return no_update
        try:
            return change(*values)
        except (Refused, BadRights) as refused:
            return _(refusal, reason=said(refused.said))

    return press


def together(*handlers: Handler) -> Handler:
    """One handler for what is shown at once: one request, one drawing."""
    return lambda *given, **named: tuple(handler(*given, **named) for handler in handlers)


def remembered(view: View, name: str, filters: Filters, told: object, build: Callable[[], Any]) -> Any:
    """An answer as it was drawn for a reader of the same rights and language. told: whatever else it depends on."""
    reader = view.cube.version.manifest.currency, languages.current().locale
    return view.remembered(name, filters, (told, reader), lambda _: build())


def view_of(version: Any) -> View:
    """The view of the request; a page that shows another version is told to ask for the newer data as a whole."""
    view = current_view(seen=version)
    if view.cube.version.id != version:
        set_props(POLL, {"n_intervals": 0})
    return view


def ask(raw: Any) -> Ask:
    """What a grid asks for, from AG Grid's `getRowsRequest`; raises BadRequest."""
    raw = raw if isinstance(raw, dict) else {}
    start, stop = raw.get("startRow"), raw.get("endRow")
    if type(start) is not int or type(stop) is not int or not 0 <= start < stop <= start + MOST_ROWS:
        raise BadRequest(say("rows: expected startRow < endRow, at most {n} apart", n=MOST_ROWS))
    sort, where = raw.get("sortModel") or [], raw.get("filterModel") or {}
    if not isinstance(sort, list) or not isinstance(where, dict) or max(len(sort), len(where)) > MOST_PARTS:
        raise BadRequest(say("rows: sortModel is a list and filterModel an object of at most {n}", n=MOST_PARTS))
    conditions = tuple(part for column, model in where.items() for part in _conditions(column, model))
    return Ask(start, stop, tuple(_sorting(item) for item in sort), conditions)


def page(table: Table, asked: Ask) -> Page:
    """The rows that are asked for; raises BadRequest for a column or a value that the table does not take."""
    try:
        return table.page(asked)
    except KeyError as error:
        raise BadRequest(say("rows: no column {name} to sort or filter by", name=str(error.args[0]))) from error
    except ValueError as error:
        raise BadRequest(say("rows: a number is compared with a number")) from error


def clientside(app: Dash, function: str, *parts: Output | Input | State, **options: Any) -> None:
    """Runs `function`, written "namespace.name" as in assets/2-app, in the browser: no request to the server."""
    namespace, _, name = function.partition(".")
    app.clientside_callback(ClientsideFunction(namespace, name), *parts, **options)  # type: ignore[no-untyped-call]


def _ready(output: Output, found: Any) -> Any:
    """An answer as its component takes it."""
    return drawn(found) if output.component_property == "content" else found


def _sorting(item: Any) -> tuple[str, bool]:
    column = item.get("colId") if isinstance(item, dict) else None
    if not isinstance(column, str) or not 0 < len(column) <= MOST_TEXT or item.get("sort") not in ("asc", "desc"):
        raise BadRequest(say("rows: sortModel is a list of colId and sort, asc or desc"))
    return column, item["sort"] == "desc"


def _conditions(column: Any, model: Any) -> list[Condition]:
    """The conditions of one column's filter; a range is two."""
    kind = model.get("type") if isinstance(model, dict) else None
    if not isinstance(column, str) or not 0 < len(column) <= MOST_TEXT or not isinstance(kind, str):
        raise BadRequest(say("rows: filterModel names a column and the type of its condition"))
    dated = model.get("filterType") == "date"
    if kind == "inRange":
        low, high = ("dateFrom", "dateTo") if dated else ("filter", "filterTo")
        return [
            Condition(column, "at least", _wanted(column, model.get(low))),
            Condition(column, "at most", _wanted(column, model.get(high))),
        ]
    if kind not in OPERATORS:
        raise BadRequest(say("{name}: no such condition", name=column))
    operator, key = OPERATORS[kind]
    return [Condition(column, operator, _wanted(column, model.get("dateFrom" if dated else key)))]


def _wanted(column: str, value: Any) -> str | float:
    if isinstance(value, str) and 0 < len(value) <= MOST_TEXT:
        return value.removesuffix(" 00:00:00")  # a day, as the grid writes it
    if type(value) in (int, float) and abs(value) < 1e15:
        return float(value)
    raise BadRequest(say("{name}: expected a number or a text of 1 to {n} characters", name=column, n=MOST_TEXT))
