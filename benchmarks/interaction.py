"""A filter change: time over HTTP of all requests of a tab, against as many to a callback that does nothing."""

import json
import random
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

from dash import Dash

from analytics.queries import choices
from benchmarks.table import Row
from dashapp.access import current_view
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from dashapp.tabs import TABS, Page
from dashapp.wiring import FILTERS
from tests.dashapp.interactions import interaction
from tests.dashapp.test_callbacks import initial
from tests.dashapp.visitors import asking, visitor
from tests.e2e.server import Server

Changes = list[dict[str, list[str]]]
CHANGES: Final = 16
SEED: Final = 1
PATH: Final = "/_dash-update-component"
NOTHING: Final = json.dumps(  # to benchmarks/empty.py
    {
        "output": "nothing.children",
        "outputs": {"id": "nothing", "property": "children"},
        "inputs": [{"id": FILTERS, "property": "data", "value": {}}],
        "state": [],
        "changedPropIds": [f"{FILTERS}.data"],
    }
).encode()


class Caller:
    """One signed-in browser on one connection, which it opens again where the server has closed it between requests."""

    def __init__(self, url: str, secret: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._headers = {"Cookie": f"dashboard={secret}", "Content-Type": "application/json", "Origin": url}

    def __call__(self, requests: list[bytes]) -> tuple[float, list[tuple[int, int]]]:
        """Milliseconds of requests one after the other, and status and bytes of each answer; (0, 0) for none."""
        start = time.perf_counter()
        answers = [self._answer(request) for request in requests]
        return 1000 * (time.perf_counter() - start), answers

    def _answer(self, request: bytes) -> tuple[int, int]:
        tries = 1 if self._connection.sock is None else 2  # as browsers: a worker that is replaced closes what is idle
        for _ in range(tries):
            try:
                return self._asked(request)
            except OSError:
                self._connection.close()
        return 0, 0

    def _asked(self, request: bytes) -> tuple[int, int]:
        self._connection.request("POST", PATH, request, self._headers)
        answer = self._connection.getresponse()
        return answer.status, len(answer.read())


def rows(folder: Path, size: str) -> Iterator[Row]:
    """Two a tab, on the version in `folder`; medians of sixteen changes. size: words for how much it holds."""
    with Server(folder, application="benchmarks.empty:server", env={"WEB_CONCURRENCY": "1"}) as server:
        call = Caller(server.url, server.seat()["value"])
        for tab, pages in pages_of(folder).items():
            yield from _of_a_tab(call, tab, pages, size)


def pages_of(folder: Path) -> dict[Page, list[list[bytes]]]:
    """All requests of each change of the filters, by tab."""
    app = warm_up(create_app(Settings(data_dir=folder, currency="EUR")))
    with visitor(app) as client:
        values, asked = dict(initial(app, client)), _changes(app)
    return {tab: [_encoded(interaction(app, tab.KEY, change, values)) for change in asked] for tab in TABS}


def _encoded(bodies: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(body).encode() for body in bodies]


def _changes(app: Dash) -> Changes:
    """Seeded selections as people make them: some quarters, perhaps a chain, perhaps categories."""
    draw = random.Random(SEED)
    with asking(app):
        offered = choices(current_view())
    quarters, found = offered["quarters"], []
    for _ in range(CHANGES):
        first = draw.randrange(len(quarters))
        change = {"quarters": quarters[first : first + draw.randint(1, 6)]}
        if draw.random() < 0.5:
            change["chains"] = _some(draw, offered["chains"], 2)
        if draw.random() < 0.3:
            change["categories"] = _some(draw, offered["categories"], 3)
        found.append(change)
    return found


def _some(draw: random.Random, of: list[str], most: int) -> list[str]:
    return draw.sample(of, min(draw.randint(1, most), len(of)))


def _of_a_tab(call: Caller, tab: Page, pages: list[list[bytes]], size: str) -> Iterator[Row]:
    times: dict[str, list[float]] = {"first time": [], "again": [], "nothing": []}
    for requests in pages:
        idle = [NOTHING] * len(requests)
        for kind, asked in (("first time", requests), ("again", requests), ("nothing", idle)):
            took, answers = call(asked)
            assert all(status in (200, 204) for status, _ in answers), answers
            times[kind].append(took)
    floor, number = median(times["nothing"]), len(pages[0])
    for kind in ("again", "first time"):
        what = f"{tab.TITLE}, {size}: all {number} requests of a filter change, {kind}"
        yield Row(what, median(times[kind]), "ms", floor, "as many empty callbacks", "≤ 1.5 ×")
