"""From items to groups: how much each item counts in the units, money and shares of a store, a product or all."""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.stocked_items import Items

SPARSE: Final = 5  # times faster is a full matrix for each of its places
SUMMED: Final = ("units", "lost", "lost_price", "margin", "lost_margin", "stock", "capital")
Matrix = Any  # scipy.sparse.csr_array or numpy array; both know @


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights (groups, items): times what items' years came to, summed, they give the group's.

    Sparse where places outnumber items by far.

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


@dataclass(frozen=True, slots=True)
class Scales:
    """What the year of one of n simulated items comes to for each of N items that it stands for; arrays (N,).

    member: number of that item. units: its demand ÷ the member's; lost: the same after substitution; lost_price,
    lost_margin: their money; margin: of units wanted; stock: its level ÷ the member's; capital: stock at cost;
    demand: its own, of a year [units].
    """

    n: int
    member: Ints
    units: Array
    lost: Array
    lost_price: Array
    margin: Array
    lost_margin: Array
    stock: Array
    capital: Array
    demand: Array

    def __len__(self) -> int:
        return len(self.member)

    def only(self, chosen: Mask | Ints) -> "Scales":
        """Those of the chosen items."""
        return Scales(self.n, *(getattr(self, field.name)[chosen] for field in fields(self)[1:]))


def scales(items: Items, stand: Stand | None = None) -> Scales:
    """Of items that are simulated themselves, or of those that others stand for."""
    demand, level, here = items.yearly(), items.level.mean(axis=0), np.ones(len(items))
    n, member, units, stock = len(items), np.arange(len(items)), here, here
    if stand is not None:
        n, member = len(stand.items), stand.member
        units = _over(demand, stand.items.yearly()[member])
        stock = _over(level, stand.items.level.mean(axis=0)[member])
    lost, margin = units * (1 - items.substitution), items.price - items.cost
    money = (lost * items.price, units * margin, lost * margin)
    return Scales(n, member, units, lost, *money, stock, stock * items.cost, demand)


def weights(given: Scales, group: Ints, groups: int) -> Weights:
    """The weights of N items by group number, `group` (N,); a group may be empty."""
    cell, here = _Cells(group, given.member, (groups, given.n)), np.ones(len(given))
    number = sum_by(group, here, groups)
    return Weights(
        **{name: cell.sums(getattr(given, name)) for name in SUMMED},
        count=cell.sums(_over(here, number[group])),
        wanted=cell.sums(_over(given.demand, sum_by(group, given.demand, groups)[group])),
        filled=number > 0,
    )


class _Cells:
    """The places of a matrix that items fall into, found once for several sums over the same places.

    Only the occupied ones are kept where the matrix is much larger than the items are many.
    """

    def __init__(self, row: Ints, column: Ints, shape: tuple[int, int]) -> None:
        self._shape, self._number = shape, row * shape[1] + column
        self._full = len(row) * SPARSE > shape[0] * shape[1]
        if not self._full:
            cells, self._number = np.unique(self._number, return_inverse=True)
            self._columns = cells % shape[1]
            self._starts = np.searchsorted(cells, np.arange(shape[0] + 1) * shape[1])

    def sums(self, values: Array) -> Matrix:
        """Values summed by place; in single precision, as what they are multiplied with is."""
        size = self._shape[0] * self._shape[1] if self._full else len(self._columns)
        total = np.bincount(self._number, values, size).astype(np.float32)
        if self._full:
            return total.reshape(self._shape)
        return csr_array((total, self._columns, self._starts), shape=self._shape)


def _over(part: Array, whole: Array) -> Array:
    """Part ÷ whole, 0 where whole is."""
    ratio: Array = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return ratio
