"""Every page in each of its looks: accessible, and its parts where they stood when `make screenshots` was run last."""

import json
from collections.abc import Iterable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import layout, screen
from tests.e2e.axe import ALL, COLOURLESS, COLOURS_ALONE, grave
from tests.e2e.server import ROOT

LAYOUT: Final[dict[str, Any]] = json.loads((ROOT / "docs/screenshots/layout.json").read_text("utf-8"))
# Dark differs from light in its colours only, and the colours of a tablet are those of a phone or a desk. In an order
# in which little changes from one look to the next.
LOOKS: Final = (
    *(("light", "desk", ALL), ("dark", "desk", COLOURS_ALONE), ("dark", "tablet", COLOURLESS)),
    *(("dark", "phone", COLOURS_ALONE), ("light", "phone", ALL)),
)
ON_A_PHONE: Final = (("light", "phone", ALL), ("dark", "phone", COLOURS_ALONE))


def looked_at(
    page: Page, looks: Iterable[tuple[str, str, dict[str, Any]]], stood: dict[str, layout.Boxes] | None = None
) -> list[str]:
    """What is grave in these themes, at these sizes, by these rules; and what does not stand where it stood."""
    found = []
    for mode, size, rules in looks:
        width, height = layout.WIDTHS[size]
        screen.lit(page, mode)
        screen.resized(page, width, height)
        moved = layout.different(layout.boxes(page), stood[size], width) if stood else []
        found += [f"{mode}, {width} px: {what}" for what in moved + grave(page, rules)]
    return found


def tabled(page: Page) -> None:
    """Shows the table behind every chart."""
    switches = page.locator("figure .as-table input").all()
    for switch in switches:
        switch.check()
    expect(page.locator("figure .rows:not(:empty)")).to_have_count(len(switches))
    screen.settled(page)


@pytest.mark.parametrize("name", screen.PAGES)
def test_every_page_is_accessible_and_stands_as_it_did(page: Page, name: str) -> None:
    """With its tables behind charts shown and an explanation open, it is looked at on a phone, which has least room."""
    page.add_init_script(layout.KNOWN)
    page.emulate_media(color_scheme="light")
    screen.opened(page, screen.PAGES[name] + layout.QUERY)
    page.evaluate(screen.STILL)
    found = looked_at(page, LOOKS, LAYOUT[name])
    tabled(page)
    page.get_by_role("button", name="What is this?").last.click()
    expect(page.locator("#explain")).to_be_visible()
    found += looked_at(page, ON_A_PHONE)
    assert not found, "\n".join(found)


def test_a_broken_page_is_told_in_words() -> None:
    """The table slid over the chart, grew past the screen, and the cards are gone."""
    then = {"cards": [0, 100, 390, 200], "chart": [0, 310, 390, 300], "table": [0, 620, 390, 300]}
    now = {"chart": [0, 310, 390, 310], "table": [0, 500, 700, 300]}
    assert layout.different(now, then, 390) == [
        "cards is gone",
        "table: top 500 px instead of 620 px",
        "table: width 700 px instead of 390 px",
        "table is wider than the screen",
        "chart and table overlap",
    ]
