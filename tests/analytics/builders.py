"""Small stories as a Cube: through the committed SQL, the saved arrays and a published version, as the web reads it."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from analytics.cube import AXES, Cube
from analytics.filters import Filters
from data.arrays import save_arrays
from data.engines import run_marts
from data.measures import ROLLED_UP
from data.schema import TABLES
from data.version import ARRAYS, DATABASE, Contents
from data.warehouse import Warehouse
from tests.data.story import Story

ALL = Filters()
EVERYTHING = {name: [column.name for column in table.columns] for name, table in TABLES.items()}

EXCLUSIVE = ({"store", "chain"}, {"month", "quarter"}, {"product", "store"}, {"product", "category"})
# Every grouping that totals may be asked for.
AXIS_SETS = [
    by
    for size in range(4)
    for by in itertools.combinations(AXES, size)
    if not any(pair <= set(by) for pair in EXCLUSIVE)
]


def small_retailer() -> Story:
    """Corner and Kiosk of chain Alpha, Flagship of Beta; milk, butter, bread, soap; Ann, Bob and Cleo.

    Everything sells at 2.00. A unit costs 0.60 (milk), 1.00 (butter), 1.25 (bread) or nobody knows what (soap).
    """
    story = Story(duckdb.connect())
    story.con.execute("INSERT INTO staging.stores VALUES ('K', 'Kiosk', 'Alpha', 'There', 'North', NULL)")
    story.con.execute("INSERT INTO staging.products VALUES ('butter', 'Butter', 'Dairy', 2.0, 1.0, 7.0)")
    story.con.execute("INSERT INTO staging.customers VALUES ('cleo', 'Cleo', 'Basic', NULL, NULL)")
    return story


def cube_of(
    story: Story,
    folder: Path,
    as_of: str = "2023-12-31",
    fiscal_year_start: int = 1,
    supplied: Mapping[str, list[str]] | None = None,
) -> Cube:
    """The story as the web sees it. Publishes it in `folder`; the story can be told once only."""

    def build(path: Path) -> Contents:
        run_marts(story.con, lambda _: None)
        save_arrays(story.con, path / ARRAYS, lambda _: None)
        story.con.execute(f"ATTACH '{path / DATABASE}' AS saved; COPY FROM DATABASE memory TO saved; DETACH saved")
        measures = tuple(measure.name for measure in ROLLED_UP)
        return Contents("corner shop", "EUR", as_of, {}, EVERYTHING if supplied is None else supplied, measures)

    return Cube.open(Warehouse(folder / "warehouse").publish(build), fiscal_year_start)


def of(cube: Cube, measure: str, filters: Filters = ALL, by: tuple[str, ...] = (), months_back: int = 0) -> Any:
    """The values of one measure as nested lists."""
    return cube.totals(filters, by, months_back)[measure].tolist()


def half_year(folder: Path) -> Cube:
    """January to June 2023, every unit at 2.00: Corner 8 units, Kiosk 2, Flagship 6 of which one comes back.

    Nothing is sold in March and May, and in June there is only the return.
    """
    story = small_retailer()
    story.sell("1", "2023-01-10", "C", "milk", 3, customer="ann")
    story.sell("1", "2023-01-10", "C", "bread", 1, customer="ann")
    story.sell("2", "2023-02-11", "K", "milk", 2, discount=100)
    story.sell("3", "2023-02-12", "F", "soap", 5, customer="bob")
    story.sell("4", "2023-04-01", "C", "butter", 4, customer="ann")
    story.sell("5", "2023-04-02", "F", "milk", 1, customer="bob")
    story.sell("6", "2023-06-15", "F", "milk", -1, customer="bob")
    return cube_of(story, folder, as_of="2023-06-15")


def shelf(folder: Path) -> Cube:
    """Milk at the Corner from January to September 2023: 10 units, then 6 8 0, 4 4 4, 1 1 6 at the month ends.

    The Kiosk holds 2 units of milk all the time. A unit costs 0.60.
    """
    story = small_retailer()
    opening = 10
    for month, closing in enumerate([6, 8, 0, 4, 4, 4, 1, 1, 6], start=1):
        story.count(f"2023-{month:02}", "C", "milk", opening, closing)
        story.count(f"2023-{month:02}", "K", "milk", 2, 2)
        opening = closing
    return cube_of(story, folder)


def regulars(folder: Path) -> Cube:
    """One milk at 2.00 an order. Quarter 1: Ann twice, Bob, a guest. Quarter 2: Bob, Cleo at two stores.

    In June Ann only brings a milk back.
    """
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 1, customer="ann")
    story.sell("2", "2023-02-05", "C", "milk", 1, customer="ann")
    story.sell("3", "2023-03-05", "C", "milk", 1, customer="bob")
    story.sell("4", "2023-03-06", "C", "milk", 1)
    story.sell("5", "2023-04-05", "C", "milk", 1, customer="bob")
    story.sell("6", "2023-05-05", "C", "milk", 1, customer="cleo")
    story.sell("7", "2023-05-06", "F", "milk", 1, customer="cleo")
    story.sell("8", "2023-06-01", "C", "milk", -1, customer="ann")
    return cube_of(story, folder)
