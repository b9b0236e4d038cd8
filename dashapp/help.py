"""What a newcomer needs to know, in a drawer behind "?", and a strip that offers it on the first visit."""

from enum import StrEnum
from typing import Final

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, html

from dashapp import components
from dashapp.still import Still, el
from dashapp.texts import N_, _
from dashapp.wiring import clientside

STEPS: Final = (
    (
        N_("Choose what to look at"),
        N_(
            "Chain, store, quarter and category hold on every page. The address keeps them: a link you send shows the "
            "same view, and Back undoes a step."
        ),
    ),
    (
        N_("Go deeper"),
        N_("Click a mark in a chart or a name in a table for what lies behind it. The sign ⓘ explains any number."),
    ),
    (
        N_("Take it along"),
        N_("Every chart has a switch to a table with the same numbers, and a menu to download them or the picture."),
    ),
)
KEYS: Final = (
    ("Tab", N_("goes from control to control; the first one skips to the content")),
    ("Enter, Space", N_("press a button or open a menu")),
    ("↑ ↓", N_("move within a menu or a table")),
    ("?", N_("explains the column of a table whose head has the focus")),
    ("Esc", N_("closes a menu, an explanation or this help")),
)


class Ids(StrEnum):
    """Ids that assets/2-app/55-help.js is wired to."""

    BUTTON = "help-button"
    DRAWER = "help"
    TITLE = "help-title"
    WELCOME = "welcome"
    SHOW = "welcome-show"
    DISMISS = "welcome-dismiss"


def button() -> html.Button:
    """The "?" of the header."""
    return html.Button(
        html.I(className="bi bi-question-circle", **components.aria(hidden="true")),
        id=Ids.BUTTON,
        className="btn icon-button",
        title=_("Help"),
        **components.aria(label=_("Help")),
    )


def welcome() -> html.Section:
    """The strip of the first visit; hidden until the browser knows that it is the first."""
    return html.Section(
        [
            html.P(_("New here? Three short steps show how to read these pages.")),
            dbc.Button(_("Show me"), id=Ids.SHOW, color="primary", size="sm"),
            dbc.Button(_("Got it"), id=Ids.DISMISS, color="secondary", outline=True, size="sm"),
        ],
        id=Ids.WELCOME,
        className="welcome",
        hidden=True,
        **components.aria(label=_("Welcome")),
    )


def drawer() -> dbc.Offcanvas:
    """The help itself."""
    steps = [el("li", el("h3", _(title)), el("p", _(text))) for title, text in STEPS]
    keys = [el("div", el("dt", el("kbd", key)), el("dd", _(text))) for key, text in KEYS]
    return dbc.Offcanvas(
        Still(el("ol", steps, className="steps"), el("h3", _("Keyboard")), el("dl", keys, className="keys")),
        id=Ids.DRAWER,
        title=html.Span(_("How to read these pages"), id=Ids.TITLE),
        labelledby=Ids.TITLE,
        placement="end",
        is_open=False,
    )


def register(app: Dash) -> None:
    """Wires it in the browser: the server is not asked."""
    show = Input(Ids.SHOW, "n_clicks")
    clientside(
        app, "help.open", Output(Ids.DRAWER, "is_open"), Input(Ids.BUTTON, "n_clicks"), show, prevent_initial_call=True
    )
    clientside(app, "help.welcome", Output(Ids.WELCOME, "hidden"), Input(Ids.DISMISS, "n_clicks"), show)
