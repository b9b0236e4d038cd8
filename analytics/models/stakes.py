"""What customers would spend more if top sellers never ran out, and because of which products.

Of what a customer c is expected to spend, E(c), the files know only what shelves allowed. With full shelves of top
sellers it would be

    E(c) · exp(δ·x(c)) ÷ (1 − (1 − σ)·v(c))

v: share of what they want that was not served, Σ w(c, p)·Σ lost(p) ÷ Σ demand(p) over a year at their store; σ: who
takes another product instead, assumed; x: share of the basket missed in a month, Σ w·mean(lost ÷ demand), which keeps
them from coming back as δ says (`availability`). Who comes back later to buy it is in δ, so it is not taken off again.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, top_columns
from analytics.models.kept_items import SUBSTITUTION
from analytics.models.missed_baskets import Unserved
from analytics.models.usual_baskets import UsualBaskets

REASONS: Final = 3  # products named for each customer
CLASS_A: Final = 0.80  # of the money wanted: top sellers
PRIOR_UNITS: Final = 20.0  # of demand that the store's and the product's own rate are worth
MOST_UNSERVED: Final = 0.9
LEAST: Final = 1e-9


class Returning(NamedTuple):
    """δ of each customer, (customers,), and its low and high end; all 0 where none was found.

    ranks: whether customers are told apart by it, too, or by the volume of what is not served alone.
    """

    likely: Array
    low: Array
    high: Array
    ranks: bool

    @classmethod
    def none(cls, customers: int) -> "Returning":
        """Nobody comes back more or less often."""
        zero = np.zeros(customers)
        return cls(zero, zero, zero, False)


class Gaps(NamedTuple):
    """Of a year and of top sellers, (stores, top sellers): shares [-] of units not served and of a month's demand.

    product: their numbers; low, high: of what was lost in a store, relative to its likely value, (stores,).
    """

    product: Ints
    unserved: Array
    monthly: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Stakes:
    """One entry a customer with a store and an expected spend, shape (n,); first who gains most even at the low end.

    unserved: v; missed: x [-]; gain, low, high: what they would spend more [currency]; product: the (n, 3) products
    that ran out and cost most, −1 for none. by_shelf: likely gain (stores, products).
    """

    customer: Ints
    store: Ints
    expected: Array
    unserved: Array
    missed: Array
    gain: Array
    low: Array
    high: Array
    product: Ints
    by_shelf: Array


def top_sellers(demand: Array, price: Array) -> Ints:
    """The fewest products that make 80 % of the money wanted, best first. Both (stores, products), units and money."""
    money = (demand * price).sum(axis=0)
    order = np.argsort(-money, kind="stable")
    before = np.cumsum(money[order]) - money[order]
    best: Ints = order[before < CLASS_A * money.sum()]
    return best


def gaps(unserved: Unserved, product: Ints, low: Array, high: Array) -> Gaps:
    """Of the last year; the share of a store × product is drawn towards the product of its two own rates."""
    lost, demand = unserved.lately
    whole = float(lost.sum()) / max(float(demand.sum()), LEAST)
    of_store, of_product = (lost.sum(axis=i) / np.maximum(demand.sum(axis=i), LEAST) for i in (1, 0))
    prior = np.minimum(np.outer(of_store, of_product) / max(whole, LEAST), 1.0)
    share = (lost + PRIOR_UNITS * prior) / (demand + PRIOR_UNITS)
    return Gaps(product, share[:, product], unserved.monthly[:, product], low, high)


def stakes(baskets: UsualBaskets, found: Gaps, expected: Array, home: Ints, returning: Returning) -> Stakes:
    """For customers with an expected spend above 0 [currency] and a store; both (customers,)."""
    who = np.flatnonzero((expected > 0) & (home >= 0) & (baskets.lines > 0))
    shape = (len(baskets.tastes.wanted.demand), len(baskets.tastes.wanted.category))
    v, x, product = np.zeros(len(who)), np.zeros(len(who)), np.full((len(who), REASONS), -1)
    by_shelf, gain = np.zeros(shape), np.zeros(len(who))
    for store in np.unique(home[who]):
        here = np.flatnonzero(home[who] == store)
        weight = baskets.weights(who[here], found.product, home[who[here]])
        v[here], x[here] = weight @ found.unserved[store], weight @ found.monthly[store]
        delta = returning.likely[who[here]]
        gain[here] = more(expected[who[here]], v[here], x[here], delta)
        part = weight * ((1 - SUBSTITUTION) * found.unserved[store] + delta[:, None] * found.monthly[store])
        money = part * (gain[here] / np.maximum(part.sum(axis=1), LEAST))[:, None]
        np.add.at(by_shelf[store], found.product, money.sum(axis=0))
        product[here] = _most(money * (found.monthly[store] > 0), found.product)
    low = more(expected[who], v * found.low[home[who]], x, returning.low[who])
    high = more(expected[who], v * found.high[home[who]], x, returning.high[who])
    score = low if returning.ranks else more(expected[who], v * found.low[home[who]], x, np.zeros(len(who)))
    order = np.argsort(-score, kind="stable")
    return Stakes(
        customer=who[order],
        store=home[who][order],
        expected=expected[who][order],
        unserved=v[order],
        missed=x[order],
        gain=gain[order],
        low=low[order],
        high=high[order],
        product=product[order],
        by_shelf=by_shelf,
    )


def more(expected: Array, unserved: Array, missed: Array, delta: Array) -> Array:
    """What would be spent beyond `expected` [currency], all of one shape.

    A fifth not served, of which 26 % found something else: 1 ÷ (1 − 0.74·0.2) − 1 = 17.4 % more.

    >>> import numpy as np
    >>> more(np.array([100.0]), np.array([0.2]), np.array([0.1]), np.array([0.0])).round(1).tolist()
    [17.4]
    """
    served = 1 - (1 - SUBSTITUTION) * np.clip(unserved, 0, MOST_UNSERVED)
    found: Array = expected * (np.exp(delta * missed) / served - 1)
    return found


def _most(money: Array, product: Ints) -> Ints:
    """The products that cost each customer most, at most REASONS, −1 where there are fewer."""
    found = np.full((len(money), REASONS), -1)
    order = top_columns(money, REASONS)
    some = np.take_along_axis(money, order, axis=1) > LEAST
    found[:, : order.shape[1]] = np.where(some, product[order], -1)
    return found
