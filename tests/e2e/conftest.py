"""A published demo retailer, gunicorn in front of it, and a browser that fails a test for anything it complains of."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from selenium.webdriver import ChromeOptions

from dashapp.accounts.rights import Rights
from tests.dashapp.visitors import ALL_RIGHTS
from tests.e2e.server import Server
from tests.e2e.watch import Watch
from tests.made_once import published_demo
from tests.programs import headless, program

QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    "--disable-quic",
]
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
STILL: Final[dict[str, Any]] = {"viewport": DESK, "reduced_motion": "reduce"}  # nothing slides or fades meanwhile
PATIENCE = 20_000  # ms that a page may take on a busy machine
expect.set_options(timeout=PATIENCE)
Visit = Callable[..., Page]


@pytest.hookimpl(optionalhook=True)
def pytest_setup_options() -> ChromeOptions:
    """How dash_duo starts its browser."""
    options = ChromeOptions()
    options.binary_location = program("chromium")
    for argument in ("--headless=new", *QUIET):
        options.add_argument(argument)
    return options


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of one's own with the demo retailer, published from `demo`; its version is shared, and stays."""
    data_dir = tmp_path_factory.mktemp("demo") / "var"
    shutil.copytree(published_demo(tmp_path_factory), data_dir, copy_function=copied)
    return data_dir


def copied(path: str, to: str) -> None:
    """What never changes need not be there twice."""
    (os.link if "versions" in path else shutil.copy2)(path, to)


@pytest.fixture(scope="session")
def server(demo: Path) -> Iterator[Server]:
    with Server(demo) as server:
        yield server
    assert server.failures() == []


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def shared(chromium: BrowserType, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One visitor at a desk for many tests: scripts come from a cache on disk, as on every visit but the first."""
    context = chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=headless(),
        args=QUIET,
        base_url=server.url,
        **STILL,
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies([server.seat()])
    yield context
    context.close()


@pytest.fixture(scope="session")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    """Where visitors of one's own come from."""
    browser = chromium.launch(executable_path=headless(), args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def watch(shared: BrowserContext, server: Server) -> Iterator[Watch]:
    """What the browser of `page` does."""
    watch = Watch(shared, server.url)
    yield watch
    watch.stop()
    assert watch.incidents() == []


@pytest.fixture
def page(shared: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A page with nothing remembered. Anything that the browser complains of fails the test."""
    page = shared.new_page()
    yield page
    page.evaluate("localStorage.clear()")
    page.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Opens a page for a visitor of one's own: `visit(color_scheme="dark", viewport={…})`, elsewhere: `visit(other)`.

    who: the rights of `login`; None for nobody signed in. allow: an incident that the test is about.
    """
    contexts: list[tuple[BrowserContext, Watch]] = []

    def open_page(
        at: Server = server, who: Rights | None = ALL_RIGHTS, login: str = "visitor", allow: str = "", **options: Any
    ) -> Page:
        context = browser.new_context(**{"base_url": at.url, **STILL, **options})
        context.set_default_timeout(PATIENCE)
        if who:
            context.add_cookies([at.seat(login, who)])
        contexts.append((context, Watch(context, at.url)))
        if allow:
            contexts[-1][1].allow(allow)
        return context.new_page()

    yield open_page
    for context, _ in contexts:
        context.close()
    assert [incident for _, watch in contexts for incident in watch.incidents()] == []
