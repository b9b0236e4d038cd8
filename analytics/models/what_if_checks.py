"""What must hold of every what-if, measured on the very study that answers: shown to users, and kept as tests."""

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array
from analytics.models.inventory_theory import loss
from analytics.models.item_weights import scales, weights
from analytics.models.stock_simulation import draw, simulate
from analytics.models.stocked_items import MONTH_DAYS, MONTHS, Items
from analytics.models.what_if import NEUTRAL, Scenario, Study, compare, policy
from data.said import Said, say

STOCK_LEVELS: Final = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
REFERENCES: Final = ((0.5, 1.3, 2), (2.0, 1.0, 3), (4.0, 1.8, 5), (12.0, 3.0, 15))  # mean, dispersion, level of a month
COPIES, YEARS = 300, 96  # of each reference: 345,600 months
CLOSED_FORM: Final = 0.002  # of fill rate
CHANCE: Final = 0.0005  # of what is sold: what chance may bend


class Check(NamedTuple):
    """What is claimed, the largest deviation found, how much is allowed, and whether it passed."""

    name: Said
    value: float
    tolerance: float
    passed: bool


def checks(given: Study) -> list[Check]:
    """All checks: four of the study at hand, one of the simulation against theory. About a second; for the refresh."""
    sold = _sold_by_stock_level(given)
    return [
        _check(say("Changing nothing changes nothing"), _neutral_change(given), 0),
        _check(say("More stock never lowers expected sales"), _falls(sold), CHANCE),
        _check(say("Each further unit of stock adds less"), _largest_bend(sold), CHANCE),
        _check(say("Opening stock + received − sold = closing stock"), _imbalance(given), 0),
        _check(say("The fill rate is that of theory where theory has one"), _closed_form_error(), CLOSED_FORM),
    ]


def _check(name: Said, value: float, tolerance: float) -> Check:
    return Check(name, value, tolerance, value <= tolerance)


def _neutral_change(given: Study) -> float:
    """The largest change of any measure of any item under the scenario that changes nothing."""
    n = len(given.items)
    change = compare(given, NEUTRAL, weights(scales(given.items), np.arange(n), n)).change
    return max(float(np.abs(np.nan_to_num(band)).max(initial=0)) for band in change.values())


def _sold_by_stock_level(given: Study) -> Array:
    """(levels, items) units sold in all years together, at equal steps of stock."""
    scenarios = [Scenario(stock_level=level) for level in STOCK_LEVELS]
    sold = [simulate(policy(given.items, scenario), given.draws).sold for scenario in scenarios]
    return np.array([year.sum(axis=0, dtype=np.float64) for year in sold])


def _falls(sold: Array) -> float:
    """What items sell less at the next higher level ÷ what all sell at most; a unit may fall into another year."""
    falls = np.maximum(-np.diff(sold, axis=0), 0).sum(axis=1)
    return float(falls.max() / max(sold[-1].sum(), 1))


def _largest_bend(sold: Array) -> float:
    """How much more a step of stock adds than the step before, all items together ÷ what they sell at most."""
    total = sold.sum(axis=1)
    return float(np.maximum(np.diff(total, n=2), 0).max() / max(total[-1], 1))


def _imbalance(given: Study) -> float:
    """Units by which the ledger of any item in any year is off."""
    year = given.today
    return float(np.abs(year.opening + year.received - year.sold - year.closing).max(initial=0))


@cache  # a second, and the same for every study
def _closed_form_error() -> float:
    """The largest error in fill rate of items whose month starts full: 1 − n(S) ÷ μ, the newsvendor's."""
    mean, dispersion, level = (np.repeat(values, COPIES).astype(np.float64) for values in zip(*REFERENCES, strict=True))
    items = reference_items(mean, dispersion, level)
    year = simulate(policy(items, NEUTRAL), draw(items, YEARS, factors=np.ones(1)))
    served, demand = (units.reshape(YEARS, -1, COPIES).sum(axis=(0, 2)) for units in (year.sold, year.demand))
    exact = 1 - loss(level, mean, dispersion) / mean
    return float(np.abs(served / demand - exact[::COPIES]).max())


def reference_items(mean: Array, dispersion: Array, level: Array) -> Items:
    """Items without season, lead time, failures and uncertainty, reviewed monthly; price 10, cost 6; shapes (n,)."""
    n = len(mean)
    zero = np.zeros(n)
    return Items(
        mean=np.tile(mean, (MONTHS, 1)),
        dispersion=dispersion,
        level=np.tile(level, (MONTHS, 1)),
        lead_time_days=zero,
        review_days=np.full(n, MONTH_DAYS),
        price=np.full(n, 10.0),
        cost=np.full(n, 6.0),
        substitution=zero,
        failure=zero,
        uncertainty=zero,
        common_uncertainty=0.0,
    )
