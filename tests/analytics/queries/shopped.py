"""A small retailer with customers, loaded from files that a test may change."""

from pathlib import Path

import pandas as pd

from analytics.cube import Cube
from analytics.queries import View
from analytics.refresh import refresh
from data.demo import DemoSpec
from data.warehouse import Warehouse

SPEC = DemoSpec(stores=4, chains=2, products=20, customers=300, months=30, target_lines=5_000, seed=3)
Tables = dict[str, pd.DataFrame]


def loaded(tables: Tables, folder: Path) -> View:
    """A view of these tables, written and loaded in a folder of its own."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for name, table in tables.items():
        table.to_csv(raw / f"{name}.csv", index=False)
    return View(Cube.open(refresh(raw, Warehouse(folder / "warehouse"))[0]))
