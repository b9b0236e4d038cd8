"""A tiny version whose array and database hold one number."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

from data.warehouse import Contents, Version, Warehouse


def contents(number: int = 1) -> Contents:
    return Contents("corner shop", "EUR", "2023-12-31", {"sales": number}, {"sales": ["quantity"]}, ("units_sold",))


def build(number: int) -> Callable[[Path], Contents]:
    """A version whose array and database both hold `number`."""

    def fill(path: Path) -> Contents:
        (path / "arrays").mkdir()
        np.save(path / "arrays" / "by_store.npy", np.full(3, number))
        with duckdb.connect(path / "warehouse.duckdb") as con:
            con.execute("CREATE TABLE numbers AS SELECT ?::INT AS n", [number])
        return contents(number)

    return fill


def number_in(version: Version) -> int:
    with version.connect() as cursor:
        row = cursor.execute("SELECT n FROM numbers").fetchone()
    assert row is not None
    return int(row[0])


def versions(warehouse: Warehouse) -> list[str]:
    return sorted(os.listdir(warehouse.root / "versions"))
