"""The Actions tab: what is chosen stands in the address, and the list follows it."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import screen

ENTRIES = "#actions-list li"


def test_ten_actions_and_a_way_to_their_proof(page: Page) -> None:
    screen.opened(page, "/actions")
    expect(page.locator(ENTRIES)).to_have_count(10)
    page.locator(ENTRIES).first.get_by_role("link", name="Stock and sales").click()
    expect(page).to_have_url(re.compile(r"/products/P\d+\?.*store=S\d+"))
    expect(page.get_by_role("heading", name="What came in, what was sold, what is left?")).to_be_visible()


def test_a_card_chooses_its_kind_and_a_link_keeps_it(page: Page) -> None:
    screen.opened(page, "/actions")
    page.get_by_role("article").filter(has_text="Protect top sellers").get_by_role("link").click()
    expect(page).to_have_url(re.compile("actions-kind=protect"))
    expect(page.locator(ENTRIES).filter(has_text=re.compile("^Protect"))).to_have_count(10)
    page.locator("#actions-service").select_option("98")
    expect(page).to_have_url(re.compile("actions-service=98"))
    screen.settled(page)
    worth = page.locator("#actions-sentence").inner_text()
    screen.opened(page, page.url)
    expect(page.locator("#actions-kind")).to_have_value("protect")
    expect(page.locator("#actions-sentence")).to_have_text(worth)


def test_a_stores_page_leads_to_its_actions(page: Page) -> None:
    screen.opened(page, "/stores/S01")
    page.get_by_role("link", name="What to do on Monday").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Actions")
    expect(page).to_have_url(re.compile("store=S01"))
