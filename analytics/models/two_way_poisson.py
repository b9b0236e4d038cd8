"""Counts of customers by month, each customer and each month with a level of its own: what moves them beyond these.

    y(c, m) ~ Poisson(α(c) · γ(m) · exp(x(c, m)·β))

A customer is compared with themselves and a month with itself, so what sets customers or months apart for good cannot
enter β. For Poisson counts, fixed effects of many short series leave β consistent, and the counts need not be Poisson
for that (Hausman, Hall & Griliches 1984, Econometrica 52, 909–938; Wooldridge 1999, J. Econometrics 90, 77–97).
Newton steps on regressors that are freed of both effects by weighted alternating projections. Intervals from sums of
scores by group (Liang & Zeger 1986), t of as many groups less one.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.special import stdtrit

from analytics.arrays import Array, Ints, Mask

ROUNDS: Final = 60
SETTLED: Final = 1e-7
LARGEST_STEP: Final = 1.0
SWEEPS: Final = 200
FREED: Final = 1e-9  # of a regressor's size, left over from one sweep to the next
LEAST: Final = 1e-12


class Panel(NamedTuple):
    """counts, told: (customers, months), cells that are not told count for nothing; x: (regressors, customers, months).

    groups: numbers of cells that go together, one array for each way to group them.
    """

    counts: Array
    told: Mask
    x: Array
    groups: tuple[Ints, ...]


@dataclass(frozen=True)
class Fit:
    """β, shape (regressors,). freed: regressors without the effects; mean: α·γ·exp(x·β); both as the panel.

    bread: inverse information of β. Scores and information are sums of cells, so those of any customers are, too.
    """

    beta: Array
    mean: Array
    freed: Array
    bread: Array
    panel: Panel

    def scores(self) -> Array:
        """(y − mean)·x freed of effects, shape (regressors, customers, months); sums to 0."""
        panel = self.panel
        found: Array = np.where(panel.told, panel.counts - self.mean, 0.0) * self.freed
        return found

    def interval(self, level: float, regressor: int = 0) -> tuple[float, float]:
        """Of one β: the widest over the ways to group cells."""
        half = max(self._half_width(level, regressor, group) for group in self.panel.groups)
        middle = float(self.beta[regressor])
        return middle - half, middle + half

    def _half_width(self, level: float, regressor: int, group: Ints) -> float:
        number = np.unique(group[self.panel.told], return_inverse=True)[1]
        groups = int(number.max()) + 1
        if groups < 2:
            return 0.0
        sums = np.column_stack([np.bincount(number, score[self.panel.told], groups) for score in self.scores()])
        spread = (self.bread @ (sums.T @ sums) @ self.bread)[regressor, regressor] * groups / (groups - 1)
        return float(stdtrit(groups - 1, (1 + level) / 2)) * float(np.sqrt(spread))


def fit(panel: Panel) -> Fit | None:
    """β, or None if a regressor never moves within customers and months."""
    told = panel.told & (np.where(panel.told, panel.counts, 0).sum(axis=1) > 0)[:, None]
    panel = panel._replace(told=told, counts=np.where(told, panel.counts, 0.0))
    beta, month = np.zeros(len(panel.x)), told.any(axis=0).astype(np.float64)
    for _ in range(ROUNDS):
        mean, month = _means(panel, np.exp(np.tensordot(beta, panel.x, 1)) * told, month)
        freed = np.stack([_freed(x, mean) for x in panel.x])
        information = np.einsum("icm,jcm,cm->ij", freed, freed, mean)
        if np.linalg.eigvalsh(information)[0] <= LEAST * max(mean.sum(), 1):
            return None
        step = np.linalg.solve(information, ((panel.counts - mean) * freed).sum(axis=(1, 2)))
        beta = beta + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        if np.abs(step).max() < SETTLED:
            break
    return Fit(beta, mean, freed, np.linalg.inv(information), panel)


def _means(panel: Panel, lift: Array, month: Array) -> tuple[Array, Array]:
    """Means whose sums by customer and by month are those of the counts, by iterative proportional fitting."""
    by_customer, by_month = panel.counts.sum(axis=1), panel.counts.sum(axis=0)
    for _ in range(SWEEPS):
        customer = by_customer / np.maximum(lift @ month, LEAST)
        before, month = month, by_month / np.maximum(customer @ lift, LEAST)
        if np.abs(month - before).max() <= SETTLED * max(month.max(), LEAST):
            break
    mean: Array = customer[:, None] * month * lift
    return mean, month


def _freed(x: Array, weight: Array) -> Array:
    """Residuals of weighted means by customer and by month."""
    by_customer, by_month = np.maximum(weight.sum(axis=1), LEAST), np.maximum(weight.sum(axis=0), LEAST)
    size, rest = max(float(np.abs(x).max()), LEAST), x
    for _ in range(SWEEPS):
        rest = rest - ((weight * rest).sum(axis=1) / by_customer)[:, None]
        shift = (weight * rest).sum(axis=0) / by_month
        rest = rest - shift
        if np.abs(shift).max() <= FREED * size:
            break
    return rest
