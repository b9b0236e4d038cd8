"""A panel is one question on a page. Its rows answer it as a table; a drawing of them, where there is one, as a chart.

Everything else follows from that one declaration: head and explanation, the table behind the chart, the summary for
who cannot see it, what a click on it does, and its exports.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from dash import Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics.filters import Filters
from analytics.queries import Lacking, View
from analytics.table import Table
from dashapp import grids, widgets
from dashapp.accounts.needs import Need, needs
from dashapp.arguments import Argument, BadRequest, Choice, Subject, parsed
from dashapp.components import info, menu
from dashapp.figures.base import FigureDict, empty_figure, roomy
from dashapp.figures.description import described
from dashapp.panel_frame import Kind, PanelFrame
from dashapp.still import Element, drawn, el
from dashapp.texts import N_, _, said
from dashapp.wiring import FILTERS, VERSION, ask, clientside, page, remembered, view_of
from data.said import say

GRAPH_CONFIG: Final[Any] = {
    "showSendToCloud": False,  # on by default: sends the chart's data to a public server
    "plotlyServerURL": "",
    "displaylogo": False,
    "displayModeBar": False,  # zooming by drag works without it, and the panel's menu saves pictures
    "responsive": True,
}
FEW: Final = N_("Groups of fewer than five customers are withheld, so that nobody can be recognised.")


@dataclass(frozen=True, slots=True)
class Panel:
    """One question.

    rows: (view, filters, **arguments) → every row of the answer. draw: the same → a figure; None for a grid, or for a
    plain listing of few rows, where if_none says that there are none. arguments: what both are told beside the filters.
    about: how to read it; kpis: whose definitions belong to it. note: the same as for rows → a sentence below it.
    alone: whether it asks for itself when an argument changes; if not, `at_once` answers for several panels. needs:
    what somebody must be to see it. live: whether its rows change while the version does not, as those of accounts do;
    all others are remembered. of_groups: whether its figures are of groups of customers, of which the small ones
    may be withheld.
    """

    id: str
    title: str
    rows: Callable[..., Table]
    draw: Callable[..., FigureDict] | None = None
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    about: str = ""
    kpis: tuple[str, ...] = ()
    height: int = 320
    wide: bool = False
    if_none: str = ""
    note: Callable[..., str] | None = None
    alone: bool = True
    live: bool = False
    of_groups: bool = False
    needs: Need = Need.SIGNED_IN

    @property
    def kind(self) -> Kind:
        """How it is shown."""
        return "chart" if self.draw else "listing" if self.if_none else "grid"

    @property
    def frame(self) -> str:
        """The id of its frame; its own is that of the chart, the rows or the grid inside."""
        return f"{self.id}-panel"

    def table(self, view: View, filters: Filters, values: Mapping[str, Any]) -> Table:
        """Every row, for arguments as they were sent."""
        return self.rows(view, filters, **parsed(self.arguments, values))

    def figure(self, view: View, filters: Filters, values: Mapping[str, Any]) -> FigureDict:
        """The drawing, or why there is none."""
        assert self.draw
        try:
            return self.draw(view, filters, **parsed(self.arguments, values))
        except Lacking as lacking:
            return empty_figure(said(lacking.said))

    def remark(self, view: View, filters: Filters, values: Mapping[str, Any]) -> str:
        """What is said below it, if there is anything to say."""
        few = _(FEW) if self.of_groups and not view.scope.personal else ""
        try:
            note = self.note(view, filters, **parsed(self.arguments, values)) if self.note else ""
        except Lacking:
            note = ""
        return " ".join(filter(None, [note, few]))


def charts(*panels: Panel) -> html.Div:
    """Charts side by side where there is room."""
    return html.Div([chart(panel) for panel in panels], className="charts")


def chart(panel: Panel) -> PanelFrame:
    """The frame of a chart. Like every panel, it is asked for in sight: assets/2-app/35-panels.js fills `asked`."""
    return _frame(panel, ("csv", "xlsx", "png", "svg"), config=GRAPH_CONFIG | widgets.chart(), wide=panel.wide)


def grid(panel: Panel) -> PanelFrame:
    """The frame of a grid, whose rows come from the server page by page."""
    return _frame(panel, ("csv", "xlsx"), grids.view(panel.id, panel.height))


def listing(panel: Panel) -> PanelFrame:
    """The frame of a few rows that can be read as they stand, long texts too."""
    return _frame(panel, ("csv", "xlsx"), rows=drawn(el("p", className="skeleton line")))


def _frame(panel: Panel, formats: Iterable[str], inside: Component | None = None, **properties: Any) -> PanelFrame:
    title = el("div", el("h3", _(panel.title)), info(_(panel.about), panel.kpis), className="panel-title")
    return PanelFrame(
        inside,
        head=[title, menu(panel.id, formats)],
        kind=panel.kind,
        id=panel.frame,
        panel=panel.id,
        label=_(panel.title),
        height=panel.height,
        subject=next((a.id for a in panel.arguments.values() if isinstance(a, Subject)), ""),
        **properties,
    )


def register(app: Dash, panels: Sequence[Panel]) -> None:
    """Wires every panel, and writes the choices that steer it into the address."""
    for panel in panels:
        (_wire_grid if panel.kind == "grid" else _wire_still)(app, panel)
    steering = {argument.input for panel in panels for argument in panel.arguments.values()}
    for control in sorted(steering, key=str):
        if control.component_property == "value":
            clientside(app, "address.choose", control, State(control.component_id, "id"), prevent_initial_call=True)


def at_once(
    app: Dash, panels: Sequence[Panel], later: Sequence[Panel], told: Mapping[Output, Callable[..., Any]]
) -> None:
    """One request for what a change of arguments changes first: panels that are not `alone`, and what else is told.

    told: output → handler (view, filters, **arguments), asked for when filters or data change, too; panels answer these
    by themselves. later: other panels that are not alone; those out of sight are asked when the rest is drawn.
    """
    arguments = {name: argument for panel in panels for name, argument in panel.arguments.items()}
    steering = {argument.id for argument in arguments.values()}

    @app.callback(
        output=[*told, *(part for panel in panels for part in _outputs(panel, allow_duplicate=True))],
        inputs={
            "filters": Input(FILTERS, "data"),
            "version": Input(VERSION, "data"),
            "values": {name: argument.input for name, argument in arguments.items()},
            "states": [{name: State(panel.frame, name) for name in _states(panel)} for panel in panels],
        },
        prevent_initial_call="initial_duplicate",
    )
    @needs(panels[0].needs)  # those of one page need the same
    def answer(filters: Any, version: Any, values: dict[str, Any], states: list[dict[str, Any]]) -> Any:
        view, chosen = view_of(version), Filters.parse(filters)
        found = [handler(view, chosen, **parsed(arguments, values)) for handler in told.values()]
        answers = [drawn(f) if o.component_property == "content" else f for o, f in zip(told, found, strict=True)]
        moved = steering & set(ctx.triggered_prop_ids.values())
        for panel, state in zip(panels, states, strict=True):
            due = moved and state["asked"] is not None
            answers += _answered(panel, values, **state) if due else [no_update] * len(_outputs(panel))
        return answers

    for panel in later:
        inputs = (argument.input for argument in panel.arguments.values())
        clientside(app, "panels.again", *inputs, State(panel.frame, "panel"), prevent_initial_call=True)


def _wire_still(app: Dash, panel: Panel) -> None:
    """A chart or a listing."""
    values = {name: argument.input if panel.alone else _state(argument) for name, argument in panel.arguments.items()}

    @app.callback(
        output=_outputs(panel),
        inputs={"values": values, "states": {name: Input(panel.frame, name) for name in _states(panel)}},
        prevent_initial_call=True,
    )
    @needs(panel.needs)
    def answer(values: dict[str, Any], states: dict[str, Any]) -> Any:
        return _answered(panel, values, **states)


def _outputs(panel: Panel, **options: Any) -> list[Output]:
    return [Output(panel.frame, part, **options) for part in (("figure", "words", "rows") if panel.draw else ("rows",))]


def _states(panel: Panel) -> tuple[str, ...]:
    """What an answer takes from the frame."""
    return ("asked", "table") if panel.draw else ("asked",)


def _answered(panel: Panel, values: dict[str, Any], asked: Any, table: Any = False) -> list[Any]:
    """The outputs of a chart or a listing."""
    filters, version = _asked(asked)
    view = view_of(version)
    if not panel.draw:
        return [drawn([_listed(panel, view, filters, values), _remark(panel, view, filters, values)])]
    if table:
        return [no_update, no_update, drawn(_listed(panel, view, filters, values))]
    narrow = bool(asked.get("narrow"))
    drawing = partial(_drawing, panel, view, filters, values, narrow)
    return [*remembered(view, panel.id, filters, (values, narrow), drawing), drawn("")]


def _drawing(panel: Panel, view: View, filters: Filters, values: dict[str, Any], narrow: bool) -> list[Any]:
    """A chart with what is said of it."""
    figure = panel.figure(view, filters, values)
    words = [el("p", described(figure), className="visually-hidden"), _remark(panel, view, filters, values)]
    return [roomy(figure, narrow), drawn(words)]


def _listed(panel: Panel, view: View, filters: Filters, values: dict[str, Any]) -> Element:
    try:
        return grids.listing(view, panel.table(view, filters, values), panel.title, panel.if_none)
    except Lacking as lacking:
        return el("p", said(lacking.said))


def _remark(panel: Panel, view: View, filters: Filters, values: dict[str, Any]) -> Element | None:
    remark = panel.remark(view, filters, values)
    return el("p", remark, className="hint") if remark else None


def _wire_grid(app: Dash, panel: Panel) -> None:
    arguments = panel.arguments.items()

    @app.callback(
        output=Output(panel.id, "getRowsResponse"),
        inputs={
            "wanted": Input(panel.id, "getRowsRequest"),
            "asked": State(panel.frame, "asked"),
            "values": {name: _state(argument) for name, argument in arguments},
        },
        prevent_initial_call=True,
    )
    @needs(panel.needs)
    def rows(wanted: Any, asked: Any, values: dict[str, Any]) -> Any:
        filters, version = _asked(asked)
        view, rows = view_of(version), ask(wanted)

        def build() -> dict[str, Any]:
            try:
                table = panel.table(view, filters, values)
                found = page(table, rows)
            except Lacking:
                return {"rowData": [], "rowCount": 0}
            return {"rowData": grids.shown(table, found["rows"]), "rowCount": found["count"]}

        return build() if panel.live else remembered(view, panel.id, filters, (values, rows), build)

    @app.callback(
        output=Output(panel.id, "columnDefs"),
        inputs={
            "version": Input(VERSION, "data"),
            "values": {name: a.input if isinstance(a, Choice) else _state(a) for name, a in arguments},
        },
    )
    @needs(panel.needs)
    def columns(version: Any, values: dict[str, Any]) -> Any:
        view = view_of(version)
        try:
            return grids.columns(view, panel.table(view, Filters(), values).fields)
        except Lacking as lacking:
            return [{"headerName": said(lacking.said), "flex": 1}]

    if steering := [argument.input for _name, argument in arguments]:
        clientside(app, "panels.again", *steering, State(panel.id, "id"), prevent_initial_call=True)


def _state(argument: Argument) -> State:
    return State(argument.input.component_id, argument.input.component_property)


def _asked(asked: Any) -> tuple[Filters, Any]:
    if asked is None:
        raise PreventUpdate
    if not isinstance(asked, dict):
        raise BadRequest(say("asked: expected filters and version"))
    return Filters.parse(asked.get("filters")), asked.get("version")
