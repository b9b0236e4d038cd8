"""The whole dashboard in another language: its words, its numbers, and nothing left in English."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import expect

from dashapp.languages import FOLDER
from tests.e2e import layout, screen
from tests.e2e.conftest import Visit
from tests.e2e.server import Server

TITLES: Final = {
    "stores": "Filialen",
    "products": "Artikel",
    "actions": "Maßnahmen",
    "customers": "Kunden",
    "forecasts": "Prognosen",
    "data": "Daten",
}
# Every text and label of the shell and of what frames the parts of a page; names of stores and products are data.
FRAME: Final = """() => {
  const frame = ["header", ".welcome", ".filter-bar", "h1, h2, h3", ".hint", ".field"];
  const parts = [...frame, ".panel-head", "th", "[role=columnheader]", ".ag-floating-filter"];
  const texts = (part) => [part.innerText, ...[part, ...part.querySelectorAll("*")].flatMap((one) =>
    ["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name)))];
  return [...new Set([...document.querySelectorAll(parts.join())].flatMap(texts).filter(Boolean)
    .flatMap((text) => text.split("\\n")).map((text) => text.trim()))];
}"""


@pytest.fixture(scope="module")
def german(demo: Path) -> Iterator[Server]:
    with Server(demo, {"DASHAPP_LOCALE": "de_DE"}) as server:
        yield server
    assert server.failures() == []


def english() -> set[str]:
    """The texts of the code that German says otherwise."""
    with (FOLDER / "de.po").open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id and message.string != message.id}


def test_every_tab_speaks_german(german: Server, visit: Visit) -> None:
    page = visit(german)
    source = english()
    for tab, title in TITLES.items():
        screen.opened(page, f"/{tab}{layout.QUERY}")
        expect(page.locator("html")).to_have_attribute("lang", "de-DE")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page).to_have_title(re.compile(f"^{title} · "))
        left = source & set(page.evaluate(FRAME))
        assert left == set(), f"{tab} says in English: {left}"


def test_numbers_and_days_are_written_the_german_way(german: Server, visit: Visit) -> None:
    page = visit(german)
    screen.opened(page, f"/stores{layout.QUERY}")
    expect(page.locator("#as-of")).to_contain_text("31. Dez. 2023")
    expect(screen.card(page, "Nettoumsatz").locator(".kpi-value")).to_have_text(re.compile(r"^\d{3}\.\d{3}\s€$"))
    basket = screen.column(page, "average_basket").first
    expect(basket).to_have_text(re.compile(r"^\d+,\d\d$"))
    expect(screen.column(page, "net_sales").first).to_have_text(re.compile(r"^\d\d\.\d{3}$"))
    expect(page.locator("#stores-ranking .bartext").first).to_have_text(re.compile(r"^\d+\.\d{3}\s€$"))
