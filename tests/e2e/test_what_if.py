"""Sliders under the hand: labels follow, a release is answered, and a link shows it all again."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e import screen
from tests.e2e.watch import Watch

CARDS = "#forecasts-results"
CHANGE = "#forecasts-change"


def slider(page: Page, label: str) -> Locator:
    """The slider of this name."""
    return page.get_by_role("slider", name=label, exact=True)


def said(page: Page, label: str) -> Locator:
    """What stands beside a slider."""
    return page.locator(".slide", has=slider(page, label)).locator("output")


def pressed(page: Page, label: str, key: str, times: int = 1) -> None:
    """Moves a slider by keys."""
    slider(page, label).focus()
    for _press in range(times):
        page.keyboard.press(key)


def test_dragging_speaks_at_once_and_the_release_is_answered(page: Page, watch: Watch) -> None:
    screen.opened(page, "/forecasts")
    before = screen.cards(page)
    watch.forget()
    box = slider(page, "Stock level").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=8)
    expect(said(page, "Stock level")).to_have_text(re.compile(r"^\+[67]\d? %$|^\+[67]0 %$"))
    dragged = said(page, "Stock level").inner_text()
    assert watch.posts == []
    assert screen.cards(page) == before
    page.mouse.up()
    expect(page.locator(CARDS)).to_contain_text("80 % band")
    expect(page.locator("#forecasts-what-if")).to_contain_text("This recovers")
    expect(said(page, "Stock level")).to_have_text(dragged)
    assert sum("forecasts-results" in post for post in watch.posts) == 1
    expect(page.locator(f"{CHANGE} .trace")).not_to_have_count(0)


def test_keys_move_a_slider_and_the_address_keeps_it(page: Page) -> None:
    screen.opened(page, "/forecasts?chain=Alderway")
    pressed(page, "Stock level", "ArrowRight", 2)
    expect(said(page, "Stock level")).to_have_text("+10 %")
    expect(slider(page, "Stock level")).to_have_attribute("aria-valuetext", "+10 %")
    pressed(page, "Lead time", "ArrowLeft", 3)
    expect(said(page, "Lead time")).to_have_text("−3 days")
    expect(page).to_have_url(
        re.compile(r"chain=Alderway.*forecasts-scenario=stock_level%3A1.1%2Clead_time_change_days%3A-3")
    )


def test_nothing_changed_shows_no_change_and_reset_goes_back(page: Page) -> None:
    screen.opened(page, "/forecasts")
    kept = screen.cards(page)
    assert sum("as today" in card for card in kept) == 8
    expect(page.locator(CHANGE)).to_contain_text("Nothing is changed")
    expect(page.get_by_role("button", name="As today")).to_be_disabled()
    pressed(page, "Demand", "ArrowRight")
    expect(page.locator(CARDS)).to_contain_text("80 % band")
    page.get_by_role("button", name="As today").click()
    expect(page.locator(CARDS)).not_to_contain_text("80 % band")
    expect(said(page, "Demand")).to_have_text("as today")
    assert screen.cards(page) == kept
    assert "scenario" not in page.url


def test_a_link_shows_the_same_and_three_are_kept(page: Page) -> None:
    screen.opened(page, "/forecasts")
    keep = page.get_by_role("button", name="Keep to compare")
    for times in (1, 2, 3):
        pressed(page, "Stock level", "ArrowRight")
        expect(said(page, "Stock level")).to_have_text(f"+{5 * times} %")
        keep.click()
        expect(page.get_by_role("list", name="Kept scenarios").get_by_role("listitem")).to_have_count(times)
    pressed(page, "Stock level", "ArrowRight")
    expect(keep).to_be_disabled()
    listed = screen.seen(page, "forecasts-kept").get_by_role("row")
    expect(listed).to_have_count(1 + 5)
    expect(page.locator(CARDS)).to_contain_text("80 % band")
    screen.settled(page)
    cards, rows = screen.cards(page), listed.all_inner_texts()
    screen.opened(page, page.url)
    expect(said(page, "Stock level")).to_have_text("+20 %")
    assert screen.cards(page) == cards
    screen.seen(page, "forecasts-kept")
    assert listed.all_inner_texts() == rows
    page.get_by_role("button", name="Stock level +5 %", exact=True).click()
    expect(said(page, "Stock level")).to_have_text("+5 %")
    page.get_by_role("button", name="Drop Stock level +15 %").click()
    expect(listed).to_have_count(1 + 3)


def test_the_scope_is_the_filter_bars_and_a_class(page: Page) -> None:
    screen.opened(page, "/forecasts?chain=Alderway")
    sentence = page.locator("#forecasts-what-if")
    expect(sentence).to_contain_text("300 shelves")
    page.get_by_label("The sliders move").select_option(label="The ten best sellers of each store")
    expect(sentence).to_contain_text("30 shelves")
    expect(page).to_have_url(re.compile("forecasts-items=best"))
