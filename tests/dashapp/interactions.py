"""What a browser asks when a visitor changes the filters of a tab."""

from collections.abc import Mapping
from typing import Any

from dash import Dash

from dashapp.wiring import FILTERS
from tests.dashapp.conftest import body


def interaction(app: Dash, tab: str, change: dict[str, list[str]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bodies of all its requests, none left out because it is below the fold; values: as `initial` gives them."""
    wanted = {"filters": change, "version": values.get("version.data")}
    now = {name: wanted if name.endswith("-panel.asked") else value for name, value in values.items()}
    now[f"{FILTERS}.data"] = change
    return [body(app, name, now) for name in asked(app, tab)]


def asked(app: Dash, tab: str) -> list[str]:
    """The callbacks of a tab that a change of the filters asks, each by its first output."""
    named = ((name.strip(".").split("...")[0], found) for name, found in app.callback_map.items())
    return [name for name, found in named if name.startswith(f"{tab}-") and "callback" in found and _follows(found)]


def _follows(found: Mapping[str, Any]) -> bool:
    """Panels follow their frame, which is told what to ask for; so do grids, whose rows are asked for by the page."""
    return any(part["id"] == FILTERS or part["property"] in ("asked", "getRowsRequest") for part in found["inputs"])
