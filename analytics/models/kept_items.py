"""The products that stores keep now, as items of the year to come: what demand and the stock ledger tell of them.

Demand of a month is level · season of the month · trend of the last year. How a shelf is filled is read from the ledger
as a safety factor, so many SDs above what is expected, and holds for the demand to come: who sells more, orders more.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask, parts
from analytics.models.demand import Demand
from analytics.models.factors import Factors
from analytics.models.ledger import YEAR
from analytics.models.lost_sales import Evidence
from analytics.models.stock_effect import deliveries
from analytics.models.stocked_items import MONTH_DAYS, Items, protection
from data.said import Said, say

SUBSTITUTION: Final = 0.26  # of shoppers at an empty shelf, assumed: monthly data do not tell
RECENT: Final = 24  # months of the ledger from which levels are read
LEAST_SD: Final = 0.1  # units; below it a safety factor says nothing
LEAST_LEVEL: Final = 1.0  # units: a shelf that is kept is not kept empty
LEAST_EVIDENCE: Final = 0.25  # about ln μ, so that an SD is 2 at most
NOTHING_KEPT: Final = say("No item: no store carries a product with known demand in the last month of known stock.")


class Offer(NamedTuple):
    """What a unit costs and takes. price: (shelves,) [currency]; cost [currency], lead_time_days [days]: (products,),
    NaN where unknown.
    """

    price: Array
    cost: Array
    lead_time_days: Array


@dataclass(frozen=True, slots=True)
class Kept:
    """Items of every shelf that was carried in the last counted month and has a number of demand.

    shelf: (n,) number in the ledger; store, product: of each. since: number of the ledger's month before the first
    month of `items`. uncosted, undated: (n,) whose unit cost or lead time is assumed; without: carried shelves that
    have no number. failure: share of due deliveries that failed, None if nobody knows what was received.
    """

    items: Items
    shelf: Ints
    store: Ints
    product: Ints
    since: int
    uncosted: Mask
    undated: Mask
    without: int
    failure: float | None


def kept_items(demand: Demand, offer: Offer) -> Kept | Said:
    """The items of the twelve months after the last one whose stock is known, or why there are none.

    Unknown lead times are 0; unknown unit costs are the price times the cost share of the products that have one, or
    the price where none has. Substitution is assumed to be 0.26, reviews are monthly like the ledger.
    """
    factors, ledger = demand.factors, demand.ledger
    if demand.why or factors is None:
        return demand.why or NOTHING_KEPT
    since = int(np.flatnonzero(ledger.known.any(axis=1))[-1])
    carried, told = ledger.ranged[since], np.isfinite(demand.expected).any(axis=0)
    shelf = np.flatnonzero(carried & told)
    if not len(shelf):
        return NOTHING_KEPT
    store, product = ledger.shelves.store[shelf], ledger.shelves.product[shelf]
    same, dispersion = np.ones(len(shelf)), np.full(len(shelf), factors.dispersion)
    days, price = offer.lead_time_days[product], offer.price[shelf]
    mean = _year_to_come(factors, demand, since)[:, shelf] * factors.level[shelf]
    lead_time = np.nan_to_num(days)
    failure = _failure(demand)
    items = Items(
        mean=mean,
        dispersion=dispersion,
        level=_levels(demand, since, shelf, Coming(mean, dispersion, lead_time)),
        lead_time_days=lead_time,
        review_days=MONTH_DAYS * same,
        price=price,
        cost=_costs(offer.cost[product], price),
        substitution=SUBSTITUTION * same,
        failure=(failure or 0.0) * same,
        uncertainty=_uncertainty(Evidence.of(demand))[shelf],
    ).checked()
    without = int((carried & ~told).sum())
    return Kept(items, shelf, store, product, since, np.isnan(offer.cost[product]), np.isnan(days), without, failure)


class Coming(NamedTuple):
    """Of n items: expected demand of the months to come, (12, n); dispersion; lead time [days]."""

    mean: Array
    dispersion: Array
    lead_time_days: Array


def _year_to_come(factors: Factors, demand: Demand, since: int) -> Array:
    """Season · trend of the twelve months after `since`, (12, shelves); the trend is the mean of the last year's."""
    month = (demand.ledger.first_month + since + 1 + np.arange(YEAR)) % YEAR
    trend = factors.trend[max(0, since + 1 - YEAR) : since + 1].mean()
    return factors.season[month][:, demand.ledger.shelves.category_of] * float(trend)


def _levels(demand: Demand, since: int, shelf: Ints, coming: Coming) -> Array:
    """Order-up-to levels of the months to come, (12, n), from safety factors after the deliveries of recent months.

    A calendar month without a delivery has the item's mean safety factor, an item without any that of all items.
    """
    months = np.arange(max(0, since + 1 - RECENT), since + 1)
    calendar = ((months - since - 1) % YEAR == np.arange(YEAR)[:, None]).astype(np.float64)
    total, count = np.zeros((YEAR, len(shelf))), np.zeros((YEAR, len(shelf)))
    for some in parts(len(shelf)):
        safety = _safety(demand, months, shelf[some], Coming(*(a[..., some] for a in coming)))
        known = np.isfinite(safety)
        total[:, some], count[:, some] = calendar @ np.where(known, safety, 0.0), calendar @ known
    everywhere = float(total.sum() / max(count.sum(), 1))
    usual = _mean(total.sum(axis=0), count.sum(axis=0), everywhere)
    mean, sd = protection(coming.mean, coming.dispersion, coming.lead_time_days, _monthly(coming))
    level: Array = mean + _mean(total, count, usual) * np.maximum(sd, LEAST_SD)
    return np.maximum(level, LEAST_LEVEL)


def _safety(demand: Demand, months: Ints, shelf: Ints, coming: Coming) -> Array:
    """SDs by which the level of some ledger months was above expected demand, (months, n); NaN without a delivery.

    On the shelf after the delivery was what was sold and what was left: opening + received − shrink. The order came
    before demand over the lead time, which the level covered too (`level_behind`), and which so drops out here.
    """
    ledger, here = demand.ledger, np.ix_(months, shelf)
    sold, closing, opening, expected = (
        array[here] for array in (ledger.sold, ledger.closing, ledger.opening, demand.expected)
    )
    available = np.fmax(sold, 0.0) + np.maximum(closing, 0)
    came = available > opening if ledger.received is None else ledger.received[here] > 0
    _, sd = protection(expected, coming.dispersion, coming.lead_time_days, _monthly(coming))
    safety: Array = (available - expected) / np.maximum(sd, LEAST_SD)
    return np.where(came, safety, np.nan)


def _monthly(coming: Coming) -> Array:
    return np.full(len(coming.dispersion), MONTH_DAYS)


def _mean(total: Array, count: Array, otherwise: Array | float) -> Array:
    return np.where(count > 0, total / np.maximum(count, 1), otherwise)


def _failure(demand: Demand) -> float | None:
    """Of the deliveries that were due, as shelves were low, the share that came to no store or from no supplier."""
    if demand.ledger.received is None:
        return None
    found = deliveries(demand, demand.ledger.received)
    return float((found.failed & found.low).sum() / max(int(found.low.sum()), 1))


def _costs(cost: Array, price: Array) -> Array:
    known = np.isfinite(cost)
    share = float(cost[known].sum() / max(float(price[known].sum()), 1e-9)) if known.any() else 1.0
    return np.where(known, cost, share * price)


def _uncertainty(evidence: Evidence) -> Array:
    """Relative SD of each shelf's expected demand, (shelves,): its own evidence, and that which it leans on.

    Var ln μ = 1 ÷ (τ + I) + (τ ÷ (τ + I))² · (1 ÷ I of the store + 1 ÷ I of the product), as for lost sales.
    """
    own = np.maximum(evidence.strength + evidence.information, LEAST_EVIDENCE)
    leaning = np.minimum(evidence.strength / own, 1) ** 2
    of_store, of_product = (variance[key] for key, variance in evidence.common)
    variance: Array = 1 / own + leaning * (of_store + of_product)
    return np.minimum(np.sqrt(variance), 2.0)
