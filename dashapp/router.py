"""From an address to a page: which one, about whom, and with its controls as the address has them."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote

from dash import dcc, html
from dash.development.base_component import Component

from dashapp import components
from dashapp.tabs import Page
from dashapp.texts import _


def opened(pages: Sequence[Page], pathname: Any, search: Any, front_door: str) -> list[Component]:
    """The page at an address; a designed page for any other address."""
    path = pathname if isinstance(pathname, str) else ""
    for page in pages:
        if path == page.PATH:
            layout = page.layout("")
            return [html.H1(_(page.TITLE), className="visually-hidden"), restored(layout, search)]
        subject = unquote(path.removeprefix(page.PATH))
        if page.PATH.endswith("/") and path.startswith(page.PATH) and subject:
            return [restored(page.layout(subject), search)]
    back = dcc.Link(_("Back to the first page"), href=front_door, className="btn btn-primary")
    return [html.H1(_("No such page")), components.empty(_("The address may be mistyped or old."), back)]


def served(pages: Iterable[Page], path: str) -> bool:
    """Whether a path is one of a page. That there is no such store only its page can say."""
    return any(path == page.PATH or (page.PATH.endswith("/") and path.startswith(page.PATH)) for page in pages)


def restored(layout: Component, search: Any) -> Component:
    """The layout with its controls set as the query of the address says; what it cannot mean is left as it is."""
    query = parse_qs(search.removeprefix("?")) if isinstance(search, str) else {}
    for part in layout._traverse():  # type: ignore[no-untyped-call]
        offered = [option["value"] for option in getattr(part, "options", None) or []]
        wanted = query.get(getattr(part, "id", ""), [""])[0]
        if wanted in offered:
            part.value = wanted
    return layout
