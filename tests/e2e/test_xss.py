"""Names are texts wherever they are shown: nothing of them runs or becomes an element, without any help of the CSP."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from analytics.filters import Filters
from analytics.refresh import refresh
from dashapp.accounts.accounts import Accounts
from dashapp.accounts.database import migrate
from dashapp.accounts.rights import Rights, Role
from dashapp.alerts.alerts import Alerts, Limit
from dashapp.app import create_app
from dashapp.published import published
from dashapp.saved.views import Reader, SavedViews, Sharing
from dashapp.settings import Settings
from data.warehouse import Warehouse
from tests.dashapp.visitors import ALL_RIGHTS
from tests.e2e import screen
from tests.e2e.conftest import DESK, PATIENCE
from tests.e2e.hostile import ELSEWHERE, FEWEST, NAMES, PAYLOADS, WATCHED, harm, retailer
from tests.e2e.server import Server

NUMBERS = range(len(PAYLOADS))
HEADING = "(document.querySelector('main h1')?.textContent ?? '').replace(/\\s+/g, ' ').trim()"
FLAT: Final[ViewportSize] = {"width": 1440, "height": 300}
ONE = {"store": "/stores/S{:02}", "product": "/products/P{:03}", "customer": "C{:05}"}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody and everything is called like a payload: accounts, views, comments, places of alerts."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(data_dir=folder)
    version = refresh(retailer(folder / "demo"), Warehouse(settings.warehouse_dir))[0]
    app = create_app(settings)
    accounts = Accounts(settings.accounts)
    migrate(accounts.engine)
    views, alerts = SavedViews(accounts.engine), Alerts(accounts.engine)
    for number, name in enumerate(PAYLOADS):
        accounts.add(f"u{number}", name, Rights(Role.ANALYST))
        who = Reader(accounts.named(f"u{number}").id, None)
        address = f"/stores?chain={quote(name)}&category={quote(name)}"
        id_ = views.save(who, "k", name, address, Sharing(True, name if number % 2 else None))
        views.comment(who, id_, "k", name)
        places = Filters(chains=(name,), stores=(f"S{number + 1:02}",), categories=(name,))
        alerts.set(accounts.named("u0").id, f"k{number}", Limit("net_sales", True, -1, places), mail=False)
    for number, names in enumerate(FEWEST):
        accounts.add(f"own{number}", names, Rights(Role.ANALYST))
    with app.server.app_context():
        published(version, "refresh published")
    accounts.close()
    return folder


@pytest.fixture(scope="module")
def hostile(data_dir: Path) -> Iterator[Server]:
    with Server(data_dir) as server:
        yield server
    assert server.failures() == []


@pytest.fixture
def visitor(browser: Browser, hostile: Server) -> Iterator[Callable[..., Page]]:
    """A page without a content security policy, in which `pwn` can be called; nothing may leave for elsewhere."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []

    def opened(size: ViewportSize = DESK) -> Page:
        context = browser.new_context(base_url=hostile.url, bypass_csp=True, viewport=size, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        context.add_init_script(WATCHED)
        context.add_cookies([hostile.seat("boss", ALL_RIGHTS)])
        context.on("request", lambda request: strangers.append(request.url) if ELSEWHERE in request.url[:20] else None)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert strangers == []


def shown(page: Page) -> set[int]:
    """The payloads that stand in the page as they are."""
    text = page.evaluate("document.body.innerText + [...document.querySelectorAll('svg text')].map(e => e.textContent)")
    return {number for number, name in enumerate(PAYLOADS) if " ".join(name.split()) in " ".join(text.split())}


def test_the_harness_sees_what_runs_and_what_is_made(visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.goto("/saved")
    for number in (7, 25, 18, 20):
        page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", PAYLOADS[number])
    page.wait_for_function("window.ran.length === 2")
    found = harm(page)
    assert set(found[:2]) == {7, 25}
    assert len(found) == 6


@pytest.mark.parametrize("path", ["/stores", "/products", "/actions", "/customers", "/forecasts", "/data", "/models"])
def test_pages_of_many(visitor: Callable[..., Page], path: str) -> None:
    """Charts with what they say under the pointer, tables to their end, and the lists of the filters."""
    page = visitor()
    screen.opened(page, path)
    seen = shown(page)
    for mark in page.locator(".chart-body").all():
        seen |= pointed_at(page, mark)
    for grid in page.locator(".ag-root").all():
        seen |= scrolled(page, grid)
    for name in ("chain", "store", "category"):
        if screen.menu(page, name).count():
            screen.menu(page, name).click()
            expect(page.get_by_role("listbox").get_by_role("option").nth(9)).to_be_visible()
            assert harm(page) == []
            page.keyboard.press("Escape")
    assert harm(page) == []
    assert len(seen) >= 3 or path in ("/data", "/models")  # where nothing of theirs is named


def pointed_at(page: Page, chart: Any) -> set[int]:
    """What a chart says along two of its lines."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    for share in (0.2, 0.5, 0.8):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.3 * box["height"])
        page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + share * box["height"])
        page.wait_for_timeout(60)
    assert harm(page) == []
    return shown(page)


def scrolled(page: Page, grid: Any) -> set[int]:
    grid.scroll_into_view_if_needed()
    body, seen = grid.locator(".ag-body-viewport"), set[int]()
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        body.evaluate("(body, share) => { body.scrollTop = share * body.scrollHeight; }", share)
        page.wait_for_timeout(80)
        seen |= shown(page)
    assert harm(page) == []
    return seen


@pytest.mark.parametrize("of", list(ONE))
def test_pages_of_one(visitor: Callable[..., Page], of: str) -> None:
    """The pages of stores, products and customers with several such names in one; as by a link: nothing is loaded anew.

    All names stand in charts and tables of the pages of many; here some pages are waited for until all is drawn. Of
    the others no chart is in sight, so that none is begun in vain.
    """
    page = visitor(FLAT)
    screen.opened(page, "/saved")
    for number, name in enumerate(FEWEST):
        path = ONE[of].format(NAMES.index(name) + 1)
        path = path if of != "customer" else f"/customers/{blake2b(path.encode(), digest_size=8).hexdigest()}"
        page.evaluate("(pathname) => dash_clientside.set_props('url', { pathname })", path)
        page.wait_for_function(f"(name) => {HEADING} === name", arg=" ".join(name.split()))
        if number % 5 == 0:
            screen.settled(page)
        assert harm(page) == []
        assert {n for n in NUMBERS if PAYLOADS[n] in name} <= shown(page)
    screen.settled(page)
    assert harm(page) == []


def test_accounts_views_comments_and_alerts(visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.goto("/saved")
    page.locator("#saved-list li").nth(len(PAYLOADS) - 1).wait_for()
    assert shown(page) == set(NUMBERS)
    options = page.get_by_label("View", exact=True)
    for value in options.locator("option:enabled").evaluate_all("(all) => all.map((one) => one.value)"):
        options.select_option(value)
        page.locator("#saved-comments li, #saved-comments p").first.wait_for()
        assert harm(page) == []
    page.goto("/admin")
    screen.settled(page)
    for grid in page.locator(".ag-root").all():
        scrolled(page, grid)
    assert harm(page) == []


def test_ones_own_alerts(visitor: Callable[..., Page], hostile: Server) -> None:
    page = visitor()
    page.context.add_cookies([hostile.seat("u0", Rights(Role.ANALYST))])
    page.goto("/alerts")
    page.locator("#alerts-list li").first.wait_for()
    assert page.locator("#alerts-list li").count() == page.locator("#alerts-told li").count() == len(PAYLOADS)
    assert shown(page) == set(NUMBERS)
    assert harm(page) == []


def test_ones_own_name(visitor: Callable[..., Page], hostile: Server) -> None:
    """Several in one name, as each would do its harm by itself."""
    page = visitor(FLAT)
    for number, names in enumerate(FEWEST):
        page.context.add_cookies([hostile.seat(f"own{number}", Rights(Role.ANALYST))])
        page.goto("/alerts")
        page.locator("#visitor summary").click()
        assert " ".join(names.split()) in " ".join(page.locator("#visitor").inner_text().split())
        assert harm(page) == []


def test_addresses(visitor: Callable[..., Page]) -> None:
    """What somebody is sent as a link: several in its query, and in its path."""
    page = visitor()
    names = [quote(name, safe="") for name in (*FEWEST, "__proto__")]
    for first in range(0, len(names), 3):
        some = names[first : first + 3]
        page.goto("/stores?" + "&".join(f"chain={name}&{name}=1" for name in some))
        page.wait_for_function("() => document.querySelector('main')?.innerText.trim()")
        assert harm(page) == []
        for pathname in (path for name in some for path in (f"/stores/{name}", f"/{name}")):
            page.evaluate("(pathname) => dash_clientside.set_props('url', { pathname })", pathname)
            page.wait_for_function(f"() => {HEADING}.startsWith('No such')")
            assert harm(page) == []


def test_files(visitor: Callable[..., Page], tmp_path: Path) -> None:
    """A cell that cannot be read is told with what stands in it."""
    page = visitor()
    cell = " ".join(PAYLOADS).replace('"', '""')
    (tmp_path / "sales.csv").write_text(
        f'transaction_id,sold_at,store_id,product_id,quantity,unit_price\nT1,2023-01-05,S1,P1,"{cell}",2.00\n'
    )
    for table in ("stores", "products"):
        (tmp_path / f"{table}.csv").write_text(f"{table[:-1]}_id\n{table[0].upper()}1\n")
    page.goto("/refresh")
    page.locator("input[type=file]").set_input_files(sorted(tmp_path.iterdir()))
    page.wait_for_function("() => document.querySelector('#refresh-files').innerText.includes('sales.csv')")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".failed-check").wait_for()
    assert "sales.csv" in page.locator(".failed-check").inner_text()
    assert shown(page)
    assert harm(page) == []
