"""Rows of the facts by store × product × month: what is read where no sum over them is at hand."""

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.arrays import Column, Ints, drawn, rows_between


class Cells:
    """The cells of one version. array: its arrays by name."""

    def __init__(self, array: Callable[[str], Any]) -> None:
        self._array = array
        self._months, self._products = len(array("months")), len(array("products.product_id"))

    def of(self, column: str, rows: Ints) -> Column:
        """Values of one column at some rows."""
        found: Column = self._array(f"cells.{column}")[rows]
        return found

    def rows(self, stores: Ints, months: Ints) -> Ints:
        """Row numbers of some stores and months; cells are sorted by store, then month."""
        return rows_between(self._array("cells.offsets"), stores, months, self._months)

    def some_rows(self, stores: Ints, months: Ints, most: int) -> tuple[Ints, bool]:
        """The same of stores drawn by lot that have at most `most` rows; and whether there are others."""
        blocks, offsets = stores[:, None] * self._months + months, self._array("cells.offsets")
        rows = (offsets[blocks + 1] - offsets[blocks]).sum(axis=1)
        chosen = drawn(rows, most)
        return self.rows(stores[chosen], months), len(chosen) < int(np.count_nonzero(rows))

    def sums(self, column: str, stores: Ints, months: Ints) -> Column:
        """Σ over some stores, int64 [product, month of `months`]."""
        rows, width = self.rows(stores, months), len(months)
        position = np.searchsorted(months, self.of("month_idx", rows))
        sums = np.zeros(self._products * width, dtype=np.int64)
        np.add.at(sums, self.of("product_idx", rows) * width + position, self.of(column, rows))
        return sums.reshape(self._products, width)
