"""Customers as they stood at the end of a day, told from what was known then alone; and what they spent later.

Every day that is learned from has the same look-back, so that a sum of spend means the same at each; only BG/NBD and
Gamma-Gamma, which know how long they watch, see all that was before. Nothing of a panel is known later than its day:
not the loyalty tier, which files give as it is now; and the home store is the one ordered from most in the look-back.
"""

from dataclasses import dataclass, replace

import numpy as np

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.purchase_counts import History
from analytics.models.spend_report import QUARTER, WEEK, YEAR


@dataclass(frozen=True, slots=True)
class Purchases:
    """What known customers bought and brought back: one entry an order, in any order, shape (orders,).

    customer: from 0; day: since 1970-01-01; store: from 0; money: net of returns [currency]; bought: something was
    sold. joined: of each customer, the day they signed up, NaN where unknown, shape (customers,). first, last: the
    first and the last day that the data cover.
    """

    customer: Ints
    day: Ints
    store: Ints
    money: Array
    bought: Mask
    joined: Array
    first: int
    last: int

    def of(self, customers: Ints | slice) -> "Purchases":
        """Those of some customers, who are numbered anew."""
        joined = self.joined[customers]
        number = np.full(len(self.joined), -1)
        number[customers] = np.arange(len(joined))
        place = number[self.customer]
        rows = np.flatnonzero(place >= 0)
        return replace(
            self,
            customer=place[rows],
            day=self.day[rows],
            store=self.store[rows],
            money=self.money[rows],
            bought=self.bought[rows],
            joined=joined,
        )


@dataclass(frozen=True, slots=True)
class Shops:
    """How stores did by month: sales [currency], ranged and empty product months, shape (stores, months).

    ends: the last day of each month since 1970-01-01, shape (months,).
    """

    sales: Array
    ranged: Array
    empty: Array
    ends: Ints

    def at(self, day: int, back: int) -> tuple[Array, Array]:
        """In-stock rate [-] over the `back` days up to `day`, and log growth from their first half to their second.

        Growth is that beyond all stores. Both (stores,), NaN where unknown; of whole months only.
        """
        known = np.flatnonzero((self.ends <= day) & (self.ends > day - back))
        half = len(known) // 2
        with np.errstate(divide="ignore", invalid="ignore"):
            in_stock = 1 - self.empty[:, known].sum(axis=1) / self.ranged[:, known].sum(axis=1)
            late, early = (self.sales[:, months].sum(axis=1) for months in (known[half:], known[:half]))
            growth = np.log(late / early) - np.log(late.sum() / early.sum())
        return in_stock, np.where(np.isfinite(growth), growth, np.nan)


@dataclass(frozen=True, slots=True)
class Panel:
    """Customers known at the end of `day`, one entry each, shape (n,).

    history: for BG/NBD; valued: purchases behind `value`; value: mean value of one [currency]; spend, late: over the
    look-back and over its last quarter; orders: days with a purchase; idle: weeks since the last one; in_stock,
    growth: of the home store, see Shops.at, 0 beyond the average where unknown. home: that store, −1 for none.
    """

    day: int
    back: int
    customer: Ints
    history: History
    valued: Array
    value: Array
    spend: Array
    late: Array
    orders: Array
    idle: Array
    home: Ints
    in_stock: Array
    growth: Array

    def __len__(self) -> int:
        return len(self.customer)


def panel(purchases: Purchases, shops: Shops, day: int, back: int = YEAR) -> Panel:
    """The customers who had bought or signed up by the end of `day`; look-back: the `back` days up to it.

    Whose day of signing up is known, is watched from it (or from the start of the data) on, and all purchases are
    repeats; anybody else is watched from their first purchase on.
    """
    customers = len(purchases.joined)
    before, seen = purchases.day <= day, (purchases.day > day - back) & (purchases.day <= day)
    days, who, money = _days(purchases, before & purchases.bought)
    first, last = np.full(customers, np.inf), np.full(customers, -np.inf)
    np.minimum.at(first, who, days)
    np.maximum.at(last, who, days)
    signed = purchases.joined <= day
    here = np.flatnonzero(np.isfinite(first) | signed)
    start = np.where(signed, np.minimum(np.maximum(purchases.joined, purchases.first - 1), first), first)
    paid = days > start[who]
    repeats = np.bincount(who[paid], minlength=customers)[here].astype(np.float64)
    worth = sum_by(who[paid], np.maximum(money[paid], 0), customers)[here]
    idle = np.where(np.isfinite(last), day - last, day - start)[here]
    home = _home(purchases, np.flatnonzero(seen), customers)[here]
    in_stock, growth = shops.at(day, back)
    return Panel(
        day=day,
        back=back,
        customer=here,
        history=History(
            repeats=repeats,
            last=np.where(repeats > 0, last[here] - start[here], 0.0) / WEEK,
            watched=(day + 1 - start[here]) / WEEK,
        ),
        valued=np.where(worth > 0, repeats, 0.0),
        value=np.divide(worth, repeats, out=np.zeros_like(worth), where=repeats > 0),
        spend=_paid(purchases, seen, customers)[here],
        late=_paid(purchases, seen & (purchases.day > day - QUARTER), customers)[here],
        orders=np.bincount(who[days > day - back], minlength=customers)[here].astype(np.float64),
        idle=np.minimum(idle, back) / WEEK,
        home=home,
        in_stock=_of_home(in_stock, home),
        growth=_of_home(growth, home),
    )


def spent(purchases: Purchases, customer: Ints, day: int, days: int) -> tuple[Array, Mask]:
    """What each of these customers spent in the `days` after `day`, returns taken off, and whether they bought."""
    after = (purchases.day > day) & (purchases.day <= day + days)
    customers = len(purchases.joined)
    bought = np.bincount(purchases.customer[after & purchases.bought], minlength=customers) > 0
    return _paid(purchases, after, customers)[customer], bought[customer]


def _paid(purchases: Purchases, chosen: Mask, customers: int) -> Array:
    """Net money of each customer, not below 0: what was brought back may have been bought earlier."""
    return np.maximum(sum_by(purchases.customer[chosen], purchases.money[chosen], customers), 0)


def _days(purchases: Purchases, chosen: Mask) -> tuple[Ints, Ints, Array]:
    """Day, customer and money of each day on which a customer bought."""
    span = purchases.last - purchases.first + 1
    key = purchases.customer[chosen] * span + purchases.day[chosen] - purchases.first
    unique, place = np.unique(key, return_inverse=True)
    return unique % span + purchases.first, unique // span, sum_by(place, purchases.money[chosen], len(unique))


def _home(purchases: Purchases, rows: Ints, customers: int) -> Ints:
    """The store where each customer ordered most often, −1 for none."""
    home = np.full(customers, -1)
    if not len(rows):
        return home
    stores = int(purchases.store.max()) + 1
    pair, count = np.unique(purchases.customer[rows] * stores + purchases.store[rows], return_counts=True)
    order = np.argsort(count, kind="stable")
    home[pair[order] // stores] = pair[order] % stores
    return home


def _of_home(values: Array, home: Ints) -> Array:
    """A store's value less the mean of all, for each customer; 0 where unknown."""
    if not np.isfinite(values).any():
        return np.zeros(len(home))
    beyond = np.append(np.nan_to_num(values - np.nanmean(values)), 0.0)
    found: Array = beyond[home]
    return found
