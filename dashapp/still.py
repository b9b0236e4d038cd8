"""Parts of a page that nothing listens to, sent and drawn as one component however many elements they hold.

Dash tells every component on a page about every change of one, and resets every one that an answer brings. Text needs
neither.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from dash.development.base_component import Component

WILDCARDS: Final = ["data-", "aria-"]
PROPERTIES: Final = ["id", "className", "content", "role", "style", "tabIndex", "tag", "title"]


class Element(NamedTuple):
    """An element of HTML with the attributes that React knows."""

    tag: str
    attributes: dict[str, Any]
    content: list[Any]  # of texts and elements


Content = str | Element | Iterable["Content"] | None


class Still(Component):
    """An element that holds still ones. A callback fills it through its property `content`, see `drawn`.

    tag: the element's name, "div" if none is given.
    """

    _children_props: list[str] = []  # Dash declares these as of an instance
    _base_nodes: list[str] = []
    _namespace = "dashapp"
    _type = "Still"
    _prop_names: list[str] = PROPERTIES
    _valid_wildcard_attributes: list[str] = WILDCARDS
    available_properties: list[str] = [*PROPERTIES, "data-*", "aria-*"]
    available_wildcard_properties: list[str] = WILDCARDS

    def __init__(self, *content: Content, **attributes: Any) -> None:
        super().__init__(content=drawn(content), **attributes)  # type: ignore[no-untyped-call]


def el(tag: str, *content: Content, **attributes: Any) -> Element:
    """An element; None and "" in its content add nothing."""
    return Element(tag, attributes, list(_parts(content)))


def drawn(content: Content) -> str:
    """The property `content` of a Still: JSON that assets/2-app/06-still.js reads."""
    return json.dumps(list(_parts(content)), ensure_ascii=False, separators=(",", ":"))


def _parts(content: Content) -> Iterator[str | Element]:
    """Texts and elements in order, without the lists around them."""
    if isinstance(content, str | Element):
        if content:
            yield content
    elif content is not None:
        for part in content:
            yield from _parts(part)
