"""Writes the pictures and the boxes in docs/screenshots: `make screenshots`."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from analytics.refresh import refresh
from data.demo import DemoSpec, build
from data.warehouse import Warehouse
from tests.e2e import layout, screen
from tests.e2e.conftest import PATIENCE, PHONE, QUIET, STILL
from tests.e2e.server import ROOT, Server
from tests.programs import headless

FOLDER: Final = ROOT / "docs" / "screenshots"
PICTURES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "stores": ("/stores", {}),
    "products": ("/products", {}),
    "customers": ("/customers", {}),
    "actions": ("/actions", {}),
    "forecasts": ("/forecasts", {}),
    "store": ("/stores/S01", {}),
    "stores-dark": ("/stores", {"color_scheme": "dark"}),
    "stores-phone": ("/stores", {"viewport": PHONE}),
}


def visited(browser: Browser, server: Server, **options: Any) -> Page:
    """A page of a visitor who has been here before."""
    context = browser.new_context(**{"base_url": server.url, **STILL, **options})
    context.set_default_timeout(PATIENCE)
    context.add_cookies([server.seat()])
    context.add_init_script(layout.KNOWN)
    return context.new_page()


def main() -> None:
    """Starts a server on the demo retailer and looks at it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data_dir = Path(folder)
        refresh(build(data_dir / "demo", DemoSpec()), Warehouse(data_dir / "warehouse"))
        browser = playwright.chromium.launch(executable_path=headless(), args=QUIET)
        with Server(data_dir) as server:
            for name, (path, options) in PICTURES.items():
                page = visited(browser, server, **options)
                screen.opened(page, path + layout.QUERY)
                page.screenshot(path=FOLDER / f"{name}.png")
            page = visited(browser, server)
            boxes = {name: layout.measured(page, path) for name, path in screen.PAGES.items()}
        browser.close()
    (FOLDER / "layout.json").write_text(written(boxes), encoding="utf-8")


def written(boxes: dict[str, dict[str, layout.Boxes]]) -> str:
    """One line a box, so that a change is read as what it is."""
    text = json.dumps(boxes, indent=1, sort_keys=True)
    return re.sub(r"(?<=[\[\d,])\s+(?=[-\d\]])", "", text) + "\n"


if __name__ == "__main__":
    main()
