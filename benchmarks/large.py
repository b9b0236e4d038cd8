"""Growing retailers: each part of a refresh against a scan of the same files, then what their answers cost.

`make bench-large`, a quarter of an hour; `make bench-large SIZES=100000000` for that size alone. Each refresh runs in a
process of its own, so that its peak memory is its own.
"""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import duckdb
import numpy as np

from analytics import spend_fit
from analytics.models.spend_panel import panel
from analytics.published import facts
from analytics.refresh import refresh
from benchmarks import action_list, interaction, load, shelves, what_if
from benchmarks.growth import svg
from benchmarks.invented import invent
from benchmarks.loading import SCANNED, SCANS, scan
from benchmarks.table import PAGE, Row, markdown, peak_memory, printed, write
from data.ingest.earlier import MONTH_OF
from data.said import Said
from data.warehouse import Warehouse

SIZES: Final = (100_000, 1_000_000, 10_000_000)  # lines
COUNTED: Final = SIZES[-1]  # lines of the retailer with a stock ledger, which has 36 million cells
STORES: Final = 1_000  # × 5,000 products: items to be planned for
LAST_MONTH: Final = date(2023, 12, 1)
PARTS: Final = {  # by the first word of the stage that begins them
    "files read and checked": ("Reading",),
    "marts": ("mart",),
    "arrays": ("arrays",),
    "models": ("demand", "discounts"),
    "files made durable": ("writing",),
}


class Size(NamedTuple):
    """What a refresh took: seconds by part, a scan of its files [s], peak memory [MB]. name: of its size in words.

    features: seconds of one table of what is known of each customer, of which the models of spend make some dozens.
    month: seconds of a second one, which adds the last month to those before; None where it was not tried.
    """

    lines: int
    name: str
    took: dict[str, float]
    scan: float
    peak: float
    features: float
    month: float | None


def measured(folder: Path, lines: int, counted: bool = False) -> Size:
    """A refresh of an invented retailer: two of three receipts name a customer. counted: whether its stock is."""
    raw = invent(folder / "raw", lines, known=True, counted=counted)
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        took, peak = alone.apply(_refreshed, (raw, folder))
        features = alone.apply(_features, (folder,))
        month = None if counted else alone.apply(_added, (raw, folder))
    name = f"{lines:,} lines" + (", stock counted" if counted else "")
    floor = median(scan(raw) for _ in range(SCANS))
    return Size(lines, name, took | {"all": sum(took.values())}, floor, peak, features, month)


def rows(size: Size) -> Iterator[Row]:
    """One a part, and those of customers' features, a month added and memory."""
    for part, seconds in size.took.items():
        yield Row(f"{size.name}: {part}", seconds, "s", size.scan, SCANNED)
    yield Row(f"{size.name}: features of all customers", size.features, "s", size.scan, SCANNED, "≤ 12 ×")
    if size.month is not None:
        yield Row(f"{size.name}: the last month added", size.month, "s", size.took["all"], "all of it", "≤ 0.033 ×")
    yield Row(f"{size.name}: peak memory", size.peak, "MB", 0.0, "")


def _refreshed(raw: Path, where: Path) -> tuple[dict[str, float], float]:
    """Seconds of each part, and peak memory [MB]."""
    begun: list[tuple[float, str]] = []

    def progress(stage: Said) -> None:
        word = stage["text"].partition(" ")[0]
        part = next((name for name, words in PARTS.items() if word in words), begun[-1][1] if begun else "")
        begun.append((time.perf_counter(), part))

    refresh(raw, Warehouse(where / "warehouse"), progress=progress)
    begun.append((time.perf_counter(), ""))
    took = dict.fromkeys(PARTS, 0.0)
    for (start, part), (end, _part) in zip(begun, begun[1:], strict=False):
        took[part] += end - start
    return took, peak_memory()


def _features(where: Path) -> float:
    """Seconds from the arrays of the version to one row a customer, the median of some."""
    version = Warehouse(where / "warehouse").current()
    assert version
    array, took = facts(version.path), []
    for _ in range(SCANS):
        start = time.perf_counter()
        known = np.asarray(array("orders.customer_idx")) >= 0
        purchases = spend_fit.purchases_of(array, known, version.manifest.as_of)
        panel(purchases, spend_fit.shops_of(array), purchases.last)
        took.append(time.perf_counter() - start)
    return median(took)


def _added(raw: Path, where: Path) -> float:
    """Seconds to add the last month, whose facts alone are in the files."""
    month = where / "month"
    month.mkdir()
    with duckdb.connect() as con:
        for name, moment in MONTH_OF.items():
            if (file := raw / f"{name}.parquet").exists():
                con.execute(f"COPY (FROM '{file}' WHERE {moment} >= DATE '{LAST_MONTH}') TO '{month / file.name}'")
    start = time.perf_counter()
    refresh(month, Warehouse(where / "warehouse"), since=LAST_MONTH)
    return time.perf_counter() - start


def answers(folder: Path, size: Size) -> Iterator[Row]:
    """What a filter change costs on the version of a size, and the memory of the workers that answer."""
    yield from interaction.rows(folder, size.name)
    yield from load.memory(folder, size.name)


def _milliseconds(rows: list[Row], kind: str) -> float:
    """Of one filter change of every tab. kind: the end of the rows' names, or "" for their floors."""
    return sum(row.cost if kind else row.floor for row in rows if row.what.endswith(kind or "again"))


def _plots(found: list[tuple[Size, list[Row]]]) -> None:
    sizes = [size for size, _ in found]
    curves = {part: [(size.lines, size.took[part]) for size in sizes] for part in sizes[0].took}
    curves["a scan of the files"] = [(size.lines, size.scan) for size in sizes]
    (PAGE.parent / "growth.svg").write_text(svg(curves, "s"), encoding="utf-8")
    kinds = {"first time": "first time", "again": "again", "as many empty callbacks": ""}
    curves = {name: [(size.lines, _milliseconds(rows, kind)) for size, rows in found] for name, kind in kinds.items()}
    (PAGE.parent / "answers.svg").write_text(svg(curves, "ms"), encoding="utf-8")


def _all_of(lines: int, counted: bool = False) -> tuple[Size, list[Row]]:
    """A size with its rows, each printed as it comes."""
    with tempfile.TemporaryDirectory() as aside:
        size = measured(Path(aside), lines, counted)
        return size, printed(chain(rows(size), answers(Path(aside), size)))


def _usual() -> None:
    found = [_all_of(lines) for lines in SIZES]
    _counted, rest = _all_of(COUNTED, counted=True)
    items = chain(what_if.rows(STORES), action_list.rows(STORES))
    every = chain(chain.from_iterable(rows for _, rows in found), rest, shelves.rows(shelves.SHELVES), items)
    write(markdown(every), "bench-large")
    _plots(found)


if __name__ == "__main__":
    if asked := sys.argv[1:]:
        write(markdown(chain.from_iterable(_all_of(int(lines))[1] for lines in asked)), f"bench-large SIZES={asked[0]}")
    else:
        _usual()
