"""The release of a what-if slider at demo size: time of the server, and until it is on the screen in Chromium."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.table import Row
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from dashapp.tabs.what_if import CHANGE, Ids
from tests.dashapp.conftest import body
from tests.dashapp.test_callbacks import initial
from tests.dashapp.visitors import visitor
from tests.e2e.conftest import DESK, QUIET
from tests.e2e.server import Server
from tests.programs import program

SCENARIOS: Final = (
    *(f"stock_level:{1 + n / 100:g}" for n in (5, 10, 15, 20, 25)),
    *(f"service_level:{n}" for n in ("0.9", "0.95", "0.97", "0.99")),
    *(f"demand:{n}" for n in ("0.9", "1.05", "1.1", "1.2")),
    *(f"lead_time_change_days:{n}" for n in (-5, -3, 3, 7)),
    *(f"review_days:{n}" for n in (7, 14, 21)),
)
MOVES: Final = ("stock_level", "service_level", "demand", "lead_time_change_days", "stock_level", "holding_rate")
ROUNDS: Final = 2
# Lets a slider go, and waits until the cards have changed and every chart in sight is painted.
RELEASE: Final = """async ([id, steps]) => {
  const input = document.getElementById(id);
  const above = (plot) => plot.getBoundingClientRect().top < innerHeight;
  const plots = [...document.querySelectorAll(".js-plotly-plot")].filter(above);
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, Number(input.value) + steps);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => setTimeout(done, 300));
  const start = performance.now();
  const painted = plots.map((plot) => new Promise((done) => {
    const once = () => { plot.removeListener("plotly_afterplot", once); done(); };
    plot.on("plotly_afterplot", once);
  }));
  const results = document.getElementById("forecasts-results");
  const told = new Promise((done) => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(); });
    watch.observe(results, { subtree: true, childList: true, characterData: true });
  });
  input.dispatchEvent(new Event("change", { bubbles: true }));
  await told;
  const cards = performance.now() - start;
  await Promise.all(painted);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [cards, performance.now() - start];
}"""


def rows(folder: Path) -> Iterator[Row]:
    """On the version that is published in `folder`; the floor of the browser is what the server takes."""
    wall, _processor = zip(*_served(folder), strict=True)
    with Server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=QUIET)
        context = browser.new_context(base_url=server.url, viewport=DESK)
        context.add_cookies([server.seat()])
        cards, charts = zip(*_seen(context.new_page()), strict=True)
        browser.close()
    released = "release of a what-if slider"
    yield Row(f"{released}, server, median of {len(wall)}", median(wall), "ms", 0.0, "", "≤ 30 ms")
    yield Row(f"{released}, server, slowest", max(wall), "ms", 0.0, "", "≤ 30 ms")
    yield Row(f"{released}, until the cards have changed", median(cards), "ms", median(wall), "the server's share")
    yield Row(f"{released}, until the charts are painted", median(charts), "ms", median(wall), "the server's share")


def _served(folder: Path) -> list[tuple[float, float]]:
    """Milliseconds of each scenario's one request."""
    app = warm_up(create_app(Settings(data_dir=folder, currency="EUR")))
    with visitor(app) as client:
        values = dict(initial(app, client))
        shown = {"filters": {}, "version": values["version.data"]}
        values |= {"filters.data": {}, f"{CHANGE.frame}.asked": shown}

        def fired(scenario: str) -> tuple[float, float]:
            sent = body(app, f"{Ids.SENTENCE}.children", values | {f"{Ids.SCENARIO}.value": scenario})
            sent["changedPropIds"] = [f"{Ids.SCENARIO}.value"]
            start = time.perf_counter(), time.process_time()
            client.post("/_dash-update-component", json=sent)
            return 1000 * (time.perf_counter() - start[0]), 1000 * (time.process_time() - start[1])

        fired("stock_level:1.5")
        return [fired(scenario) for scenario in SCENARIOS]


def _seen(page: Page) -> list[tuple[float, float]]:
    """Milliseconds until the cards, and until the charts in sight."""
    page.goto("/forecasts")
    page.wait_for_selector("#forecasts-results article")
    page.wait_for_timeout(2000)
    found: list[Any] = []
    for round_ in range(ROUNDS):
        for name in MOVES:
            found.append(page.evaluate(RELEASE, [f"{Ids.SCENARIO}-{name}", 2 if round_ % 2 == 0 else -1]))
            page.wait_for_timeout(500)
    return [(cards, charts) for cards, charts in found[len(MOVES) :]]
