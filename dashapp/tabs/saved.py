"""Saved views: one's own and those that others share, under what names, for whom, and what is said about them."""

from enum import StrEnum
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashapp import components as ui
from dashapp import widgets
from dashapp.accounts.accounts import Refused
from dashapp.accounts.needs import Need, needs
from dashapp.arguments import lines_of, number_of, text_of
from dashapp.panels import Panel
from dashapp.quantities import moment
from dashapp.saved import form
from dashapp.saved.desk import Shown, desk, reader
from dashapp.saved.views import LONGEST_COMMENT, Sharing
from dashapp.still import Content, Element, Still, drawn, el
from dashapp.texts import N_, _, said
from dashapp.wiring import CHOICES, pressed

KEY: Final = "saved"
TITLE: Final = N_("Saved views")
PATH: Final = form.PATH
ICON: Final = "bi-bookmark"
PANELS: Final[tuple[Panel, ...]] = ()
HOW: Final = N_(
    "Open a view and it shows the data of today, within your rights: what you may not see of one that is shared with "
    "you is left out. A view with sliders set is a what-if scenario. To keep one, open the page, set it as you want "
    "it, and press the bookmark at the top."
)


class Ids(StrEnum):
    """Component ids of this page."""

    LIST = "saved-list"
    WHICH = "saved-which"
    NAME = "saved-name"
    SHARING = "saved-sharing"
    START = "saved-start"
    SAVE = "saved-save"
    DELETE = "saved-delete"
    PUT_BACK = "saved-put-back"
    SAID = "saved-said"
    COMMENTS = "saved-comments"
    COMMENT = "saved-comment"
    COMMENT_KEY = "saved-comment-key"
    SEND = "saved-send"
    SENT = "saved-sent"


def layout(subject: str = "") -> Component:
    """The page without data."""
    change = html.Div(
        [
            html.Div(
                [
                    ui.field(_("View"), dbc.Select(id=Ids.WHICH, options=[], value="", size="sm")),
                    ui.field(_("Name"), form.name_input(Ids.NAME)),
                    ui.field(_("For"), form.sharing_menu(Ids.SHARING, [])),
                    dbc.Checkbox(id=Ids.START, label=_("My dashboard opens with it"), value=False),
                ],
                className="controls",
            ),
            html.Div(
                [
                    dbc.Button(_("Save"), id=Ids.SAVE, color="primary"),
                    dbc.Button(_("Delete"), id=Ids.DELETE, color="secondary", outline=True),
                    dbc.Button(_("Put back"), id=Ids.PUT_BACK, color="secondary", outline=True),
                ],
                className="filter-actions",
            ),
            html.Div(id=Ids.SAID, className="hint", **ui.aria(live="polite")),
        ],
        className="panel account-form",
    )
    talk = html.Div(
        [
            Still(id=Ids.COMMENTS, className="comments"),
            html.Label(_("Your comment on the chosen view"), htmlFor=Ids.COMMENT),
            dbc.Textarea(id=Ids.COMMENT, value="", maxlength=LONGEST_COMMENT, rows=3),
            html.Div(dbc.Button(_("Comment"), id=Ids.SEND, color="primary"), className="filter-actions"),
            html.Div(id=Ids.SENT, className="hint", **ui.aria(live="polite")),
            dcc.Store(id=Ids.COMMENT_KEY, data=form.new_key()),
        ],
        className="panel",
    )
    views = Still(el("p", className="skeleton line"), id=Ids.LIST, className="saved-views")
    return html.Div(
        [
            ui.section(_("Yours, and those shared with you"), views, hint=_(HOW)),
            ui.section(_("Change one"), change),
            ui.section(_("Comments"), talk),
        ]
    )


def listed(which: Any, *_changes: Any) -> tuple[Any, ...]:
    """Every view, and the choice among them; the one chosen stays."""
    shown = desk().all()
    options = [{"value": str(one.kept.id), "label": _label(one)} for one in shown]
    items = [_item(one) for one in shown if not one.kept.deleted]
    none = el("p", _("Nothing is saved yet, and nobody shares a view with you."), className="hint")
    return drawn(el("ul", items) if items else none), options, widgets.still_chosen(options, which)


def _item(shown: Shown) -> Element:
    """One view: its name leads to it."""
    kept, what_if = shown.kept, any(desk().addresses.scenarios(shown.address))
    sign = "bi-sliders" if what_if else "bi-bookmark"
    by = _("you") if kept.own else kept.owner
    facts = [_("by {name}, {when}", name=by, when=moment(kept.saved_at)), _for(kept.sharing)]
    facts += [_("comments: {n}", n=kept.comments)] if kept.comments else []
    facts += [_("opens your dashboard")] if kept.start else []
    return el(
        "li",
        el("i", className=f"bi {sign}", title=_("What-if scenario") if what_if else None, **ui.aria(hidden="true")),
        el("a", kept.name, href=f"/view/{kept.id}"),
        el("p", desk().addresses.said(shown.address)),
        el("p", " · ".join(facts), className="hint"),
    )


def _label(shown: Shown) -> str:
    kept = shown.kept
    if kept.deleted:
        return _("{name} (deleted)", name=kept.name)
    return kept.name if kept.own else _("{name}, by {owner}", name=kept.name, owner=kept.owner)


def _for(sharing: Sharing) -> str:
    if sharing.chain:
        return _("for who sees {chain}", chain=sharing.chain)
    return _("for everybody") if sharing.shared else _("for you only")


def chosen(which: Any, choices: Any) -> tuple[Any, ...]:
    """The form as the chosen view is, what may be done with it, and what was said about it."""
    chains = choices.get("chains", []) if isinstance(choices, dict) else []
    options = form.sharings([chain for chain in chains if isinstance(chain, str)])
    try:
        kept = desk().one(number_of(Ids.WHICH, which)).kept if which else None
    except Refused:
        kept = None
    if kept is None:
        return "", True, options, form.ONLY_ME, True, False, True, True, True, True, _talk([])
    held = not kept.own
    remarks = [] if kept.deleted else desk().views.comments(reader(), kept.id)
    locks = held or kept.deleted
    return (
        kept.name, locks, options, form.shared_as(kept.sharing), locks, kept.start,
        kept.deleted, locks, held or not kept.deleted, kept.deleted, _talk([
            el("li", el("p", el("b", one.author), f" · {moment(one.at)}", className="hint"), _lines(one.text))
            for one in remarks
        ]),
    )  # fmt: skip


def _talk(items: list[Element]) -> Any:
    return drawn(el("ul", items) if items else el("p", _("No comments yet."), className="hint"))


def _lines(text: str) -> Content:
    return [el("p", line) for line in text.splitlines() if line.strip()]


def changed(which: Any, name: Any, sharing: Any, start: Any) -> str:
    """Keeps what the form says of the chosen view; says what is true now. Raises Refused."""
    id_, views, who = number_of(Ids.WHICH, which), desk().views, reader()
    kept = desk().one(id_).kept
    if kept.own:
        desk().change(id_, text_of(Ids.NAME, name), form.sharing_of(Ids.SHARING, sharing))
    if bool(start) != kept.start:
        views.start_with(who, id_ if start else None)
    return _("“{name}” is saved.", name=desk().one(id_).kept.name)


def deleted(which: Any, *_form: Any) -> str:
    """Deletes the chosen view. Raises Refused."""
    kept = desk().one(number_of(Ids.WHICH, which)).kept
    desk().views.delete(reader(), kept.id)
    return _("“{name}” is deleted; put it back while it is chosen here.", name=kept.name)


def put_back(which: Any, *_form: Any) -> str:
    """Undoes that. Raises Refused."""
    kept = desk().one(number_of(Ids.WHICH, which)).kept
    desk().views.put_back(reader(), kept.id)
    return _("“{name}” is back.", name=kept.name)


def commented(clicks: Any, which: Any, key: Any, text: Any) -> tuple[Any, Any, Any]:
    """What is said, and an empty field and a new key once the comment is kept."""
    if not clicks:
        return no_update, no_update, no_update
    text = lines_of(Ids.COMMENT, text, LONGEST_COMMENT)
    try:
        desk().one(number_of(Ids.WHICH, which))
        desk().views.comment(reader(), number_of(Ids.WHICH, which), form.key_of(Ids.COMMENT_KEY, key), text)
    except Refused as refused:
        return _(form.NOTHING_LOST, reason=said(refused.said)), no_update, no_update
    return _("Your comment is there."), "", form.new_key()


def register(app: Dash) -> None:
    """Wires the list to what changes it, and the form to the choice."""
    app.callback(
        Output(Ids.LIST, "content"),
        Output(Ids.WHICH, "options"),
        Output(Ids.WHICH, "value"),
        State(Ids.WHICH, "value"),
        Input(Ids.SAID, "children"),
        Input(Ids.SENT, "children"),
        Input(form.Ids.SAID, "children"),
    )(needs(Need.SIGNED_IN)(listed))
    app.callback(
        Output(Ids.NAME, "value"),
        Output(Ids.NAME, "disabled"),
        Output(Ids.SHARING, "options"),
        Output(Ids.SHARING, "value"),
        Output(Ids.SHARING, "disabled"),
        Output(Ids.START, "value"),
        Output(Ids.SAVE, "disabled"),
        Output(Ids.DELETE, "disabled"),
        Output(Ids.PUT_BACK, "disabled"),
        Output(Ids.SEND, "disabled"),
        Output(Ids.COMMENTS, "content"),
        Input(Ids.WHICH, "value"),
        State(CHOICES, "data"),
    )(needs(Need.SIGNED_IN)(chosen))

    states = [State(id_, "value") for id_ in (Ids.WHICH, Ids.NAME, Ids.SHARING, Ids.START)]
    for button, change in ((Ids.SAVE, changed), (Ids.DELETE, deleted), (Ids.PUT_BACK, put_back)):
        app.callback(
            Output(Ids.SAID, "children", allow_duplicate=button != Ids.SAVE),
            Input(button, "n_clicks"),
            *states,
            prevent_initial_call=True,
        )(needs(Need.SIGNED_IN)(pressed(change, form.NOTHING_LOST)))
    app.callback(
        Output(Ids.SENT, "children"),
        Output(Ids.COMMENT, "value"),
        Output(Ids.COMMENT_KEY, "data"),
        Input(Ids.SEND, "n_clicks"),
        State(Ids.WHICH, "value"),
        State(Ids.COMMENT_KEY, "data"),
        State(Ids.COMMENT, "value"),
        prevent_initial_call=True,
    )(needs(Need.SIGNED_IN)(commented))
