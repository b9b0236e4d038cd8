"""What a handler is told beside the filters: choices of controls, and whom a page is about.

Each has one name, which is the id of its component, its name in the address and its name in an export's address.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import dash_bootstrap_components as dbc
from dash import Input, dcc, html
from dash.development.base_component import Component

from analytics.filters import MAX_VALUES
from dashapp.texts import _
from data.said import SaidError, say

MOST_TEXT: Final = 200


class BadRequest(SaidError, ValueError):
    """A request that no page of ours sends; the reason names the part."""


class Argument(Protocol):
    """One named value of a request."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def input(self) -> Input:
        """Where a callback reads it."""

    def parse(self, raw: Any) -> str:
        """The value that was sent, None for its default; raises BadRequest for one that no page of ours sends."""

    def told(self, value: str) -> tuple[str, str] | None:
        """What an export says of the value: its label and its text, if it says anything."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several. options: value → text, the first one chosen unless `value` says otherwise.

    buttons: all in sight, for a few; else a list that opens.
    """

    id: str
    label: str
    options: Mapping[str, str]
    value: str = ""
    buttons: bool = False

    @property
    def default(self) -> str:
        """What is chosen at first."""
        return self.value or next(iter(self.options))

    @property
    def input(self) -> Input:
        """Where a callback reads it."""
        return Input(self.id, "value")

    def parse(self, raw: Any) -> str:
        """One of the values; None is the default."""
        return self.default if raw is None else one_of(self.options, raw, self.label)

    def told(self, value: str) -> tuple[str, str]:
        """Its label and the text of the value."""
        return _(self.label), _(self.options[value])

    def view(self) -> Component:
        """The control in its labelled field."""
        options = [{"value": value, "label": _(text)} for value, text in self.options.items()]
        if self.buttons:
            items = dbc.RadioItems(id=self.id, name=self.id, options=options, value=self.default, inline=True)
            return html.Fieldset([html.Legend(_(self.label)), items], className="field")
        box = dbc.Select(id=self.id, options=options, value=self.default, size="sm")
        return html.Div([html.Label(_(self.label), htmlFor=self.id), box], className="field")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a page is about: a store, product or customer, named by the end of the page's path."""

    id: str

    @property
    def input(self) -> Input:
        """Where a callback reads it."""
        return Input(self.id, "data")

    def parse(self, raw: Any) -> str:
        """An id; whether there is such a thing is for the query to say."""
        if not isinstance(raw, str) or not 0 < len(raw) <= MOST_TEXT:
            raise BadRequest(say("{name}: expected a text of 1 to {n} characters", name=self.id, n=MOST_TEXT))
        return raw

    def told(self, value: str) -> None:
        """The rows say whom they are about."""

    def view(self, subject: str) -> dcc.Store:
        """Holds it for the callbacks of its page."""
        return dcc.Store(id=self.id, data=subject)


def parsed(arguments: Mapping[str, Argument], raw: Mapping[str, Any]) -> dict[str, str]:
    """The values of all arguments by the names that the handler gives them."""
    return {name: argument.parse(raw.get(name)) for name, argument in arguments.items()}


def text_of(name: str, value: Any) -> str:
    """A text that somebody typed; raises BadRequest for anything else."""
    if not isinstance(value, str) or len(value) > MOST_TEXT or not value.isprintable():
        raise BadRequest(say("{name}: expected a text of 1 to {n} characters", name=name, n=MOST_TEXT))
    return value


def lines_of(name: str, value: Any, most: int) -> str:
    """Lines that somebody typed; raises BadRequest for anything else."""
    if not isinstance(value, str) or len(value) > most or not all(map(str.isprintable, value.splitlines())):
        raise BadRequest(say("{name}: expected a text of 1 to {n} characters", name=name, n=most))
    return value


def number_of(name: str, value: Any) -> int:
    """The number of something that was chosen; raises BadRequest for anything else."""
    if not isinstance(value, str) or not re.fullmatch("[1-9][0-9]{0,8}", value):
        raise BadRequest(say("{name}: not one of its choices", name=name))
    return int(value)


def decimal_of(name: str, value: Any) -> float:
    """A number that somebody typed; raises BadRequest for anything else."""
    if type(value) not in (int, float) or not abs(value) < 1e15:
        raise BadRequest(say("{name}: expected a number", name=name))
    return float(value)


def texts_of(name: str, values: Any) -> list[str]:
    """Several that somebody chose, None for none; raises BadRequest."""
    if not isinstance(values, list | None) or len(values or ()) > MAX_VALUES:
        raise BadRequest(say("{name}: expected a list of at most {n} texts", name=name, n=MAX_VALUES))
    return [text_of(name, value) for value in values or ()]


def controls(*choices: Choice) -> html.Div:
    """A row of controls above the charts that they steer."""
    return html.Div([choice.view() for choice in choices], className="controls")


def one_of(allowed: Container[str], value: object, name: str) -> str:
    """A value that is one of those allowed; raises BadRequest for any other."""
    if not isinstance(value, str) or value not in allowed:
        raise BadRequest(say("{name}: not one of its choices", name=say(name)))
    return value
