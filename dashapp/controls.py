"""Controls of a tab: each one in its labelled field, all in one row above the charts they steer."""

from collections.abc import Mapping

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component


def controls(*fields: Component) -> html.Div:
    """A row of fields."""
    return html.Div(fields, className="controls")


def select(id: str, label: str, options: Mapping[str, str], value: str | None = None) -> html.Div:
    """One of many: a labelled list of value → text; the first one unless `value` says otherwise."""
    box = dbc.Select(id=id, options=_options(options), value=value or next(iter(options)), size="sm")
    return html.Div([html.Label(label, htmlFor=id), box], className="field")


def choice(id: str, label: str, options: Mapping[str, str]) -> html.Fieldset:
    """One of a few, all in sight."""
    buttons = dbc.RadioItems(id=id, options=_options(options), value=next(iter(options)), inline=True)
    return html.Fieldset([html.Legend(label), buttons], className="field")


def _options(options: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": text} for value, text in options.items()]
