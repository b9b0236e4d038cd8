"""Sums over shelves that are made once for all answers: by store × category, and by chain × product.

What a selection of whole chains asks for is then a sum over some cells of a grid: thousands, however many shelves there
are. What shelves of one group have in common is squared after it was summed up (`common_variance`), so what they have
it by must be an axis of the grid: stores are one of the first, products of the second, categories of both.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.arrays import Array, Column, Ints, rows_by
from analytics.models.ledger import Assortment, Kind


@dataclass(frozen=True, slots=True)
class Grid:
    """The cell of each shelf, (shelves,), and how many cells there are."""

    cell: Ints
    cells: int

    @classmethod
    def by_store(cls, shelves: Assortment) -> "Grid":
        """Store × category."""
        cell = shelves.store.astype(np.int64) * shelves.categories + shelves.category_of
        return cls(cell, shelves.stores * shelves.categories)

    @classmethod
    def by_product(cls, shelves: Assortment, chain_of: Ints) -> "Grid":
        """Chain × product. chain_of: (stores,)."""
        products = len(shelves.category)
        return cls(chain_of[shelves.store] * products + shelves.product, int(chain_of.max(initial=-1) + 1) * products)

    def sums(self, values: Column, weight: Array | float = 1.0) -> Array:
        """Σ weight·values of each row of (rows, shelves), (rows, cells)."""
        return rows_by(self.cell, values, self.cells, weight)

    def least(self, values: Array) -> Array:
        """The smallest of the values of shelves, (cells,); infinite where there is none."""
        found = np.full(self.cells, np.inf)
        np.minimum.at(found, self.cell, values)
        return found


class GridCells(NamedTuple):
    """Cells of a grid, (n,): their numbers, the group of each, and the number of its store, its category …"""

    cell: Ints
    group: Ints
    keys: dict[Kind, Ints]


class Places(NamedTuple):
    """Where the groups of a selection stand in both grids. groups: how many.

    A grid is None that cannot tell the groups apart: that of stores for products, that of products for stores. There
    every shelf of a group has a product, or a store, of its own.
    """

    groups: int
    by_store: GridCells | None
    by_product: GridCells | None
