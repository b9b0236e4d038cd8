"""Accessibility, as far as a program can judge it: axe-core finds nothing serious on any tab."""

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e import screen

GRAVE = ("serious", "critical")
# Dark differs from light in its colours only.
RULES: Final[dict[str, dict[str, Any]]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
# The one known exception: a field of Dash's own Dropdown, meant for Safari (plotly/dash#3740).
KNOWN = ("aria-hidden-focus", ".dash-dropdown-focus-target")


def grave(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe calls serious or critical, each with the element it is about."""
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['impact']} {violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
        if not (violation["id"] == KNOWN[0] and KNOWN[1][1:] in node["html"])
    ]


def test_every_tab_is_accessible_in_light_and_dark(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    screen.opened(page, "/?quarter=last4")
    found = []
    for tab in screen.TABS:
        screen.switched(page, tab)
        for mode, rules in RULES.items():
            screen.lit(page, mode)
            found += [f"{tab}, {mode}: {violation}" for violation in grave(page, rules)]
    assert not found, "\n".join(found)
