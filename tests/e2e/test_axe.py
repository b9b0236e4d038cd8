"""Accessibility, as far as a program can judge it: axe-core finds nothing serious on any page, at any width."""

from collections.abc import Iterable
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import layout, screen

GRAVE = ("serious", "critical")
COLOURS: Final = "color-contrast"
ALL: Final[dict[str, Any]] = {}
COLOURS_ALONE: Final = {"runOnly": [COLOURS]}
COLOURLESS: Final = {"rules": {COLOURS: {"enabled": False}}}
# Dark differs from light in its colours only, and the colours of a tablet are those of a phone or a desk. In an order
# in which little changes from one look to the next.
LOOKS: Final = (
    *(("light", "desk", ALL), ("dark", "desk", COLOURS_ALONE), ("dark", "tablet", COLOURLESS)),
    *(("dark", "phone", COLOURS_ALONE), ("light", "phone", ALL)),
)
ON_A_PHONE: Final = (("light", "phone", ALL), ("dark", "phone", COLOURS_ALONE))
# The one known exception: a field of Dash's own Dropdown, meant for Safari (plotly/dash#3740).
KNOWN = ("aria-hidden-focus", ".dash-dropdown-focus-target")


def grave(page: Page, options: dict[str, Any] = ALL) -> list[str]:
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


def looked_at(page: Page, looks: Iterable[tuple[str, str, dict[str, Any]]]) -> list[str]:
    """What is grave in these themes, at these sizes, by these rules."""
    found = []
    for mode, size, rules in looks:
        width, height = layout.WIDTHS[size]
        screen.lit(page, mode)
        screen.resized(page, width, height)
        found += [f"{mode}, {width} px: {violation}" for violation in grave(page, rules)]
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
    found = looked_at(page, LOOKS)
    tabled(page)
    page.get_by_role("button", name="What is this?").last.click()
    expect(page.locator("#explain")).to_be_visible()
    found += looked_at(page, ON_A_PHONE)
    assert not found, "\n".join(found)
