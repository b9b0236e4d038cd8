"""From files to a published version: seconds, against a bare scan of the same files."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import duckdb

from analytics.refresh import refresh
from benchmarks.table import Row
from data.demo import DemoSpec, build
from data.warehouse import Warehouse

DATASETS: Final = Path(__file__).parents[2] / "shared" / "datasets"
REAL: Final = ("complete-journey", "online-retail-2010")
RUNS: Final = 3


def rows(folder: Path) -> Iterator[Row]:
    """One a retailer; medians of refreshes and of scans. Leaves the demo's version in `folder`/demo."""
    for name, raw, mapping, runs in _inputs(folder):
        warehouse, took, scans = Warehouse(raw.parent / "warehouse"), [], []
        if mapping:
            warehouse = Warehouse(folder / name / "warehouse")
        for _ in range(runs):
            start = time.perf_counter()
            version, _report = refresh(raw, warehouse, mapping)
            took.append(time.perf_counter() - start)
            scans.append(_scan(raw))
        lines = version.manifest.rows["sales"]
        what = f"refresh of {name}, {lines:,} lines, models too"
        yield Row(what, median(took), "s", median(scans), "a scan of every column of its files")


def _inputs(folder: Path) -> Iterator[tuple[str, Path, str | None, int]]:
    yield "demo", build(folder / "demo" / "raw", DemoSpec()), None, RUNS
    yield "demo × 50", build(folder / "demo50" / "raw", DemoSpec.times(50)), None, 1
    yield from ((name, DATASETS / name, name, 1) for name in REAL if (DATASETS / name).is_dir())


def _scan(raw: Path) -> float:
    """Seconds to count the rows of every file, each column read: what no refresh can undercut."""
    start = time.perf_counter()
    with duckdb.connect() as con:
        for path in sorted(raw.iterdir()):
            if path.suffix == ".parquet":
                con.execute("SELECT count(COLUMNS(*)) FROM read_parquet(?)", [str(path)]).fetchall()
            elif ".csv" in path.suffixes:
                con.execute("SELECT count(COLUMNS(*)) FROM read_csv(?, all_varchar = true)", [str(path)]).fetchall()
    return time.perf_counter() - start
