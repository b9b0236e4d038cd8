"""The frame of a page about one store, product or customer: its name and facts, or that there is no such thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, html, no_update
from dash.development.base_component import Component

from analytics.filters import Filters
from analytics.queries import Unknown, View
from dashapp import components as ui
from dashapp.arguments import Subject
from dashapp.still import Element, Still, el
from dashapp.texts import _
from dashapp.wiring import clientside, on_filters_anew

Told = tuple[str, Mapping[str, str | Element]]  # a name, and facts by their labels


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page of one shows around its parts.

    key: prefix of its ids. describe: (view, filters, subject) → name and facts; "" for a fact that is not known.
    nobody: said where there is no such thing; back: label and address of the way out of there.
    """

    key: str
    describe: Callable[[View, Filters, str], Told]
    nobody: str
    back: tuple[str, str]

    @property
    def subject(self) -> Subject:
        """Whom the page is about, as an argument of its handlers."""
        return Subject(f"{self.key}-subject")

    def layout(self, subject: str, parts: Iterable[Component], action: Component | str = "") -> Component:
        """The page without data. action: what can be done with it as a whole."""
        label, address = self.back
        head = [
            html.P(html.A(_(label), href=address, className="go"), className="trail"),
            html.Div([html.H1(html.Span(className="skeleton line"), id=f"{self.key}-name"), action], className="named"),
            Still(id=f"{self.key}-facts", className="told", tag="dl"),
        ]
        return html.Div([self.subject.view(subject), *head, html.Div(list(parts), id=f"{self.key}-body")])

    def head(self, view: View, filters: Filters, subject: str) -> tuple[str, Any, Any]:
        """Name, facts and parts of the page: the parts go where there is no such thing, else they stay."""
        try:
            name, facts = self.describe(view, filters, subject)
        except Unknown:
            label, address = self.back
            out = html.A(_(label), href=address, className="go btn btn-primary")
            why = _("It may have been removed, or you may not see it. The address may also be mistyped.")
            return _(self.nobody), [], ui.empty(why, out)
        return name, [_fact(label, fact) for label, fact in facts.items() if fact], no_update

    def register(self, app: Dash) -> None:
        """Wires its head, and the title of the window."""
        parts = {"name": "children", "facts": "content", "body": "children"}
        outputs = [Output(f"{self.key}-{part}", prop) for part, prop in parts.items()]
        on_filters_anew(app, *outputs, subject=self.subject)(self.head)
        clientside(app, "pages.title", Input(f"{self.key}-name", "children"), prevent_initial_call=True)


def _fact(label: str, value: str | Element) -> Element:
    return el("div", el("dt", _(label)), el("dd", value))
