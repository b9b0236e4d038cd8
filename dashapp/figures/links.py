"""Where a mark leads: a page ("/stores/S01"), or a filter ("?chain=Alderway")."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

LINK: Final[Mapping[str, str]] = {
    "store": "/stores/{id}",
    "product": "/products/{id}",
    "chain": "?chain={id}",
    "category": "?category={id}",
    "quarter": "?quarter={id}",
}


def links(by: str, ids: Iterable[str]) -> list[str]:
    """One link an id."""
    return [LINK[by].format(id=quote(id, safe="")) for id in ids]


def opening(trace: dict[str, Any], found: Any) -> dict[str, Any]:
    """The trace with a link for each of its marks, as its values are nested; a click follows it."""
    return {**trace, "meta": {"links": found}}
