"""From files to a published version: seconds, against a bare scan of the same files."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import duckdb

from analytics.refresh import refresh
from benchmarks.invented import invent
from benchmarks.table import Row
from data.demo import DemoSpec, build
from data.warehouse import Warehouse

DATASETS: Final = Path(__file__).parents[2] / "shared" / "datasets"
REAL: Final = "complete-journey"
LARGE: Final = 1_000_000  # lines
SCANS: Final = 3
SCANNED: Final = "a scan of every value of its files"
READ: Final = {
    ".parquet": "SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet(?)",
    ".csv": "SELECT bit_xor(hash(COLUMNS(*))) FROM read_csv(?, all_varchar = true)",
}


def rows(folder: Path) -> Iterator[Row]:
    """One a retailer. Leaves the versions of the demo and of the large one in `folder`/demo and `folder`/large."""
    yield _row(build(folder / "demo", DemoSpec()), folder / "demo", "the demo, all models")
    yield _row(invent(folder / "large" / "raw", LARGE), folder / "large", "a retailer without stock and customers")
    if (DATASETS / REAL).is_dir():
        yield _row(DATASETS / REAL, folder / REAL, REAL, REAL)


def _row(raw: Path, where: Path, name: str, mapping: str | None = None) -> Row:
    start = time.perf_counter()
    version, _report = refresh(raw, Warehouse(where / "warehouse"), mapping)
    took, floor = time.perf_counter() - start, median(scan(raw) for _ in range(SCANS))
    what = f"refresh: {name}, {version.manifest.rows['sales']:,} lines"
    return Row(what, took, "s", floor, SCANNED)


def scan(raw: Path) -> float:
    """Seconds to read every value of every file: what no refresh can undercut.

    Hashed, as a count of values is answered by the head of a Parquet file and reads none.
    """
    start = time.perf_counter()
    with duckdb.connect() as con:
        for path in sorted(raw.iterdir()):
            for suffix, reading in READ.items():
                if suffix in path.suffixes:
                    con.execute(reading, [str(path)]).fetchall()
    return time.perf_counter() - start
