"""Customers with known habits."""

from dataclasses import replace

import numpy as np

from analytics.models.spend_panel import Purchases, Shops
from analytics.models.spend_report import YEAR

DAYS = 3 * YEAR
FIRST = 18_000
SHOPS = Shops(np.zeros((2, 1)), np.zeros((2, 1)), np.zeros((2, 1)), np.zeros(1, dtype=np.int64))


def buyers(customers: int = 600, seed: int = 1, season: float = 1.0, later: float = 0.0) -> Purchases:
    """Poisson buyers at rates of their own who stay.

    season: how much busier the last quarter of each year is. later: share of customers who come at some later day.
    """
    rng = np.random.default_rng(seed)
    rate, value = rng.gamma(1.0, 0.02, customers), rng.gamma(4.0, 10.0, customers)
    busy = np.where(np.arange(DAYS) % YEAR >= 273, season, 1.0)
    comes = np.where(np.arange(customers) < later * customers, rng.integers(0, DAYS, customers), 0)
    there = np.arange(DAYS) >= comes[:, None]
    customer, day = np.nonzero((rng.random((customers, DAYS)) < rate[:, None] * busy) & there)
    money = value[customer] * rng.gamma(4.0, 0.25, len(customer))
    return bought(customer, day, money, customers)


def bought(customer: np.ndarray, day: np.ndarray, money: np.ndarray, customers: int) -> Purchases:
    """Purchases on days from 0 on, two thirds in store 0; nobody's day of signing up is known."""
    return Purchases(
        customer=np.asarray(customer, dtype=np.int64),
        day=FIRST + np.asarray(day, dtype=np.int64),
        store=np.arange(len(customer)) % 3 // 2,
        money=np.asarray(money, dtype=np.float64),
        bought=np.asarray(money) > 0,
        joined=np.full(customers, np.nan),
        first=FIRST,
        last=FIRST + DAYS - 1,
    )


def also(purchases: Purchases, customer: int, day: np.ndarray, money: np.ndarray) -> Purchases:
    """The same with more purchases of one customer."""
    more = bought(np.full(len(day), customer), day, money, len(purchases.joined))
    names = ("customer", "day", "store", "money", "bought")
    both = {name: np.concatenate([getattr(purchases, name), getattr(more, name)]) for name in names}
    return replace(purchases, **both)
