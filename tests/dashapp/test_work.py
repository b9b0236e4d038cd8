"""What an interaction costs, counted and not timed: it must not creep up, nor grow with the lines that were sold."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dash import Dash

from analytics.baskets import Baskets
from analytics.cube import Cube
from analytics.refresh import refresh
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from dashapp.tabs import TABS
from data.demo import build
from data.version import Version
from data.warehouse import Warehouse
from tests.dashapp.conftest import SMALL
from tests.dashapp.interactions import interaction
from tests.dashapp.test_callbacks import initial
from tests.dashapp.visitors import visitor

CHANGE = {"quarters": ["2022Q3", "2022Q4"], "chains": ["Alderway"]}


@dataclass(frozen=True)
class Work:
    """Of one change of the filters on a tab: requests, sums over the cube, numbers added up, rows of baskets or
    orders that were looked through, queries, bytes sent.

    A model's answer is looked up without a sum.
    """

    requests: int
    sums: int
    numbers: int
    baskets: int
    queries: int
    sent: int


# At most this, a first page of each grid included. Who needs more changes the line, and says why. What customers spent
# in a selection is found in their orders: that alone grows with the lines.
BUDGET = {
    "stores": Work(11, 121, 14_352, 0, 0, 27_000),
    "products": Work(7, 124, 13_992, 0, 0, 26_000),
    "actions": Work(3, 0, 0, 0, 0, 33_000),
    "customers": Work(25, 4, 600, 3_350, 0, 92_000),
    "forecasts": Work(13, 3, 1_800, 0, 0, 33_000),
    "data": Work(8, 0, 0, 0, 0, 13_500),
}


@pytest.fixture(scope="module", params=[1, 4], ids=["1,500 lines", "6,000 lines"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same stores, products and months, with so many times the lines."""
    folder = tmp_path_factory.mktemp("sized")
    raw = build(folder / "demo", replace(SMALL, target_lines=request.param * SMALL.target_lines))
    refresh(raw, Warehouse(folder / "warehouse"))
    return folder


@pytest.fixture
def sized(folder: Path) -> Dash:
    """An app that remembers no answer yet, of another tab neither."""
    return warm_up(create_app(Settings(data_dir=folder)))


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Counts sums of the cube, the numbers that they add up, rows of baskets, and connections to the database."""
    found = {"sums": 0, "numbers": 0, "baskets": 0, "queries": 0}
    sum_, rows, connect = Cube._sum, Baskets.rows, Version.connect

    def summed(cube: Cube, column: str, selection: Any, by: Any, months: Any) -> Any:
        found["sums"] += 1
        products = len(cube.category_of) if "product" in by else len(np.atleast_1d(selection.categories))
        found["numbers"] += len(selection.stores) * products * len(months)
        return sum_(cube, column, selection, by, months)

    def looked_through(baskets: Baskets, *args: Any) -> Any:
        looked = rows(baskets, *args)
        found["baskets"] += len(looked)
        return looked

    def connected(version: Version, *args: Any) -> Any:
        found["queries"] += 1
        return connect(version, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Cube, "_sum", summed)
        patched.setattr(Baskets, "rows", looked_through)
        patched.setattr(Version, "connect", connected)
        yield found


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.KEY)
def test_a_change_of_the_filters_stays_within_its_budget(
    sized: Dash, tab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with visitor(sized) as client:
        bodies = interaction(sized, tab.KEY, CHANGE, dict(initial(sized, client)))
        with counted(monkeypatch) as found:
            answers = [client.post("/_dash-update-component", json=json) for json in bodies]
    assert {answer.status_code for answer in answers} <= {200, 204}
    work = Work(len(bodies), **found, sent=sum(len(answer.data) for answer in answers))
    most = BUDGET[tab.KEY]
    over = [name for name in Work.__dataclass_fields__ if getattr(work, name) > getattr(most, name)]
    assert not over, (over, work, most)
