"""Accessibility, as far as a program can judge it: axe-core finds nothing serious on any page, at any width."""

from collections.abc import Iterable
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import layout, screen

GRAVE = ("serious", "critical")
# Dark differs from light in its colours only, and the colours of a tablet are those of a phone or a desk.
COLOURS: Final = "color-contrast"
RULES: Final[dict[str, dict[str, Any]]] = {"light": {}, "dark": {"runOnly": [COLOURS]}}
COLOURLESS: Final = {"rules": {COLOURS: {"enabled": False}}}
# The one known exception: a field of Dash's own Dropdown, meant for Safari (plotly/dash#3740).
KNOWN = ("aria-hidden-focus", ".dash-dropdown-focus-target")


def grave(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe calls serious or critical, each with the element it is about."""
    only: dict[str, Any] = {"resultTypes": ["violations"]}
    found: list[dict[str, Any]] = Axe().run(page, options=only | options).response["violations"]
    return [
        f"{violation['impact']} {violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
        if not (violation["id"] == KNOWN[0] and KNOWN[1][1:] in node["html"])
    ]


def everywhere(page: Page, sizes: Iterable[str]) -> list[str]:
    """What is grave at any of these sizes, in any theme."""
    found = []
    for mode, rules in RULES.items():
        screen.lit(page, mode)
        for size in sizes:
            if (mode, size) == ("dark", "tablet"):
                continue
            width, height = layout.WIDTHS[size]
            screen.resized(page, width, height)
            looked_for = COLOURLESS if size == "tablet" else rules
            found += [f"{mode}, {width} px: {violation}" for violation in grave(page, looked_for)]
    return found


def tabled(page: Page) -> None:
    """Shows the table behind every chart."""
    switches = page.locator("figure .as-table input").all()
    for switch in switches:
        switch.check()
    expect(page.locator("figure .rows:not(:empty)")).to_have_count(len(switches))
    screen.settled(page)


@pytest.mark.parametrize("path", screen.PAGES.values(), ids=screen.PAGES)
def test_every_page_is_accessible(page: Page, path: str) -> None:
    """With its tables behind charts shown and an explanation open, it is looked at on a phone, which has least room."""
    page.emulate_media(color_scheme="light")
    screen.opened(page, path + layout.QUERY)
    found = everywhere(page, layout.WIDTHS)
    tabled(page)
    page.get_by_role("button", name="What is this?").last.click()
    expect(page.locator("#explain")).to_be_visible()
    found += everywhere(page, ["phone"])
    assert not found, "\n".join(found)
