"""How much all customers together will spend: what a year earlier came of what had been spent until then.

Largest amounts are capped at a quantile on every side, so that one whale moves nobody else's number.
"""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array
from analytics.models.spend_panel import Purchases, Shops, panel, spent
from analytics.models.spend_report import QUARTER, YEAR

CAP: Final = 0.995  # quantile above which amounts count no more


class Level(NamedTuple):
    """Money over the days ahead ÷ money of the look-back [-], for the same customers; seasonal: told a year earlier."""

    ratio: float
    back: int
    seasonal: bool


def level(purchases: Purchases, shops: Shops, day: int, days: int) -> Level:
    """The level of the `days` after `day`, from what was known at `day`. The data reach back days + a quarter."""
    a_year_before = day - YEAR - QUARTER >= purchases.first - 1
    then = day - (YEAR if a_year_before else days)
    back = min(YEAR, (then - purchases.first + 1) // QUARTER * QUARTER)
    known = panel(purchases, shops, then, back)
    after, _ = spent(purchases, known.customer, then, days)
    before = capped(known.spend).sum()
    return Level(float(capped(after).sum() / before) if before else 0.0, back, a_year_before)


def capped(money: Array) -> Array:
    """Amounts, none above the quantile CAP of those that are not 0; shape as given."""
    some = money[money > 0]
    found: Array = np.minimum(money, np.quantile(some, CAP)) if len(some) else money
    return found
