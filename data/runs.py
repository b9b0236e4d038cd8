"""Orders and customers of every run of months, each counted once: what no sum of months can give.

A run is some months without a gap, `first` to `last`. A visit is somebody's first of the run if their visit before was
earlier than `first`; it is the first of their second order if an order other than its own was seen since `first`, and
at the visit before none was. So the visits by month and month of the visit before give every run by cumulative sums.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
COUNTS: Final = ("orders", "guest_orders", "buyers", "repeat_buyers")  # in the order of the second axis
AT_ONCE: Final = 4_000_000  # rows that are sorted at a time
LARGEST: Final = 2**63 - 1


class Baskets(NamedTuple):
    """Columns of baskets or of orders, shape (rows,) each; customer −1 is a guest."""

    store: Array
    month: Array
    customer: Array
    order: Array
    sold: Array

    @classmethod
    def of(cls, array: Callable[[str], Array], fact: str) -> "Baskets":
        """fact: "baskets" or "orders"."""
        keys = {name: np.asarray(array(f"{fact}.{name}_idx")) for name in ("store", "month", "customer", "order")}
        return cls(**keys, sold=np.asarray(array(f"{fact}.sold_lines")) > 0)


class Visits(NamedTuple):
    """One a customer, place, month and order, shape (visits,) each. A month is −1 where there was no such visit.

    before: month of the visit before at the same place. other: of the latest one before with another order. earlier:
    `other` of the visit before.
    """

    place: Array
    month: Array
    before: Array
    other: Array
    earlier: Array


def number_of(first: int, last: int, months: int) -> int:
    """The number of a run: they are in the order of their first month, then of their last one.

    >>> [number_of(first, last, 3) for first in range(3) for last in range(first, 3)]
    [0, 1, 2, 3, 4, 5]
    """
    return first * (2 * months - first - 1) // 2 + last


def runs_in(months: int) -> int:
    """How many runs so many months have.

    >>> runs_in(3)
    6
    """
    return months * (months + 1) // 2


def runs_by_category(array: Callable[[str], Array], chain_of: Array, categories: int, months: int) -> Iterator[Array]:
    """Counts of one category after the other and, last, of all together: int32 [count, run, place] each.

    array: those of baskets and orders by name. chain_of: of each store, rising. Places are the stores, the chains, and
    all together.
    """
    of_category = np.asarray(array("baskets.category_idx"))
    facts = {fact: Baskets.of(array, fact) for fact in ("baskets", "orders")}
    for category in (*range(categories), None):
        baskets = facts["orders" if category is None else "baskets"]
        rows = np.flatnonzero(baskets.sold if category is None else baskets.sold & (of_category == category))
        guest = baskets.customer[rows] < 0
        orders = [_orders(baskets, some, chain_of, months) for some in (rows, rows[guest])]
        yield np.stack([*orders, *_people(baskets, rows[~guest], chain_of, months)])


def _orders(baskets: Baskets, rows: Array, chain_of: Array, months: int) -> Array:
    """Orders of each run and place. An order is of one store, so those of stores add up."""
    stores = len(chain_of)
    found = np.zeros((months, months + 1, stores), np.int64)
    for part, who in _parts(baskets.order, rows, stores * months):
        visits = _visits(who, baskets.store[part], baskets.month[part], np.zeros_like(who), (stores, months, 1))
        found += _table(visits, visits.before, found.shape)
    of_store = _in_runs(found)
    of_chain = np.add.reduceat(of_store, np.flatnonzero(np.diff(chain_of, prepend=-1)), axis=1)
    return np.concatenate([of_store, of_chain, of_store.sum(axis=1, keepdims=True)], axis=1).astype(np.int32)


def _people(baskets: Baskets, rows: Array, chain_of: Array, months: int) -> tuple[Array, Array]:
    """Customers of each run and place with an order, and with two or more."""
    orders = int(baskets.order.max(initial=0)) + 1
    levels = (np.arange(len(chain_of)), chain_of, np.zeros_like(chain_of))
    sizes = [int(level.max(initial=-1)) + 1 for level in levels]
    once = [np.zeros((months, months + 1, size), np.int64) for size in sizes]
    twice = [np.zeros_like(found) for found in once]
    for part, who in _parts(baskets.customer, rows, max(sizes) * months * orders):
        for number, (level, size) in enumerate(zip(levels, sizes, strict=True)):
            place = level[baskets.store[part]]
            visits = _visits(who, place, baskets.month[part], baskets.order[part], (size, months, orders))
            shape = once[number].shape
            once[number] += _table(visits, visits.before, shape)
            twice[number] += _table(visits, visits.earlier, shape) - _table(visits, visits.other, shape)
    first, second = (
        np.concatenate([_in_runs(found) for found in tables], axis=1).astype(np.int32) for tables in (once, twice)
    )
    return first, second


def _parts(who: Array, rows: Array, cases: int) -> Iterator[tuple[Array, Array]]:
    """Rows of some of them at a time, all rows of each: the rows, and numbers from 0 of whom they are.

    cases: of each of them, that a key must tell apart.
    """
    of_row = who[rows]
    number = int(of_row.max(initial=-1)) + 1
    step = max(1, min(number * AT_ONCE // max(len(rows), 1), LARGEST // max(cases, 1)))
    for start in range(0, number, step):
        part = np.flatnonzero((of_row >= start) & (of_row < start + step)) if step < number else slice(None)
        yield rows[part], of_row[part].astype(np.int64) - start


def _visits(who: Array, place: Array, month: Array, order: Array, sizes: tuple[int, int, int]) -> Visits:
    places, months, orders = sizes
    key = np.sort(((who * places + place) * months + month) * orders + order)
    key = key[np.diff(key, prepend=-1) != 0]
    rest, order = np.divmod(key, orders)
    whose, month = np.divmod(rest, months)
    again = np.diff(whose, prepend=-1) == 0
    before = np.where(again, np.roll(month, 1), -1)
    same_order = again & (np.diff(order, prepend=-1) == 0)  # seen in the month before already
    other = before[np.maximum.accumulate(np.where(same_order, 0, np.arange(len(key))))]
    return Visits(whose % places, month, before, other, np.where(again, np.roll(other, 1), -1))


def _table(visits: Visits, since: Array, shape: tuple[int, ...]) -> Array:
    """How many visits: int64 [month, 1 + month of `since`, place]."""
    months, width, places = shape
    flat = (visits.month * width + since + 1) * places + visits.place
    return np.bincount(flat, minlength=months * width * places).reshape(shape)


def _in_runs(table: Array) -> Array:
    """[run, place]: the visits in each run with nothing since its first month."""
    none_since = np.cumsum(table, axis=1)  # [month, first]
    of_first = (np.cumsum(none_since[first:, first], axis=0) for first in range(len(table)))
    return np.concatenate([table[:0, 0], *of_first])
