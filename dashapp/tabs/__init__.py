"""The pages, and the tabs among them in the order of the navigation. A new tab is one module and one line here."""

from typing import Final, Protocol

from dash import Dash
from dash.development.base_component import Component

from dashapp.panels import Panel
from dashapp.tabs import (
    actions,
    admin,
    alerts,
    customer,
    customers,
    data,
    forecasts,
    models,
    product,
    products,
    refresh,
    saved,
    store,
    stores,
)


class Page(Protocol):
    """What a module in this package offers."""

    KEY: str  # prefix of its ids
    TITLE: str
    PATH: str  # a trailing slash: the rest of the path names whom the page is about
    ICON: str  # a class of Bootstrap Icons, such as bi-shop
    PANELS: tuple[Panel, ...]

    def layout(self, subject: str = "") -> Component:
        """The page without data: skeletons that its callbacks fill."""

    def register(self, app: Dash) -> None:
        """Wires its handlers."""


TABS: Final[tuple[Page, ...]] = (stores, products, actions, customers, forecasts, data)
PAGES: Final[tuple[Page, ...]] = (*TABS, models, store, product, customer, saved, alerts, admin, refresh)
