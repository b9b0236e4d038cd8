"""Builds the demo retailer aside, prints what everything costs beside its floor, and writes `docs/performance.md`."""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import action_list, browser, drill_down, interaction, load, loading, releases, what_if
from benchmarks.table import Row, machine, markdown
from data.warehouse import Warehouse

PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
MARK: Final = "<!-- made by `make bench` -->\n"


def measured(folder: Path) -> Iterator[Row]:
    """Every row, the quick ones of a visitor's day first."""
    loaded = list(loading.rows(folder))
    large = Warehouse(folder / "demo50" / "warehouse").current()
    assert large
    yield from interaction.rows(folder / "demo", "demo")
    yield from interaction.rows(folder / "demo50", "demo × 50")
    yield from load.rows(folder / "demo")
    yield from browser.rows(folder / "demo")
    yield from releases.rows(folder / "demo")
    yield from what_if.rows()
    yield from drill_down.rows(large)
    yield from loaded
    yield from action_list.rows()


def write(table: str) -> None:
    """Puts the table into the page, below its mark."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARK)
    _, _, after = rest.partition(MARK)
    PAGE.write_text(f"{before}{MARK}\n{machine()}\n\n{table}\n\n{MARK}{after}", encoding="utf-8")


if __name__ == "__main__":
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as aside:
        found = []
        for row in measured(Path(aside)):
            found.append(row)
            print(" | ".join(row.cells()), flush=True)
    if "--write" in sys.argv:
        write(markdown(found))
    print(f"{time.monotonic() - started:.0f} s")
