"""Who gives and who takes: units that lie in one store of a chain and are missing in another."""

import numpy as np

from analytics.arrays import Array, Ints


def matched(group: Ints, spare: Array, wanted: Array, value: Array) -> tuple[Ints, Ints, Array]:
    """Giver, taker and units of each transfer; shapes (transfers,), numbers of items.

    group: such as chain × product, within which units move; spare, wanted: whole units of each item, of which at most
    one is above 0; value: by which takers come first, the item with the most to spare gives first. Laid end to end,
    what is given and what is taken overlap in the transfers: the north-west corner rule, greedy and linear.

    >>> found = matched(*map(np.array, ([0, 0, 0], [5, 0, 0], [0, 2, 4], [0, 9, 3])))
    >>> [column.tolist() for column in found]
    [[0, 0], [1, 2], [2.0, 3.0]]
    """
    supply, demand = (np.bincount(group, units) for units in (spare, wanted))
    moving = np.minimum(supply, demand)
    start = np.concatenate([[0], np.cumsum(moving)])
    giver, given = _laid(group, spare, -spare, start)
    taker, taken = _laid(group, wanted, -value, start)
    edges = np.unique(np.concatenate([[0], given, taken]))
    upto = edges[1:]
    return giver[np.searchsorted(given, upto)], taker[np.searchsorted(taken, upto)], np.diff(edges).astype(np.float64)


def _laid(group: Ints, units: Array, rank: Array, start: Array) -> tuple[Ints, Array]:
    """Items in the order of their groups and ranks, and where on the common line each one's units end."""
    items = np.flatnonzero(units > 0)
    items = items[np.lexsort((rank[items], group[items]))]
    of = group[items]
    end = np.cumsum(units[items])
    first = np.searchsorted(of, of)
    before = np.where(first > 0, end[first - 1], 0)
    within: Array = np.minimum(start[of] + end - before, start[of + 1])
    return items, within
