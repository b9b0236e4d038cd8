"""What a visitor waits for: the first chart of a visit, and the charts in sight after a click, in headless Chromium."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.table import Row
from tests.e2e.conftest import DESK, QUIET
from tests.e2e.screen import settled
from tests.e2e.server import Server
from tests.programs import program

VISITS: Final = 5
FLOOR_IS: Final = "an empty answer and a frame"
CLICKS: Final = 10
LOOK: Final = 500  # ms between them
TABS: Final = ("stores", "products", "customers")
CHAINS: Final = ("Alderway", "Cobblestone", "Northfold", "Juniper Row")
FIRST: Final = (
    "() => [...document.querySelectorAll('.js-plotly-plot')].some((plot) => plot.querySelector('.trace, .hm image'))"
)
# Chooses a chain, and waits until every chart in sight is painted; the server's share is the time in which at least
# one request was on its way.
CLICK: Final = """async (chain) => {
  const above = (plot) => plot.getBoundingClientRect().top < innerHeight;
  const plots = [...document.querySelectorAll(".js-plotly-plot")].filter(above);
  performance.clearResourceTimings();
  const start = performance.now();
  const painted = plots.map((plot) => new Promise((done) => {
    const once = () => { plot.removeListener("plotly_afterplot", once); done(); };
    plot.on("plotly_afterplot", once);
  }));
  window.dash_clientside.set_props("filter-chain", { value: [chain] });
  await Promise.all(painted);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const took = performance.now() - start;
  const spans = performance.getEntriesByType("resource").filter((entry) => entry.responseEnd < start + took)
    .map((entry) => [entry.requestStart, entry.responseEnd]).sort((a, b) => a[0] - b[0]);
  let served = 0, until = 0;
  spans.forEach(([from, to]) => { served += Math.max(0, to - Math.max(from, until)); until = Math.max(until, to); });
  return [took, served, plots.length];
}"""
# What no click can undercut: an answer of the server without any work in it, and a frame.
FLOOR: Final = """async () => {
  const start = performance.now();
  await (await fetch("/livez")).text();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
SENT: Final = """() => performance.getEntries().filter((entry) => entry.transferSize !== undefined)
  .reduce((sum, entry) => sum + entry.transferSize, 0) / 1000"""


def rows(folder: Path) -> Iterator[Row]:
    """On the version that is published in `folder`; medians."""
    with Server(folder) as server, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "profile", executable_path=program("chromium"), args=QUIET, base_url=server.url, viewport=DESK
        )
        context.add_cookies([server.seat()])
        page = context.new_page()
        yield from _visits(page)
        yield from (_clicks(page, tab) for tab in TABS)
        context.close()


def _visits(page: Page) -> Iterator[Row]:
    first, *later = [_visit(page) for _ in range(VISITS + 1)]
    (time, sent), (cold, all_sent) = (median(column) for column in zip(*later, strict=True)), first
    yield Row("first visit, until the first chart", cold, "ms", time, "a later visit")
    yield Row("first visit, all that is sent", all_sent, "kB", sent, "a later visit")
    yield Row("later visit, until the first chart", time, "ms", _floor(page), FLOOR_IS)
    yield Row("later visit, all that is sent", sent, "kB", 0.0, "", "≤ 100 kB")


def _visit(page: Page) -> tuple[float, float]:
    """Milliseconds until the first chart is drawn; kilobytes sent until the page is whole."""
    page.goto("about:blank")
    page.goto("/stores?quarter=last4", wait_until="commit")
    page.wait_for_function(FIRST)
    took = float(page.evaluate("performance.now()"))
    settled(page)
    return took, float(page.evaluate(SENT))


def _floor(page: Page) -> float:
    return median(float(page.evaluate(FLOOR)) for _ in range(VISITS))


def _clicks(page: Page, tab: str) -> Row:
    page.goto(f"/{tab}?quarter=last4")
    page.wait_for_function(FIRST)
    page.wait_for_timeout(2 * LOOK)
    found: list[Any] = []
    for click in range(CLICKS):
        found.append(page.evaluate(CLICK, CHAINS[click % len(CHAINS)]))
        page.wait_for_timeout(LOOK)  # what is out of sight is asked meanwhile
    warm = found[len(CHAINS) :]
    took, served = (median(column) for column in list(zip(*warm, strict=True))[:2])
    what = f"a click on {tab} until {warm[0][2]} charts are painted, {served:.0f} ms of it on the server"
    return Row(what, took, "ms", _floor(page), FLOOR_IS)
