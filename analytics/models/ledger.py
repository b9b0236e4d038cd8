"""Monthly stock and sales of every shelf, as the models of demand read them."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from analytics.arrays import Column, Ints, Mask, drawn, mask

YEAR: Final = 12
Kind = Literal["all", "category", "store", "product", "shelf"]  # what shelves have in common
MOST_SHELVES: Final = 100_000  # by which models are judged; all are told of


@dataclass(frozen=True, slots=True)
class Assortment:
    """The shelves: each a product that a store carried, counted or sold, by store and then by product.

    store, product: (shelves,) numbers. stores: how many there are; category: (products,), numbered from 0.
    """

    store: Ints
    product: Ints
    stores: int
    category: Ints

    def __len__(self) -> int:
        return len(self.store)

    @property
    def category_of(self) -> Ints:
        """The category of each shelf, (shelves,)."""
        return self.category[self.product]

    @property
    def categories(self) -> int:
        """How many there are."""
        return int(self.category.max(initial=0)) + 1

    def groups(self, kind: Kind) -> tuple[Ints, int]:
        """The number of each shelf's store, product, …, and how many of these there are."""
        if kind == "store":
            return self.store, self.stores
        if kind == "product":
            return self.product, len(self.category)
        if kind == "category":
            return self.category_of, self.categories
        return (np.arange(len(self)), len(self)) if kind == "shelf" else (np.zeros(len(self), dtype=np.int64), 1)

    def of_stores(self, stores: Ints) -> Ints:
        """The numbers of the shelves of some stores."""
        return np.flatnonzero(mask(self.stores, stores)[self.store])

    def only(self, chosen: Ints | Mask) -> "Assortment":
        """Some of them; stores and products keep their numbers."""
        return replace(self, store=self.store[chosen], product=self.product[chosen])

    def grid(self, values: Column, otherwise: float = np.nan) -> Column:
        """Values of shelves, (…, shelves), as (…, stores, products); `otherwise` where there is no shelf."""
        shape = (*values.shape[:-1], self.stores, len(self.category))
        found: Column = np.full(shape, otherwise, dtype=values.dtype)
        found[..., self.store, self.product] = values
        return found


@dataclass(frozen=True, slots=True)
class Ledger:
    """Stock and sales by month and shelf; shape (months, shelves), units, NaN where unknown.

    received: may be None. ranged: cells in which the store carried the product. first_month: 0 for January.
    dispersion: φ = Σq² ÷ Σq over the quantities q of sales lines; None estimates it. Raises ValueError when shapes do
    not agree.
    """

    shelves: Assortment
    opening: Column
    received: Column | None
    sold: Column
    closing: Column
    ranged: Mask
    first_month: int = 0
    dispersion: float | None = None

    def __post_init__(self) -> None:
        given = (self.opening, self.closing, self.ranged, self.sold if self.received is None else self.received)
        if self.sold.ndim != 2 or any(a.shape != self.sold.shape for a in given):
            raise ValueError("opening, received, sold, closing and ranged need one shape (months, shelves)")
        if len(self.shelves) != self.sold.shape[1]:
            raise ValueError(f"the ledger is one of {self.sold.shape[1]} shelves, not of {len(self.shelves)}")

    def of_some_stores(self, most: int) -> "Ledger":
        """Of stores drawn by lot that have at most `most` shelves together; of one at least, of all if they do."""
        shelves = self.shelves
        if len(shelves) <= most:
            return self
        mine = np.isin(shelves.store, drawn(np.bincount(shelves.store), most))
        received = None if self.received is None else self.received[:, mine]
        given = {name: getattr(self, name)[:, mine] for name in ("opening", "sold", "closing", "ranged")}
        return replace(self, shelves=shelves.only(mine), received=received, **given)

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
    def units(self) -> Column:
        """Units sold, not below 0 where more came back than went, 0 where unknown."""
        return np.fmax(self.sold, 0.0)

    @property
    def out(self) -> Mask:
        """Known cells that closed at zero: demand was what was sold or more."""
        out: Mask = self.known & (self.closing <= 0)
        return out

    @property
    def may_hide_more(self) -> Mask:
        """Cells that closed with stock and yet may have stood empty: what was there at first may all have been sold.

        A shelf whose opening stock outlasted the month's sales cannot have been empty. Where stock came in within the
        month, or nobody knows, one whose opening stock did not may have waited for the delivery.
        """
        hidden: Mask = self.known & ~self.out & ~(self.opening > self.sold) & (self.sold > 0)
        return hidden if self.received is None else hidden & ~(self.received <= 0)
