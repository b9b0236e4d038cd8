"""From items to groups: how much each item counts in the units, money and shares of a store, a product or all."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.stocked_items import Items

SPARSE: Final = 5  # times faster is a full matrix for each of its places
Matrix = Any  # scipy.sparse.csr_array or numpy array; both know @


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights (groups, items), sparse where most are 0: times what items' years came to, summed, they give the group's.

    units; lost: units after substitution; lost_price, lost_margin: their money; margin: of units wanted; stock;
    capital: stock at cost. count, wanted: shares of the group's items, each alike or by demand; rows sum to 1.
    filled: (groups,) whether there is any item.
    """

    units: Matrix
    lost: Matrix
    lost_price: Matrix
    margin: Matrix
    lost_margin: Matrix
    stock: Matrix
    capital: Matrix
    count: Matrix
    wanted: Matrix
    filled: Mask


@dataclass(frozen=True, slots=True)
class Stand:
    """Which simulated item stands for each of N items: `member`, (N,) numbers among the n of `items`."""

    items: Items
    member: Ints


def weights(items: Items, group: Ints, groups: int, stand: Stand | None = None) -> Weights:
    """The weights of N items by group number, `group` (N,), −1 for items that do not count; a group may be empty.

    stand: the items that are simulated in their place. What an item wants is then its stand-in's times the ratio of
    their demand, its stock its stand-in's times the ratio of their levels.
    """
    chosen = np.flatnonzero(group >= 0)
    n = len(items) if stand is None else len(stand.items)
    member = chosen if stand is None else stand.member[chosen]
    items, group = (items, group) if len(chosen) == len(group) else (items.only(chosen), group[chosen])
    demand, level, here = items.yearly(), items.level.mean(axis=0), np.ones(len(items))
    units, stock = here, here
    if stand is not None:
        units = _over(demand, stand.items.yearly()[member])
        stock = _over(level, stand.items.level.mean(axis=0)[member])
    lost, margin = units * (1 - items.substitution), items.price - items.cost
    cell = _Cells(group, member, (groups, n))
    return Weights(
        units=cell.sums(units),
        lost=cell.sums(lost),
        lost_price=cell.sums(lost * items.price),
        margin=cell.sums(units * margin),
        lost_margin=cell.sums(lost * margin),
        stock=cell.sums(stock),
        capital=cell.sums(stock * items.cost),
        count=cell.sums(_over(here, sum_by(group, here, groups)[group])),
        wanted=cell.sums(_over(demand, sum_by(group, demand, groups)[group])),
        filled=np.bincount(group, minlength=groups) > 0,
    )


class _Cells:
    """The occupied places of a sparse matrix, found once for several sums over the same places."""

    def __init__(self, row: Ints, column: Ints, shape: tuple[int, int]) -> None:
        self._shape = shape
        cells, self._place = np.unique(row * shape[1] + column, return_inverse=True)
        self._columns = cells % shape[1]
        self._starts = np.searchsorted(cells, np.arange(shape[0] + 1) * shape[1])

    def sums(self, values: Array) -> Matrix:
        """Values summed by place; in single precision, as what they are multiplied with is."""
        total = np.bincount(self._place, values, len(self._columns)).astype(np.float32)
        sparse = csr_array((total, self._columns, self._starts), shape=self._shape)
        full: Matrix = sparse.toarray() if len(total) * SPARSE > self._shape[0] * self._shape[1] else sparse
        return full


def _over(part: Array, whole: Array) -> Array:
    """Part ÷ whole, 0 where whole is."""
    ratio: Array = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return ratio
