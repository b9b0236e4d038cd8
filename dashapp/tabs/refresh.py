"""Data refresh: where new data come from, what is in them, whether they are published, and the way back. For
administrators.
"""

from collections.abc import Callable
from typing import Any, Final

from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Field, Listed
from dashapp import components as ui
from dashapp import panels
from dashapp.accounts.gate import account
from dashapp.accounts.needs import Need, needs
from dashapp.arguments import one_of, text_of
from dashapp.panels import Panel
from dashapp.refreshing import refreshing
from dashapp.refreshing.files import MOST_FILES, files_in
from dashapp.refreshing.service import INBOX, MEGABYTE, UPLOAD, mappings
from dashapp.still import drawn, el
from dashapp.tabs import refresh_report
from dashapp.tabs.refresh_parts import OWN, SOURCE, Ids, checked, form, listed, way_back
from dashapp.texts import N_, _
from dashapp.wiring import VERSION, clientside, pressed

KEY: Final = "refresh"
TITLE: Final = N_("Data refresh")
PATH: Final = "/refresh"
ICON: Final = "bi-arrow-repeat"
ABOUT_INBOX: Final = N_(
    "The folder is looked at once a minute; when its files have changed and are quiet, administrators are told. It is "
    "never published by itself from here: that is what the timer of the operator does, every night or as it is set."
)
BUSY, IDLE = 1000, 5000  # ms between two looks at the check


VERSION_FIELDS: Final = (
    Field("version", "Version"),
    Field("as_of", "Data as of", "date"),
    Field("source", "Source"),
    Field("rows", "Rows", "count", about="Of all tables together."),
    Field("built", "Built (UTC)"),
    Field("by", "By", about="Who checked or loaded it; the log says who published it."),
    Field("served", "Served now"),
)


def versions_rows(_view: View, _filters: Filters) -> Listed:
    """One row a version that is kept, newest first."""
    found = refreshing().warehouse.kept()
    served = refreshing().served()
    columns = {
        "version": [one.id for one in found],
        "as_of": [one.manifest.as_of for one in found],
        "source": [one.manifest.source for one in found],
        "rows": [one.manifest.total for one in found],
        "built": [one.manifest.created_at[:16].replace("T", " ") for one in found],
        "by": [one.manifest.by for one in found],
        "served": [_("yes") if one.id == served else _("no") for one in found],
    }
    return Listed.of(VERSION_FIELDS, columns)


KEPT: Final = Panel(
    Ids.KEPT,
    N_("Which versions are kept?"),
    versions_rows,
    about=N_("Three: the one that is served, the one before it, and the newest other one."),
    if_none=N_("None yet."),
    needs=Need.ADMIN,
)
PANELS: Final[tuple[Panel, ...]] = (KEPT,)


def layout(subject: str = "") -> Component:
    """The page without data."""
    return html.Div(
        [
            dcc.Interval(id=Ids.CLOCK, interval=IDLE),
            dcc.Store(id=Ids.UPLOADED, data=0),
            dcc.Store(id=Ids.SEEN, data=None),
            ui.section(_("New files"), form(), hint=_(ABOUT_INBOX)),
            ui.section(_("Check"), checked()),
            ui.section(_("Versions"), panels.listing(KEPT), way_back()),
        ]
    )


def files_shown(source: Any, *_changes: Any) -> str:
    """The files that a check would read."""
    desk, loaded = refreshing(), refreshing().inbox.loaded_at()
    if one_of((UPLOAD, INBOX), source, SOURCE.label) == UPLOAD:
        limits = _("At most {n} MB at once and {files} files in all.", n=desk.most_bytes // MEGABYTE, files=MOST_FILES)
        return drawn([listed(files_in(desk.uploads(account().id)), loaded), el("p", limits, className="hint")])
    if desk.inbox.folder is None:
        return drawn(el("p", _("No folder is set: the operator names one in DASHAPP_INBOX.")))
    return drawn([el("p", el("code", str(desk.inbox.folder))), listed(desk.inbox.files(), loaded)])


def looked(_clock: Any, _said: Any, seen: Any) -> tuple[Any, ...]:
    """Where the check stands, once that is something new."""
    job = refreshing().jobs.latest()
    now = {"job": job.id, "version": job.version, "state": job.state, "steps": job.steps}
    if now == seen:
        raise PreventUpdate
    waits = job.state == "checked"
    status, report = drawn(refresh_report.status(job)), drawn(refresh_report.report(job))
    return status, report, not job.running, not waits, job.running, now, BUSY if job.running else IDLE


def offered(_version: Any, *_changes: Any) -> tuple[list[dict[str, str]], str]:
    """The versions that one can roll back to: all but the one that is served."""
    desk = refreshing()
    others = [one for one in desk.warehouse.kept() if one.id != desk.served()]
    found = [{"value": one.id, "label": f"{one.id} · {one.manifest.as_of}"} for one in others]
    return found, found[0]["value"] if found else ""


def asked(clicks: Any, version: Any) -> tuple[bool, str]:
    """Asks once more, before everybody sees other data."""
    version = text_of(Ids.CHOSEN, version)
    if not clicks or not version:
        return True, ""
    return False, _(
        "Everybody will see version {version} within seconds; what is served now stays kept.", version=version
    )


# --- what buttons do ------------------------------------------------------------------


def started(source: Any, mapping: Any) -> str:
    """Begins a check."""
    source = one_of((UPLOAD, INBOX), source, SOURCE.label)
    mapping = one_of([OWN, *mappings()], mapping, N_("Mapping"))
    refreshing().check(account(), source, "" if mapping == OWN else mapping)
    return _("The check has begun. It goes on if you leave this page.")


def cleared() -> str:
    """Removes one's own files."""
    refreshing().clear(account().id)
    return _("The files that you sent are removed.")


def stopped(seen: Any) -> str:
    """Ends the check that was seen."""
    refreshing().stop(_named(seen, "job"))
    return _("The check was stopped; nothing was published.")


def published(seen: Any) -> str:
    """Publishes what was seen."""
    version = refreshing().publish(_named(seen, "version"), account())
    return _("Version {version} is published.", version=version.id)


def discarded(seen: Any) -> str:
    """Removes what was seen."""
    refreshing().discard(_named(seen, "version"), account())
    return _("Discarded; nothing was published.")


def rolled_back(version: Any) -> str:
    """Serves an older version again."""
    served = refreshing().roll_back(text_of(Ids.CHOSEN, version), account())
    return _("Version {version} is served again.", version=served.id)


def _named(seen: Any, part: str) -> str:
    return text_of(Ids.SEEN, seen.get(part) if isinstance(seen, dict) else None)


def register(app: Dash) -> None:
    """Wires the page."""
    panels.register(app, PANELS)
    admin = needs(Need.ADMIN)
    changes = [Input(Ids.SAID, "children"), Input(Ids.ROLLED, "children"), Input(VERSION, "data")]
    app.callback(Output(Ids.FILES, "content"), Input(Ids.SOURCE, "value"), Input(Ids.UPLOADED, "data"), *changes)(
        admin(files_shown)
    )
    app.callback(
        Output(Ids.STATUS, "content"),
        Output(Ids.REPORT, "content"),
        Output(Ids.RUNNING, "hidden"),
        Output(Ids.WAITING, "hidden"),
        Output(Ids.CHECK, "disabled"),
        Output(Ids.SEEN, "data"),
        Output(Ids.CLOCK, "interval"),
        Input(Ids.CLOCK, "n_intervals"),
        Input(Ids.SAID, "children"),
        State(Ids.SEEN, "data"),
    )(admin(looked))
    app.callback(Output(Ids.CHOSEN, "options"), Output(Ids.CHOSEN, "value"), *changes)(admin(offered))
    app.callback(
        Output(Ids.SURE, "hidden"),
        Output(Ids.SURE_WORDS, "children"),
        Input(Ids.ROLL_BACK, "n_clicks"),
        State(Ids.CHOSEN, "value"),
        prevent_initial_call=True,
    )(admin(asked))
    _wire_buttons(app)
    for change in changes[:2]:
        clientside(app, "panels.again", change, State(KEPT.frame, "panel"), prevent_initial_call=True)


def _wire_buttons(app: Dash) -> None:
    seen, chosen = State(Ids.SEEN, "data"), State(Ids.CHOSEN, "value")
    source = (State(Ids.SOURCE, "value"), State(Ids.MAPPING, "value"))
    _on_click(app, Ids.CHECK, started, *source)
    _on_click(app, Ids.CLEAR, cleared, again=True)
    for button, done in ((Ids.STOP, stopped), (Ids.PUBLISH, published), (Ids.DISCARD, discarded)):
        _on_click(app, button, done, seen, again=True)
    _on_click(app, Ids.YES, rolled_back, chosen, to=Ids.ROLLED)
    for button in (Ids.YES, Ids.NO):
        hidden = Output(Ids.SURE, "hidden", allow_duplicate=True)
        clientside(app, "refresh.hide", hidden, Input(button, "n_clicks"), prevent_initial_call=True)


def _on_click(
    app: Dash, button: Ids, done: Callable[..., str], *states: State, to: Ids = Ids.SAID, again: bool = False
) -> None:
    """Says what a button did, or why not."""
    words = Output(to, "children", allow_duplicate=again)
    app.callback(words, Input(button, "n_clicks"), *states, prevent_initial_call=True)(needs(Need.ADMIN)(pressed(done)))
