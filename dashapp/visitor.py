"""The menu of who is signed in: who that is, and the way out."""

from dash.development.base_component import Component
from flask import request

from dashapp.accounts.accounts import Account
from dashapp.accounts.rights import NAMES
from dashapp.components import aria
from dashapp.still import Still, el
from dashapp.texts import _, said


def menu(who: Account | None) -> Component:
    """In the header; an empty place while nobody is in. Leaving is a form, so that no link or picture does it."""
    if who is None:
        return Still(id="visitor")
    root = request.script_root
    summary = el("summary", el("i", className="bi bi-person-circle", **aria(hidden="true")), **aria(label=who.name))
    items = [
        el("p", el("b", who.name), " · ", said(NAMES[who.rights.role])),
        el("a", _("Saved views"), href=f"{root}/saved", className="menu-item go"),
        [
            el("a", _("Accounts and log"), href=f"{root}/admin", className="menu-item go"),
            el("a", _("Data refresh"), href=f"{root}/refresh", className="menu-item go"),
        ]
        if who.rights.administers
        else None,
        el("a", _("Change password"), href=f"{root}/password", className="menu-item"),
        el("form", el("button", _("Sign out"), className="menu-item"), action=f"{root}/sign-out", method="post"),
    ]
    return Still(
        summary, el("div", items, className="menu-items"), id="visitor", tag="details", className="menu visitor"
    )
