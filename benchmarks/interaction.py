"""A filter change: server time of all callbacks of a tab, against callbacks that do nothing."""

import random
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

from dash import Dash, Input, Output
from flask.testing import FlaskClient

from analytics.queries import choices
from dashapp.access import current_view
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from dashapp.tabs import TABS, Page
from dashapp.wiring import FILTERS
from tests.dashapp.conftest import body
from tests.dashapp.interactions import interaction
from tests.dashapp.test_callbacks import initial
from tests.dashapp.visitors import asking, visitor

Changes = list[dict[str, list[str]]]
CHANGES: Final = 40
SEED: Final = 1
NOTHING: Final = "nothing.children"
HEAD: Final = (
    f"{'filter change':<12} {'callbacks':>9} {'nothing':>9} {'warm':>9} {'cold':>9} {'warm÷':>7} {'cold÷':>7} {'kB':>7}"
)


def report(folder: Path) -> str:
    """One line a tab. Milliseconds of server time, medians of forty filter changes; cold: not asked for before."""
    settings = Settings(data_dir=folder / "demo", currency="EUR")
    app = create_app(settings)
    app.callback(Output("nothing", "children"), Input(FILTERS, "data"))(lambda _: "")
    warm_up(app)
    with visitor(app) as client:
        values = dict(initial(app, client))
        asked = changes(app)
        lines = [_line(app, client, tab, values, asked) for tab in TABS]
    return "\n".join([HEAD, *lines, ""])


def changes(app: Dash) -> Changes:
    """Seeded selections as people make them: some quarters, perhaps a chain, perhaps categories."""
    draw = random.Random(SEED)
    with asking(app):
        offered = choices(current_view())
    quarters, found = offered["quarters"], []
    for _ in range(CHANGES):
        first = draw.randrange(len(quarters))
        change = {"quarters": quarters[first : first + draw.randint(1, 6)]}
        if draw.random() < 0.5:
            change["chains"] = draw.sample(offered["chains"], draw.randint(1, 2))
        if draw.random() < 0.3:
            change["categories"] = draw.sample(offered["categories"], draw.randint(1, 3))
        found.append(change)
    return found


def _line(app: Dash, client: FlaskClient, tab: Page, values: dict[str, Any], asked: Changes) -> str:
    times: dict[str, list[float]] = {"nothing": [], "warm": [], "cold": []}
    size: list[int] = []
    for change in asked:
        bodies = interaction(app, tab.KEY, change, values)
        idle = [body(app, NOTHING, {})] * len(bodies)
        for kind, requests in (("cold", bodies), ("warm", bodies), ("nothing", idle)):
            took, sent = _fire(client, requests)
            times[kind].append(1000 * took)
            size += [sent] if kind == "warm" else []
    floor, warm, cold = (median(times[kind]) for kind in ("nothing", "warm", "cold"))
    return (
        f"{tab.TITLE:<12} {len(bodies):>9} {floor:>9.2f} {warm:>9.2f} {cold:>9.2f} "
        f"{warm / floor:>6.1f}× {cold / floor:>6.1f}× {median(size) / 1000:>7.1f}"
    )


def _fire(client: FlaskClient, bodies: list[dict[str, Any]]) -> tuple[float, int]:
    """Seconds of all requests, one after the other, and the bytes of their answers."""
    sent = 0
    start = time.perf_counter()
    for json in bodies:
        sent += len(client.post("/_dash-update-component", json=json).data)
    return time.perf_counter() - start, sent
