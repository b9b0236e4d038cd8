"""Stock and sales of shelves in the order of a lot: the first ones that a selection holds are drawn from all of it.

Laid by the refresh as arrays `panel.<name>.npy` beside those of the facts.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from analytics.arrays import Column, Ints, Mask
from analytics.estimates import by_shelf, shelves_of
from analytics.published import Published, facts
from data.arrays import narrow
from data.said import Progress, Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "panel", say("No correlation: these data were loaded by an earlier release. Load them again.")
)
NO_STOCK: Final = say("No correlation: the files have no inventory table.")
WIDER: Final = 4  # times as many shelves are looked through, as long as there were too few


@dataclass(frozen=True, slots=True)
class Panel:
    """store, product: (shelves,). opening, sold: (months, shelves) [units]; ranged: whether the store carried it."""

    store: Column
    product: Column
    opening: Column
    sold: Column
    ranged: Column

    @classmethod
    def of(cls, version: Version) -> "Panel | Said":
        """That of a version, or why it has none."""
        taken = PUBLISHED.take(version)
        return cls(*map(taken[0], cls.__slots__)) if isinstance(taken, tuple) else taken

    def draw(self, stores: Mask, products: Mask, most: int) -> tuple[Ints, bool]:
        """At most `most` shelves of some stores and products, and whether there are others."""
        seen, found = 0, np.empty(0, dtype=np.int64)
        while len(found) <= most and seen < len(self.store):
            seen = max(WIDER * seen, most + 1)
            found = np.flatnonzero(stores[self.store[:seen]] & products[self.product[:seen]])
        return found[:most], len(found) > most


def lay(path: Path, progress: Progress) -> None:
    """Lays the panel of a version that is being built in `path`."""
    progress(say("shelves in the order of a lot"))
    array = facts(path)
    if not (array("cells.ledger_rows") > 0).any():
        PUBLISHED.lay(path, {}, {}, NO_STOCK)
        return
    shelves, shelf = shelves_of(array)
    lot = np.random.default_rng(1).permutation(len(shelves))
    place = np.argsort(lot)[shelf]
    PUBLISHED.lay(
        path,
        {
            "store": shelves.store[lot].astype(np.int32),
            "product": shelves.product[lot].astype(np.int32),
            "opening": narrow(by_shelf(array, "opening_units", place, np.int64)),
            "sold": narrow(by_shelf(array, "units_sold", place, np.int64)),
            "ranged": by_shelf(array, "ranged_months", place, np.bool_),
        },
        {},
    )
