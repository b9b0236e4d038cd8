"""Accounts and log: who may sign in, what each may see, and what was done. For administrators."""

from enum import StrEnum
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from analytics.filters import Filters
from analytics.queries import View, choices
from analytics.table import Field, Listed
from dashapp import components as ui
from dashapp import panels, widgets
from dashapp.access import rights_of
from dashapp.accounts.accounts import Account
from dashapp.accounts.gate import account, door
from dashapp.accounts.needs import Need, needs
from dashapp.accounts.rights import NAMES, Rights, Role
from dashapp.arguments import one_of, text_of, texts_of
from dashapp.panels import Panel
from dashapp.texts import N_, _, said
from dashapp.wiring import VERSION, clientside, pressed, view_of

KEY: Final = "admin"
TITLE: Final = N_("Accounts and log")
PATH: Final = "/admin"
ICON: Final = "bi-people"
MOST: Final = 10_000  # lines of the log in sight; the database has them all
NEW: Final = "a new one"  # the choice of no account yet; no login has a blank


class Ids(StrEnum):
    """Component ids of this page."""

    ACCOUNTS = "admin-accounts"
    LOG = "admin-log"
    WHO = "admin-who"
    LOGIN = "admin-login"
    NAME = "admin-name"
    ROLE = "admin-role"
    CHAINS = "admin-chains"
    STORES = "admin-stores"
    PERSONAL = "admin-personal"
    DISABLED = "admin-disabled"
    SAVE = "admin-save"
    LINK = "admin-link"
    SAID = "admin-said"


ACTIONS: Final = (
    N_("account added"),
    N_("account disabled"),
    N_("account enabled"),
    N_("alert deleted"),
    N_("alert set"),
    N_("commented"),
    N_("denied"),
    N_("exported"),
    N_("files uploaded"),
    N_("identity linked"),
    N_("invited"),
    N_("password changed"),
    N_("refresh checked"),
    N_("refresh discarded"),
    N_("refresh published"),
    N_("refresh refused"),
    N_("rights changed"),
    N_("rolled back"),
    N_("sign-in refused"),
    N_("signed in"),
    N_("signed out"),
    N_("view changed"),
    N_("view deleted"),
    N_("view put back"),
    N_("view saved"),
)
ACCOUNT_FIELDS: Final = (
    Field("login", "Login"),
    Field("name", "Name"),
    Field("role", "Role"),
    Field("places", "Chains and stores", wide=True),
    Field("personal", "Personal data", about="Whether customers are shown by name, and one by one."),
    Field("open", "May sign in"),
)
LOG_FIELDS: Final = (
    Field("at", "When (UTC)", "date"),
    Field("who", "Who", about="Blank for nobody who was signed in, or for a command in the terminal."),
    Field("action", "What"),
    Field("about", "About"),
    Field("address", "From", about="The address that the request came from."),
    Field("rows", "Rows", "count", about="Of a file that was taken away, or of data that were loaded."),
)


def accounts_rows(_view: View, _filters: Filters) -> Listed:
    """One row an account."""
    found = door().accounts.all()
    columns = {
        "login": [one.login for one in found],
        "name": [one.name for one in found],
        "role": [said(NAMES[one.rights.role]) for one in found],
        "places": [", ".join(one.rights.places) or _("all") for one in found],
        "personal": [_("yes") if one.rights.personal else _("no") for one in found],
        "open": [_("no") if one.disabled else _("yes") for one in found],
    }
    return Listed.of(ACCOUNT_FIELDS, columns)


def log_rows(_view: View, _filters: Filters) -> Listed:
    """One row an event, newest first."""
    logins = {one.id: one.login for one in door().accounts.all()}
    book = door().accounts.book(MOST)
    columns = {
        "at": [f"{event.at:%Y-%m-%d %H:%M:%S}" for event in book],
        "who": [logins.get(event.user_id or 0, "") for event in book],
        "action": [_(event.action) if event.action in ACTIONS else event.action for event in book],
        "about": [event.about for event in book],
        "address": [event.address for event in book],
        "rows": [event.details.get("rows") for event in book],
    }
    return Listed.of(LOG_FIELDS, columns)


ACCOUNTS: Final = Panel(Ids.ACCOUNTS, N_("Who may sign in?"), accounts_rows, height=300, live=True, needs=Need.ADMIN)
LOG: Final = Panel(
    Ids.LOG,
    N_("What was done?"),
    log_rows,
    about=N_("Newest first. Nothing is ever removed from the log."),
    height=420,
    live=True,
    needs=Need.ADMIN,
)
PANELS: Final[tuple[Panel, ...]] = (ACCOUNTS, LOG)


def layout(subject: str = "") -> Component:
    """The page without data."""
    form = html.Div(
        [
            html.Div(_fields(), className="controls"),
            html.Div(
                [
                    dbc.Button(_("Save"), id=Ids.SAVE, color="primary"),
                    dbc.Button(_("New sign-in link"), id=Ids.LINK, color="secondary", outline=True),
                ],
                className="filter-actions",
            ),
            html.Div(id=Ids.SAID, className="hint", **ui.aria(live="polite")),
        ],
        className="panel account-form",
    )
    return html.Div(
        [
            ui.section(_("Accounts"), panels.grid(ACCOUNTS)),
            ui.section(_("Add or change an account"), form),
            ui.section(_("Log"), panels.grid(LOG)),
        ]
    )


def _fields() -> list[Component]:
    roles = [{"value": role.value, "label": said(name)} for role, name in NAMES.items()]
    return [
        ui.field(_("Account"), dbc.Select(id=Ids.WHO, options=_accounts(()), value=NEW, size="sm")),
        ui.field(_("Login"), dbc.Input(id=Ids.LOGIN, value="", maxlength=80, size="sm")),
        ui.field(_("Name"), dbc.Input(id=Ids.NAME, value="", maxlength=80, size="sm")),
        ui.field(_("Role"), dbc.Select(id=Ids.ROLE, options=roles, value=Role.ANALYST.value, size="sm")),
        ui.field(_("Chains"), _menu(Ids.CHAINS, _("all"))),
        ui.field(_("Stores"), _menu(Ids.STORES, _("all"))),
        dbc.Checkbox(id=Ids.PERSONAL, label=_("May see personal data"), value=False),
        dbc.Checkbox(id=Ids.DISABLED, label=_("May not sign in"), value=False),
    ]


def _menu(id: Ids, none: str) -> dcc.Dropdown:
    return dcc.Dropdown(id=id, options=[], value=[], multi=True, placeholder=none, labels=widgets.menu())


def _accounts(found: tuple[Account, ...]) -> list[dict[str, str]]:
    return [{"value": NEW, "label": _("A new account")}, *({"value": a.login, "label": a.login} for a in found)]


def offered(version: Any, _said: Any) -> tuple[Any, ...]:
    """What can be chosen: accounts, chains, stores."""
    found = choices(view_of(version))
    return _accounts(tuple(door().accounts.all())), found["chains"], found["stores"]


def filled(login: Any) -> tuple[Any, ...]:
    """The form as the chosen account is; empty for a new one."""
    found = next((one for one in door().accounts.all() if one.login == login), None)
    if found is None:
        return "", False, "", False, Role.ANALYST.value, [], [], False, False
    rights = found.rights
    places = (sorted(rights.chains or ()), sorted(rights.stores or ()))
    return found.login, True, found.name, True, rights.role.value, *places, rights.personal, found.disabled


def saved(who: Any, login: Any, name: Any, *rest: Any) -> str:
    """Adds or changes an account; says what is true now. Raises Refused, and BadRights for what nobody can have."""
    *wanted, disabled = rest
    rights, accounts, by = _rights(*wanted), door().accounts, account().id
    login = text_of(Ids.LOGIN, login if who == NEW else who)
    if who == NEW:
        accounts.add(login, text_of(Ids.NAME, name), rights, by)
        return _("{login} is added. Now hand out a new sign-in link.", login=login.strip().lower())
    found = accounts.named(login)
    if rights != found.rights:
        accounts.set_rights(login, rights, by)
    if bool(disabled) != found.disabled:
        accounts.disable(login, bool(disabled), by)
    return _("{login} is saved, and signs in anew if something changed.", login=login)


def _rights(role: Any, chains: Any, stores: Any, personal: Any) -> Rights:
    """As the form has them; raises BadRights for what nobody can have."""
    role = one_of([one.value for one in Role], role, N_("Role"))
    return rights_of(role, texts_of(Ids.CHAINS, chains), texts_of(Ids.STORES, stores), bool(personal))


def register(app: Dash) -> None:
    """Wires the form, and the tables to what it changed."""
    panels.register(app, PANELS)
    form = (Ids.LOGIN, Ids.NAME, Ids.ROLE, Ids.CHAINS, Ids.STORES, Ids.PERSONAL, Ids.DISABLED)

    app.callback(
        [Output(id_, "options") for id_ in (Ids.WHO, Ids.CHAINS, Ids.STORES)],
        Input(VERSION, "data"),
        Input(Ids.SAID, "children"),
    )(needs(Need.ADMIN)(offered))
    locked = [Output(id_, part) for id_ in (Ids.LOGIN, Ids.NAME) for part in ("value", "disabled")]
    app.callback([*locked, *(Output(id_, "value") for id_ in form[2:])], Input(Ids.WHO, "value"))(
        needs(Need.ADMIN)(filled)
    )

    who, typed = State(Ids.WHO, "value"), [State(id_, "value") for id_ in form]
    for button, change, states in ((Ids.SAVE, saved, [who, *typed]), (Ids.LINK, invited, [who, typed[0]])):
        words = Output(Ids.SAID, "children", allow_duplicate=button == Ids.LINK)
        app.callback(words, Input(button, "n_clicks"), *states, prevent_initial_call=True)(
            needs(Need.ADMIN)(pressed(change))
        )
    for panel in PANELS:
        clientside(app, "panels.again", Input(Ids.SAID, "children"), State(panel.id, "id"), prevent_initial_call=True)


def invited(who: Any, login: Any) -> list[Component | str]:
    """A new link for an account, to hand on. Raises Refused."""
    login = text_of(Ids.WHO, login if who == NEW else who)
    address = f"{door().url}/link/{door().accounts.invite(login, account().id)}"
    return [_("Send this to {login}; it works once, within a day:", login=login), " ", html.Code(address)]
