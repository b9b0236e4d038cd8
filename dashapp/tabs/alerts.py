"""Alerts: limits on a KPI, where it stands against them, and what was told."""

from enum import StrEnum
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.queries import View, choices
from dashapp import components as ui
from dashapp import quantities, widgets
from dashapp.accounts.accounts import Refused
from dashapp.accounts.gate import account
from dashapp.accounts.needs import Need, needs
from dashapp.alerts import bell
from dashapp.alerts.alerts import Limit, limit_of, reading
from dashapp.alerts.desk import PATH as ALERTS
from dashapp.alerts.desk import desk, in_words, said
from dashapp.alerts.mail import is_address
from dashapp.alerts.tables import Alert
from dashapp.arguments import decimal_of, number_of, one_of, texts_of
from dashapp.panels import Panel
from dashapp.saved.form import NOTHING_LOST, key_of, new_key
from dashapp.still import Content, Element, Still, drawn, el
from dashapp.texts import N_, _
from dashapp.texts import said as told
from dashapp.wiring import VERSION, view_of

KEY: Final = "alerts"
TITLE: Final = N_("Alerts")
PATH: Final = ALERTS
ICON: Final = "bi-bell"
PANELS: Final[tuple[Panel, ...]] = ()
ABOVE: Final = "above"
BELOW: Final = "below"
SIDES: Final = {ABOVE: N_("is above"), BELOW: N_("is below")}
HOW: Final = N_(
    "Whenever new data are published, the last month that is over is looked at, within your rights of that day. A "
    "month beyond a limit is told once, here and behind the bell."
)


class Ids(StrEnum):
    """Component ids of this page."""

    LIST = "alerts-list"
    TOLD = "alerts-told"
    KPI = "alerts-kpi"
    SIDE = "alerts-side"
    LIMIT = "alerts-limit"
    CHAINS = "alerts-chains"
    STORES = "alerts-stores"
    CATEGORIES = "alerts-categories"
    MAIL = "alerts-mail"
    KEY = "alerts-key"
    SET = "alerts-set"
    SAID = "alerts-said"
    WHICH = "alerts-which"
    DELETE = "alerts-delete"
    DELETED = "alerts-deleted"


FORM: Final = (Ids.KPI, Ids.SIDE, Ids.LIMIT, Ids.CHAINS, Ids.STORES, Ids.CATEGORIES, Ids.MAIL)


def layout(subject: str = "") -> Component:
    """The page without data."""
    form = html.Div(
        [
            html.Div(_fields(), className="controls"),
            html.Div(dbc.Button(_("Set"), id=Ids.SET, color="primary"), className="filter-actions"),
            html.Div(id=Ids.SAID, className="hint", **ui.aria(live="polite")),
            dcc.Store(id=Ids.KEY, data=new_key()),
        ],
        className="panel account-form",
    )
    end = html.Div(
        [
            html.Div(
                ui.field(_("Alert"), dbc.Select(id=Ids.WHICH, options=[], value="", size="sm")), className="controls"
            ),
            html.Div(
                dbc.Button(_("Delete"), id=Ids.DELETE, color="secondary", outline=True), className="filter-actions"
            ),
            html.Div(id=Ids.DELETED, className="hint", **ui.aria(live="polite")),
        ],
        className="panel account-form",
    )
    waiting = el("p", className="skeleton line")
    return html.Div(
        [
            ui.section(_("What was told"), Still(waiting, id=Ids.TOLD, className="saved-views")),
            ui.section(_("Your alerts"), Still(waiting, id=Ids.LIST, className="saved-views"), hint=_(HOW)),
            ui.section(_("Set an alert"), form),
            ui.section(_("End an alert"), end),
        ]
    )


def _fields() -> list[Component]:
    kpis = [{"value": kpi.id, "label": _(kpi.label)} for kpi in KPIS.values()]
    sides = [{"value": side, "label": _(text)} for side, text in SIDES.items()]
    return [
        ui.field(_("KPI"), dbc.Select(id=Ids.KPI, options=kpis, value="stockout_rate", size="sm")),
        ui.field(_("Tell me if it"), dbc.Select(id=Ids.SIDE, options=sides, value=ABOVE, size="sm")),
        ui.field(_("Limit"), dbc.Input(id=Ids.LIMIT, type="number", step="any", value=None, size="sm")),
        ui.field(_("Chains"), _menu(Ids.CHAINS)),
        ui.field(_("Stores"), _menu(Ids.STORES)),
        ui.field(_("Categories"), _menu(Ids.CATEGORIES)),
        dbc.Checkbox(id=Ids.MAIL, label=_("By e-mail, too"), value=False),
    ]


def _menu(id: Ids) -> dcc.Dropdown:
    return dcc.Dropdown(id=id, options=[], value=[], multi=True, placeholder=_("all"), labels=widgets.menu())


def offered(version: Any) -> tuple[Any, ...]:
    """Places and categories to choose from, and whether a mail could reach who asks."""
    found = choices(view_of(version))
    categories = [{"value": name, "label": name} for name in found["categories"]]
    return found["chains"], found["stores"], categories, not (desk().post and is_address(account().login))


def listed(version: Any, which: Any, *_changes: Any) -> tuple[Any, ...]:
    """Every alert with where its KPI stands, what was told, and the choice among the alerts."""
    view, mine = view_of(version), desk().alerts.of(account().id)
    options = [{"value": str(one.id), "label": in_words(view, limit_of(one))} for one in mine]
    told_ = [_notice(view, one) for one in desk().alerts.told(account())]
    none = el("p", _("No alert is set yet."), className="hint")
    nothing = el("p", _("Nothing yet."), className="hint")
    items = [_item(view, one) for one in mine]
    return (
        drawn(el("ul", items) if items else none),
        drawn(el("ul", told_) if told_ else nothing),
        options,
        widgets.still_chosen(options, which),
        not options,
    )


def _item(view: View, alert: Alert) -> Element:
    """One alert and the last month that is over."""
    limit = limit_of(alert)
    now = reading(view, limit)
    if now is None or now.value is None:
        stands = _("Not known in these data.")
    else:
        quantity = quantities.of_kpi(view, limit.kpi)
        values = {"month": quantities.month(now.month), "value": quantity.text(now.value)}
        beyond = limit.beyond(now.value)
        stands = _("{month}: {value}, beyond the limit", **values) if beyond else _("{month}: {value}", **values)
    mail = f" · {_('by e-mail, too')}" if alert.mail else ""
    return _line("bi-bell", in_words(view, limit), stands + mail)


def _notice(view: View, one: Any) -> Element:
    """A month beyond a limit; in bold until it was looked at."""
    head: Content = said(view, one) if one.notice.seen_at else el("b", said(view, one))
    about = f"{in_words(view, one.limit)} · {quantities.moment(one.notice.at)}"
    return _line("bi-exclamation-triangle", head, about)


def _line(icon: str, head: Content, about: str) -> Element:
    return el(
        "li", el("i", className=f"bi {icon}", **ui.aria(hidden="true")), el("p", head), el("p", about, className="hint")
    )


def seen(_listed: Any) -> Any:
    """Notes that what was told was looked at; the bell is told."""
    return desk().alerts.seen(account())


def set_alert(clicks: Any, version: Any, key: Any, *form: Any) -> tuple[Any, Any]:
    """Sets what the form says; what is said, and a new key once it is kept."""
    if not clicks:
        return no_update, no_update
    kpi, side, limit, chains, stores, categories, mail = form
    above = one_of(SIDES, side, SIDES[ABOVE]) == ABOVE
    places = {"chains": texts_of(Ids.CHAINS, chains), "stores": texts_of(Ids.STORES, stores)}
    filters = Filters.parse({**places, "categories": texts_of(Ids.CATEGORIES, categories)})
    if limit is None:
        return _("Write a number as the limit. Nothing was set yet."), no_update
    wanted = Limit(one_of(KPIS, kpi, N_("KPI")), above, decimal_of(Ids.LIMIT, limit), _known(view_of(version), filters))
    try:
        desk().alerts.set(account().id, key_of(Ids.KEY, key), wanted, bool(mail) and is_address(account().login))
    except Refused as refused:
        return _(NOTHING_LOST, reason=told(refused.said)), no_update
    return _("It is set: {alert}.", alert=in_words(view_of(version), wanted)), new_key()


def _known(view: View, filters: Filters) -> Filters:
    """The places of it that may be seen, none of those that may not."""
    found = choices(view)
    stores = {store["value"] for store in found["stores"]}
    return Filters(
        chains=tuple(chain for chain in filters.chains or () if chain in found["chains"]) or None,
        stores=tuple(store for store in filters.stores or () if store in stores) or None,
        categories=tuple(name for name in filters.categories or () if name in found["categories"]) or None,
    )


def deleted(clicks: Any, which: Any) -> Any:
    """Ends the chosen alert."""
    if not clicks or not which:
        return no_update
    try:
        desk().alerts.delete(account().id, number_of(Ids.WHICH, which))
    except Refused as refused:
        return told(refused.said)
    return _("It is deleted, and what it told.")


def register(app: Dash) -> None:
    """Wires the lists to what changes them."""
    wire(
        app,
        offered,
        [Output(id_, "options") for id_ in FORM[3:6]] + [Output(Ids.MAIL, "disabled")],
        Input(VERSION, "data"),
    )
    wire(
        app,
        listed,
        [
            Output(Ids.LIST, "content"),
            Output(Ids.TOLD, "content"),
            Output(Ids.WHICH, "options"),
            Output(Ids.WHICH, "value"),
            Output(Ids.DELETE, "disabled"),
        ],
        Input(VERSION, "data"),
        State(Ids.WHICH, "value"),
        Input(Ids.SAID, "children"),
        Input(Ids.DELETED, "children"),
    )
    wire(app, seen, Output(bell.Ids.CHANGED, "data"), Input(Ids.TOLD, "content"), prevent_initial_call=True)
    form = [State(id_, "value") for id_ in FORM]
    wire(
        app,
        set_alert,
        [Output(Ids.SAID, "children"), Output(Ids.KEY, "data")],
        Input(Ids.SET, "n_clicks"),
        State(VERSION, "data"),
        State(Ids.KEY, "data"),
        *form,
        prevent_initial_call=True,
    )
    wire(
        app,
        deleted,
        Output(Ids.DELETED, "children"),
        Input(Ids.DELETE, "n_clicks"),
        State(Ids.WHICH, "value"),
        prevent_initial_call=True,
    )


def wire(app: Dash, handler: Any, *parts: Any, **options: Any) -> None:
    """For whoever is signed in."""
    app.callback(*parts, **options)(needs(Need.SIGNED_IN)(handler))
