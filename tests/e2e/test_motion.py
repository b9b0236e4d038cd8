"""Who asks for less motion gets none: nothing slides, fades or shimmers, neither while waiting nor after."""

import re
from typing import Final

from playwright.sync_api import Page, Route, expect

from tests.e2e import layout, screen
from tests.e2e.conftest import Visit

MOVING: Final = "() => document.getAnimations().map((one) => one.animationName || one.transitionProperty)"
EASED: Final = """() => [...document.querySelectorAll(".js-plotly-plot")]
  .filter(({ layout }) => (layout.transition || {}).duration)"""


def waiting(page: Page) -> None:
    """Opens a page whose data do not come yet."""
    asking = re.compile("/_dash-update-component")
    page.route(asking, lambda route: None if ".figure" in posted(route) else route.continue_())
    page.goto(f"/stores{layout.QUERY}")
    expect(page.locator("[data-kind=chart]")).not_to_have_count(0)


def posted(route: Route) -> str:
    return route.request.post_data or ""


def test_nothing_moves_for_who_asks_for_that(page: Page) -> None:
    waiting(page)
    expect(page.locator(".chart-body").first).to_be_visible()
    assert page.evaluate(MOVING) == []
    page.unroute_all()
    screen.settled(page)
    assert page.evaluate(MOVING) == []
    assert page.evaluate(EASED) == []
    screen.choose(page, "chain", "Alderway")
    page.get_by_role("button", name="Help", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(MOVING) == []


def test_a_skeleton_shimmers_for_all_others(visit: Visit) -> None:
    page = visit(reduced_motion="no-preference")
    waiting(page)
    page.wait_for_function(f"({MOVING})().includes('shimmer')")
    page.unroute_all()
    screen.settled(page)
