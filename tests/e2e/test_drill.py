"""From a chain down to a customer and back again, and a store's page on paper."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import screen
from tests.e2e.conftest import Visit

NAME = " · Inventory & Store Performance"
PAGES = re.compile(rb"/Type\s*/Page\b")  # of a PDF: not /Pages
FACES = """() => [...document.querySelectorAll(".on-paper")].map((table) => table.rows.length)"""


def followed(page: Page, link: Locator) -> str:
    """Follows a link to the page that bears its name, and waits until everything there is to see."""
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    screen.settled(page)
    assert page.title() == name + NAME
    return name


def test_from_a_chain_to_a_customer_and_back(page: Page) -> None:
    screen.opened(page, "/stores?quarter=last4")
    screen.seen(page, "stores-table").get_by_role("link", name="Alderway", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/stores\?chain=Alderway&quarter="))
    screen.settled(page)
    expect(screen.column(page, "chain")).to_have_text(["Alderway"] * 3)
    store = followed(page, screen.seen(page, "stores-table").get_by_role("link").first)
    expect(page).to_have_url(re.compile(r"/stores/S\d+\?chain=Alderway&quarter="))
    expect(page.locator("#filter-store")).to_be_hidden()
    product = followed(page, screen.seen(page, "store-short").get_by_role("link").first)
    customer = followed(page, screen.seen(page, "product-buyers").get_by_role("link").first)
    expect(page).to_have_url(re.compile(r"/customers/[0-9a-f]{16}\?chain=Alderway&quarter="))
    expect(page.locator("#tab-customers")).to_have_attribute("aria-current", "true")
    for name in (product, store, "Stores"):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        screen.settled(page)
        assert page.title() == name + NAME
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(store)
    assert customer


def test_a_bar_leads_to_its_product(page: Page) -> None:
    screen.opened(page, "/stores/S01?quarter=last4")
    best = page.locator("#store-products .ytick text").first.text_content()
    bar = page.locator("#store-products .point path").first
    assert screen.soon(lambda: (best or "?") in screen.pointed_at(page, bar))
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_role("heading", level=1)).to_have_text(best or "")
    screen.settled(page)


def test_a_store_that_is_not_there(page: Page) -> None:
    page.goto("/stores/S77?quarter=last4")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such store")
    expect(page.get_by_role("button", name="Print report")).to_be_hidden()
    expect(page.locator("main [data-panel]")).to_have_count(0)
    page.locator("main .empty").get_by_role("link", name="All stores").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stores")
    screen.settled(page)
    expect(page.locator("#notice")).to_be_empty()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_store_report_is_one_page_of_paper(visit: Visit, mode: Literal["light", "dark"], tmp_path: Path) -> None:
    page = visit(color_scheme=mode)
    screen.opened(page, "/stores/S01?quarter=last4")
    paper = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert len(PAGES.findall(paper)) == 1


def test_a_chart_that_only_says_why_it_is_empty_takes_little_paper(page: Page) -> None:
    screen.opened(page, "/forecasts")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    heights = page.locator(".dash-graph").evaluate_all("all => all.map((one) => [one.id, one.offsetHeight])")
    assert 0 < dict(heights).pop("forecasts-change") < 130
    assert {height for id, height in heights if id != "forecasts-change"} == {240}


def test_paper_has_the_first_rows_in_light_colours_and_nothing_to_press(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    screen.opened(page, "/stores/S01?quarter=last4")
    shown = page.locator("#store-peers .main-svg").first.bounding_box()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert screen.theme(page) == "light"
    rows = page.evaluate(FACES)
    assert all(1 < count <= 9 for count in rows), rows
    for name in ("Print report", "Export", "What is this?"):
        assert not any(button.is_visible() for button in page.get_by_role("button", name=name).all())
    expect(page.locator("#filter-quarter")).to_be_hidden()
    expect(page.locator("#filters-summary")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert screen.theme(page) == "dark"
    expect(page.locator(".on-paper")).to_have_count(0)
    assert screen.soon(lambda: page.locator("#store-peers .main-svg").first.bounding_box() == shown)


def test_the_button_prints(page: Page) -> None:
    page.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; };")
    screen.opened(page, "/stores/S01?quarter=last4")
    page.get_by_role("button", name="Print report").click()
    page.wait_for_function("window.printed === 1")
