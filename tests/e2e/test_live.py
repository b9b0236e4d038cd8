"""What happens under an open page: new data, a worker that dies, a damaged version, requests that fail."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, Route, expect

from analytics.refresh import refresh
from data.demo import DemoSpec, build
from data.warehouse import Version, Warehouse
from tests.e2e import screen
from tests.e2e.conftest import Visit
from tests.e2e.screen import soon
from tests.e2e.server import WORKERS, Server
from tests.e2e.watch import Watch

NOTICED_SECONDS = 5
NO_TRACEBACK = re.compile(r"Traceback|File \"|Error\b|\.py")


def published(data_dir: Path, months: int) -> Version:
    """A small retailer with this many months from January 2021, published."""
    spec = DemoSpec(stores=4, chains=2, products=12, customers=120, months=months, target_lines=1500)
    return refresh(build(data_dir / f"raw-{months}", spec), Warehouse(data_dir / "warehouse"))[0]


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("live")
    published(data_dir, 24)
    with Server(data_dir) as server:
        yield server
    assert [line for line in server.failures() if "was sent SIGKILL" not in line] == []


@pytest.fixture
def live(own_server: Server) -> Server:
    """A server that tests may do harm to, on data that end with 2022."""
    version = published(own_server.data_dir, 24)
    assert soon(lambda: own_server.versions() == [version.id] * WORKERS, NOTICED_SECONDS)
    return own_server


def test_a_new_version_reaches_workers_and_open_pages(live: Server, visit: Visit) -> None:
    page = visit(live)
    screen.opened(page, "/stores")
    before = screen.cards(page)
    expect(page.locator("#as-of")).to_contain_text("Data as of 31 Dec 2022")
    new = published(live.data_dir, 30)
    assert soon(lambda: live.versions() == [new.id] * WORKERS, NOTICED_SECONDS)
    expect(page.get_by_role("alert")).to_contain_text("New data, as of 30 Jun 2023", timeout=AT_ONCE)
    expect(page.locator("#as-of")).to_contain_text("Data as of 30 Jun 2023")
    expect(screen.card(page, "Net sales")).not_to_have_text(before[0], use_inner_text=True)
    assert "2023Q2" in screen.offered(page, "quarter")


def test_the_next_click_finds_the_new_version_too(live: Server, visit: Visit) -> None:
    page = visit(live)
    screen.opened(page, "/stores")
    new = published(live.data_dir, 30)
    assert soon(lambda: live.versions() == [new.id] * WORKERS, NOTICED_SECONDS)
    page.locator("#tab-products").click()
    expect(page.locator("#as-of")).to_contain_text("Data as of 30 Jun 2023")
    expect(page.get_by_role("alert")).to_contain_text("everything on this page now shows them")


def test_a_worker_that_dies_costs_nobody_a_page(live: Server, visit: Visit) -> None:
    page = visit(live)
    screen.opened(page, "/stores")
    before = screen.card(page, "Net sales").inner_text()
    died = live.workers()[0]
    died.kill()
    psutil.wait_procs([died], timeout=10)
    screen.choose(page, "chain", "Alderway")
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert soon(lambda: len(live.workers()) == WORKERS and died not in live.workers(), 10)


def test_a_damaged_version_is_not_served(live: Server, visit: Visit) -> None:
    """The pointer names a version that is not there: the one before goes on, and the log says why."""
    page = visit(live)
    screen.opened(page, "/stores")
    before = screen.card(page, "Net sales").inner_text()
    served = live.versions()
    (live.data_dir / "warehouse/CURRENT").write_text("20300101-000000-000000")
    assert soon(lambda: live.versions() == served and any("stays in use" in line for line in live.log), 5)
    screen.choose(page, "chain", "Alderway")
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(page.get_by_role("alert")).to_have_count(0)


AT_ONCE = 2000  # ms within which a page says what is wrong or new


def altered(page: Page, output: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Lets the browser send something else for one callback."""

    def forge(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        if output in body["output"]:
            change(body)
        route.continue_(post_data=json.dumps(body))

    page.route(re.compile("/_dash-update-component"), forge)


def no_such_kpi(body: dict[str, Any]) -> None:
    for part in body["inputs"]:
        if part["id"] == "stores-kpi":
            part["value"] = "__class__"


def test_a_request_that_cannot_be_answered_shows_a_notice(page: Page) -> None:
    """One part of the page fails: it says so in words, keeps what it shows, and the rest works on."""
    screen.opened(page, "/stores?quarter=2023Q2")
    before = screen.card(page, "Net sales").inner_text()
    altered(page, "stores-ranking", no_such_kpi)
    screen.choose(page, "chain", "Alderway")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("This selection cannot be read. KPI: not one of its choices.")
    expect(notice).not_to_contain_text(NO_TRACEBACK)
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(page.locator("#stores-ranking .point")).not_to_have_count(0)


def test_a_forged_request_is_refused_in_words(page: Page, watch: Watch) -> None:
    watch.allow("status 400", "status of 400", "Callback failed")
    watch.allow("body stream already read")  # Dash's own: it reads the refusal twice
    screen.opened(page, "/stores?quarter=2023Q2")
    altered(page, "stores-cards", lambda body: body["inputs"].clear())
    screen.choose(page, "chain", "Alderway")
    expect(page.locator("#notice-network")).to_contain_text("What you see is still as it was")
    expect(page.locator("#notice-network")).not_to_contain_text(NO_TRACEBACK)


def gave_up(lost: list[str], output: str) -> bool:
    """Whether the last of three tries was lost too."""
    return len([body for body in lost if output in body]) == 3


def test_a_page_catches_up_once_the_server_is_back(page: Page, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "the server did not respond")
    screen.opened(page, "/stores?quarter=2023Q2")
    before = screen.card(page, "Net sales").inner_text()
    chart, stores = page.locator("#stores-why-words p").first, screen.column(page, "store_name")
    drawn, lost = chart.text_content() or "", []
    page.on("requestfailed", lambda request: lost.append(request.post_data or ""))
    page.context.set_offline(True)
    screen.choose(page, "chain", "Alderway")
    expect(page.get_by_role("alert")).to_contain_text("There is no network")
    assert soon(
        lambda: screen.card(page, "Net sales").inner_text() == before and gave_up(lost, "stores-why-panel.figure")
    )
    expect(chart).to_have_text(drawn)
    page.context.set_offline(False)
    page.evaluate("dash_clientside.set_props('poll', { n_intervals: 1 })")
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(chart).not_to_have_text(drawn)
    expect(stores).to_have_count(3)
    screen.settled(page)
    expect(page.get_by_role("alert")).to_have_count(0)


ANSWERS = {401: "You are signed out", 413: "too large to send", 429: "Too many requests", 500: "could not answer"}
ASKING = re.compile("/_dash-update-component")
NOISE = (
    "status of",
    "status 4",
    "status 5",
    "Callback failed",
    "Callback error",
    "body stream already read",
    "ERR_FAILED",
)


def still_as_chosen(page: Page) -> None:
    expect(page.get_by_role("button", name="Remove chain Alderway")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?chain=Alderway&quarter=2023Q2$"))


def recovered(page: Page, before: str) -> None:
    """The server is back: the next look brings what was missed and takes the message away."""
    page.unroute_all()
    page.evaluate("dash_clientside.set_props('poll', { n_intervals: 1 })")
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("status", ANSWERS)
def test_a_refusal_is_said_at_once_and_nothing_is_lost(page: Page, watch: Watch, status: int) -> None:
    watch.allow(*NOISE)
    screen.opened(page, "/stores?quarter=2023Q2")
    before = screen.card(page, "Net sales").inner_text()
    page.route(ASKING, lambda route: route.fulfill(status=status, body="{}", content_type="application/json"))
    screen.choose(page, "chain", "Alderway")
    expect(page.locator("#notice-network")).to_contain_text(ANSWERS[status], timeout=AT_ONCE)
    assert screen.card(page, "Net sales").inner_text() == before
    still_as_chosen(page)
    page.unroute_all()
    screen.choose(page, "category", screen.offered(page, "category")[0])
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("busy", [True, False], ids=["busy", "cut"])
def test_a_server_out_of_reach_is_said_while_the_page_tries_again(page: Page, watch: Watch, busy: bool) -> None:
    watch.allow(*NOISE, "Failed to fetch", "the server did not respond")
    screen.opened(page, "/stores?quarter=2023Q2")
    before = screen.card(page, "Net sales").inner_text()
    page.route(ASKING, lambda route: route.fulfill(status=503) if busy else route.abort())
    screen.choose(page, "chain", "Alderway")
    expect(page.locator("#notice-network")).to_contain_text("The server cannot be reached", timeout=AT_ONCE)
    still_as_chosen(page)
    recovered(page, before)


def test_a_server_that_hangs_is_said_and_unsaid(page: Page) -> None:
    screen.opened(page, "/stores?quarter=2023Q2")
    before = screen.card(page, "Net sales").inner_text()
    page.route(ASKING, lambda _route: None)
    screen.choose(page, "chain", "Alderway")
    expect(page.locator("#notice-network")).to_contain_text("Still waiting for the server", timeout=AT_ONCE)
    still_as_chosen(page)
    page.unroute_all()  # and lets go what was held
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_lost_network_is_said_before_anything_is_asked(page: Page, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "the server did not respond")
    screen.opened(page, "/stores?quarter=2023Q2")
    page.context.set_offline(True)
    expect(page.locator("#notice-network")).to_contain_text("There is no network", timeout=AT_ONCE)
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)
