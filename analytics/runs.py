"""Orders and customers of months without a gap, looked up: more lines make no answer of these slower."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from analytics.arrays import Array, Ints, runs_of
from analytics.calendar import Period
from analytics.selection import Selection
from data.runs import COUNTS, number_of

ADDITIVE: Final = ("orders", "guest_orders")  # over stores
TIMES: Final = {"month", "quarter"}


class Runs:
    """Counts of one version. array: its arrays by name. chain_of: of each store."""

    def __init__(self, array: Callable[[str], Any], chain_of: Ints) -> None:
        self._counts = array("runs")  # [category, count, run, place]
        self._months = len(array("months"))
        self._chain_of = chain_of

    def counted(self, name: str, selection: Selection, by: tuple[str, ...]) -> Array | None:
        """One of analytics.baskets.COUNTS, shaped as Cube.totals shapes its sums; None where it must be counted.

        Known are: one category or all, months without a gap, customers of a store, a chain or all stores.
        """
        categories = self._categories(selection.categories, "category" in by)
        runs = _runs(selection.period, not TIMES.isdisjoint(by))
        if not len(selection.stores) or categories is None or not runs or "product" in by:
            return None
        places, starts = self._places(selection.stores, by)
        if len(places) > len(starts) and name not in ADDITIVE:
            return None
        counts = np.stack([self._of_run(name, categories, first, last) for first, last in runs], axis=-1)
        found = np.add.reduceat(counts[:, places], starts, axis=1).swapaxes(0, 1)
        kept = (not {"store", "chain"}.isdisjoint(by), "category" in by, not TIMES.isdisjoint(by))
        shape = tuple(n for n, keep in zip(found.shape, kept, strict=True) if keep)
        return found.reshape(shape or (1,))

    def _of_run(self, name: str, categories: Ints, first: int, last: int) -> Array:
        """[category, place]. Customers of two periods are those of each, less those of both together."""
        length = last - first + 1
        if name in COUNTS:
            return self._look_up(name, categories, first, last)
        if name == "new_buyers":
            return self._buyers(categories, 0, last) - self._buyers(categories, 0, first - 1)
        before = self._buyers(categories, first - length, first - 1)
        if name == "at_risk" or first < length:
            return before
        both = self._buyers(categories, first - length, last)
        return before + self._buyers(categories, first, last) - both  # retained

    def _buyers(self, categories: Ints, first: int, last: int) -> Array:
        """0 before the data begin."""
        found = self._look_up("buyers", categories, max(first, 0), max(last, 0))
        return found if 0 <= first <= last else np.zeros_like(found)

    def _look_up(self, name: str, categories: Ints, first: int, last: int) -> Array:
        return np.asarray(
            self._counts[categories, COUNTS.index(name), number_of(first, last, self._months)], dtype=np.float64
        )

    def _categories(self, chosen: Ints, apart: bool) -> Ints | None:
        """Positions on the first axis: all together is the last of them."""
        every = len(self._counts) - 1
        if apart or len(chosen) == 1:
            return chosen
        return np.array([every]) if len(chosen) == every else None

    def _places(self, stores: Ints, by: tuple[str, ...]) -> tuple[Ints, Ints]:
        """Places to be added up, and where those of each group begin."""
        if "store" in by:
            return stores, np.arange(len(stores))
        chains = self._chain_of[stores]
        groups = [stores[chains == chain] for chain in np.unique(chains)] if "chain" in by else [stores]
        places = [self._as_one(group) for group in groups]
        return np.concatenate(places), np.cumsum([0, *map(len, places[:-1])])

    def _as_one(self, stores: Ints) -> Ints:
        """The place that is these stores; where none is, the stores."""
        every, chains = len(self._chain_of), np.unique(self._chain_of[stores])
        if len(stores) == every:
            return np.array([self._counts.shape[-1] - 1])
        if len(chains) == 1 and len(stores) == (self._chain_of == chains[0]).sum():
            return every + chains
        return stores


def _runs(period: Period, apart: bool) -> list[tuple[int, int]] | None:
    """First and last month of each group; None if one is empty or has a gap."""
    group = period.group if apart else np.zeros_like(period.group)
    found = [runs_of(period.months[group == number]) for number in range(period.groups if apart else 1)]
    return [runs[0] for runs in found] if all(len(runs) == 1 for runs in found) else None
