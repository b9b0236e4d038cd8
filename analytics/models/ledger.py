"""Monthly stock and sales of every store and product, as the models of demand read them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.arrays import Array, Ints, Mask

YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Ledger:
    """Stock and sales by month, store and product; shape (months, stores, products), units, NaN where unknown.

    received: may be None. ranged: cells in which the store carried the product. category: (products,), numbered from 0.
    first_month: 0 for January. dispersion: φ = Σq² ÷ Σq over the quantities q of sales lines; None estimates it.
    Raises ValueError when shapes do not agree.
    """

    opening: Array
    received: Array | None
    sold: Array
    closing: Array
    ranged: Mask
    category: Ints
    first_month: int = 0
    dispersion: float | None = None

    def __post_init__(self) -> None:
        given = (self.opening, self.closing, self.ranged, self.sold if self.received is None else self.received)
        if self.sold.ndim != 3 or any(a.shape != self.sold.shape for a in given):
            raise ValueError("opening, received, sold, closing and ranged need one shape (months, stores, products)")
        if self.category.shape != self.sold.shape[2:]:
            raise ValueError(f"category needs {self.sold.shape[2]} entries, not {len(self.category)}")

    @property
    def known(self) -> Mask:
        """Ranged cells whose sales and closing stock are known."""
        known: Mask = self.ranged & np.isfinite(self.sold) & np.isfinite(self.closing)
        return known

    @property
    def calendar(self) -> Ints:
        """Month of the year of each month, 0 for January; shape (months,)."""
        calendar: Ints = (self.first_month + np.arange(len(self.sold))) % YEAR
        return calendar

    @property
    def units(self) -> Array:
        """Units sold, not below 0 where more came back than went, 0 where unknown."""
        return np.maximum(np.nan_to_num(self.sold), 0.0)

    @property
    def out(self) -> Mask:
        """Known cells that closed at zero: demand was what was sold or more."""
        out: Mask = self.known & (np.nan_to_num(self.closing) <= 0)
        return out

    @property
    def may_hide_more(self) -> Mask:
        """Cells that closed with stock and yet may have stood empty: what was there at first may all have been sold.

        A shelf whose opening stock outlasted the month's sales cannot have been empty. Where stock came in within the
        month, or nobody knows, one whose opening stock did not may have waited for the delivery.
        """
        refilled = np.ones_like(self.known) if self.received is None else ~(self.received <= 0)
        covered = self.opening > self.units
        hidden: Mask = self.known & ~self.out & refilled & ~covered & (self.units > 0)
        return hidden
