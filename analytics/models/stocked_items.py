"""What a simulation of stock needs to know of every product in every store, and today's policy in its own words."""

from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from analytics.arrays import Array, Ints, Mask

MONTHS: Final = 12
MONTH_DAYS: Final = 365.25 / MONTHS
MONTHLY: Final = ("mean", "level")
SINGLE: Final = ("holding_rate", "common_uncertainty")
RANGES: Final = {
    "mean": (0, 1e9),
    "dispersion": (1, 1e3),
    "level": (0, 1e9),
    "lead_time_days": (0, 730),
    "review_days": (1, 366),
    "price": (0, 1e9),
    "cost": (0, 1e9),
    "substitution": (0, 1),
    "failure": (0, 1),
    "uncertainty": (0, 2),
    "holding_rate": (0, 5),
    "common_uncertainty": (0, 2),
}


@dataclass(frozen=True, slots=True)
class Items:
    """n items, each one product in one store, over the year to come; arrays of shape (12, n) or (n,).

    mean: (12, n) expected demand of a month [units]; dispersion: variance ÷ mean of demand, whatever the length of time
    [-]; level: (12, n) order-up-to level of stock on hand and on order [units], whole or not; lead_time_days: order to
    receipt; review_days: from one order to the next; price, cost: of a unit [currency]; substitution: share of shoppers
    at an empty shelf who take something else [-]; failure: chance that a month brings no delivery [-]; uncertainty:
    relative SD of the estimate of the item's own mean [-]. For all items together: holding_rate: a year's cost of stock
    ÷ its value [-]; common_uncertainty: relative SD of the level of all demand [-].
    """

    mean: Array
    dispersion: Array
    level: Array
    lead_time_days: Array
    review_days: Array
    price: Array
    cost: Array
    substitution: Array
    failure: Array
    uncertainty: Array
    holding_rate: float = 0.20
    common_uncertainty: float = 0.05

    def checked(self) -> "Items":
        """Itself; raises ValueError naming a field of a wrong shape or with a value missing or out of its range."""
        n = np.shape(self.mean)[-1]
        for name, (low, high) in RANGES.items():
            values = np.asarray(getattr(self, name), dtype=np.float64)
            shape = () if name in SINGLE else (MONTHS, n) if name in MONTHLY else (n,)
            if values.shape != shape:
                raise ValueError(f"{name} must have the shape {shape}, not {values.shape}")
            if not ((values >= low) & (values <= high)).all():
                raise ValueError(f"{name} must be between {low:g} and {high:g} everywhere")
        return self

    def __len__(self) -> int:
        return len(self.dispersion)

    def only(self, chosen: Mask | Ints) -> "Items":
        """The chosen items, in their order or in that of the numbers given."""
        kept: dict[str, Any] = {
            f.name: getattr(self, f.name)[..., chosen] for f in fields(self) if f.name not in SINGLE
        }
        return replace(self, **kept)

    def yearly(self) -> Array:
        """(n,) expected demand of the year [units]."""
        total: Array = self.mean.sum(axis=0)
        return total


def protection(mean: Array, dispersion: Array, lead_time_days: Array, review_days: Array) -> tuple[Array, Array]:
    """Mean and SD of demand over lead time + review period, the time that one order has to last; shapes (12, n).

    μ = mean per day · (L + R), σ² = dispersion · μ: demand of separate days is independent (Silver, Pyke & Thomas
    2017, §6.7). The season of the month of the order holds for the whole time.
    """
    expected: Array = mean * ((lead_time_days + review_days) / MONTH_DAYS)
    return expected, np.sqrt(dispersion * expected)


def level_behind(available: Array, mean: Array, lead_time_days: Array) -> Array:
    """The order-up-to level that fits a shelf seen right after its delivery, (12, n) [units].

    available: units on the shelf then, such as opening + received − shrink of a month that had a delivery. The order
    was placed a lead time before, so the level covered the demand in between too: S = available + mean per day · L.
    """
    level: Array = available + mean * (lead_time_days / MONTH_DAYS)
    return level
