"""From files to a published version: seconds, against a bare scan of the same files."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import duckdb

from analytics.refresh import refresh
from data.demo import DemoSpec, build
from data.warehouse import Warehouse

DATASETS: Final = Path(__file__).parents[2] / "shared" / "datasets"
REAL: Final = ("complete-journey", "online-retail-2010")
RUNS: Final = 3
HEAD: Final = f"{'refresh':<22} {'sales lines':>12} {'seconds':>8} {'scan':>8} {'ratio':>7}"


def report(folder: Path) -> str:
    """One line for each retailer: the median of three refreshes and of three scans."""
    return "\n".join([HEAD, *(_line(name, raw, mapping, folder) for name, raw, mapping in _inputs(folder)), ""])


def _inputs(folder: Path) -> Iterator[tuple[str, Path, str | None]]:
    yield "demo", build(folder / "demo", DemoSpec()), None
    yield "demo × 10", build(folder / "demo10", DemoSpec.times(10)), None
    yield from ((name, DATASETS / name, name) for name in REAL if (DATASETS / name).is_dir())


def _line(name: str, raw: Path, mapping: str | None, folder: Path) -> str:
    warehouse = Warehouse(folder / name.replace(" × ", "-") / "warehouse")
    took, scans = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        version, _report = refresh(raw, warehouse, mapping)
        took.append(time.perf_counter() - start)
        scans.append(_scan(raw))
    lines = version.manifest.rows["sales"]
    ratio = median(took) / median(scans)
    return f"{name:<22} {lines:>12,} {median(took):>8.2f} {median(scans):>8.3f} {ratio:>6.0f}×"


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
