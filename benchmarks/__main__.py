"""Builds the demo retailer aside, prints what everything costs beside its floor, and writes `docs/performance.md`."""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import action_list, browser, drill_down, interaction, load, loading, releases, what_if
from benchmarks.table import Row, markdown, printed, write
from data.warehouse import Warehouse

STORES: Final = 200  # × 5,000 products: a million items


def measured(folder: Path) -> Iterator[Row]:
    """Every row, the quick ones of a visitor's day first."""
    loaded = list(loading.rows(folder))
    large = Warehouse(folder / "large" / "warehouse").current()
    assert large
    yield from interaction.rows(folder / "demo", "demo")
    yield from interaction.rows(folder / "large", "a million lines")
    yield from load.rows(folder / "demo")
    yield from browser.rows(folder / "demo")
    yield from releases.rows(folder / "demo")
    yield from what_if.rows(STORES)
    yield from drill_down.rows(large)
    yield from loaded
    yield from action_list.rows(STORES)


if __name__ == "__main__":
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as aside:
        found = printed(measured(Path(aside)))
    if "--write" in sys.argv:
        write(markdown(found), "bench")
    print(f"{time.monotonic() - started:.0f} s")
