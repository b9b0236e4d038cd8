import json
import re
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import screen
from tests.e2e.server import ROOT
from tests.e2e.watch import Watch

TEMPLATES: dict[str, Any] = json.loads(
    (ROOT / "assets/2-app/10-chart-templates.js").read_text("utf-8").partition("=")[2].rstrip().rstrip(";")
)
# The theme that the page has when its body appears: nothing can be painted before.
AT_FIRST = """
const watcher = new MutationObserver(() => {
  if (!document.body) return;
  watcher.disconnect();
  window.themeAtFirst = document.documentElement.getAttribute("data-bs-theme");
});
watcher.observe(document, { childList: true, subtree: true });
"""
TEXT_COLOURS = """() => [...new Set([...document.querySelectorAll(".js-plotly-plot .xtick text")]
  .map((text) => getComputedStyle(text).fill))]"""
GRID_COLOUR = "() => getComputedStyle(document.querySelector('.ag-root-wrapper')).backgroundColor"


def in_rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def dressed(page: Page, mode: str) -> None:
    """The page, the text of its charts and its table are in the colours of one theme."""
    expect(page.locator("html")).to_have_attribute("data-bs-theme", mode)
    wanted = [in_rgb(TEMPLATES[mode]["layout"]["font"]["color"])]
    page.wait_for_function(f"wanted => JSON.stringify(({TEXT_COLOURS})()) === JSON.stringify(wanted)", arg=wanted)
    brightness = sum(int(part) for part in re.findall(r"\d+", page.evaluate(GRID_COLOUR))[:3])
    assert (brightness > 3 * 128) == (mode == "light")


def test_the_toggle_asks_the_server_nothing_and_is_remembered(page: Page, watch: Watch) -> None:
    page.emulate_media(color_scheme="light")
    screen.opened(page, "/stores?quarter=last4")
    dressed(page, "light")
    watch.forget()
    screen.lit(page, "dark")
    dressed(page, "dark")
    assert watch.requests == []
    screen.switched(page, "products")  # charts that come later wear it too
    dressed(page, "dark")
    page.reload()
    screen.settled(page)
    dressed(page, "dark")
    screen.lit(page, "light")
    dressed(page, "light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_first_visit_follows_the_system_before_anything_is_painted(
    page: Page, mode: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=mode)
    page.add_init_script(AT_FIRST)
    screen.opened(page, "/stores?quarter=last4")
    assert page.evaluate("window.themeAtFirst") == mode
    dressed(page, mode)


def test_a_choice_beats_the_system(page: Page) -> None:
    page.add_init_script("localStorage.setItem('theme', 'light');" + AT_FIRST)
    page.emulate_media(color_scheme="dark")
    screen.opened(page, "/stores?quarter=last4")
    assert page.evaluate("window.themeAtFirst") == "light"
    dressed(page, "light")
