"""First come, first served: one month of wishes meets one month of stock."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from data.demo.demand import Records
from data.demo.draws import Floats, Ints
from data.demo.world import Products

SUBSTITUTE: Final = 0.26  # of shoppers at an empty shelf take another product of the category
RETURNED: Final = 0.016  # of lines: one unit comes back within a month
NEVER: Final = -1.0


class Shelf:
    """Units of every cell (store × product) during one month, and how long each one is empty."""

    def __init__(self, units: Ints, rushed: Iterable[bool]) -> None:
        """units: per cell, at the start; rushed: per cell, whether what is missing arrives at once."""
        self.units: list[int] = units.tolist()
        self.rushed: list[bool] = list(rushed)
        self.rush_units = [0] * len(self.units)
        self._empty_since = [NEVER if left else 0.0 for left in self.units]
        self._empty_for = [0.0] * len(self.units)

    def has(self, cell: int) -> bool:
        """Whether a shopper finds anything."""
        return self.units[cell] > 0 or self.rushed[cell]

    def take(self, cell: int, wanted: int, moment: float) -> int:
        """Units handed over: what is wanted, or what is left."""
        left = self.units[cell]
        if left < wanted and self.rushed[cell]:
            self.rush_units[cell] += wanted - left
            left = wanted
        taken = min(wanted, left)
        self.units[cell] = left - taken
        if taken and taken == left:
            self._empty_since[cell] = moment
        return taken

    def put_back(self, cell: int, moment: float) -> None:
        """One returned unit."""
        if not self.units[cell]:
            self._empty_for[cell] += moment - self._empty_since[cell]
        self.units[cell] += 1

    def unavailable(self) -> Floats:
        """Per cell, the share of the month in which shoppers found nothing."""
        since = np.where(np.array(self.units) > 0, 1.0, self._empty_since)
        return np.where(self.rushed, 0.0, np.array(self._empty_for) + 1 - since)


@dataclass(slots=True)
class Sales:
    """What became of the wishes of a month; entries in the order of events.

    wish, cell, units: the wish served, the cell it was served from and how much; postponed: wishes put off.
    returns: (moment, number of the line among all lines so far, cell, person) of units that came back.
    """

    wish: list[int] = field(default_factory=list)
    cell: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    postponed: list[int] = field(default_factory=list)
    returns: list[tuple[float, int, int, int]] = field(default_factory=list)


class Tills:
    """The tills of all stores: they serve wishes, and remember from month to month what will be returned."""

    def __init__(self, products: Products, delay_share: float) -> None:
        """delay_share: of shoppers at an empty shelf, those who come back next month."""
        self._products = len(products.category)
        self._delays_below = SUBSTITUTE + delay_share
        ranked = np.argsort(-products.popularity)
        by_category = [ranked[products.category[ranked] == c].tolist() for c in range(products.category[-1] + 1)]
        self._alternatives: list[list[int]] = [by_category[c] for c in products.category]
        self._due: list[tuple[float, int, int, int]] = []

    def serve(self, month: int, wishes: Records, shelf: Shelf, lines_before: int) -> Sales:
        """Goes through the month in the order of time; empties `shelf` and fills the returned Sales."""
        sales = Sales()
        order = np.argsort(wishes["moment"], kind="stable")
        columns = (wishes[name][order].tolist() for name in ("person", "cell", "units", "moment", "fate", "returned"))
        for wish, person, wanted_cell, units, moment, fate, returned in zip(order.tolist(), *columns, strict=True):
            self._accept_returns(month, moment, shelf, sales)
            cell = wanted_cell if shelf.has(wanted_cell) else self._instead(wanted_cell, fate, shelf)
            if cell >= 0:
                if returned < RETURNED:
                    due = month + moment + 0.05 + 0.9 * returned / RETURNED
                    heapq.heappush(self._due, (due, lines_before + len(sales.wish), cell, person))
                sales.wish.append(wish)
                sales.cell.append(cell)
                sales.units.append(shelf.take(cell, units, moment))
            elif SUBSTITUTE <= fate < self._delays_below:
                sales.postponed.append(wish)
        self._accept_returns(month, 1.0, shelf, sales)
        return sales

    def _instead(self, cell: int, fate: float, shelf: Shelf) -> int:
        """The most popular product of the category that is there, if the shopper takes one; else −1."""
        if fate < SUBSTITUTE:
            store, product = divmod(cell, self._products)
            for alternative in self._alternatives[product]:
                if shelf.has(candidate := store * self._products + alternative):
                    return candidate
        return -1

    def _accept_returns(self, month: int, moment: float, shelf: Shelf, sales: Sales) -> None:
        while self._due and self._due[0][0] < month + moment:
            due, line, cell, person = heapq.heappop(self._due)
            shelf.put_back(cell, due - month)
            sales.returns.append((due - month, line, cell, person))
