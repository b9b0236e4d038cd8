"""What panels offer: the table behind a chart, clicks that lead on, and what is in sight first."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e import screen
from tests.e2e.watch import Watch

QUERY = "?quarter=last4"
IDS = "frames => frames.map((frame) => frame.dataset.panel)"


def charts(page: Page) -> list[str]:
    """The ids of the charts of a page."""
    found: list[str] = page.locator("[data-kind=chart]").evaluate_all(IDS)
    return found


def switch(page: Page, chart: str) -> Locator:
    return page.locator(f"#{chart}-table")


def pressed(page: Page, mark: Locator) -> None:
    """Clicks a mark of a chart once the chart has seen the pointer."""
    assert screen.soon(lambda: bool(screen.pointed_at(page, mark)))
    page.mouse.down()
    page.mouse.up()


def test_the_table_has_the_numbers_of_the_bars(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}")
    bars = page.locator("#stores-ranking .bartext").all_text_contents()
    switch(page, "stores-ranking").check()
    cells = page.locator("#stores-ranking-rows tbody tr td:last-child")
    expect(cells.first).to_be_visible()
    shown = [screen.number(text)[0] for text in cells.all_text_contents()]
    drawn = [screen.number(text)[0] for text in bars]
    assert len(drawn) > 5
    assert sorted(drawn, reverse=True) == shown[: len(drawn)]


def test_a_quarter_of_a_line_filters_by_it(page: Page) -> None:
    screen.opened(page, "/stores")
    summary = page.locator("#filters-summary")
    before = summary.inner_text()
    pressed(page, page.locator("#stores-time .point").nth(1))
    expect(page).to_have_url(re.compile(r"quarter=\d{4}-?Q\d"))
    expect(summary).not_to_have_text(before)
    screen.settled(page)
    page.go_back()
    expect(summary).to_have_text(before)
    screen.settled(page)
    pressed(page, page.locator("#stores-time .point").nth(1))
    expect(summary).not_to_have_text(before)
    screen.reset(page).click()
    expect(summary).to_have_text(before)
    screen.settled(page)


def test_what_is_in_sight_is_asked_for_first(page: Page, watch: Watch) -> None:
    screen.opened(page, f"/stores{QUERY}")
    page.set_viewport_size({"width": 1440, "height": 900})
    ids = charts(page)
    place = {chart: index for index, chart in enumerate(ids)}
    for _turn in ("opened", "filtered"):
        asked = [chart for post in watch.posts for chart in ids if f"{chart}.figure" in post]
        assert sorted(asked) == sorted(ids), "each exactly once"
        assert place[asked[0]] < 2
        assert asked[-1] in ids[-2:]
        watch.forget()
        page.evaluate("window.scrollTo(0, 0)")
        if _turn == "opened":
            screen.choose(page, "chain", "Alderway")
            expect(page).to_have_url(re.compile("chain=Alderway"))
            screen.soon(lambda: len([post for post in watch.posts if ".figure" in post]) == len(ids))
            screen.settled(page)
