import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from analytics.refresh import refresh
from data.warehouse import Warehouse
from tests.e2e import screen
from tests.e2e.conftest import DESK, PHONE, Visit
from tests.e2e.server import ROOT, Server
from tests.e2e.watch import Watch

DATASETS = ROOT.parent / "shared/datasets"
SHOTS = Path(__file__).parent / ".shots"
SIZES: Final[dict[str, ViewportSize]] = {"desk": DESK, "phone": PHONE}
Mode = Literal["light", "dark"]
CARDS = {"stores": 8, "products": 8, "actions": 4, "customers": 8, "forecasts": 8, "data": 0}
CHARTS = {"stores": 9, "products": 5, "actions": 1, "customers": 17, "forecasts": 6, "data": 0}
NEEDS = re.compile(r"needs \w+", re.IGNORECASE)
BUTTONS = {"Download plot as a PNG", "Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes"}
TITLES = "buttons => buttons.map((button) => button.dataset.title || button.getAttribute('aria-label'))"
LOADED = "name => performance.getEntriesByType('resource').some((entry) => entry.name.includes(name))"
SENDING = """plots => plots.map((plot) => plot._context)
  .filter((config) => config.showSendToCloud || config.showEditInChartStudio || config.plotlyServerURL)"""


def looked_at(page: Page, tab: str, name: str, cards: dict[str, int] = CARDS) -> None:
    """Everything on a tab is there, fits the screen, and is written to a picture that people can look at."""
    screen.switched(page, tab)
    expect(page.locator(f"#{tab}-sentence")).to_have_text(re.compile(r"^[A-Z0-9].{10,}\.$"))
    expect(page.get_by_role("article")).to_have_count(cards[tab])
    expect(page.get_by_role("figure")).to_have_count(CHARTS[tab])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    expect(page.locator("#tabs [aria-current]")).to_be_in_viewport(ratio=0.9)  # on a phone the bar is wider
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{tab}.png")  # not the full page: that leaves tables unpainted for a while


def sends_nothing_away(page: Page) -> None:
    """No chart has a button that sends its data to a public server; Plotly's own default has one."""
    assert set(page.get_by_role("toolbar").get_by_role("button").evaluate_all(TITLES)) <= BUTTONS
    assert page.locator(".js-plotly-plot").evaluate_all(SENDING) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_tab_of_the_demo(page: Page, watch: Watch, mode: Mode, size: str) -> None:
    page.emulate_media(color_scheme=mode)
    page.set_viewport_size(SIZES[size])
    screen.opened(page, "/?quarter=last4")
    assert not page.evaluate(LOADED, "/plotly.min"), "all of plotly.js, though a part of it draws every chart"
    for tab in screen.TABS:
        looked_at(page, tab, f"demo-{size}-{mode}")
        assert screen.theme(page) == mode
        assert all(re.search(r"\d", text) for text in screen.cards(page))
        assert page.locator("figure .annotation-text").filter(has_text=re.compile("^(Needs|No )")).count() == 0
        assert sorted(watch.posts) == sorted(set(watch.posts)), "a callback ran twice"
        watch.forget()
        sends_nothing_away(page)


@pytest.fixture(scope="module", params=["complete-journey", "online-retail-2010"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of the public datasets, published with the mapping that is shipped for it."""
    if not (DATASETS / request.param).is_dir():
        pytest.skip(f"{request.param} is not on this machine")
    data_dir = tmp_path_factory.mktemp(request.param) / request.param
    refresh(DATASETS / request.param, Warehouse(data_dir / "warehouse"), request.param)
    with Server(data_dir) as server:
        yield server
    assert server.failures() == []


def test_every_tab_of_a_real_dataset(real: Server, visit: Visit) -> None:
    """Neither dataset has stock or costs: what needs them says so. A dash stands where no year before is known."""
    page = visit(real)
    screen.opened(page, "/")
    lacking = set()
    for tab in screen.TABS:
        looked_at(page, tab, real.data_dir.name, CARDS | {"forecasts": 0})  # no stock, no what-if
        for text in screen.cards(page):
            assert NEEDS.search(text) or re.search(r"\d|\n–\n", text), text
            lacking |= {text.split("\n")[0]} if NEEDS.search(text) else set()
    assert lacking >= {"Gross margin rate", "Month-end stockout rate", "Days of supply", "GMROI"}
    assert lacking.isdisjoint({"Net sales", "Orders", "Active customers", "Units sold"})


def test_pointing_at_a_bar_tells_its_number(page: Page) -> None:
    screen.opened(page, "/stores")
    bar = page.locator("#stores-ranking .point path").first
    assert screen.soon(lambda: bool(re.search(r"\d", screen.pointed_at(page, bar))))


def test_a_page_that_is_none_of_ours_shows_the_way_back(page: Page, watch: Watch) -> None:
    watch.allow("status 404", "status of 404")
    page.goto("/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such page")
    page.get_by_role("link", name="Back to the first page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stores")
