"""What every panel stands in, its head and its body, as one component: Dash's work grows with their number."""

from typing import Any, Literal

from dash.development.base_component import Component

from dashapp.still import Content, drawn

Kind = Literal["chart", "listing", "grid"]
PROPERTIES = ["id", "asked", "children", "config", "figure", "head", "height", "kind", "label", "panel", "rows"]
PROPERTIES += ["subject", "table", "wide", "words"]


class PanelFrame(Component):
    """A panel as assets/2-app/07-panel-frame.js draws it.

    asked: filters and version that an answer is wanted for; figure, words and rows: the answer, a chart, what is said
    below it and the table behind it; table: whether the table is shown instead of the chart; children: of a grid.
    """

    _children_props: list[str] = []  # Dash declares these as of an instance
    _base_nodes: list[str] = ["children"]
    _namespace = "dashapp"
    _type = "PanelFrame"
    _prop_names: list[str] = PROPERTIES
    _valid_wildcard_attributes: list[str] = []
    available_properties: list[str] = PROPERTIES
    available_wildcard_properties: list[str] = []

    def __init__(self, children: Component | None = None, *, head: Content, kind: Kind, **properties: Any) -> None:
        super().__init__(children=children, head=drawn(head), kind=kind, **properties)  # type: ignore[no-untyped-call]
