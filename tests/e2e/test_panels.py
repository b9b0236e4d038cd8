"""What panels offer: the table behind a chart, clicks that lead on, and what is in sight first."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import screen
from tests.e2e.watch import Watch

QUERY = "?quarter=last4"
IDS = "frames => frames.map((frame) => frame.dataset.panel)"


def charts(page: Page) -> list[str]:
    """The ids of the charts of a page."""
    found: list[str] = page.locator("[data-kind=chart]").evaluate_all(IDS)
    return found


# Every value that a chart draws but the sum of a waterfall, and what is written at its mark. The axis of values lies
# across where names stand beside the marks.
DRAWN = """id => window.dash_component_api.getLayout(id + "-panel").props.figure.data
  .filter((trace) => trace.fill === undefined)
  .flatMap((trace) => {
    const across = trace.orientation === "h" || trace.mode === "markers";
    const values = trace.type === "heatmap" ? trace.z.flat() : across ? trace.x : trace.y;
    const marks = values.map((value, i) => [value, String((trace.text || [])[i] || "")]);
    return marks.filter(([value], i) => value !== null && (!trace.base || i < values.length - 1));
  })"""
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?(?: (?:k|M|bn)\b)?")


def switch(page: Page, chart: str) -> Locator:
    return page.locator(f"#{chart}-table")


def pressed(page: Page, mark: Locator) -> None:
    """Clicks a mark of a chart once the chart has seen the pointer: not what an earlier visit of it left there."""
    page.mouse.move(0, 0)
    expect(page.locator(".hoverlayer").filter(has_text=re.compile("."))).to_have_count(0)
    assert screen.soon(lambda: bool(screen.pointed_at(page, mark)))
    page.mouse.down()
    page.mouse.up()


def told(mark: tuple[float, str], cells: list[str]) -> bool:
    """Whether a value drawn is in the table, or else both numbers that it was made from and that are written at it."""
    value, text = mark
    listed = [screen.number(cell) for cell in cells]
    written = NUMBER.findall(text)
    return any(abs(value - n) <= 1.001 * half for n, half in listed) or (
        len(written) == 2 and set(written) <= set(cells)
    )


@pytest.mark.parametrize("path", [path for name, path in screen.PAGES.items() if name not in ("data", "models")])
def test_every_chart_says_in_words_and_in_a_table_what_it_shows(page: Page, path: str) -> None:
    screen.opened(page, f"{path}{QUERY}&forecasts-scenario=stock_level:1.2")
    assert charts(page)
    for chart in charts(page):
        expect(page.locator(f"#{chart}-words p").first).to_have_text(re.compile(r"\w.*\.$"))
        drawn: list[tuple[float, str]] = page.evaluate(DRAWN, chart)
        switch(page, chart).check()
        rows = page.locator(f"#{chart}-rows")
        expect(rows.locator("tbody tr").first).to_be_visible()
        expect(page.locator(f"#{chart}")).to_be_hidden()
        expect(rows.locator("caption")).to_have_text(page.locator(f"[data-panel={chart}] h3").inner_text())
        cells = [text for text in rows.locator("td").all_text_contents() if NUMBER.fullmatch(text)]
        assert drawn
        assert [mark for mark in drawn if not told(mark, cells)] == [], chart
        switch(page, chart).uncheck()
        expect(page.locator(f"#{chart}")).to_be_visible()


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
    summary, points = page.locator("#filters-summary"), page.locator("#stores-time .point")
    before, drawn = summary.inner_text(), points.count()
    pressed(page, points.nth(1))
    expect(page).to_have_url(re.compile(r"quarter=\d{4}-?Q\d"))
    expect(summary).not_to_have_text(before)
    screen.settled(page)
    page.go_back()
    expect(summary).to_have_text(before)
    expect(points).to_have_count(drawn)  # else the press meets the chart that is about to go
    screen.settled(page)
    pressed(page, points.nth(1))
    expect(summary).not_to_have_text(before)
    screen.reset(page).click()
    expect(summary).to_have_text(before)
    screen.settled(page)


def test_a_part_of_the_change_is_picked_by_its_bar(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}")
    whole = page.locator("#stores-who-words p").first.text_content() or ""
    pressed(page, page.locator("#stores-why .point path").nth(1))
    expect(page.locator("#stores-part")).to_have_value("orders_per_customer")
    expect(page).to_have_url(re.compile("stores-part=orders_per_customer"))
    expect(page.locator("#stores-who-words p").first).not_to_have_text(whole)
    screen.settled(page)


def test_a_bar_opens_its_store(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}")
    pressed(page, page.locator("#stores-ranking .point path").first)
    expect(page).to_have_url(re.compile(r"/stores/S\d+\?quarter="))
    screen.settled(page)


def test_an_address_brings_controls_and_filters_back(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}&chain=Alderway&stores-kpi=gmroi&stores-by=chain&stores-part=price")
    expect(page.locator("#stores-kpi")).to_have_value("gmroi")
    expect(page.locator("#stores-part")).to_have_value("price")
    expect(page.locator("#stores-by").get_by_label("Chains")).to_be_checked()
    expect(screen.menu(page, "chain")).to_contain_text("Alderway")
    expect(page.locator("#stores-ranking .point")).to_have_count(1)
    page.locator("#stores-kpi").select_option("orders")
    expect(page).to_have_url(re.compile(r"chain=Alderway&.*stores-kpi=orders&stores-by=chain&stores-part=price$"))
    screen.settled(page)


def test_a_grid_is_narrowed_on_the_server(page: Page, watch: Watch) -> None:
    """By a piece of a name, by a least number, and by both."""
    screen.opened(page, f"/stores{QUERY}")
    grid = screen.seen(page, "stores-table")
    screen.settled(page)
    chains, sales = screen.column(page, "chain"), screen.column(page, "net_sales")
    watch.forget()
    grid.get_by_role("textbox", name="Chain Filter").fill("alder")
    expect(chains).to_have_text(["Alderway"] * 3)
    screen.settled(page)
    least = sorted(screen.number(text)[0] for text in sales.all_text_contents())[1] - 1  # shown without decimals
    grid.get_by_role("spinbutton", name="Net sales [€] Filter").fill(str(least))
    expect(chains).to_have_text(["Alderway"] * 2)
    screen.settled(page)
    assert all(screen.number(text)[0] >= least for text in sales.all_text_contents())
    assert set(watch.posts) == {"stores-table.getRowsResponse"}


def test_what_is_in_sight_is_asked_for_first(page: Page, watch: Watch) -> None:
    screen.opened(page, f"/stores{QUERY}")
    page.set_viewport_size({"width": 1440, "height": 900})
    ids = charts(page)
    place = {chart: index for index, chart in enumerate(ids)}
    for _turn in ("opened", "filtered"):
        asked = [chart for post in watch.posts for chart in ids if f"{chart}-panel.figure" in post]
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
