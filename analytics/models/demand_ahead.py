"""Demand of the months to come, of each shelf: the multiplicative model, and the baseline that it must beat.

Both are told only what was known before the first month ahead: a `Demand` that was estimated from a ledger that ends
there. Both give means, (horizon, shelves) in units, NaN for shelves without a number. How sure they are is
measured, not assumed (`forecast_errors`).
"""

from dataclasses import replace
from typing import Final

import numpy as np

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.demand import Demand
from analytics.models.ledger import YEAR, Kind, Ledger
from analytics.models.shrinkage import Evidence, shrunk

MOVED: Final[tuple[Kind, ...]] = ("all", "product", "store", "shelf")
FADING: Final = 0.85  # weight of a month relative to the month after it: half in four months
RECENT: Final = 3  # months; a shelf that the store did not carry in any of them is no longer forecast


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
    """(shelves,) that have a number and were carried lately."""
    there: Mask = np.asarray(np.isfinite(demand.expected[-RECENT:]).any(axis=0))
    return there


def multiplicative(demand: Demand, horizon: int) -> Array:
    """Level × season × trend of the estimate, brought up to date and then held: a trend goes on in no direction.

    Level and trend of an estimate are those of its whole history. What the last months sold against them, fading
    (`FADING`), moves all, then each product, store and shelf, each as far as it moved by more than chance (`shrunk`).
    """
    assert demand.factors
    factors, ledger = demand.factors, demand.ledger
    age = np.arange(len(ledger.sold))[::-1]
    weight = FADING**age
    weight *= weight.sum() / (weight**2).sum()  # so that they add up to the months that they are worth
    units, expected = (
        sum(w * np.nan_to_num(month) for w, month in zip(weight, cells, strict=True))
        for cells in (demand.unconstrained, demand.expected)
    )
    ratio = np.ones_like(units)
    for group, n in map(ledger.shelves.groups, MOVED):
        seen, due = (sum_by(group, a, n) for a in (units, expected * ratio))
        ratio *= shrunk(Evidence(seen, due, factors.dispersion * due), factors.dispersion)[0][group]
    lately = (weight * factors.trend).sum() / weight.sum()
    season = factors.season[months_ahead(ledger, horizon)][:, ledger.shelves.category_of]
    mean = factors.level * ratio * lately * season
    return np.where(carried(demand), mean, np.nan)


def seasonal_naive(demand: Demand, horizon: int) -> Array:
    """The demand of the same month a year before; where that is unknown, the mean of the last twelve months."""
    year = demand.unconstrained[-YEAR:]
    known = np.isfinite(year)
    usual = np.nan_to_num(year).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    repeated = np.where(known, year, usual)[np.arange(horizon) % YEAR]
    return np.where(carried(demand), repeated, np.nan)
