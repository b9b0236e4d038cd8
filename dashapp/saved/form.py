"""Save this view: a drawer behind the bookmark of the header. It asks for a name and for whom; the page stays as it is.

What was typed stays until the server has kept it. Each save has a key, so that one that is sent twice is kept once.
"""

from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashapp.accounts.accounts import Refused
from dashapp.accounts.needs import Need, needs
from dashapp.arguments import BadRequest, text_of
from dashapp.components import aria, data
from dashapp.saved.desk import desk
from dashapp.saved.tables import LONGEST_KEY, LONGEST_NAME
from dashapp.saved.views import Sharing
from dashapp.texts import N_, _, said
from dashapp.wiring import clientside
from data.said import say

PATH: Final = "/saved"
ONLY_ME: Final = "me"
EVERYBODY: Final = "everybody"
A_CHAIN: Final = "chain:"
NOTHING_LOST: Final = N_("{reason} Nothing was saved; what you typed is still here.")


class Ids(StrEnum):
    """Ids that assets/2-app/65-saved.js is wired to."""

    DRAWER = "save"
    TITLE = "save-title"
    NAME = "save-name"
    SHARING = "save-sharing"
    BUTTON = "save-button"
    KEY = "save-key"
    ASKED = "save-asked"
    SAID = "save-said"


def opener(label: str, *, sign: bool = False) -> html.Button:
    """A button that opens the drawer, as a sign or in words."""
    icon = html.I(className="bi bi-bookmark-plus", **aria(hidden="true"))
    look = "btn icon-button" if sign else "btn btn-sm btn-outline-secondary"
    inside: list[Component | str] = [icon] if sign else [icon, f" {label}"]
    return html.Button(inside, type="button", className=look, title=label, **aria(label=label), **data(save="open"))


def drawer(chains: list[str]) -> dbc.Offcanvas:
    """The form. chains: of which who looks sees a store."""
    return dbc.Offcanvas(
        [
            html.P(_("The page, its filters and its controls are kept under a name. It always shows the newest data.")),
            html.Div([html.Label(_("Name"), htmlFor=Ids.NAME), name_input(Ids.NAME)], className="field"),
            html.Div([html.Label(_("For"), htmlFor=Ids.SHARING), sharing_menu(Ids.SHARING, chains)], className="field"),
            html.P(_("Others see it within their own rights, never within yours."), className="hint"),
            dbc.Button(_("Save"), id=Ids.BUTTON, color="primary"),
            html.Div(id=Ids.SAID, className="said", **aria(live="polite")),
            html.P(html.A(_("All saved views"), href=PATH, className="go")),
            dcc.Store(id=Ids.KEY, data=new_key()),
            dcc.Store(id=Ids.ASKED),
        ],
        id=Ids.DRAWER,
        title=html.Span(_("Save this view"), id=Ids.TITLE),
        labelledby=Ids.TITLE,
        placement="end",
        is_open=False,
        class_name="form-drawer",
    )


def name_input(id: str) -> dbc.Input:
    """Where a name is typed."""
    return dbc.Input(id=id, value="", maxlength=LONGEST_NAME, size="sm")


def sharing_menu(id: str, chains: list[str]) -> dbc.Select:
    """For whom a view may be."""
    return dbc.Select(id=id, options=sharings(chains), value=ONLY_ME, size="sm")


def sharings(chains: list[str]) -> list[dict[str, str]]:
    """Its choices."""
    some = [{"value": A_CHAIN + chain, "label": _("Who sees {chain}", chain=chain)} for chain in chains]
    return [{"value": ONLY_ME, "label": _("Only me")}, *some, {"value": EVERYBODY, "label": _("Everybody")}]


def new_key() -> str:
    """Of the next save."""
    return str(uuid4())


def key_of(name: str, value: Any) -> str:
    """A key as a page sends it; raises BadRequest."""
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= LONGEST_KEY
        or not value.isascii()
        or not value.isprintable()
    ):
        raise BadRequest(say("{name}: expected a text of 1 to {n} characters", name=name, n=LONGEST_KEY))
    return value


def sharing_of(name: str, value: Any) -> Sharing:
    """For whom, as the menu says it; raises BadRequest."""
    text = text_of(name, value)
    if text in (ONLY_ME, EVERYBODY):
        return Sharing(text == EVERYBODY)
    if not text.startswith(A_CHAIN):
        raise BadRequest(say("{name}: not one of its choices", name=name))
    return Sharing(True, text.removeprefix(A_CHAIN))


def shared_as(sharing: Sharing) -> str:
    """The choice of the menu."""
    return A_CHAIN + sharing.chain if sharing.chain else EVERYBODY if sharing.shared else ONLY_ME


def save(asked: Any) -> tuple[Any, Any, Any]:
    """What is said, and an empty name and a new key once the view is kept; nothing else moves."""
    if asked is None:
        raise PreventUpdate
    if not isinstance(asked, dict) or set(asked) - {"address", "clicks", "key", "name", "sharing"}:
        raise BadRequest(say("{name}: expected address, key, name and sharing", name=Ids.ASKED.value))
    name, sharing = text_of(Ids.NAME, asked.get("name")), sharing_of(Ids.SHARING, asked.get("sharing"))
    try:
        id_ = desk().save(key_of(Ids.KEY, asked.get("key")), name, asked.get("address"), sharing)
    except Refused as refused:
        return _(NOTHING_LOST, reason=said(refused.said)), no_update, no_update
    return saved_as(name.strip(), id_), "", new_key()


def saved_as(name: str, id_: int) -> list[Component | str]:
    """What was done, and the link to hand on."""
    return [_("“{name}” is saved.", name=name), " ", html.A(_("Link to it"), href=f"/view/{id_}")]


def register(app: Dash) -> None:
    """Wires it: the browser adds the address that it shows."""
    typed = State(Ids.NAME, "value"), State(Ids.SHARING, "value"), State(Ids.KEY, "data")
    clientside(
        app,
        "saved.asked",
        Output(Ids.ASKED, "data"),
        Input(Ids.BUTTON, "n_clicks"),
        Input(Ids.NAME, "n_submit"),
        *typed,
        prevent_initial_call=True,
    )
    app.callback(
        Output(Ids.SAID, "children"),
        Output(Ids.NAME, "value"),
        Output(Ids.KEY, "data"),
        Input(Ids.ASKED, "data"),
        prevent_initial_call=True,
    )(needs(Need.SIGNED_IN)(save))
