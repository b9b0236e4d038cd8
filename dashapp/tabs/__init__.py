"""The tabs, in the order of the navigation. A new tab is one module and one line here."""

from typing import Protocol

from dash import Dash
from dash.development.base_component import Component

from dashapp.tabs import customers, forecasts, products, stores


class Tab(Protocol):
    """What a module in this package offers."""

    KEY: str  # prefix of its ids
    TITLE: str
    PATH: str
    ICON: str  # a class of Bootstrap Icons, such as bi-shop

    def layout(self) -> Component:
        """The page without data: skeletons that its callbacks fill."""

    def register(self, app: Dash) -> None:
        """Wires its handlers."""


TABS: tuple[Tab, ...] = (stores, products, customers, forecasts)
