"""Orders and customers: distinct counts, which no sum of sums can give."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analytics.arrays import Array, Ints, Mask

if TYPE_CHECKING:
    from analytics.cube import Cube, Selection

# What may be asked for, and the contract columns that it comes from.
_ORDER, _BUYER = ("sales.transaction_id", "sales.quantity"), ("sales.customer_id", "sales.quantity")
COUNTS: Final[dict[str, tuple[str, ...]]] = {
    "orders": _ORDER,  # receipts with at least one unit sold
    "guest_orders": _BUYER,  # orders without a customer
    "buyers": _BUYER,  # customers with an order
    "repeat_buyers": _BUYER,  # customers with two orders or more
    "new_buyers": _BUYER,  # buyers without an earlier order in the same stores
    "at_risk": _BUYER,  # buyers of the period before of the same length
    "retained": _BUYER,  # those of them who bought again
    "member_sales": ("sales.customer_id", "sales.net_amount"),  # net sales to known customers
}


class Baskets:
    """One row per order × category × month, sorted by store, then month."""

    def __init__(self, array: Callable[[str], Any], customers: int) -> None:
        self.customers = customers
        self.store: Ints = array("baskets.store_idx")
        self.month: Ints = array("baskets.month_idx")
        self.category: Ints = array("baskets.category_idx")
        self.customer: Ints = array("baskets.customer_idx")
        self.order: Ints = array("baskets.order_idx")
        self.sold: Mask = array("baskets.sold_lines") > 0
        self.array = array
        self._months = int(self.month.max(initial=0)) + 1
        self._first = self._first_of_order()

    def _first_of_order(self) -> Mask:
        """True at one sold row of each order and month: counts an order once over all categories."""
        rows = np.flatnonzero(self.sold)
        _, first = np.unique(self.order[rows] * np.int64(self._months) + self.month[rows], return_index=True)
        mask = np.zeros(len(self.order), dtype=np.bool_)
        mask[rows[first]] = True
        return mask

    def rows(self, cube: "Cube", selection: "Selection", months: Ints | None = None) -> Ints:
        """Row numbers within a selection (or within other months of the same stores and categories)."""
        chosen = selection.period.months if months is None else months
        mask = _lookup(len(cube.store_ids), selection.stores)[self.store]
        mask &= _lookup(self._months, chosen[chosen < self._months])[self.month]
        if len(selection.categories) < len(cube.categories):
            mask &= _lookup(len(cube.categories), selection.categories)[self.category]
        return np.flatnonzero(mask)

    def order_rows(self, rows: Ints, whole: bool) -> Ints:
        """One row for each order among `rows` that sold something; whole: the rows hold every category."""
        if whole:
            return rows[self._first[rows]]
        sold = rows[self.sold[rows]]
        _, first = np.unique(self.order[sold] * np.int64(self._months) + self.month[sold], return_index=True)
        kept: Ints = sold[np.sort(first)]
        return kept

    def count(self, name: str, cube: "Cube", selection: "Selection", by: tuple[str, ...]) -> Array:
        """The count `name` for each combination of the `by` axes, shaped as Cube.totals shapes it."""
        if "product" in by:
            raise KeyError(f"{name} is not known by product")
        keys = _Keys(self, cube, selection, by)
        rows = self.rows(cube, selection)
        if name == "member_sales":
            named = rows[self.customer[rows] >= 0]
            cents = self.array("baskets.net_sales_cents")[named]
            return keys.shaped(np.bincount(keys.of(named), cents, keys.size) / 100)
        whole = "category" not in by and len(selection.categories) == len(cube.categories)
        orders = rows[self.sold[rows]] if "category" in by else self.order_rows(rows, whole)
        if name == "orders":
            return keys.shaped(np.bincount(keys.of(orders), minlength=keys.size))
        if name == "guest_orders":
            return keys.shaped(np.bincount(keys.of(orders[self.customer[orders] < 0]), minlength=keys.size))
        return keys.shaped(self._customers(name, cube, selection, keys, orders).sum(axis=1))

    def _customers(self, name: str, cube: "Cube", selection: "Selection", keys: "_Keys", orders: Ints) -> Mask:
        """[group, customer] who counts."""
        bought = self.order_counts(keys, orders)
        if name == "buyers":
            return bought > 0
        if name == "repeat_buyers":
            return bought > 1
        if name == "new_buyers":
            return (bought > 0) & ~self._bought_before(cube, selection, keys)
        before = self._previous(cube, selection, keys)
        return before if name == "at_risk" else before & (bought > 0)

    def order_counts(self, keys: "_Keys", orders: Ints) -> Ints:
        """Orders of each group and customer: shape (groups, customers)."""
        known = orders[self.customer[orders] >= 0]
        flat = keys.of(known) * self.customers + self.customer[known]
        return np.bincount(flat, minlength=keys.size * self.customers).reshape(keys.size, self.customers)

    def _bought_before(self, cube: "Cube", selection: "Selection", keys: "_Keys") -> Mask:
        """[group, customer] with an order in the selected stores before the group's first month."""
        every = self.rows(cube, selection, np.arange(self._months))
        sold = every[self.sold[every] & (self.customer[every] >= 0)]
        first = np.full((keys.places, self.customers), self._months, dtype=np.int64)
        np.minimum.at(first, (keys.place(sold), self.customer[sold]), self.month[sold])
        period = selection.period
        begins = np.full(keys.times, self._months)
        np.minimum.at(begins, period.group if keys.times > 1 else np.zeros(len(period.group), np.int64), period.months)
        return (first[:, None, :] < begins[None, :, None]).reshape(keys.size, self.customers)

    def _previous(self, cube: "Cube", selection: "Selection", keys: "_Keys") -> Mask:
        """[group, customer] who bought in the group's period before: as long, and just before it."""
        found = np.zeros((keys.places, keys.times, self.customers), dtype=np.bool_)
        period = selection.period
        for time in range(keys.times):
            months = period.months[period.group == time] if keys.times > 1 else period.months
            if not len(months) or months[0] < len(months):
                continue
            earlier = self.rows(cube, selection, np.arange(months[0] - len(months), months[0]))
            sold = earlier[self.sold[earlier] & (self.customer[earlier] >= 0)]
            found[keys.place(sold), time, self.customer[sold]] = True
        return found.reshape(keys.size, self.customers)


class _Keys:
    """Group number of basket rows: place (store or chain) × category × time, flattened."""

    def __init__(self, baskets: Baskets, cube: "Cube", selection: "Selection", by: tuple[str, ...]) -> None:
        self._baskets = baskets
        self._place, stores = _axis(cube, selection, by)
        self._category, categories = _positions(len(cube.categories), selection.categories, "category" in by)
        self._split = categories
        self.places = stores * categories
        timed = "month" in by or "quarter" in by
        self._time = np.zeros(len(cube.calendar.months), dtype=np.int64)
        self._time[selection.period.months] = selection.period.group
        self.times = selection.period.groups if timed else 1
        self.size = self.places * self.times
        kept = (bool({"store", "chain"} & set(by)), "category" in by, timed)
        sizes = zip((stores, categories, self.times), kept, strict=True)
        self._shape = tuple(n for n, keep in sizes if keep) or (1,)

    def place(self, rows: Ints) -> Ints:
        """Place × category of each row."""
        baskets = self._baskets
        return self._place[baskets.store[rows]] * self._split + self._category[baskets.category[rows]]

    def of(self, rows: Ints) -> Ints:
        """Place × category × time of each row."""
        time = self._time[self._baskets.month[rows]] if self.times > 1 else 0
        return self.place(rows) * self.times + time

    def shaped(self, values: Any) -> Array:
        """Flat group values as an array with one axis a `by` name."""
        return np.asarray(values, dtype=np.float64).reshape(self._shape)


def _axis(cube: "Cube", selection: "Selection", by: tuple[str, ...]) -> tuple[Ints, int]:
    """Group number of every store, and how many groups."""
    if "chain" not in by:
        return _positions(len(cube.store_ids), selection.stores, "store" in by)
    chains = np.unique(cube.chain_of[selection.stores])
    return np.searchsorted(chains, cube.chain_of), len(chains)


def _positions(size: int, chosen: Ints, kept: bool) -> tuple[Ints, int]:
    """Position of each index among the chosen ones, or 0 for all where the axis is summed away."""
    where = np.zeros(size, dtype=np.int64)
    if kept:
        where[chosen] = np.arange(len(chosen))
    return where, len(chosen) if kept else 1


def _lookup(size: int, chosen: Ints) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[chosen] = True
    return mask
