"""The explanation behind an info sign: the same card for KPIs, charts and columns, opened by hand or by key."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import layout, screen
from tests.e2e.watch import Watch

SIGNS = {
    "card": "article:has(h3:text-is('Net sales')) .info",
    "chart": "[data-panel=stores-stockouts] .panel-title .info",
    "column": "#stores-table [role=columnheader][col-id=net_sales] .info",
}


def told(page: Page, card: Locator) -> None:
    """Definition, unit, source, what is shown, and of which data."""
    expect(card).to_be_visible()
    expect(card.locator("h4 + p")).to_have_text(re.compile(r"^[A-Z].{20,}\.$"))
    expect(card).to_contain_text(re.compile(r"Unit: .+ · Source: \w+\.\w+"))
    expect(card).to_contain_text("Shown: " + page.locator("#filters-summary").inner_text())
    expect(card).to_contain_text(page.locator("#as-of").inner_text())


@pytest.mark.parametrize("place", SIGNS)
def test_a_sign_explains_and_gives_the_focus_back(page: Page, watch: Watch, place: str) -> None:
    screen.opened(page, f"/stores{layout.QUERY}")
    sign, card = page.locator(SIGNS[place]), page.locator("#explain")
    sign.scroll_into_view_if_needed()
    screen.settled(page)
    watch.forget()
    expect(sign).to_have_attribute("aria-expanded", "false")
    sign.click()
    told(page, card)
    expect(sign).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(sign).to_have_attribute("aria-expanded", "false")
    expect(sign).to_be_focused()
    sign.click()
    told(page, card)
    sign.click()
    expect(card).to_be_hidden()
    assert watch.posts == [], "what is explained is here already"
    expect(page.locator("#stores-table [aria-sort=ascending], #stores-table [aria-sort=descending]")).to_have_count(0)
