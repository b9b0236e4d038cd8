"""Two web nodes behind one proxy: one published version, one Redis, one PostgreSQL, and new data under load."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashapp.accounts.accounts import Accounts
from dashapp.accounts.database import migrate
from data.warehouse import Warehouse
from tests.e2e import screen
from tests.e2e.conftest import Visit
from tests.e2e.proxy import Proxy, proxy
from tests.e2e.server import Server
from tests.e2e.test_deploy import Visitors
from tests.e2e.test_live import published
from tests.programs import PrivateRedis

MONTHS = (24, 30)
NODES = ("one", "two")
SERVED = 2  # times each, while people look


@pytest.fixture
def nodes(tmp_path: Path, postgres: str, private_redis: PrivateRedis) -> Iterator[tuple[Server, Server, Proxy]]:
    env = {
        "DASHAPP_ACCOUNTS_URL": postgres,
        "DASHAPP_CACHE": "RedisCache",
        "DASHAPP_REDIS_URL": private_redis.url,
        "DASHAPP_PRODUCTION": "1",
        "DASHAPP_PROXIES": "1",
        "WEB_CONCURRENCY": "1",
    }
    logs = [{"ACCESS_LOG": str(tmp_path / f"{name}.log")} for name in NODES]
    published(tmp_path, MONTHS[0])
    accounts = Accounts(postgres)
    migrate(accounts.engine)
    (folder := tmp_path / "nginx").mkdir()
    with (
        Server(tmp_path, env | logs[0]) as one,
        Server(tmp_path, env | logs[1]) as two,
        proxy(one, folder, two) as front,
    ):
        yield one, two, front
    migrate(accounts.engine, "base")
    accounts.close()
    assert one.failures() == two.failures() == front.failures() == []


def shown(page: Page) -> tuple[str, tuple[str, ...]]:
    """Of when the data on a page are, and what its cards say."""
    while True:
        before = page.locator("#as-of").inner_text()
        screen.settled(page)
        cards = tuple(screen.cards(page))
        if page.locator("#as-of").inner_text() == before:
            return before, cards


def test_a_page_is_of_one_version_whichever_node_answers(
    nodes: tuple[Server, Server, Proxy], visit: Visit, tmp_path: Path
) -> None:
    one, _two, front = nodes
    page = visit(front, ignore_https_errors=True)
    seen: list[tuple[str, tuple[str, ...]]] = []
    with Visitors(one, front) as visitors:
        warehouse = Warehouse(tmp_path / "warehouse")
        before, after = warehouse.current(), published(tmp_path, MONTHS[1])
        for version in [after, before] * SERVED:
            warehouse.roll_back(version.id)
            for _ in range(2):
                screen.opened(page, "/stores")
                seen.append(shown(page))
            visitors.go_on()
    assert visitors.bad() == []
    assert len(visitors.answers) > 400
    assert len({as_of for as_of, _ in seen}) == len(MONTHS)
    assert len(set(seen)) == len(MONTHS)  # the same cards for the same day, always
    assert all(len((tmp_path / f"{name}.log").read_text().splitlines()) > 300 for name in NODES)


def test_a_session_and_a_saved_view_are_those_of_both(nodes: tuple[Server, Server, Proxy], visit: Visit) -> None:
    """One browser, whose requests the nodes take in turns."""
    _one, _two, front = nodes
    page = visit(front, ignore_https_errors=True)
    screen.opened(page, "/stores?quarter=2022Q1")
    page.get_by_role("button", name="Save this view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Mine")
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#save-said")).to_contain_text("“Mine” is saved.")
    for _ in range(4):
        page.goto("/saved")
        expect(page.locator("#saved-list")).to_contain_text("Mine")
    page.locator("#visitor summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    for _ in range(4):
        page.goto("/stores")
        expect(page).to_have_title("Sign in · Inventory & Store Performance")
