"""Who comes in, who sees what, and what is said when a session ends: in browsers, with one server."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashapp.accounts.accounts import Accounts
from dashapp.accounts.rights import Rights, Role
from tests.e2e import screen
from tests.e2e.axe import grave
from tests.e2e.conftest import Visit
from tests.e2e.server import Server

ALDERWAY = Rights(Role.CHAIN_MANAGER, chains=frozenset({"Alderway"}))
JUNIPER = Rights(Role.CHAIN_MANAGER, chains=frozenset({"Juniper Row"}))


@pytest.fixture
def accounts(server: Server) -> Iterator[Accounts]:
    """Those of the server, as an administrator changes them from elsewhere."""
    with server.accounts() as accounts:
        yield accounts


def shown(page: Page) -> str:
    expect(page.locator("#stores-cards .kpi-value").first).to_be_visible()
    expect(page.locator("[data-dash-is-loading=true]")).to_have_count(0)
    return page.locator("body").inner_text()


def test_a_stranger_signs_in_and_is_where_they_wanted_to_be(visit: Visit, accounts: Accounts) -> None:
    accounts.add("grace", "Grace", Rights(Role.ANALYST))
    accounts.set_password("grace", "correct horse battery")
    page = visit(who=None)
    page.goto("/stores?chain=Alderway&quarter=2022Q1")
    expect(page).to_have_title(re.compile("Sign in"))
    assert grave(page) == []
    page.get_by_label("Login").fill("grace")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/stores?chain=Alderway&quarter=2022Q1")
    assert "Alderway" in shown(page)
    screen.settled(page)  # what is still asked while somebody leaves is refused
    page.locator("#visitor summary").click()
    expect(page.locator("#visitor")).to_contain_text("Grace · Analyst")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto("/stores")
    expect(page).to_have_title(re.compile("Sign in"))


def test_two_people_in_two_browsers_see_each_their_own(visit: Visit) -> None:
    """One process, one cache: nothing of one shows at the other, whoever asks first."""
    one, two = visit(who=ALDERWAY, login="one"), visit(who=JUNIPER, login="two")
    for page in (one, two):
        screen.opened(page, "/data")
    for tab in ("stores", "products", "customers", "actions", "forecasts", "stores"):
        for page in (one, two):
            page.locator(f"#tab-{tab}").click()
        for page, others in ((one, "Juniper Row"), (two, "Alderway")):
            expect(page.get_by_role("heading", level=1)).to_have_text(tab.capitalize())
            screen.settled(page)
            assert others not in page.locator("body").inner_text(), tab
    assert "Alderway" in shown(one)
    assert "Juniper Row" in shown(two)


@pytest.mark.parametrize("end", ["disabled", "another role", "another password"])
def test_a_session_that_ends_is_said_by_itself_and_keeps_what_is_shown(
    visit: Visit, accounts: Accounts, end: str
) -> None:
    """Nothing is pressed: an open page asks once a second, so on a machine with room it is said within two."""
    page = visit(who=ALDERWAY, login="leaver", allow="401")
    page.goto("/stores?quarter=2022Q1")
    before = page.locator("#stores-cards").inner_text() if shown(page) else ""
    if end == "disabled":
        accounts.disable("leaver")
    elif end == "another role":
        accounts.set_rights("leaver", JUNIPER)
    else:
        accounts.set_password("leaver", "correct horse battery")
    notice = page.locator("#notice-network")
    expect(notice).to_contain_text("You are signed out. What you see is still as it was")
    assert page.locator("#stores-cards").inner_text() == before
    back = notice.get_by_role("link", name="Sign in").get_attribute("href")
    assert back == "/sign-in?next=%2Fstores%3Fquarter%3D2022Q1"
    accounts.disable("leaver", disabled=False)
