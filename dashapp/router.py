"""From an address to a page: which one, about whom, and with its controls as the address has them."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote

from dash import dcc, html
from dash.development.base_component import Component

from dashapp import components
from dashapp.arguments import MOST_TEXT
from dashapp.sliders import Sliders
from dashapp.tabs import TABS, Page
from dashapp.texts import _


def opened(pages: Sequence[Page], pathname: Any, search: Any, front_door: str) -> list[Component]:
    """The page at an address; a designed page for any other address."""
    path = pathname if isinstance(pathname, str) else ""
    for page in pages:
        about = path.removeprefix(page.PATH) if _is_of_one(page) and path.startswith(page.PATH) else ""
        if path == page.PATH and not _is_of_one(page):
            title = html.H1(_(page.TITLE), className="visually-hidden" if page in TABS else "title")
            return [title, restored(page.layout(""), search)]
        if 0 < len(unquote(about)) <= MOST_TEXT:
            return [restored(page.layout(unquote(about)), search)]
    back = dcc.Link(_("Back to the first page"), href=front_door, className="btn btn-primary")
    return [html.H1(_("No such page")), components.empty(_("The address may be mistyped or old."), back)]


def served(pages: Iterable[Page], path: str) -> bool:
    """Whether a path is one of a page. That there is no such store only its page can say."""
    return any(_names_one(page, path) if _is_of_one(page) else path == page.PATH for page in pages)


def _names_one(page: Page, path: str) -> bool:
    return path.startswith(page.PATH) and path != page.PATH and ".." not in path.split("/")


def _is_of_one(page: Page) -> bool:
    return page.PATH.endswith("/")


def restored(layout: Component, search: Any) -> Component:
    """The layout with its controls set as the query of the address says; what it cannot mean is left as it is."""
    query = parse_qs(search.removeprefix("?")) if isinstance(search, str) else {}
    for part in layout._traverse():  # type: ignore[no-untyped-call]
        offered = [option["value"] for option in getattr(part, "options", None) or []]
        wanted = query.get(getattr(part, "id", ""), [""])[0]
        if wanted in offered or (isinstance(part, Sliders) and part.takes(wanted)):
            part.value = wanted
    return layout
