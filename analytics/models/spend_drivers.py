"""Why more is expected of one customer than of another, in terms that a store manager knows.

Whatever made the expectations, their logarithm is described by a straight line in six plain traits. A driver is what a
trait adds to it beyond the typical (median) customer: a description of the expectation, not a cause of spending.
"""

from typing import Final

import numpy as np

from analytics.arrays import Array
from analytics.models.spend_panel import Panel
from analytics.models.spend_report import DRIVERS

RIDGE: Final = 1e-2


def drivers(panel: Panel, expected: Array) -> tuple[Array, list[bool]]:
    """Log factor of each of DRIVERS for each customer, shape (n, drivers), and whether more of the trait lifts it."""
    typical = np.median(expected[expected > 0]) if (expected > 0).any() else 1.0
    target = np.log(np.maximum(expected, 0.01 * typical))
    traits = _traits(panel)
    beyond = traits - np.median(traits, axis=0)
    spread = np.where(beyond.std(axis=0) > 0, beyond.std(axis=0), 1.0)
    scaled = np.column_stack([beyond / spread, np.ones(len(beyond))])
    weight = RIDGE * len(scaled) * np.diag([1.0] * len(DRIVERS) + [0.0])
    line = np.linalg.solve(scaled.T @ scaled + weight + 1e-12 * np.eye(len(weight)), scaled.T @ target)
    return scaled[:, :-1] * line[:-1], [bool(slope >= 0) for slope in line[:-1]]


def _traits(panel: Panel) -> Array:
    """One column a driver, in their order."""
    value = np.where(panel.value > 0, panel.value, np.median(panel.value[panel.value > 0]) if panel.value.any() else 1)
    late = panel.late / np.maximum(panel.spend, 1e-9)
    return np.column_stack(
        [np.log1p(panel.orders), np.log1p(panel.idle), np.log(value), late, panel.in_stock, panel.growth]
    )
