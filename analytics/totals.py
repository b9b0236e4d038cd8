"""Summed measures, asked for by name: what every KPI formula reads."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from analytics.arrays import Array
from analytics.baskets import COUNTS
from data.measures import MEASURES

# Stock is not additive over time. What a formula may ask for instead of a plain sum: the mean of the readings
# O₁ C₁ … Cₙ (n + 1 of them), the last closing and the first opening of each group.
LEVELS: Final = {
    "average_units": ("opening_units", "closing_units"),
    "average_cost": ("opening_cost_cents", "closing_cost_cents"),
    "closing_units": ("closing_units",),
    "closing_cost": ("closing_cost_cents",),
    "opening_units": ("opening_units",),
}


class Totals:
    """Measures summed over one grouping, each computed when first asked for.

    `t["net_sales"]` is a float array with one value a group. Money is in currency units, time in months and days.
    """

    def __init__(self, compute: Callable[[str], Array]) -> None:
        self._compute = compute
        self._known: dict[str, Array] = {}

    @classmethod
    def of(cls, values: Mapping[str, npt.ArrayLike]) -> "Totals":
        """Totals of given numbers, for worked examples."""
        return cls(lambda name: np.asarray(values[name], dtype=np.float64))

    def __getitem__(self, measure: str) -> Array:
        if measure not in self._known:
            self._known[measure] = self._compute(measure)
        return self._known[measure]

    def total(self) -> "Totals":
        """One group out of all: additive measures only."""
        return Totals(lambda name: self[name].sum(keepdims=True))


def where_known(value: Array, covered: Array, whole: Array) -> Array:
    """`value`, and not-a-number where none of a `whole` that is there is `covered`: no cost, no margin."""
    return np.where((covered == 0) & (whole != 0), np.nan, value)


def ratio(above: Array, below: Array) -> Array:
    """Above ÷ below, and not-a-number where `below` is 0: an undefined share is never 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below == 0, np.nan, above / np.where(below == 0, np.nan, below))


def sources(measure: str) -> tuple[str, ...]:
    """Contract columns that a name asked of Totals comes from; what is missing there makes its KPIs unavailable."""
    if measure in ("months", "days"):
        return ()
    if measure in COUNTS:
        return COUNTS[measure]
    known: Mapping[str, Any] = MEASURES
    names = LEVELS.get(measure) or ((measure,) if measure in known else (f"{measure}_cents",))
    return tuple(dict.fromkeys(c for name in names for c in known[name].columns))
