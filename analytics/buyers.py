"""Customers counted as sets of bits, 64 at once: who is new, who came back, and who stayed away."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.arrays import Column, Ints
from analytics.baskets import Counts, Orders, period_before
from analytics.selection import Selection
from data.buyers import packed

Sets = npt.NDArray[np.uint64]  # [2, month, word], see data.buyers


class SetCounts(Counts):
    """Counts of a selection, by neither store nor category. by_chain: Sets of each chain, None where they must be made.

    Customers with an order that goes on in a later month are told apart from those with two orders one by one.
    """

    def __init__(self, orders: Orders, selection: Selection, by: tuple[str, ...], by_chain: Sets | None = None) -> None:
        super().__init__(orders, selection, by)
        self._by_chain = by_chain

    def cohorts(self) -> Ints:
        """Customers by the group of months of their first order and any in which they ordered: [group, group]."""
        ((ordered, _),) = self._places
        bought = np.array([_any(ordered[months]) for months in self._keys.months])
        first = bought & ~_before(bought)
        return np.array([[_count(cohort & later) for later in bought] for cohort in first], dtype=np.int64)

    def _customers(self, name: str) -> Ints:
        if name == "repeat_buyers":
            return self._repeat_buyers
        if name == "new_buyers":
            new = np.array([np.bitwise_count(bits & ~_before(bits)).sum(axis=1) for bits, _ in self._places])
            return np.array([place[months].sum() for place in new for months in self._keys.months], dtype=np.int64)
        found = []
        for bits, _ in self._places:
            for months in self._keys.months:
                before, bought = _any(bits[period_before(months)]), _any(bits[months])
                found.append({"buyers": bought, "at_risk": before, "retained": before & bought}[name])
        return np.array([_count(words) for words in found], dtype=np.int64)

    @property
    def _repeat_buyers(self) -> Ints:
        """An order that goes on stands in two months: who has one is left out here, and counted one by one."""
        apart = packed(self.baskets.going_on)
        found = [
            _more(ordered[months], again[months]) for ordered, again in self._places for months in self._keys.months
        ]
        return np.array([_count(words & ~apart) for words in found], dtype=np.int64) + self._going_on_twice

    @property
    def _going_on_twice(self) -> Ints:
        """Customers with two orders or more among those with an order that goes on."""
        orders, apart = self.baskets, self.baskets.going_on
        if not apart.any():
            return np.zeros(self._keys.size, dtype=np.int64)
        rows = self._known_buyers(self._selection.period.months)
        rows = rows[apart[orders.customer[rows]]]
        pairs = np.unique([self._keys.of(rows), orders.customer[rows], orders.order[rows]], axis=1)[:2]
        who, times = np.unique(pairs, axis=1, return_counts=True)
        return np.bincount(who[0, times > 1].astype(np.int64), minlength=self._keys.size)

    @cached_property
    def _places(self) -> list[Sets]:
        """The sets of each chain, or of all chains together."""
        stores, orders = self._selection.stores, self.baskets
        if self._by_chain is None:
            chains = orders.buyers(stores, self._selection.categories)
        else:
            chains = self._by_chain[np.unique(orders.chain_of[stores])]
        if "chain" in self._by:
            return list(chains)
        return [np.stack([_any(chains[:, 0]), _more(chains[:, 0], chains[:, 1])])]


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


def _count(words: Column) -> int:
    return int(np.bitwise_count(words).sum())
