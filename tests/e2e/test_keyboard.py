"""Whoever has a keyboard only: sees where they are, goes in the order of reading, and reaches everything."""

import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import layout, screen

# The stop that has the focus: where it stands, and whether the stop before looks otherwise now that it has lost it.
STOP: Final = """() => {
  const drawn = (style) => [
    style.outlineStyle === "none" ? "" : style.outline,
    style.boxShadow,
    style.borderStyle === "none" ? "" : style.borderColor,
  ].join();
  const look = (part) => drawn(getComputedStyle(part));
  const before = window.stopped;
  const shown = before && look(before.part) !== before.look;
  const part = document.activeElement;
  const box = part.getBoundingClientRect();
  const last = part === document.body;
  const forward = !before || last || (before.part.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING) > 0;
  window.stopped = { part, look: look(part) };
  const name = part.id || part.getAttribute("aria-label") || part.textContent;
  const place = { top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left };
  return { name: name.trim().slice(0, 60), last, shown, forward, ...place };
}"""
MOST: Final = 150  # stops of a page


def walked(page: Page) -> list[dict[str, Any]]:
    """Every stop of the Tab key, and the end."""
    stops: list[dict[str, Any]] = []
    while len(stops) < MOST and not (stops and stops[-1]["last"]):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(STOP))
    return stops


@pytest.mark.parametrize("path", screen.PAGES.values(), ids=screen.PAGES)
def test_every_stop_is_seen_and_comes_in_the_order_of_reading(page: Page, path: str) -> None:
    screen.opened(page, path + layout.QUERY)
    stops = walked(page)
    assert stops[0]["name"] == "Skip to content"
    assert stops[-1]["last"], "Tab does not lead through the page"
    pairs = list(zip(stops, stops[1:], strict=False))
    assert [one["name"] for one, then in pairs if not then["shown"]] == [], "the focus cannot be seen"
    assert [then["name"] for _one, then in pairs if not then["forward"]] == []
    up = [(one, then) for one, then in pairs[:-1] if then["bottom"] <= one["top"] and then["left"] <= one["left"]]
    assert up == []


def test_the_skip_link_leads_past_header_and_filters(page: Page) -> None:
    screen.opened(page, f"/stores{layout.QUERY}")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator("main").evaluate("main => main.contains(document.activeElement)")


def test_a_grid_is_walked_by_arrows_and_left_by_tab(page: Page) -> None:
    """From head to cell: the head sorts and explains itself, a cell that leads to a store leads there."""
    screen.opened(page, f"/stores{layout.QUERY}")
    grid = screen.seen(page, "stores-table")
    screen.settled(page)
    page.locator("[data-panel=stores-table] summary").focus()
    page.keyboard.press("Tab")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    head = grid.get_by_role("columnheader", name=re.compile("^Net sales"))
    expect(head).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#explain")).to_contain_text("Net sales")
    page.keyboard.press("Escape")
    expect(page.locator("#explain")).to_be_hidden()
    expect(head).to_be_focused()
    expect(head).to_have_attribute("aria-sort", "none")
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    screen.settled(page)
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    store = screen.column(page, "store_name").first
    expect(store).to_be_focused()
    name = store.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    screen.settled(page)


def test_a_menu_of_files_opens_and_saves(page: Page) -> None:
    screen.opened(page, f"/stores{layout.QUERY}")
    frame = page.locator("[data-panel=stores-ranking]")
    frame.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(frame.get_by_role("button", name="CSV")).to_be_visible()
    page.keyboard.press("Tab")
    expect(frame.get_by_role("button", name="CSV")).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")
    expect(frame.get_by_role("button", name="CSV")).to_be_hidden()


def test_choices_are_one_stop_and_arrows_choose(page: Page) -> None:
    screen.opened(page, f"/stores{layout.QUERY}")
    page.locator("#stores-by").get_by_label("Stores").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#stores-by").get_by_label("Chains")).to_be_checked()
    expect(page.locator("#stores-ranking .point")).to_have_count(5)
    screen.settled(page)
