"""The bell of the header: how much was told and not looked at yet."""

from enum import StrEnum
from typing import Any

from dash import Dash, Input, Output, dcc
from dash.development.base_component import Component
from flask import request

from dashapp.accounts.accounts import Account
from dashapp.accounts.gate import account
from dashapp.accounts.needs import Need, needs
from dashapp.alerts.desk import PATH, desk
from dashapp.components import aria
from dashapp.still import Element, Still, drawn, el
from dashapp.texts import _, ngettext
from dashapp.wiring import VERSION


class Ids(StrEnum):
    """Ids of the shell."""

    BELL = "bell"
    CHANGED = "bell-changed"


def view(who: Account | None) -> list[Component]:
    """It, and what rings it."""
    return [Still(_inside(who), id=Ids.BELL, tag="span"), dcc.Store(id=Ids.CHANGED)]


def _inside(who: Account | None) -> Element | None:
    if who is None:
        return None
    new = desk().alerts.unseen(who)
    label = ngettext("Alerts: {n} is new", "Alerts: {n} are new", new) if new else _("Alerts")
    sign = el("i", className="bi bi-bell-fill" if new else "bi bi-bell", **aria(hidden="true"))
    count = el("span", str(new), className="bell-count") if new else None
    link = {"href": f"{request.script_root}{PATH}", "className": "btn icon-button go", "title": label}
    return el("a", sign, count, **link, **aria(label=label))


def register(app: Dash) -> None:
    """Wires it to newer data, and to the page of alerts."""

    @app.callback(
        Output(Ids.BELL, "content"), Input(VERSION, "data"), Input(Ids.CHANGED, "data"), prevent_initial_call=True
    )
    @needs(Need.SIGNED_IN)
    def rung(_version: Any, _changed: Any) -> str:
        return drawn(_inside(account()))
