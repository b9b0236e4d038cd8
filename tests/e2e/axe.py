"""Accessibility, as far as a program can judge it."""

from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

GRAVE: Final = ("serious", "critical")
COLOURS: Final = "color-contrast"
ALL: Final[dict[str, Any]] = {}
COLOURS_ALONE: Final[dict[str, Any]] = {"runOnly": [COLOURS]}
COLOURLESS: Final[dict[str, Any]] = {"rules": {COLOURS: {"enabled": False}}}
# The one known exception: a field of Dash's own Dropdown, meant for Safari (plotly/dash#3740).
KNOWN: Final = ("aria-hidden-focus", ".dash-dropdown-focus-target")
RUN: Final = "(options) => axe.run({ resultTypes: ['violations'], ...options }).then((found) => found.violations)"


def grave(page: Page, options: dict[str, Any] = ALL) -> list[str]:
    """What axe calls serious or critical, each with the element it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN, options)
    return [
        f"{violation['impact']} {violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
        if not (violation["id"] == KNOWN[0] and KNOWN[1][1:] in node["html"])
    ]
