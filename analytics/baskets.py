"""Orders and customers: distinct counts, which no sum of sums can give."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np

from analytics.arrays import Array, Column, Ints, Mask, mask, rows_between
from analytics.selection import Selection
from data.buyers import buyers

KEPT: Final = 4  # selections of which the buyers are kept: the panels of a tab ask one after the other

# What may be asked for, and the contract columns that it comes from.
_ORDER, _BUYER = ("sales.transaction_id", "sales.quantity"), ("sales.customer_id", "sales.quantity")
COUNTS: Final[dict[str, tuple[str, ...]]] = {
    "orders": _ORDER,  # receipts with at least one unit sold
    "guest_orders": _BUYER,  # orders without a customer
    "buyers": _BUYER,  # customers with an order
    "repeat_buyers": _BUYER,  # customers with two orders or more
    "new_buyers": _BUYER,  # buyers without an earlier order in the same stores
    "at_risk": _BUYER,  # buyers of the period before, as long as this one
    "retained": _BUYER,  # those of them who bought again
}


class Orders:
    """One row per order × month, sorted by store, month and order. Shape (rows,) each.

    An order counts once in each month in which it has lines, and once in all of them together. Customer −1 is a guest.
    `day` is the last on which something was sold.
    """

    FACT = "orders"

    def __init__(self, array: Callable[[str], Any], months: int) -> None:
        self._array = array
        self.months = months
        self.customers = len(array("customers.customer_id"))
        self.categories = len(array("categories"))
        self.chain_of: Ints = np.asarray(array("stores.chain_idx"), dtype=np.int64)  # of each store
        self.goes_on: Mask = np.asarray(array("goes_on"))  # whether an order sold something in two months, (orders,)
        self.store: Ints = self.column("store_idx")
        self.month: Ints = self.column("month_idx")
        self.customer: Ints = self.column("customer_idx")
        self.order: Ints = self.column("order_idx")
        self._kept = lru_cache(KEPT)(self._buyers)

    def column(self, name: str) -> Column:
        """Any column of the rows."""
        return np.asarray(self._array(f"{self.FACT}.{name}"))  # no memmap: each index into one makes another, slowly

    def rows(self, stores: Ints, categories: Ints, months: Ints) -> Ints:
        """Row numbers of some stores and months, whatever the categories."""
        return rows_between(self.column("offsets"), stores, months, self.months)

    def sold(self, rows: Ints) -> Ints:
        """Those of `rows` in which something was sold, and not only returned."""
        return rows[self.column("sold_lines")[rows] > 0]

    def each(self, rows: Ints) -> Ints:
        """One row for each order and month among `rows` that sold something: they lie side by side."""
        return self.sold(rows)

    def buyers(self, stores: Ints, categories: Ints) -> Column:
        """Who ordered at each chain of some stores: uint64 [chain, 2, month, word], see data.buyers."""
        return self._kept(stores.tobytes(), categories.tobytes())

    def _buyers(self, *places: bytes) -> Column:
        stores, categories = (np.frombuffer(place, dtype=np.int64) for place in places)
        rows = self.each(self.rows(stores, categories, np.arange(self.months)))
        rows = rows[self.customer[rows] >= 0]
        chains = np.unique(self.chain_of[stores])
        chain = np.searchsorted(chains, self.chain_of[self.store[rows]])
        shape = (len(chains), self.months, self.customers)
        return buyers(chain, self.customer[rows], self.month[rows], shape)

    @cached_property
    def going_on(self) -> Mask:
        """Customers with an order that sold something in two months, shape (customers,)."""
        rows = np.flatnonzero(self.goes_on[self.order]) if self.goes_on.any() else np.empty(0, dtype=np.int64)
        return mask(self.customers, self.customer[rows[self.customer[rows] >= 0]])


class Baskets(Orders):
    """The same by category: one row per order × category × month."""

    FACT = "baskets"

    def __init__(self, array: Callable[[str], Any], months: int) -> None:
        super().__init__(array, months)
        self.category: Ints = self.column("category_idx")

    def rows(self, stores: Ints, categories: Ints, months: Ints) -> Ints:
        """Row numbers of some stores, categories and months."""
        rows = super().rows(stores, categories, months)
        if len(categories) == self.categories:
            return rows
        return rows[mask(self.categories, categories)[self.category[rows]]]

    def of_customer(self, customer: int) -> Ints:
        """Row numbers of all baskets of one customer."""
        first, end = self.column("customer_offsets")[customer : customer + 2]
        return np.asarray(self.column("by_customer")[first:end], dtype=np.int64)

    def each(self, rows: Ints) -> Ints:
        """One row for each order and month among `rows` that sold something: they lie side by side."""
        rows = self.sold(rows)
        other = np.diff(self.order[rows], prepend=-1) != 0
        one: Ints = rows[other | (np.diff(self.month[rows], prepend=-1) != 0)]
        return one


class Counts:
    """Counts of one selection, for each combination of the `by` axes; shaped as Cube.totals shapes its sums."""

    def __init__(self, baskets: Orders, selection: Selection, by: tuple[str, ...]) -> None:
        self.baskets, self._selection, self._by = baskets, selection, by
        self._keys = _Keys(baskets, selection, by)

    def __getitem__(self, name: str) -> Array:
        if name == "orders":
            return self._counted(self._orders)
        if name == "guest_orders":
            return self._counted(self._orders[self.baskets.customer[self._orders] < 0])
        return self._customers(name).reshape(self._keys.shape).astype(np.float64)

    def _customers(self, name: str) -> Ints:
        """How many customers count, by group."""
        who: Ints = self._who(name).sum(axis=1)
        return who

    def _counted(self, rows: Ints) -> Array:
        counts = np.bincount(self._keys.of(rows), minlength=self._keys.size)
        return counts.reshape(self._keys.shape).astype(np.float64)

    def _who(self, name: str) -> Mask:
        """[group, customer] who counts."""
        found: dict[str, Callable[[], Mask]] = {
            "buyers": lambda: self.bought > 0,
            "repeat_buyers": lambda: self.bought > 1,
            "new_buyers": lambda: self._first_time,
            "at_risk": lambda: self._previous,
            "retained": lambda: self._previous & (self.bought > 0),
        }
        return found[name]()

    @cached_property
    def rows(self) -> Ints:
        """Row numbers of the selection."""
        return self._rows_in(self._selection.period.months)

    def _rows_in(self, months: Ints) -> Ints:
        return self.baskets.rows(self._selection.stores, self._selection.categories, months)

    @cached_property
    def _orders(self) -> Ints:
        """One row of each order, place and time group that sold something."""
        baskets = self.baskets
        rows = baskets.sold(self.rows) if "category" in self._by else baskets.each(self.rows)
        goes_on = baskets.goes_on[baskets.order[rows]]
        twice = rows[goes_on]
        _, first = np.unique(np.stack([self._keys.of(twice), baskets.order[twice]]), axis=1, return_index=True)
        return np.concatenate([rows[~goes_on], twice[first]])

    @cached_property
    def bought(self) -> Ints:
        """Orders of each group and customer: shape (groups, customers)."""
        known = self._orders[self.baskets.customer[self._orders] >= 0]
        size, customers = self._keys.size, self.baskets.customers
        flat = self._keys.of(known) * customers + self.baskets.customer[known]
        return np.bincount(flat, minlength=size * customers).reshape(size, customers)

    @cached_property
    def _first_time(self) -> Mask:
        """[group, customer] whose first order in the selected stores and categories falls into the group."""
        keys, baskets = self._keys, self.baskets
        rows = self._known_buyers(np.arange(baskets.months))
        flat = np.full(keys.places * baskets.customers, baskets.months, dtype=np.int32)  # as the months: `at` is fast
        np.minimum.at(flat, keys.place(rows) * baskets.customers + baskets.customer[rows], baskets.month[rows])
        first = flat.reshape(keys.places, baskets.customers)
        place, customer = np.nonzero(np.isin(first, self._selection.period.months))
        found = np.zeros((keys.places, keys.times, baskets.customers), dtype=np.bool_)
        found[place, keys.time(first[place, customer].astype(np.int64)), customer] = True
        return found.reshape(keys.size, baskets.customers)

    @cached_property
    def _previous(self) -> Mask:
        """[group, customer] who bought in the group's period before: as long, and just before it."""
        keys, customers = self._keys, self.baskets.customers
        found = np.zeros((keys.places, keys.times, customers), dtype=np.bool_)
        for time, months in enumerate(keys.months):
            rows = self._known_buyers(period_before(months))
            found[keys.place(rows), time, self.baskets.customer[rows]] = True
        return found.reshape(keys.size, customers)

    def _known_buyers(self, months: Ints) -> Ints:
        rows = self.baskets.sold(self._rows_in(months))
        return rows[self.baskets.customer[rows] >= 0]


def period_before(months: Ints) -> Ints:
    """As many months, just before these; none where the data begin later."""
    there = len(months) and months[0] >= len(months)
    return np.arange(months[0] - len(months), months[0]) if there else months[:0]


class _Keys:
    """Group number of basket rows: place (store or chain × category) × time, flattened."""

    def __init__(self, baskets: Orders, selection: Selection, by: tuple[str, ...]) -> None:
        if "product" in by:
            raise KeyError("orders and customers are not known by product")
        self._baskets, self._chosen = baskets, selection.period.months
        self._place, stores = _places(baskets.chain_of, selection, by)
        self._category, self._categories = _positions(baskets.categories, selection.categories, "category" in by)
        timed = "month" in by or "quarter" in by
        self.times = selection.period.groups if timed else 1
        self._time = np.zeros(baskets.months, dtype=np.int64)
        if timed:
            self._time[selection.period.months] = selection.period.group
        self.places = stores * self._categories
        self.size = self.places * self.times
        kept = ((stores, bool({"store", "chain"} & set(by))), (self._categories, "category" in by), (self.times, timed))
        self.shape = tuple(n for n, keep in kept if keep) or (1,)

    def place(self, rows: Ints) -> Ints:
        """Place of each row."""
        place = self._place[self._baskets.store[rows]]
        if not isinstance(self._baskets, Baskets):
            return place
        return place * self._categories + self._category[self._baskets.category[rows]]

    @property
    def months(self) -> list[Ints]:
        """Chosen months of each time group."""
        time = self.time(self._chosen)
        return [self._chosen[time == number] for number in range(self.times)]

    def time(self, months: Ints) -> Ints:
        """Time group of each month."""
        return self._time[months]

    def of(self, rows: Ints) -> Ints:
        """Place × time of each row."""
        return self.place(rows) * self.times + self._time[self._baskets.month[rows]]


def _places(chain_of: Ints, selection: Selection, by: tuple[str, ...]) -> tuple[Ints, int]:
    """Group number of every store, and how many groups."""
    if "chain" not in by:
        return _positions(len(chain_of), selection.stores, "store" in by)
    chains = np.unique(chain_of[selection.stores])
    return np.searchsorted(chains, chain_of), len(chains)


def _positions(size: int, chosen: Ints, kept: bool) -> tuple[Ints, int]:
    """Position of each index among the chosen ones, or 0 for all where the axis is summed away."""
    where = np.zeros(size, dtype=np.int64)
    if kept:
        where[chosen] = np.arange(len(chosen))
    return where, len(chosen) if kept else 1
