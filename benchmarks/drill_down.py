"""The sales lines behind a number: a page of a hundred out of a million, in any order, from any place."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

from analytics.cube import Cube
from analytics.filters import Filters
from analytics.queries import SalesLines, View, sales_lines
from analytics.refresh import refresh
from analytics.table import Ask, Condition
from data.demo import DemoSpec, build
from data.warehouse import Version, Warehouse

SIZE: Final = 50  # times the demo: a million lines
ROWS: Final = 100
RUNS: Final = 9
FLOOR: Final = "SELECT * FROM marts.lines WHERE rowid >= ? AND rowid < ?"
HEAD: Final = f"{'sorted by':<26} {'lines':>10} {'first':>7} {'middle':>7} {'last':>7} {'worst÷':>7}"


def report(folder: Path) -> str:
    """Milliseconds for a page, medians of nine; the floor is a hundred rows by their place in the table."""
    version, _ = refresh(build(folder / "demo50", DemoSpec.times(SIZE)), Warehouse(folder / "demo50" / "warehouse"))
    return "\n".join(lines(version))


def lines(version: Version) -> Iterator[str]:
    """The report on a published version, line by line."""
    view = View(Cube.open(version))
    floor = _floor(version)
    yield HEAD
    yield f"{'(not sorted: the floor)':<26} {version.manifest.rows['sales']:>10,} {floor:>7.1f}"
    whole, part = sales_lines(view, Filters()), sales_lines(view, _some(view))
    for field in whole.fields:
        if not field.hidden:
            yield _line(field.name, whole, Ask(sort=((field.name, True),)), floor)
    for name in ("sold_at", "transaction_id", "customer_name", "net_amount"):
        yield _line(f"{name}, filtered", part, Ask(sort=((name, False),)), floor)
    yield _line("store, then net sales", whole, Ask(sort=(("store_name", False), ("net_amount", True))), floor)
    milk = (Condition("product_name", "contains", "a"), Condition("net_amount", "at least", 5.0))
    yield _line("net sales, two conditions", whole, Ask(sort=(("net_amount", True),), where=milk), floor)
    receipt = (Condition("transaction_id", "contains", "7"),)
    yield _line("net sales, receipt has 7", whole, Ask(sort=(("net_amount", True),), where=receipt), floor)
    yield _export(whole)


def _some(view: View) -> Filters:
    """A year, two of three stores and every other category."""
    cube = view.cube
    stores = [str(store) for i, store in enumerate(cube.store_ids) if i % 3]
    return Filters(tuple(cube.calendar.quarter_list()[:4]), None, tuple(stores), tuple(map(str, cube.categories[::2])))


def _line(name: str, table: SalesLines, ask: Ask, floor: float) -> str:
    count = table.page(Ask(stop=0, where=ask.where))["count"]
    took = []
    for start in (0, count // 2, max(count - ROWS, 0)):
        page = Ask(start, start + ROWS, ask.sort, ask.where)
        took.append(_median(lambda page=page: table.page(page)))  # type: ignore[misc]
    return f"{name:<26} {count:>10,} {' '.join(f'{t:>7.1f}' for t in took)} {max(took) / floor:>6.1f}×"


def _floor(version: Version) -> float:
    middle = version.manifest.rows["sales"] // 2
    con = version.connect()
    took = _median(lambda: con.execute(FLOOR, [middle, middle + ROWS]).fetchall())
    con.close()
    return took


def _export(table: SalesLines) -> str:
    start = time.perf_counter()
    count = sum(len(chunk) for chunk in table.chunks(Ask(sort=(("net_amount", True),))))
    return f"{'all of them, for a file':<26} {count:>10,} {time.perf_counter() - start:>7.1f} seconds\n"


def _median(work: Callable[[], object]) -> float:
    """Milliseconds, after one run that warms up."""
    took = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return median(took[1:])
