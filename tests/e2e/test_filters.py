import re
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import screen
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.watch import Watch

CHAIN = "Alderway"
RAW_NET_SALES = """
    SELECT store_name, sum(net_amount) FROM '{raw}/sales.parquet' JOIN '{raw}/stores.parquet' USING (store_id)
    WHERE chain = ? AND sold_at >= ? AND sold_at < ? GROUP BY 1 ORDER BY 1
"""


def asked(demo: Path, query: str, *values: object) -> list[tuple[str, float]]:
    """What the raw files say, without any code of the product."""
    with duckdb.connect() as con:
        return con.execute(query.format(raw=demo / "raw"), values).fetchall()


@pytest.fixture(scope="session")
def raw(demo: Path) -> Path:
    return demo / "demo"


def test_net_sales_of_one_chain_and_quarter_are_those_of_the_raw_files(page: Page, raw: Path) -> None:
    """The cards say it in three digits, the table to the unit."""
    wanted = dict(asked(raw, RAW_NET_SALES, CHAIN, "2023-04-01", "2023-07-01"))
    screen.opened(page, f"/stores?chain={CHAIN}&quarter=2023Q2")
    shown, tolerance = screen.number(screen.card(page, "Net sales").inner_text().partition("\n")[2])
    assert shown == pytest.approx(sum(wanted.values()), abs=tolerance)
    assert tolerance <= sum(wanted.values()) / 100
    names = screen.column(page, "store_name").all_text_contents()
    sales = [screen.number(text)[0] for text in screen.column(page, "net_sales").all_text_contents()]
    assert dict(zip(names, sales, strict=True)) == pytest.approx(wanted, abs=0.5)


def test_a_chain_narrows_stores_cards_and_table(page: Page, raw: Path, watch: Watch) -> None:
    stores = asked(raw, "SELECT store_name, 1 FROM '{raw}/stores.parquet' WHERE chain = ? ORDER BY 1", CHAIN)
    screen.opened(page, "/stores?quarter=2023Q2")
    before = screen.card(page, "Net sales").inner_text()
    assert len(screen.offered(page, "store")) == 15
    arrived = sorted(set(watch.posts) - {"content.children", "stores-table.columnDefs"})
    watch.forget()
    screen.choose(page, "chain", CHAIN)
    expect(page).to_have_url(re.compile(rf"/stores\?chain={CHAIN}&quarter=2023Q2$"))
    expect(page.locator("#filters-summary")).to_have_text(f"{len(stores)} of 15 stores · 2023Q2 · All categories")
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(screen.column(page, "store_name")).to_have_count(len(stores))
    screen.settled(page)
    assert sorted(watch.posts) == arrived, "each part asks the server once"
    assert sorted(screen.offered(page, "store")) == [name for name, _ in stores]

    # Another chain takes away the stores that are not its own.
    screen.choose(page, "store", stores[0][0])
    expect(page.locator("#filters-summary")).to_have_text(re.compile("^1 of 15 stores"))
    screen.choose(page, "chain", CHAIN, "Cobblestone")
    expect(page).to_have_url(re.compile(r"/stores\?chain=Cobblestone&quarter=2023Q2$"))
    expect(page.locator("#filters-summary")).to_have_text(re.compile("^3 of 15 stores"))


def test_quarters_years_ranges_categories_and_reset(page: Page) -> None:
    screen.opened(page, "/stores")
    summary, fill = page.locator("#filters-summary"), page.get_by_role("button", name="Fill range")
    everything = screen.cards(page)
    expect(screen.reset(page)).to_be_disabled()
    screen.choose(page, "quarter", "2022Q1", "2022Q4")
    expect(summary).to_have_text("All 15 stores · 2 quarters · All categories")
    fill.click()
    expect(summary).to_have_text("All 15 stores · 2022Q1 to 2022Q4 · All categories")
    expect(fill).to_be_disabled()
    filled = "quarter=2022Q1&quarter=2022Q2&quarter=2022Q3&quarter=2022Q4"
    expect(page).to_have_url(re.compile(rf"\?{filled}$"))
    expect(screen.card(page, "Net sales")).not_to_have_text(everything[0], use_inner_text=True)
    screen.reset(page).click()
    expect(page).to_have_url(re.compile("/stores$"))
    expect(summary).to_have_text("All 15 stores · 2021Q1 to 2023Q4 · All categories")
    expect(screen.card(page, "Net sales")).to_have_text(everything[0], use_inner_text=True)
    screen.settled(page)
    assert screen.cards(page) == everything
    screen.choose(page, "quarter", "Year 2022")
    expect(page).to_have_url(re.compile(rf"\?{filled}$"))
    category = screen.offered(page, "category")[0]
    screen.choose(page, "category", category)
    expect(summary).to_have_text(f"All 15 stores · 2022Q1 to 2022Q4 · {category}")


def test_on_a_phone_the_filters_are_in_a_drawer(page: Page) -> None:
    page.set_viewport_size(PHONE)
    screen.opened(page, "/stores?quarter=2023Q2")
    expect(screen.menu(page, "chain")).to_be_hidden()
    page.get_by_role("button", name="Filters (1)").click()
    screen.choose(page, "chain", CHAIN)
    expect(page.get_by_role("button", name="Filters (2)")).to_be_visible()
    expect(page.get_by_role("button", name=f"Remove chain {CHAIN}")).to_be_visible()
    expect(screen.column(page, "store_name")).to_have_count(3)


def test_every_filter_is_a_chip_that_takes_it_away(page: Page) -> None:
    screen.opened(page, f"/stores?chain={CHAIN}&quarter=last4&stores-kpi=gmroi")
    chips = page.get_by_role("group", name="Chosen")
    expect(chips.locator(".chip")).to_have_text([f"Chain: {CHAIN}", "Quarters: 2023Q1 to 2023Q4"])
    chips.get_by_role("button", name=f"Remove chain {CHAIN}").press("Enter")
    expect(chips).to_be_focused()
    expect(chips.locator(".chip")).to_have_text(["Quarters: 2023Q1 to 2023Q4"])
    expect(screen.menu(page, "chain")).to_have_text("All chains")
    page.go_back()
    expect(chips.locator(".chip")).to_have_count(2)
    expect(screen.menu(page, "chain")).to_have_text(re.compile(CHAIN))
    screen.choose(page, "quarter", "2023Q2")
    expect(chips.locator(".chip").last).to_have_text("3 quarters")
    screen.reset(page).click()
    expect(chips.locator(".chip")).to_have_count(0)


def test_a_mark_that_filters_shows_its_chip(page: Page) -> None:
    screen.opened(page, "/stores?stores-by=chain&quarter=2023Q2")
    bar = page.locator("#stores-ranking .point path").first
    assert screen.soon(lambda: bool(re.search(r"\d", screen.pointed_at(page, bar))))
    page.mouse.down()
    page.mouse.up()
    chips = page.get_by_role("group", name="Chosen")
    expect(chips.locator(".chip").first).to_have_text(re.compile("^Chain: "))
    expect(chips).to_be_in_viewport()
    chips.get_by_role("button", name="Remove chain").click()
    expect(chips.locator(".chip")).to_have_text(["Quarter: 2023Q2"])


def test_links_of_the_navigation_carry_filters_and_know_pages_below(page: Page) -> None:
    screen.opened(page, f"/stores?chain={CHAIN}&stores-kpi=gmroi")
    expect(page.locator("#tab-products")).to_have_attribute("href", f"/products?chain={CHAIN}")
    page.goto("/stores/S01")
    expect(page.locator("#tab-stores")).to_have_attribute("aria-current", "true")
    expect(page.locator("#tab-products")).not_to_have_attribute("aria-current", "true")


def test_a_link_shows_another_visitor_the_same(page: Page, visit: Visit) -> None:
    screen.opened(page, "/products?quarter=2023Q2")
    before = screen.cards(page)
    screen.choose(page, "chain", CHAIN)
    expect(screen.card(page, "Net sales")).not_to_have_text(before[0], use_inner_text=True)
    screen.settled(page)
    shown = screen.cards(page)
    page.reload()
    screen.settled(page)
    assert screen.cards(page) == shown
    other = visit()
    screen.opened(other, page.url)
    assert screen.cards(other) == shown != before
    expect(screen.menu(other, "chain")).to_contain_text(CHAIN)


def test_back_and_forward_step_through_filters_and_tabs(page: Page) -> None:
    screen.opened(page, "/stores?quarter=2023Q2")
    all_chains = screen.card(page, "Net sales").inner_text()
    screen.choose(page, "chain", CHAIN)
    expect(screen.card(page, "Net sales")).not_to_have_text(all_chains, use_inner_text=True)
    one_chain = screen.card(page, "Net sales").inner_text()
    screen.switched(page, "products")
    expect(page).to_have_url(re.compile(rf"/products\?chain={CHAIN}&quarter=2023Q2$"))
    expect(screen.card(page, "Net sales")).to_have_text(one_chain, use_inner_text=True)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stores")
    expect(screen.card(page, "Net sales")).to_have_text(one_chain, use_inner_text=True)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/stores\?quarter=2023Q2$"))
    expect(screen.card(page, "Net sales")).to_have_text(all_chains, use_inner_text=True)
    expect(screen.menu(page, "chain")).to_have_text("All chains")
    page.go_forward()
    expect(screen.card(page, "Net sales")).to_have_text(one_chain, use_inner_text=True)
    expect(screen.menu(page, "chain")).to_contain_text(CHAIN)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Products")


def test_what_a_link_names_but_the_data_do_not_have_is_left_out_with_a_notice(page: Page) -> None:
    screen.opened(page, f"/stores?chain={CHAIN}&chain=Atlantis&quarter=2023Q2&store=S999")
    expect(page.get_by_role("alert")).to_contain_text("left out of the filters: chain Atlantis, store S999")
    expect(page).to_have_url(re.compile(rf"/stores\?chain={CHAIN}&quarter=2023Q2$"))
    expect(page.locator("#filters-summary")).to_contain_text("2023Q2")


def test_the_table_is_sorted_by_the_server(page: Page, raw: Path, watch: Watch) -> None:
    """The customer who spent least is on none of the pages that the table has loaded."""
    query = "SELECT customer_id, sum(net_amount) FROM '{raw}/sales.parquet' WHERE customer_id <> '' GROUP BY 1"
    spent = sorted(value for _, value in asked(raw, query))
    screen.opened(page, "/customers")
    top = screen.seen(page, "customers-table").locator(".ag-row [role=gridcell][col-id=spend]").first
    least = [f"{value:,.0f}" for value in (spent[-1], spent[0])]
    expect(top).to_have_text(least[0])
    watch.forget()
    screen.seen(page, "customers-table").locator("[role=columnheader][col-id=spend]").click()
    expect(top).to_have_text(least[1])
    assert set(watch.posts) == {"customers-table.getRowsResponse"}


def test_pages_on_which_no_filter_changes_anything_have_none(page: Page) -> None:
    for path in ("/saved", "/alerts", "/refresh", "/admin"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\w"))
        screen.settled(page)
        expect(page.locator(".filter-bar")).to_be_hidden()
        page.locator("#tab-stores").click()
        expect(page.locator(".filter-bar")).to_be_visible()
        screen.settled(page)
