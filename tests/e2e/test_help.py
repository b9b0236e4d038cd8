"""A newcomer is offered help once; everybody finds it behind "?"."""

from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import screen
from tests.e2e.axe import grave
from tests.e2e.conftest import DESK, PHONE, Visit


def strip(page: Page) -> Locator:
    return page.get_by_role("region", name="Welcome")


def help_drawer(page: Page) -> Locator:
    return page.get_by_role("dialog", name="How to read these pages")


def test_the_strip_is_gone_for_good_once_it_is_answered(visit: Visit) -> None:
    page = visit()
    screen.opened(page, "/stores?quarter=last4")
    page.reload()
    expect(strip(page)).to_be_visible()
    strip(page).get_by_role("button", name="Got it").press("Enter")
    expect(strip(page)).to_be_hidden()
    expect(help_drawer(page)).to_have_count(0)
    page.reload()
    screen.settled(page)
    expect(strip(page)).to_be_hidden()


@pytest.mark.parametrize(("mode", "size"), [("light", DESK), ("dark", PHONE)])
def test_help_opens_by_keyboard_and_closes_by_escape(
    visit: Visit, mode: Literal["light", "dark"], size: dict[str, int]
) -> None:
    page = visit(color_scheme=mode, viewport=size)
    screen.opened(page, "/stores?quarter=last4")
    assert grave(page) == []
    strip(page).get_by_role("button", name="Show me").press("Enter")
    expect(help_drawer(page).get_by_role("listitem")).to_have_count(3)
    expect(strip(page)).to_be_hidden()
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for _again in range(2):
        page.keyboard.press("Escape")
        expect(help_drawer(page)).to_have_count(0)
        page.get_by_role("button", name="Help", exact=True).press("Enter")
        expect(help_drawer(page)).to_be_visible()
