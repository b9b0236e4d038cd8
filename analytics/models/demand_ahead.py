"""Demand of the months to come, of each store × product: the multiplicative model, and the baseline that it must beat.

Both are told only what was known before the first month ahead: a `Demand` that was estimated from a ledger that ends
there. Both give means, (horizon, stores, products) in units, NaN for pairs without a number. How sure they are is
measured, not assumed (`forecast_errors`).
"""

from dataclasses import replace
from typing import Final

import numpy as np

from analytics.arrays import Array, Ints, Mask
from analytics.models.demand import Demand
from analytics.models.ledger import YEAR, Ledger
from analytics.models.shrinkage import Evidence, shrunk

FADING: Final = 0.85  # weight of a month relative to the month after it: half in four months
RECENT: Final = 3  # months; a pair that the store did not carry in any of them is no longer forecast


def before(ledger: Ledger, month: int) -> Ledger:
    """What was known when `month` began."""
    received = None if ledger.received is None else ledger.received[:month]
    given = {name: getattr(ledger, name)[:month] for name in ("opening", "sold", "closing", "ranged")}
    return replace(ledger, received=received, **given)


def months_ahead(ledger: Ledger, horizon: int) -> Ints:
    """The month of the year of each month to come, 0 for January."""
    ahead: Ints = (ledger.first_month + len(ledger.sold) + np.arange(horizon)) % YEAR
    return ahead


def carried(demand: Demand) -> Mask:
    """(stores, products) pairs that have a number and were carried lately."""
    there: Mask = np.asarray(np.isfinite(demand.expected[-RECENT:]).any(axis=0))
    return there


def multiplicative(demand: Demand, horizon: int) -> Array:
    """Level × season × trend of the estimate, brought up to date and then held: a trend goes on in no direction.

    Level and trend of an estimate are those of its whole history. What the last months sold against them, fading
    (`FADING`), moves all, then each product, store and pair, each as far as it moved by more than chance (`shrunk`).
    """
    assert demand.factors
    factors, ledger = demand.factors, demand.ledger
    age = np.arange(len(ledger.sold))[::-1]
    weight = FADING**age
    weight *= weight.sum() / (weight**2).sum()  # so that they add up to the months that they are worth
    units, expected = (
        np.einsum("m,msp->sp", weight, np.nan_to_num(a)) for a in (demand.unconstrained, demand.expected)
    )
    ratio = np.ones_like(units)
    for axes in ((0, 1), 0, 1, ()):  # all, products, stores, pairs
        seen, due = (np.sum(a, axis=axes, keepdims=True) for a in (units, expected * ratio))
        ratio = ratio * shrunk(Evidence(seen, due, factors.dispersion * due), factors.dispersion)[0]
    lately = (weight * factors.trend).sum() / weight.sum()
    season = factors.season[months_ahead(ledger, horizon)][:, ledger.category]
    mean = factors.level * ratio * lately * season[:, None, :]
    return np.where(carried(demand), mean, np.nan)


def seasonal_naive(demand: Demand, horizon: int) -> Array:
    """The demand of the same month a year before; where that is unknown, the mean of the last twelve months."""
    year = demand.unconstrained[-YEAR:]
    known = np.isfinite(year)
    usual = np.nan_to_num(year).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    repeated = np.where(known, year, usual)[np.arange(horizon) % YEAR]
    return np.where(carried(demand), repeated, np.nan)
