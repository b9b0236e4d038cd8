"""Every part of every page stands where it stood when `make screenshots` was run last."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e import layout, screen
from tests.e2e.server import ROOT

LAYOUT: dict[str, Any] = json.loads((ROOT / "docs/screenshots/layout.json").read_text("utf-8"))


@pytest.mark.parametrize("name", LAYOUT)
def test_a_page_looks_as_it_did(page: Page, name: str) -> None:
    page.add_init_script("localStorage.setItem('welcomed', '1')")
    now = layout.measured(page, screen.PAGES[name])
    found = [
        f"{name}, {size}: {said}"
        for size, (width, _height) in layout.WIDTHS.items()
        for said in layout.different(now[size], LAYOUT[name][size], width)
    ]
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
