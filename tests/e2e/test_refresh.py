"""New data from the app, in browsers: sent, checked, published, told to open pages and behind the bell, taken back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashapp.accounts.rights import Rights, Role
from data.demo import DemoSpec, build
from tests.e2e import screen
from tests.e2e.axe import grave
from tests.e2e.conftest import Visit
from tests.e2e.server import Server
from tests.e2e.test_live import published
from tests.e2e.test_looks import LOOKS, looked_at

CHECKED = 60_000  # ms for a check of a small retailer


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("refreshed")
    published(data_dir, 24)
    with Server(data_dir) as server:
        yield server
    assert server.failures() == []


def sent(page: Page, folder: Path) -> None:
    page.locator("#refresh-file").set_input_files(sorted(path for path in folder.iterdir() if path.is_file()))
    expect(page.locator("#refresh-sent-words")).to_contain_text("arrived")


def test_from_files_to_a_bell(own_server: Server, visit: Visit, tmp_path: Path) -> None:
    analyst = visit(own_server, who=Rights(Role.ANALYST), login="watcher")
    analyst.goto("/alerts")
    analyst.get_by_label("KPI").select_option(label="Orders")
    analyst.get_by_label("Limit").fill("0")
    analyst.get_by_role("button", name="Set", exact=True).click()
    expect(analyst.locator("#alerts-said")).to_contain_text("It is set: Orders above 0")
    assert grave(analyst) == []
    screen.opened(analyst, "/stores")

    admin = visit(own_server)
    admin.goto("/refresh")
    assert grave(admin) == []
    spec = DemoSpec(stores=4, chains=2, products=12, customers=120, months=27, target_lines=1500)
    sent(admin, build(tmp_path, spec))
    expect(admin.locator("#refresh-files")).to_contain_text("sales.parquet")
    admin.get_by_role("button", name="Check", exact=True).click()
    expect(admin.locator("#refresh-said")).to_contain_text("The check has begun")
    expect(admin.locator("#refresh-report")).to_contain_text("Do stock and sales agree?", timeout=CHECKED)
    expect(admin.locator("#refresh-report")).to_contain_text("Data as of 31 Mar 2023")
    assert grave(admin) == []
    expect(analyst.locator("#as-of")).to_contain_text("31 Dec 2022")  # nothing is published yet
    admin.get_by_role("button", name="Publish", exact=True).click()
    expect(admin.locator("#refresh-said")).to_contain_text("is published")

    expect(analyst.locator("#as-of")).to_contain_text("31 Mar 2023")
    expect(analyst.locator("#bell")).to_contain_text("1")
    analyst.get_by_role("link", name="Alerts: 1 is new").click()
    expect(analyst.locator("#alerts-told")).to_contain_text(re.compile(r"Orders, Mar 2023: \d+"))
    expect(analyst.get_by_role("link", name="Alerts", exact=True)).to_have_count(1)

    expect(admin.get_by_label("Version").locator("option:enabled")).to_have_count(1)
    admin.get_by_role("button", name="Roll back to this one").click()
    admin.get_by_role("button", name="Yes, roll back").click()
    expect(analyst.get_by_role("alert").first).to_contain_text("Earlier data are served again, as of 31 Dec 2022")


def test_a_file_that_cannot_be_read_changes_nothing(own_server: Server, visit: Visit, tmp_path: Path) -> None:
    admin = visit(own_server, allow="/upload")
    admin.goto("/refresh")
    (tmp_path / "sales.csv").write_text("transaction_id,sold_at\nT1,yesterday\n")
    sent(admin, tmp_path)
    admin.get_by_role("button", name="Check", exact=True).click()
    expect(admin.locator(".failed-check")).to_contain_text("sales.csv", timeout=CHECKED)
    expect(admin.locator("#refresh-status")).to_contain_text("what was served before still is")
    expect(admin.get_by_role("button", name="Publish", exact=True)).to_be_hidden()
    (tmp_path / "evil.exe").write_text("MZ")
    admin.locator("#refresh-file").set_input_files(tmp_path / "evil.exe")
    expect(admin.locator("#refresh-sent-words")).to_contain_text("None of these files was kept")
    admin.get_by_role("button", name="Remove the files that I sent").click()
    expect(admin.locator("#refresh-files")).to_contain_text("There are no files to check yet.")


def test_accounts_and_their_log_are_for_everybody_to_use(own_server: Server, visit: Visit) -> None:
    admin = visit(own_server)
    screen.opened(admin, "/admin")
    assert looked_at(admin, LOOKS) == []
    expect(admin.get_by_role("heading", level=1)).to_be_visible()
