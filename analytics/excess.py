"""Stock that is not needed, by chain × product, for every run of months and the days of stock that a reader may choose.

Made once, in the refresh. Requests read arrays mapped into memory: `excess.<name>.npy` beside those of the facts.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from analytics.arrays import Column, Ints, runs_of
from analytics.calendar import Calendar
from analytics.estimates import by_shelf, shelves_of
from analytics.models.excess_stock import RunSums, Stock, by_run
from analytics.models.ledger import Assortment
from analytics.models.shelf_sums import Grid
from analytics.published import ArrayOf, Published, facts
from data.runs import number_of
from data.said import Progress, Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "excess", say("No excess stock: these data were loaded by an earlier release. Load them again.")
)
NO_STOCK: Final = say("No excess stock: the files have no inventory table.")
TARGETS: Final = (30, 60, 90, 180)  # days of stock to hold


@dataclass(frozen=True, slots=True)
class ExcessSums:
    """Sums [currency] by chain × product. months: in all."""

    sums: RunSums
    months: int

    @classmethod
    def of(cls, version: Version) -> "ExcessSums | Said":
        """That of a version, or why it has none."""
        taken = PUBLISHED.take(version)
        if not isinstance(taken, tuple):
            return taken
        array, found = taken
        return cls(RunSums(*map(array, RunSums._fields)), found["months"])

    def looked_up(self, months: Ints, target: int) -> tuple[Column, Column, Column] | None:
        """Overstock, dead and all stock at the end of some months, (chains × products,).

        None where it must be counted: with a gap between the months, or for another target.
        """
        runs = runs_of(months)
        if len(runs) != 1 or target not in TARGETS:
            return None
        run = number_of(*runs[0], self.months)
        return self.sums.over[TARGETS.index(target), run], self.sums.dead[run], self.sums.stock[runs[0][1]]


def fit(path: Path, as_of: str, progress: Progress) -> None:
    """Judges the stock of a version that is being built in `path`. as_of: last day with data."""
    progress(say("stock that is not needed"))
    array = facts(path)
    if not (array("cells.ledger_rows") > 0).any():
        PUBLISHED.lay(path, {}, {}, NO_STOCK)
        return
    shelves, stock = _stock(array)
    grid = Grid.by_product(shelves, np.asarray(array("stores.chain_idx"), dtype=np.int64))
    days = Calendar.of(array("months").astype("datetime64[M]"), as_of=as_of).days
    found = by_run(stock, grid, days, TARGETS)
    PUBLISHED.lay(path, found._asdict(), {"months": len(days)})


def _stock(array: ArrayOf) -> tuple[Assortment, Stock]:
    shelves, shelf = shelves_of(array)
    columns = ("closing_units", "closing_cost_cents", "units_sold", "sold_lines")
    left, cost, sold, lines = (by_shelf(array, name, shelf, np.float32) for name in columns)
    cost /= 100
    return shelves, Stock(left, cost, sold, lines)
