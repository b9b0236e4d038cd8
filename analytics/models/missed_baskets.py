"""How much of their usual basket customers missed, month by month, and the placebos of it."""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask
from analytics.models.demand import Demand
from analytics.models.ledger import YEAR, Assortment
from analytics.models.two_way_poisson import Panel
from analytics.models.usual_baskets import Bought, Tastes, Wanted

LEAST: Final = 1e-9


class Missed(NamedTuple):
    """Of each customer and month, (customers, months): shares [-] of a basket known before that month.

    usual: of the usual basket, missing in that month at the customer's store; later: of the same products, missing in
    the other stores in the month after next; never: of categories that the customer had never bought from. orders:
    receipts in that month; home: the store, −1 for none; known: months before which the customer had bought something.
    """

    usual: Array
    later: Array
    never: Array
    orders: Array
    home: Ints
    known: Mask


class Unserved(NamedTuple):
    """Units wanted and not served, (months, shelves), 0 where there is no number."""

    shelves: Assortment
    lost: Array
    demand: Array

    @classmethod
    def of(cls, demand: Demand) -> "Unserved":
        """From an estimate of demand."""
        return cls(demand.ledger.shelves, np.nan_to_num(demand.lost), np.nan_to_num(demand.unconstrained))

    def within(self, months: slice) -> "Unserved":
        """Of some months."""
        return Unserved(self.shelves, self.lost[months], self.demand[months])

    @property
    def lately(self) -> tuple[Array, Array]:
        """Units lost and units wanted in the last year, (stores, products) each."""
        lost, demand = (self.shelves.grid(a[-YEAR:].sum(axis=0), 0.0) for a in (self.lost, self.demand))
        return lost, demand

    @property
    def monthly(self) -> Array:
        """Mean of the months' shares over the last year [-], (stores, products)."""
        return self.shelves.grid(_ratio(self.lost[-YEAR:], self.demand[-YEAR:]).mean(axis=0), 0.0)

    def share(self, month: int) -> Array:
        """Lost ÷ demand of a month [-], (stores, products)."""
        return self.shelves.grid(_ratio(self.lost[month], self.demand[month]), 0.0)

    def share_elsewhere(self, month: int) -> Array:
        """Lost ÷ demand of all other stores [-], (stores, products)."""
        grids = (self.shelves.grid(a[month], 0.0) for a in (self.lost, self.demand))
        return _ratio(*(a.sum(axis=0) - a for a in grids))


def tastes(bought: Bought, customers: int, demand: Demand) -> Tastes:
    """The priors of usual baskets from the demand that is expected in each store."""
    shelves = demand.ledger.shelves
    wanted = shelves.grid(np.nan_to_num(demand.expected).sum(axis=0), 0.0)
    return Tastes(bought, customers, Wanted(wanted, shelves.category))


def missed(found: Tastes, unserved: Unserved) -> Missed:
    """Month by month from what was known before it."""
    months, shape = len(unserved.lost), (found.customers, len(unserved.lost))
    usual, later, never = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    home, known = np.full(shape, -1), np.zeros(shape, dtype=np.bool_)
    for month in range(months):
        baskets = found.until(month)
        home[:, month], known[:, month] = baskets.home, baskets.lines > 0
        share = unserved.share(month)
        usual[:, month], never[:, month] = baskets.missed(share), baskets.missed_elsewhere(share)
        if month + 2 < months:
            later[:, month] = baskets.missed(unserved.share_elsewhere(month + 2))
    return Missed(usual, later, never, _orders(found.bought, shape), home, known)


def returning(found: Missed, *placebos: Array, customers: Mask | None = None) -> Panel:
    """Orders of the month after against what was missed: the panel of the effect, with placebos beside it."""
    told = found.known[:, :-1] & (True if customers is None else customers[:, None])
    last = -2 if placebos else None  # the last months have nothing later
    x = np.stack([found.usual[:, :-1], *(placebo[:, :-1] for placebo in placebos)])
    month = np.broadcast_to(np.arange(told.shape[1]), told.shape)
    return Panel(
        counts=found.orders[:, 1:][:, :last],
        told=told[:, :last],
        x=x[:, :, :last],
        groups=(found.home[:, :-1][:, :last], month[:, :last]),
    )


def _orders(bought: Bought, shape: tuple[int, int]) -> Array:
    _, first = np.unique(bought.order, return_index=True)
    place = bought.customer[first] * shape[1] + bought.month[first]
    return np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > LEAST)
