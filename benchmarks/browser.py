"""What a visitor waits for: the first chart of a visit, and the charts in sight after a click, in headless Chromium."""

from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import DESK, QUIET
from tests.e2e.server import Server
from tests.programs import program

VISITS: Final = 7
CLICKS: Final = 24
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
HEAD: Final = f"{'in the browser':<24} {'median ms':>10} {'of it server':>13} {'charts':>7}"


def report(folder: Path) -> str:
    """Medians on the demo that is published in `folder`/demo."""
    with Server(folder / "demo") as server, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "profile", executable_path=program("chromium"), args=QUIET, base_url=server.url, viewport=DESK
        )
        context.add_cookies([server.seat()])
        page = context.new_page()
        lines = [HEAD, _first_chart(page), *(_clicks(page, tab) for tab in TABS)]
        context.close()
    return "\n".join([*lines, ""])


def _first_chart(page: Page) -> str:
    times = []
    for _visit in range(VISITS + 1):  # the first one fills the cache
        page.goto("about:blank")
        page.goto("/stores?quarter=last4", wait_until="commit")
        page.wait_for_function(FIRST)
        times.append(float(page.evaluate("performance.now()")))
    return f"{'first chart, warm cache':<24} {median(times[1:]):>10.0f} {'':>13} {1:>7}"


def _clicks(page: Page, tab: str) -> str:
    page.goto(f"/{tab}?quarter=last4")
    page.wait_for_function(FIRST)
    page.wait_for_timeout(2000)
    found: list[Any] = []
    for click in range(CLICKS):
        found.append(page.evaluate(CLICK, CHAINS[click % len(CHAINS)]))
        page.wait_for_timeout(1200)  # a person looks at it; what is out of sight is asked meanwhile
    warm = found[len(CHAINS) :]
    took, served = (median(column) for column in list(zip(*warm, strict=True))[:2])
    return f"{'a click on ' + tab:<24} {took:>10.0f} {served:>13.0f} {warm[0][2]:>7}"
