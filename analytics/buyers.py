"""Customers of whole chains in all categories, counted as sets of bits: many of them at once, whatever they bought."""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.arrays import Column, Ints
from analytics.baskets import Counts, Orders
from analytics.selection import Selection

Bits = npt.NDArray[np.uint64]  # [month, word], see data.buyers


class ChainCounts(Counts):
    """Counts of a selection of whole chains, all categories and no single stores. bits: uint64 [chain, 2, month, word].

    Customers with an order that goes on in a later month are told apart from those with two orders one by one.
    """

    def __init__(self, orders: Orders, selection: Selection, by: tuple[str, ...], bits: Any) -> None:
        super().__init__(orders, selection, by)
        self._bits = bits

    def cohorts(self) -> Ints:
        """As Counts gives them."""
        ((ordered, _),) = self._places
        bought = np.array([_any(ordered[months]) for months in self._months])
        first = bought & ~_before(bought)
        return np.array([[_count(cohort & later) for later in bought] for cohort in first], dtype=np.int64)

    def _customers(self, name: str) -> Ints:
        if name == "repeat_buyers":
            return self._repeat_buyers
        if name == "new_buyers":
            new = np.array([np.bitwise_count(bits & ~_before(bits)).sum(axis=1) for bits, _ in self._places])
            return np.array([place[months].sum() for place in new for months in self._months], dtype=np.int64)
        found = []
        for bits, _ in self._places:
            for months in self._months:
                before, bought = _any(bits[_period_before(months)]), _any(bits[months])
                found.append({"buyers": bought, "at_risk": before, "retained": before & bought}[name])
        return np.array([_count(words) for words in found], dtype=np.int64)

    @property
    def _repeat_buyers(self) -> Ints:
        """Going-on orders stand in two months: who has any is left out here, and counted one by one."""
        apart = self.baskets.going_on
        found = [_more(ordered[months], again[months]) for ordered, again in self._places for months in self._months]
        return np.array([_count(words & ~apart.bits) for words in found]) + self._of(apart.rows)

    def _of(self, rows: Ints) -> Ints:
        """Customers with two orders or more among rows of orders, by group."""
        chosen, orders = self._selection, self.baskets
        rows = rows[np.isin(orders.store[rows], chosen.stores) & np.isin(orders.month[rows], chosen.period.months)]
        pairs = np.unique([self._keys.of(rows), orders.customer[rows], orders.order[rows]], axis=1)[:2]
        who, times = np.unique(pairs, axis=1, return_counts=True)
        return np.bincount(who[0, times > 1].astype(np.int64), minlength=self._keys.size)

    @cached_property
    def _places(self) -> list[tuple[Bits, Bits]]:
        """Who ordered in each month, and who did more than once, in each group of chains."""
        chains = np.unique(self.baskets.chain_of[self._selection.stores])
        parts = [self._bits[some] for some in (chains[:, None] if "chain" in self._by else [chains])]
        return [(_any(part[:, 0]), _more(part[:, 0], part[:, 1])) for part in parts]

    @property
    def _months(self) -> list[Ints]:
        """Those of each group of months."""
        period = self._selection.period
        time = self._keys.time(period.months)
        return [period.months[time == number] for number in range(self._keys.times)]


def _any(sets: Column) -> Column:
    """Who is in any of the sets along the first axis."""
    found: Column = np.bitwise_or.reduce(sets, axis=0)
    return found


def _more(once: Column, more: Column) -> Column:
    """Who is in two of the sets `once` along the first axis, or in one of `more`."""
    seen, twice = np.zeros_like(once, shape=once.shape[1:]), _any(more)
    for one in once:
        twice |= seen & one
        seen |= one
    return twice


def _before(sets: Column) -> Column:
    """Who is in any of the sets before each."""
    return np.concatenate([np.zeros_like(sets[:1]), np.bitwise_or.accumulate(sets, axis=0)[:-1]])


def _period_before(months: Ints) -> Ints:
    """As many months, just before these; none where the data begin later."""
    there = len(months) and months[0] >= len(months)
    return np.arange(months[0] - len(months), months[0]) if there else months[:0]


def _count(words: Column) -> int:
    return int(np.bitwise_count(words).sum())
