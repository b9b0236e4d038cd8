"""Every shelf of today as a stocked item: what will be asked of it, how it is supplied, and what a unit brings."""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints
from analytics.models.demand import Demand
from analytics.models.factors import Factors
from analytics.models.ledger import YEAR
from analytics.models.stocked_items import MONTH_DAYS, Items

LEAD_DAYS: Final = 0.0  # where nobody says, delivery is at once
MOST_DOUBT: Final = 2.0


class Trade(NamedTuple):
    """price: (stores, products) paid for a unit; cost, lead_time_days: (products,), NaN where unknown."""

    price: Array
    cost: Array
    lead_time_days: Array


def stocked(demand: Demand, trade: Trade, month: int, pair: Ints) -> Items:
    """The items of some store × products (flat numbers) for the year after a month; month 0 is the next one.

    Demand: level · season · mean trend of the last year. Level: the safety that deliveries so far left on the shelf, in
    SDs of a month, on top of the demand to come. Substitution and failed deliveries are not told: none, so that a lost
    unit costs at most this.
    """
    assert demand.factors
    n, ledger, factors = len(pair), demand.ledger, demand.factors
    product, same = pair % ledger.sold.shape[2], np.ones(n)
    mean = _ahead(factors, ledger.calendar[month] + 1, ledger.category[product], factors.level.ravel()[pair])
    lead = np.where(np.isfinite(trade.lead_time_days), trade.lead_time_days, LEAD_DAYS)[product]
    sd = np.sqrt(factors.dispersion * mean)
    level = mean * (1 + lead / MONTH_DAYS) + _safety(demand, factors.dispersion).ravel()[pair] * sd
    doubt = 1 / np.sqrt(factors.strength + demand.information.ravel()[pair])
    return Items(
        mean=mean,
        dispersion=factors.dispersion * same,
        level=np.maximum(level, 0),
        lead_time_days=lead,
        review_days=MONTH_DAYS * same,
        price=trade.price.ravel()[pair],
        cost=trade.cost[product],
        substitution=0 * same,
        failure=0 * same,
        uncertainty=np.minimum(doubt, MOST_DOUBT),
    )


def _ahead(factors: Factors, first: int, category: Ints, level: Array) -> Array:
    months = (first + np.arange(YEAR)) % YEAR
    mean: Array = level * factors.season[months][:, category] * factors.trend[-YEAR:].mean()
    return mean


def _safety(demand: Demand, dispersion: float) -> Array:
    """SDs of a month's demand that deliveries left above its mean, on average; (stores, products)."""
    ledger = demand.ledger
    if ledger.received is None:
        return np.zeros(ledger.sold.shape[1:])
    came = (ledger.received > 0) & np.isfinite(demand.expected) & np.isfinite(ledger.opening)
    there = np.where(came, ledger.opening + np.nan_to_num(ledger.received) - demand.expected, 0)
    sd = np.sqrt(dispersion * np.maximum(np.nan_to_num(demand.expected), 1e-9))
    total, count = np.where(came, there / sd, 0).sum(axis=0), came.sum(axis=0)
    safety: Array = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return safety
