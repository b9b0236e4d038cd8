"""Small stories as a Cube: through the committed SQL, the saved arrays and a published version, as the web reads it."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from analytics.cube import Cube
from data.arrays import save_arrays
from data.engines import run_marts
from data.measures import CELLS
from data.schema import TABLES
from data.version import ARRAYS, Contents
from data.warehouse import Warehouse
from tests.data.story import Story

EVERYTHING = {name: [column.name for column in table.columns] for name, table in TABLES.items()}


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
        measures = tuple(measure.name for measure in CELLS)
        return Contents("corner shop", "EUR", as_of, {}, EVERYTHING if supplied is None else supplied, measures)

    return Cube.open(Warehouse(folder / "warehouse").publish(build), fiscal_year_start)
