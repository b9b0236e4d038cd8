"""Rows of the facts by store × product × month: what is read where no sum over them is at hand."""

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.arrays import Column, Ints, rows_between


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

    def sums(self, column: str, stores: Ints, months: Ints) -> Column:
        """Σ over some stores, int64 [product, month of `months`]."""
        rows, width = self.rows(stores, months), len(months)
        position = np.searchsorted(months, self.of("month_idx", rows))
        sums = np.zeros(self._products * width, dtype=np.int64)
        np.add.at(sums, self.of("product_idx", rows) * width + position, self.of(column, rows))
        return sums.reshape(self._products, width)
