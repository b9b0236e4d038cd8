"""The parts of the page of refreshes: what can be chosen, pressed and read there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import dash_bootstrap_components as dbc
from dash import html

from analytics.table import Field
from dashapp import components as ui
from dashapp import numbers
from dashapp.arguments import Choice
from dashapp.refreshing.files import File
from dashapp.refreshing.service import INBOX, UPLOAD, mappings
from dashapp.still import Content, Still, el
from dashapp.texts import N_, _, ngettext

OWN: Final = "own"
ABOUT_FILES: Final = N_(
    ".csv, .csv.gz or .parquet, and a mapping.toml if there is one: several at once, but no archive, because the "
    "loader reads tables as they are."
)


class Ids(StrEnum):
    """Component ids of this page."""

    SOURCE = "refresh-source"
    MAPPING = "refresh-mapping"
    UPLOADED = "refresh-uploaded"
    FILES = "refresh-files"
    CHECK = "refresh-check"
    CLEAR = "refresh-clear"
    SAID = "refresh-said"
    CLOCK = "refresh-clock"
    SEEN = "refresh-seen"
    STATUS = "refresh-status"
    RUNNING = "refresh-running"
    STOP = "refresh-stop"
    REPORT = "refresh-report"
    WAITING = "refresh-waiting"
    PUBLISH = "refresh-publish"
    DISCARD = "refresh-discard"
    KEPT = "refresh-kept"
    CHOSEN = "refresh-chosen"
    ROLL_BACK = "refresh-roll-back"
    SURE = "refresh-sure"
    SURE_WORDS = "refresh-sure-words"
    YES = "refresh-yes"
    NO = "refresh-no"
    ROLLED = "refresh-rolled"


SOURCE: Final = Choice(
    Ids.SOURCE, N_("From"), {UPLOAD: N_("Files that you send"), INBOX: N_("The folder on the server")}, buttons=True
)
FILE_FIELDS: Final = (
    Field("name", "File"),
    Field("size", "Size [kB]", "count"),
    Field("changed", "Changed (UTC)"),
    Field("fresh", "Newer than the last load"),
)


def form() -> html.Div:
    """Where new files come from, and how they are read."""
    shipped = [{"value": name, "label": _("Shipped: {name}", name=name)} for name in mappings()]
    options = [{"value": OWN, "label": _("The files’ own: mapping.toml, or none")}, *shipped]
    mapping = html.Div(
        [
            html.Label(_("Mapping"), htmlFor=Ids.MAPPING),
            dbc.Select(id=Ids.MAPPING, options=options, value=OWN, size="sm"),
        ],
        className="field",
    )
    upload = Still(
        el("label", _("Send files"), htmlFor="refresh-file"),
        el("input", type="file", id="refresh-file", className="form-control form-control-sm", multiple=True),
        el("progress", id="refresh-sent", hidden=True, max=1, value=0, **ui.aria(label=_("How much is sent"))),
        el("p", id="refresh-sent-words", className="hint", **ui.aria(live="polite")),
        el("p", _(ABOUT_FILES), className="hint"),
        className="field upload",
    )
    buttons = [
        _button(Ids.CHECK, _("Check"), "primary"),
        _button(Ids.CLEAR, _("Remove the files that I sent")),
    ]
    return html.Div(
        [
            html.Div([SOURCE.view(), mapping], className="controls"),
            upload,
            Still(id=Ids.FILES, className="rows"),
            html.Div(buttons, className="filter-actions"),
            _words(Ids.SAID),
        ],
        className="panel account-form",
    )


def checked() -> html.Div:
    """How the check goes, and what was found."""
    return html.Div(
        [
            Still(id=Ids.STATUS, **ui.aria(live="polite")),
            html.Div(_button(Ids.STOP, _("Stop")), id=Ids.RUNNING, hidden=True, className="filter-actions"),
            Still(id=Ids.REPORT),
            html.Div(
                [_button(Ids.PUBLISH, _("Publish"), "primary"), _button(Ids.DISCARD, _("Discard"))],
                id=Ids.WAITING,
                hidden=True,
                className="filter-actions",
            ),
        ],
        className="panel",
    )


def way_back() -> html.Div:
    """An older version, chosen and confirmed."""
    chosen = html.Div(
        [html.Label(_("Version"), htmlFor=Ids.CHOSEN), dbc.Select(id=Ids.CHOSEN, options=[], value="", size="sm")],
        className="field",
    )
    sure = html.Div(
        [
            html.P(id=Ids.SURE_WORDS),
            html.Div(
                [_button(Ids.YES, _("Yes, roll back"), "primary"), _button(Ids.NO, _("No"))], className="filter-actions"
            ),
        ],
        id=Ids.SURE,
        hidden=True,
        role="group",
        **ui.aria(label=_("Roll back?")),
    )
    button = html.Div(_button(Ids.ROLL_BACK, _("Roll back to this one")), className="filter-actions")
    return html.Div([html.Div([chosen, button], className="controls"), sure, _words(Ids.ROLLED)], className="panel")


def _button(id: Ids, text: str, color: str = "secondary") -> dbc.Button:
    return dbc.Button(text, id=id, color=color, outline=color == "secondary")


def _words(id: Ids) -> html.Div:
    return html.Div(id=id, className="hint", **ui.aria(live="polite"))


def listed(found: Sequence[File], loaded: float) -> Content:
    """Files as a table. loaded: when the newest version was built, seconds since 1970."""
    if not found:
        return el("p", _("There are no files to check yet."))
    rows = [
        el(
            "tr",
            el("td", file.name),
            el("td", numbers.fixed(-(-file.size // 1000)), className="number"),
            el("td", f"{datetime.fromtimestamp(file.changed_at, UTC):%Y-%m-%d %H:%M:%S}"),
            el("td", _("yes") if file.changed_at > loaded else _("no")),
        )
        for file in found
    ]
    head = el("tr", [el("th", _(field.label), scope="col") for field in FILE_FIELDS])
    caption = el("caption", ngettext("One file", "{n} files", len(found)))
    return el("table", caption, el("thead", head), el("tbody", rows), className="table table-sm")
