"""What a visitor sees and touches, by role, text or id."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

TABS = ("stores", "products", "actions", "customers", "forecasts", "data")
ONE = {"store": "/stores/S01", "product": "/products/P001", "customer": "/customers/1a9f2dc076541239"}
PAGES = {tab: f"/{tab}" for tab in TABS} | ONE | {"models": "/models"}
SCALES = {"": 1.0, "k": 1e3, "M": 1e6, "bn": 1e9}
SETTLED = """() => {
  const page = document.querySelector("main");
  if (document.querySelector("#filters-summary")?.textContent === "") return false;
  if (!page?.querySelector("h1") || page.querySelector(".skeleton, [data-dash-is-loading=true]")) return false;
  const drawn = (plot) => plot.querySelector(".trace, .hm image, .annotation-text");
  const filled = (grid) => grid.querySelector(
    ".ag-row [role=gridcell]:not(.ag-loading):not(:empty), .ag-overlay-no-rows-center");
  return [...page.querySelectorAll(".chart-body")].every(drawn)
    && [...page.querySelectorAll(".ag-root")].every(filled)
    && !page.querySelector(".ag-row .ag-right-aligned-cell:empty, .ag-row.ag-row-loading, .ag-header-row:empty");
}"""

# A grid answers a new width a fifth of a second later, and so do charts.
STILL = """() => new Promise((done) => {
  let rest;
  const watch = new MutationObserver(() => { clearTimeout(rest); rest = setTimeout(over, 400); });
  const over = () => { watch.disconnect(); done(); };
  watch.observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true });
  rest = setTimeout(over, 400);
})"""


def opened(page: Page, url: str) -> None:
    """Goes to an address and waits until everything on it is there."""
    page.goto(url)
    settled(page)


def switched(page: Page, tab: str) -> None:
    """Opens a tab by its link and waits until everything on it is there."""
    page.locator(f"#tab-{tab}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(tab.capitalize())
    settled(page)


def settled(page: Page) -> None:
    """Waits until nothing on the page is a skeleton, on its way, or empty without a word."""
    page.wait_for_function(SETTLED)


def resized(page: Page, width: int, height: int) -> None:
    """Gives the page another size, if it has not, and waits until everything on it has followed."""
    if page.viewport_size != {"width": width, "height": height}:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(STILL)
    settled(page)


def card(page: Page, label: str) -> Locator:
    """The KPI card with this label."""
    head = page.get_by_role("heading", level=3).filter(has_text=re.compile(rf"^{re.escape(label)}$"))
    return page.get_by_role("article").filter(has=head)


def cards(page: Page) -> list[str]:
    """The text of every KPI card."""
    return page.get_by_role("article").all_inner_texts()


def menu(page: Page, name: str) -> Locator:
    """One control of the filter bar: chain, store, quarter or category."""
    return page.locator(f"#filter-{name}")


def reset(page: Page) -> Locator:
    """The button that takes every filter away."""
    return page.get_by_role("button", name="Reset", exact=True)


def choose(page: Page, name: str, *options: str) -> None:
    """Picks options in a control of the filter bar, or unpicks those that are picked."""
    menu(page, name).click()
    for option in options:
        page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)


def offered(page: Page, name: str) -> list[str]:
    """The options of a control of the filter bar."""
    menu(page, name).click()
    options = page.get_by_role("listbox").get_by_role("option")
    options.first.wait_for()
    found = options.all_inner_texts()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    return found


def seen(page: Page, grid: str) -> Locator:
    """A grid, once it is in sight: before, the browser does not paint what is in it."""
    found = page.locator(f"#{grid}")
    found.scroll_into_view_if_needed()
    return found


def column(page: Page, field: str) -> Locator:
    """The cells of one column of the table, as far as they are on the screen."""
    return page.locator(f".ag-row [role=gridcell][col-id={field}]")


def theme(page: Page) -> str | None:
    """The theme of the page as its styles see it: light or dark."""
    return page.locator("html").get_attribute("data-bs-theme")


def lit(page: Page, mode: str) -> None:
    """Turns the page light or dark, if it is not, and waits until the charts have followed."""
    if theme(page) != mode:
        page.get_by_role("button", name="Switch between light and dark").click()
        page.evaluate(STILL)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", mode)


def soon(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether a condition comes true in time. Each look takes its time, so there is no pause between them."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
    return True


def pointed_at(page: Page, mark: Locator) -> str:
    """What a chart says when the pointer is on one of its marks."""
    mark.evaluate("mark => mark.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = mark.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    return "".join(page.locator(".hoverlayer").all_text_contents())


def number(text: str) -> tuple[float, float]:
    """The first number in a text, such as "€1.24 M", and half a unit of its last digit."""
    found = re.search(r"(−?)([\d,]+(?:\.(\d+))?)(?: (k|M|bn)\b)?", text)
    assert found, f"no number in {text!r}"
    minus, digits, decimals, scale = found.groups()
    unit = SCALES[scale or ""]
    size = float(digits.replace(",", "")) * unit
    return -size if minus else size, 0.5 * unit / 10 ** len(decimals or "")
