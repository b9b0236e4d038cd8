"""Growing retailers: each part of a refresh against a scan of the same files, then what their answers cost.

`make bench-large`. Each refresh runs in a process of its own, so that its peak memory is its own.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from analytics.refresh import refresh
from benchmarks import interaction, load
from benchmarks.growth import svg
from benchmarks.invented import invent
from benchmarks.loading import SCANS, scan
from benchmarks.table import PAGE, Row, markdown, write
from data.said import Said
from data.warehouse import Warehouse

SIZES: Final = (100_000, 1_000_000, 10_000_000)  # lines
PARTS: Final = {  # by the first word of the stage that begins them
    "files read and checked": ("Reading",),
    "marts": ("mart",),
    "arrays": ("arrays",),
    "models": ("demand", "discounts"),
    "files made durable": ("writing",),
}


class Size(NamedTuple):
    """What a refresh of so many lines took: seconds by part, a scan of its files [s], peak memory [MB]."""

    lines: int
    took: dict[str, float]
    scan: float
    peak: float


def measured(folder: Path, lines: int) -> Size:
    """A refresh of an invented retailer: two of three receipts name a customer, and there is no stock ledger."""
    raw = invent(folder / f"{lines}" / "raw", lines, known=True)
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        took, peak = alone.apply(_refreshed, (raw, folder / f"{lines}"))
    return Size(lines, took | {"all": sum(took.values())}, median(scan(raw) for _ in range(SCANS)), peak)


def rows(size: Size) -> Iterator[Row]:
    """One a part, and one of memory."""
    for part, seconds in size.took.items():
        yield Row(f"{size.lines:,} lines: {part}", seconds, "s", size.scan, "a scan of every column of its files")
    yield Row(f"{size.lines:,} lines: peak memory", size.peak, "MB", 0.0, "")


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
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def answers(folder: Path, lines: int) -> Iterator[Row]:
    """What a filter change costs on the version of a size, and the memory of the workers that answer."""
    where, size = folder / f"{lines}", f"{lines:,} lines"
    yield from interaction.rows(where, size)
    yield from load.memory(where, size)


def _milliseconds(rows: list[Row], kind: str) -> float:
    """Of one filter change of every tab. kind: the end of the rows' names, or "" for their floors."""
    return sum(row.cost if kind else row.floor for row in rows if row.what.endswith(kind or "again"))


def _plots(found: dict[int, tuple[Size, list[Row]]]) -> None:
    sizes = [size for size, _ in found.values()]
    curves = {part: [(size.lines, size.took[part]) for size in sizes] for part in sizes[0].took}
    curves["a scan of the files"] = [(size.lines, size.scan) for size in sizes]
    (PAGE.parent / "growth.svg").write_text(svg(curves, "s"), encoding="utf-8")
    kinds = {"first time": "first time", "again": "again", "as many empty callbacks": ""}
    curves = {
        name: [(lines, _milliseconds(rows, kind)) for lines, (_, rows) in found.items()] for name, kind in kinds.items()
    }
    (PAGE.parent / "answers.svg").write_text(svg(curves, "ms"), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as aside:
        found: dict[int, tuple[Size, list[Row]]] = {}
        for lines in tuple(map(int, sys.argv[1:])) or SIZES:
            size = measured(Path(aside), lines)
            found[lines] = size, []
            for row in rows(size):
                print(" | ".join(row.cells()), flush=True)
            for row in answers(Path(aside), lines):
                found[lines][1].append(row)
                print(" | ".join(row.cells()), flush=True)
    write(markdown(row for size, answered in found.values() for row in (*rows(size), *answered)), "bench-large")
    _plots(found)
