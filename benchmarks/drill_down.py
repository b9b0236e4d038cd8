"""The sales lines behind a number: a page of a hundred out of a million, in any order, from any place."""

from collections.abc import Iterator
from statistics import median
from typing import Final

from analytics.cube import Cube
from analytics.filters import Filters
from analytics.queries import SalesLines, View, sales_lines
from analytics.table import Ask, Condition
from benchmarks.table import Row, milliseconds
from data.version import Version

ROWS: Final = 100
FLOOR: Final = "SELECT * FROM marts.lines WHERE rowid >= ? AND rowid < ?"


def rows(version: Version) -> Iterator[Row]:
    """Pages of a published version from the start, the middle and the end, in the order of every column."""
    floor, against = _floor(version), f"{ROWS} rows by their place in the table"
    took = dict(_pages(View(Cube.open(version))))
    slowest = max(took, key=lambda name: took[name])
    what = f"a page of {ROWS} out of {version.manifest.rows['sales']:,} sales lines"
    yield Row(f"{what}, median of {len(took)} orders", median(took.values()), "ms", floor, against)
    yield Row(f"{what}, slowest: {slowest}", took[slowest], "ms", floor, against)


def _pages(view: View) -> Iterator[tuple[str, float]]:
    whole, part = sales_lines(view, Filters()), sales_lines(view, _some(view))
    for field in whole.fields:
        if not field.hidden:
            yield field.name, _took(whole, Ask(sort=((field.name, True),)))
    for name in ("sold_at", "transaction_id", "customer_name", "net_amount"):
        yield f"{name}, filtered", _took(part, Ask(sort=((name, False),)))
    yield "store, then net sales", _took(whole, Ask(sort=(("store_name", False), ("net_amount", True))))
    conditions = (Condition("product_name", "contains", "a"), Condition("net_amount", "at least", 5.0))
    yield "net sales, two conditions", _took(whole, Ask(sort=(("net_amount", True),), where=conditions))
    receipt = (Condition("transaction_id", "contains", "7"),)
    yield "net sales, receipt has 7", _took(whole, Ask(sort=(("net_amount", True),), where=receipt))


def _some(view: View) -> Filters:
    """A year, two of three stores and every other category."""
    cube = view.cube
    stores = [str(store) for i, store in enumerate(cube.store_ids) if i % 3]
    return Filters(tuple(cube.calendar.quarter_list()[:4]), None, tuple(stores), tuple(map(str, cube.categories[::2])))


def _took(table: SalesLines, ask: Ask) -> float:
    """Milliseconds of the slowest of three places."""
    count = table.page(Ask(stop=0, where=ask.where))["count"]
    starts = (0, count // 2, max(count - ROWS, 0))
    pages = [Ask(start, start + ROWS, ask.sort, ask.where) for start in starts]
    return max(milliseconds(lambda page=page: table.page(page)) for page in pages)  # type: ignore[misc]


def _floor(version: Version) -> float:
    middle = version.manifest.rows["sales"] // 2
    con = version.connect()
    took = milliseconds(lambda: con.execute(FLOOR, [middle, middle + ROWS]).fetchall())
    con.close()
    return took
