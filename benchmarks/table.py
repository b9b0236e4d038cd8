"""What every benchmark prints: a cost beside its floor, measured in the same run, and their ratio."""

import os
import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

import duckdb
import numpy as np

PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
RUNS: Final = 9
HEAD: Final = ("what", "cost", "floor", "the floor is", "ratio", "goal")


@dataclass(frozen=True, slots=True)
class Row:
    """One cost. Medians, of cost and floor alike, in `unit`; goal: such as "≤ 1.5 ×", or "" where none is set."""

    what: str
    cost: float
    unit: str
    floor: float
    against: str
    goal: str = ""

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        ratio = f"{_number(self.cost / self.floor)} ×" if self.floor else "–"
        floor = f"{_number(self.floor)} {self.unit}" if self.floor else "–"
        return self.what, f"{_number(self.cost)} {self.unit}", floor, self.against, ratio, self.goal


def milliseconds(work: Callable[[], object]) -> float:
    """The median of nine runs, after one that warms up."""
    took = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return median(took[1:])


def seconds(work: Callable[[], object]) -> float:
    """Of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_memory() -> float:
    """MB that this process held at most. Not `ru_maxrss`, which begins with what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1.024e-3 * int(status.partition("VmHWM:")[2].split()[0])


def printed(rows: Iterable[Row]) -> list[Row]:
    """All rows, each printed as it comes."""
    found = []
    for row in rows:
        found.append(row)
        print(" | ".join(row.cells()), flush=True)
    return found


def markdown(rows: Iterable[Row]) -> str:
    """A table for people and for `docs/performance.md`."""
    lines = [HEAD, *(row.cells() for row in rows)]
    width = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    padded = [" | ".join(cell.ljust(size) for cell, size in zip(line, width, strict=True)) for line in lines]
    rule = " | ".join("-" * size for size in width)
    return "\n".join(f"| {line} |" for line in [padded[0], rule, *padded[1:]])


def machine() -> str:
    """Where and when this was measured."""
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, DuckDB {duckdb.__version__}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {cores} cores, {memory:.0f} GB, {versions}"


def write(text: str, made_by: str) -> None:
    """Puts what was measured into the page, between the marks of who made it."""
    mark = f"<!-- made by `make {made_by}` -->\n"
    before, _, after = PAGE.read_text(encoding="utf-8").split(mark)
    PAGE.write_text(f"{before}{mark}\n{machine()}\n\n{text}\n\n{mark}{after}", encoding="utf-8")


def _number(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
