"""Everything around a tab: header, navigation, filter bar, notices, and the open tab itself."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, dcc, html, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics.kpi import KPIS
from analytics.queries import Choices, Headline, choices, headline
from dashapp import components, help, quantities, router, visitor, widgets, wiring
from dashapp.access import NoData, current_view
from dashapp.accounts.accounts import Account
from dashapp.accounts.gate import account
from dashapp.accounts.needs import Need, needs
from dashapp.alerts import bell
from dashapp.saved import form
from dashapp.still import Element, Still, drawn, el
from dashapp.tabs import Page
from dashapp.texts import N_, _, said

PRODUCT: Final = "Inventory & Store Performance"
NOTHING: Final = Choices(chains=[], stores=[], quarters=[], open_quarter=None, categories=[])
GET_DATA: Final = N_(
    "Build the demo retailer with “flask --app wsgi data demo”, or load your own files with "
    "“flask --app wsgi data load FOLDER”. Then load this page again."
)


class Ids(StrEnum):
    """Ids outside the tabs. The scripts in assets/2-app know them too."""

    URL = "url"
    FILTERS = wiring.FILTERS
    VERSION = wiring.VERSION
    CHOICES = wiring.CHOICES
    DEFINITIONS = "definitions"
    POLL = wiring.POLL
    AS_OF = "as-of"
    THEME_TOGGLE = "theme-toggle"
    CHAIN = "filter-chain"
    STORE = "filter-store"
    QUARTER = "filter-quarter"
    CATEGORY = "filter-category"
    FILL = "filter-fill"
    RESET = "filter-reset"
    SUMMARY = "filters-summary"
    CHIPS = "filters-chips"
    FOLD = "filters-fold"
    DRAWER = "filters-drawer"
    CONTENT = "content"
    NOTICE = "notice"
    NOTICE_LINK = "notice-link"
    NOTICE_NETWORK = "notice-network"


def page(tabs: Sequence[Page]) -> Component:
    """The page of one visit: the shell with what may be chosen, or how to get data in."""
    try:
        view = current_view()
    except NoData:
        return no_data()
    return shell(tabs, choices(view), headline(view), account())


def shell(tabs: Sequence[Page], offered: Choices, head: Headline, who: Account | None = None) -> html.Div:
    """The frame around the open tab. Its scripts fill the controls from `offered` and the address."""
    return html.Div(
        [
            html.A(_("Skip to content"), href=f"#{Ids.CONTENT}", className="skip-link"),
            dcc.Location(id=Ids.URL, refresh=False),
            dcc.Store(id=Ids.FILTERS, data={}),
            dcc.Store(id=Ids.CHOICES, data=dict(offered)),
            dcc.Store(id=Ids.DEFINITIONS, data=_definitions()),
            dcc.Store(id=Ids.VERSION, data=head["version"]),
            dcc.Interval(id=Ids.POLL, disabled=True),  # assets/2-app/36-news.js says when
            _header(tabs, head, who),
            help.welcome(),
            _filter_bar(),
            html.Div(
                [html.Div(id=Ids.NOTICE_NETWORK), html.Div(id=Ids.NOTICE), html.Div(id=Ids.NOTICE_LINK)],
                className="notices",
                **components.aria(live="polite"),
            ),
            html.Main(id=Ids.CONTENT, tabIndex=-1),
            help.drawer(),
            form.drawer(offered["chains"]),
        ],
        className="shell",
    )


def validation(pages: Sequence[Page], tabs: Sequence[Page]) -> html.Div:
    """Every id there can be, and no data: what callbacks are checked against."""
    head = Headline(as_of="", version="", source="", currency="", findings=None)
    return html.Div([shell(tabs, NOTHING, head), *(page.layout() for page in pages)])


def no_data() -> html.Main:
    """The page before the first version is published."""
    again = html.A(_("Load again"), href="", className="btn btn-primary")
    return html.Main([html.H1(_("No data yet")), components.empty(_(GET_DATA), again)], className="alone")


def register(app: Dash, pages: Sequence[Page], tabs: Sequence[Page]) -> None:
    """Wires the shell: the loop of the filters and the drawer in the browser; router and newer data here."""
    _wire_filters(app)
    help.register(app)
    form.register(app)
    bell.register(app)
    wiring.clientside(
        app,
        "filters.fold",
        Output(Ids.DRAWER, "is_open"),
        Output(Ids.FOLD, "aria-expanded"),
        Input(Ids.FOLD, "n_clicks"),
        State(Ids.DRAWER, "is_open"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(Ids.AS_OF, "content"),
        Output(Ids.CHOICES, "data"),
        Output(Ids.VERSION, "data"),
        Input(Ids.POLL, "n_intervals"),
        State(Ids.VERSION, "data"),
        prevent_initial_call=True,
    )(needs(Need.SIGNED_IN)(newer))

    @app.callback(Output(Ids.CONTENT, "children"), Input(Ids.URL, "pathname"), State(Ids.URL, "search"))
    @needs(Need.SIGNED_IN)
    def content(pathname: Any, search: Any) -> list[Component]:
        return router.opened(pages, pathname, search, front_door(tabs))


def front_door(tabs: Sequence[Page]) -> str:
    """Where "/" leads: the first tab over the last four quarters, which have a period before to compare with."""
    return f"{tabs[0].PATH}?quarter=last4" if tabs else ""


def newer(_clock: Any, seen: Any) -> tuple[str, Choices, str]:
    """Header, choices and version once there is a version that the page has not seen."""
    view = current_view(seen)
    head = headline(view)
    if head["version"] == seen:
        raise PreventUpdate
    day = quantities.day(head["as_of"])
    message = _("New data, as of {day}: everything on this page now shows them.", day=day)
    if isinstance(seen, str) and head["version"] < seen:  # ids sort by time
        message = _("Earlier data are served again, as of {day}: everything on this page now shows them.", day=day)
    set_props(Ids.NOTICE, {"children": components.notice(message)})
    return drawn(_as_of(head)), choices(view), head["version"]


def _header(tabs: Sequence[Page], head: Headline, who: Account | None) -> html.Header:
    links = [
        el(
            "a",
            el("i", className=f"bi {tab.ICON}", **components.aria(hidden="true")),
            el("span", _(tab.TITLE)),
            id=f"tab-{tab.KEY}",
            href=tab.PATH,
            className="nav-link go",
        )
        for tab in tabs
    ]
    return html.Header(
        [
            html.Span(PRODUCT, className="brand"),
            Still(links, id="tabs", className="tabs", tag="nav", **components.aria(label=_("Pages"))),
            Still(_as_of(head), id=Ids.AS_OF, className="as-of", tag="p"),
            form.opener(_("Save this view"), sign=True),
            *bell.view(who),
            help.button(),
            Still(
                el("i", className="bi bi-moon-stars"),
                el("i", className="bi bi-sun"),
                tag="button",
                id=Ids.THEME_TOGGLE,
                className="btn icon-button",
                title=_("Light or dark"),
                **components.aria(label=_("Switch between light and dark")),
            ),
            visitor.menu(who),
        ],
        className="header",
    )


def _as_of(head: Headline) -> list[Element]:
    if not head["as_of"]:
        return []
    about = [_("Source: {source}. Version {version}.", source=head["source"], version=head["version"])]
    about += [_("Amounts in {currency}.", currency=head["currency"])] if head["currency"] else []
    about += [said(head["findings"])] if head["findings"] else []
    return [
        el("span", _("Data as of {day}", day=quantities.day(head["as_of"]))),
        components.info(" ".join(about)),
    ]


def _definitions() -> dict[str, dict[str, str]]:
    """What the info signs explain, by KPI."""
    return {
        kpi.id: {
            "label": _(kpi.label),
            "definition": _(kpi.definition),
            "unit": _(kpi.unit),
            "source": ", ".join(kpi.columns),
        }
        for kpi in KPIS.values()
    }


def _filter_bar() -> html.Section:
    controls = [
        _control(Ids.CHAIN, _("Chain"), _("All chains")),
        _control(Ids.STORE, _("Store"), _("All stores")),
        _control(Ids.QUARTER, _("Quarter"), _("All quarters")),
        _control(Ids.CATEGORY, _("Category"), _("All categories")),
        html.Div(
            [
                dbc.Button(
                    _("Fill range"),
                    id=Ids.FILL,
                    color="secondary",
                    outline=True,
                    disabled=True,
                    title=_("Choose every quarter between the first and the last chosen one"),
                ),
                dbc.Button(_("Reset"), id=Ids.RESET, color="secondary", outline=True, disabled=True),
            ],
            className="filter-actions",
        ),
    ]
    fold = html.Button(
        _("Filters"), id=Ids.FOLD, className="btn btn-outline-secondary fold", **components.aria(expanded="false")
    )
    summary = html.P(id=Ids.SUMMARY, className="summary", **components.aria(live="polite"))
    return html.Section(
        [
            fold,
            summary,
            dbc.Collapse(
                html.Div(controls, className="filter-controls"), id=Ids.DRAWER, is_open=False, class_name="drawer"
            ),
            Still(id=Ids.CHIPS, className="chips", role="group", tabIndex=-1, **components.aria(label=_("Chosen"))),
        ],
        className="filter-bar",
        **components.aria(label=_("Filters")),
    )


def _control(id: Ids, label: str, none: str) -> html.Div:
    menu = dcc.Dropdown(
        id=id,
        options=[],
        value=[],
        multi=True,
        placeholder=none,
        labels=widgets.menu(),
        debounce=True,
        maxHeight=320,
    )
    return html.Div([html.Label(label, htmlFor=id), menu], className="control")


def _wire_filters(app: Dash) -> None:
    menus = (Ids.CHAIN, Ids.STORE, Ids.QUARTER, Ids.CATEGORY)
    wiring.clientside(
        app,
        "filters.sync",
        Output(Ids.URL, "search"),
        *(Output(menu, prop) for menu in menus for prop in ("options", "value")),
        Output(Ids.FILL, "disabled"),
        Output(Ids.RESET, "disabled"),
        Output(Ids.FILTERS, "data"),
        Output(Ids.SUMMARY, "children"),
        Output(Ids.FOLD, "children"),
        Output(Ids.NOTICE_LINK, "children"),
        Output(Ids.CHIPS, "content"),
        Input(Ids.URL, "search"),
        Input(Ids.URL, "pathname"),
        *(Input(menu, "value") for menu in menus),
        Input(Ids.RESET, "n_clicks"),
        Input(Ids.FILL, "n_clicks"),
        Input(Ids.CHOICES, "data"),
        State(Ids.VERSION, "data"),
        State(Ids.FILTERS, "data"),
    )
