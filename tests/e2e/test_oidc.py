"""Sign-in at a certified provider in a browser: it is another site, so cookies and policies are those of a real one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashapp.accounts.rights import Rights, Role
from tests.dashapp.accounts.provider import CLIENT, SECRET, certified
from tests.e2e.axe import grave
from tests.e2e.conftest import PATIENCE, STILL
from tests.e2e.server import Server
from tests.programs import free_port

WANTED = "/stores?chain=Alderway&quarter=2022Q1"


@pytest.fixture(scope="module")
def site(demo: Path) -> Iterator[Server]:
    """The dashboard on 127.0.0.1, its provider on localhost."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with certified(f"{url}/sign-in/provider/back") as issuer:
        named = {"DASHAPP_OIDC_ISSUER": issuer, "DASHAPP_OIDC_CLIENT_ID": CLIENT, "DASHAPP_OIDC_CLIENT_SECRET": SECRET}
        with Server(demo, {"BIND": f"127.0.0.1:{port}", "DASHAPP_URL": url, **named}) as server:
            yield server
        assert server.failures() == []


@pytest.fixture
def page(browser: Browser, site: Server) -> Iterator[Page]:
    """In a browser that knows neither; the dashboard's own pages complain of nothing."""
    context = browser.new_context(base_url=site.url, **STILL)
    context.set_default_timeout(PATIENCE)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if site.url in said.location["url"] else None)
    yield page
    context.close()
    assert [text for text in complaints if "401" not in text] == []  # a refused sign-in is one


def sign_in(page: Page, login: str) -> None:
    """From the sign-in page to the provider, and what is to be done there."""
    page.goto(WANTED)
    page.get_by_role("link", name="Sign in with your organisation").click()
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="Continue").click()


def test_somebody_comes_back_from_the_provider_to_where_they_wanted_to_be(page: Page, site: Server) -> None:
    with site.accounts() as accounts:
        accounts.add("olga@example.com", "Olga", Rights(Role.ANALYST))
    sign_in(page, "olga")
    page.wait_for_url(f"**{WANTED}")
    expect(page.locator("#stores-cards .kpi-value").first).to_be_visible()
    page.locator("#visitor summary").click()
    expect(page.locator("#visitor")).to_contain_text("Olga · Analyst")
    assert [cookie["name"] for cookie in page.context.cookies(site.url)] == [
        "dashboard"
    ]  # of the way there none is left
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(WANTED)
    expect(page.get_by_role("link", name="Sign in with your organisation")).to_be_visible()
    assert grave(page) == []


def test_a_stranger_is_told_whom_to_ask(page: Page) -> None:
    sign_in(page, "stranger")
    expect(page.get_by_role("alert")).to_have_text("There is no account for you here. Ask an administrator.")
    expect(page.get_by_label("Password")).to_be_visible()
