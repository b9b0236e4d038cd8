"""How much of their usual basket customers missed, month by month, and the placebos of it."""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask
from analytics.models.demand import Demand
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
    """Units wanted and not served, (months, stores, products), 0 where there is no number."""

    lost: Array
    demand: Array

    @classmethod
    def of(cls, demand: Demand) -> "Unserved":
        """From an estimate of demand."""
        return cls(np.nan_to_num(demand.lost), np.nan_to_num(demand.unconstrained))

    @property
    def share(self) -> Array:
        """Lost ÷ demand of each cell [-]."""
        return _ratio(self.lost, self.demand)

    @property
    def share_elsewhere(self) -> Array:
        """Lost ÷ demand of all other stores [-]."""
        lost, demand = (a.sum(axis=1, keepdims=True) - a for a in (self.lost, self.demand))
        return _ratio(lost, demand)


def tastes(bought: Bought, customers: int, demand: Demand) -> Tastes:
    """The priors of usual baskets from the demand that is expected in each store."""
    return Tastes(bought, customers, Wanted(np.nan_to_num(demand.expected).sum(axis=0), demand.ledger.category))


def missed(found: Tastes, unserved: Unserved) -> Missed:
    """Month by month from what was known before it."""
    months, shape = len(unserved.lost), (found.customers, len(unserved.lost))
    usual, later, never = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    home, known = np.full(shape, -1), np.zeros(shape, dtype=np.bool_)
    share, elsewhere = unserved.share, unserved.share_elsewhere
    for month in range(months):
        baskets = found.until(month)
        home[:, month], known[:, month] = baskets.home, baskets.lines > 0
        usual[:, month], never[:, month] = baskets.missed(share[month]), baskets.missed_elsewhere(share[month])
        if month + 2 < months:
            later[:, month] = baskets.missed(elsewhere[month + 2])
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
