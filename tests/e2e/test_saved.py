"""Saved views in browsers: kept with every control, shared within each one's rights, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import delete

from dashapp.accounts.rights import Rights, Role
from dashapp.saved.tables import Comment, SavedView, StartView
from tests.e2e import screen
from tests.e2e.axe import grave
from tests.e2e.conftest import Visit
from tests.e2e.server import Server

ANALYST = Rights(Role.ANALYST)
ALDERWAY = Rights(Role.CHAIN_MANAGER, chains=frozenset({"Alderway"}))
JUNIPER = Rights(Role.CHAIN_MANAGER, chains=frozenset({"Juniper Row"}))
SCENARIO = "stock_level:1.2,lead_time_change_days:-3"
ASKING = re.compile("/_dash-update-component")


@pytest.fixture(autouse=True)
def nothing_saved(server: Server) -> None:
    """What tests before this one saved for everybody would stand in its lists."""
    with server.accounts() as accounts, accounts.engine.begin() as database:
        for kept in (StartView, Comment, SavedView):
            database.execute(delete(kept))


def save(page: Page, name: str, sharing: str = "Only me") -> None:
    """By the bookmark of the header."""
    page.get_by_role("button", name="Save this view").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill(name)
    form.get_by_label("For").select_option(label=sharing)
    form.get_by_role("button", name="Save", exact=True).click()


def kept(page: Page, name: str, sharing: str = "Only me") -> None:
    save(page, name, sharing)
    expect(page.locator("#save-said")).to_contain_text(f"“{name}” is saved.")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def views(page: Page) -> list[str]:
    page.goto("/saved")
    expect(page.locator("#saved-list li, #saved-list .hint").first).to_be_visible()
    found: list[str] = page.locator("#saved-list li > a").all_inner_texts()
    return found


def test_a_scenario_comes_back_with_all_its_controls(visit: Visit) -> None:
    page = visit(who=ANALYST, login="saver")
    screen.opened(page, f"/forecasts?chain=Alderway&forecasts-scenario={SCENARIO}|demand:1.1")
    kept(page, "More stock")
    assert views(page) == ["More stock"]
    expect(page.locator("#saved-list")).to_contain_text("Forecasts · Alderway · Stock level +20 %, Lead time −3 days")
    assert grave(page) == []
    page.get_by_role("link", name="More stock").click()
    screen.settled(page)
    expect(
        page.locator("#forecasts-scenario-stock_level ~ datalist, output[for=forecasts-scenario-stock_level]")
    ).to_have_count(2)
    expect(page.locator("output[for=forecasts-scenario-stock_level]")).to_have_text("+20 %")
    expect(page.locator(".kept")).to_contain_text("Demand +10 %")
    expect(page.locator("#filters-chips")).to_contain_text("Alderway")


def test_a_shared_view_shows_its_readers_own(visit: Visit) -> None:
    author, reader = visit(who=ANALYST, login="author"), visit(who=JUNIPER, login="reader")
    screen.opened(author, "/stores?chain=Alderway&quarter=2023Q1&stores-kpi=stockout_rate")
    kept(author, "For all", "Everybody")
    kept(author, "For Alderway", "Who sees Alderway")
    assert views(reader) == ["For all"]
    assert "Alderway" not in reader.content()
    reader.get_by_role("link", name="For all").click()
    screen.settled(reader)
    expect(reader).to_have_url(re.compile(r"/stores\?quarter=2023Q1"))
    assert "Alderway" not in reader.content()
    expect(reader.locator("#stores-table")).to_contain_text("Juniper Row")


def test_comments_start_and_taking_back(visit: Visit) -> None:
    author, reader = visit(who=ANALYST, login="writer"), visit(who=ALDERWAY, login="commenter")
    screen.opened(author, "/products?quarter=2023Q2")
    kept(author, "Q2", "Everybody")
    views(reader)
    reader.get_by_label("View", exact=True).select_option(label="Q2, by Writer")
    expect(reader.get_by_label("Name", exact=True).last).to_have_value("Q2")
    expect(reader.get_by_label("Name", exact=True).last).to_be_disabled()
    reader.get_by_label("My dashboard opens with it").check()
    reader.locator("#saved-save").click()
    expect(reader.locator("#saved-said")).to_contain_text("is saved")
    reader.get_by_label("Your comment").fill("Why so low?\n<b>In May</b>")
    reader.get_by_role("button", name="Comment", exact=True).click()
    expect(reader.locator("#saved-comments")).to_contain_text("<b>In May</b>")
    expect(reader.get_by_label("Your comment")).to_have_value("")
    reader.goto("/")
    expect(reader).to_have_url(re.compile(r"/products\?quarter=2023Q2"))
    views(author)
    author.get_by_label("View", exact=True).select_option(label="Q2")
    expect(author.locator("#saved-comments")).to_contain_text("Commenter")
    author.get_by_role("button", name="Delete").click()
    expect(author.locator("#saved-list")).not_to_contain_text("Q2")
    reader.goto("/")
    expect(reader).to_have_url(re.compile("/stores"))
    author.get_by_role("button", name="Put back").click()
    expect(author.locator("#saved-list")).to_contain_text("Q2")


def test_what_is_typed_stays_until_it_is_kept(visit: Visit) -> None:
    """The network fails, or the name is taken: it is said, and the name is still there."""
    page = visit(who=ANALYST, login="careful", allow="_dash-update-component")
    screen.opened(page, "/stores?quarter=2023Q1")
    kept(page, "Mine")

    def fail(route: Route) -> None:
        if "save-asked" in (route.request.post_data or ""):
            route.abort()
        else:
            route.continue_()

    page.route(ASKING, fail)
    save(page, "Other")
    name = page.get_by_role("dialog").get_by_label("Name")
    expect(page.locator("#notice-network")).to_contain_text("cannot be reached", timeout=10_000)
    expect(name).to_have_value("Other")
    page.unroute(ASKING)
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#save-said")).to_contain_text("“Other” is saved.")
    name.fill("Mine")
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#save-said")).to_contain_text("already")
    expect(name).to_have_value("Mine")


def test_a_session_that_ends_keeps_what_is_typed(visit: Visit) -> None:
    page = visit(who=ANALYST, login="sleeper", allow="401")
    screen.opened(page, "/stores?quarter=2023Q1")
    page.context.clear_cookies()
    save(page, "Third")
    expect(page.locator("#notice-network")).to_contain_text("You are signed out.")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("Third")
