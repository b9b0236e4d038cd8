"""How two quantities of a panel go together: an association with its uncertainty, never an effect."""

from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array, Ints, mid_ranks, sum_by
from data.said import Said, say

NAMES: Final = ("Pearson, all cells", "Spearman, all cells", "Pearson within store × product and month")
BINS: Final = 12
FEWEST_SERIES: Final = 10  # below this an interval over series would be made up
Z95: Final = 1.959964
SMALL: Final = 1e-9  # of a standard deviation
MOST_ROUNDS: Final = 1000


class Coefficient(TypedDict):
    """A correlation in [−1, 1] with its 95 % interval; None where it cannot be known."""

    name: str
    value: float | None
    low: float | None
    high: float | None


class Association(TypedDict):
    """Correlations, and mean y in bins of x. n: cells; series: store × product pairs; why: set if there is none.

    drawn: whether these were drawn by lot from more.
    """

    coefficients: list[Coefficient]
    n: int
    series: int
    bin_x: list[float]
    bin_y: list[float]
    drawn: bool
    why: Said | None


def associate(x: Array, y: Array, series: Ints, time: Ints, *, drawn: bool = False) -> Association:
    """Pearson and Spearman of x and y over all cells, and Pearson within series and time.

    x, y, series, time: shape (n,). Within: x and y less their series' mean and their month's mean (two-way, by
    alternating projections). Intervals count series, not cells, as cells of one series are not independent.
    """
    present = np.bincount(series) > 0
    group, groups = (np.cumsum(present) - 1)[series], int(present.sum())
    if groups < FEWEST_SERIES or x.std() == 0 or y.std() == 0:
        why = (
            say("No correlation: {pairs} store × product pairs with stock that varies are too few.", pairs=groups)
            if groups < FEWEST_SERIES
            else say("No correlation: stock or sales never vary here.")
        )
        return Association(coefficients=[], n=len(x), series=groups, bin_x=[], bin_y=[], drawn=drawn, why=why)
    pairs = ((x, y), (mid_ranks(x), mid_ranks(y)), (_within(x, group, time), _within(y, group, time)))
    found = [_coefficient(name, a, b, group) for name, (a, b) in zip(NAMES, pairs, strict=True)]
    bin_x, bin_y = _bin_means(x, y)
    return Association(coefficients=found, n=len(x), series=groups, bin_x=bin_x, bin_y=bin_y, drawn=drawn, why=None)


def _within(values: Array, group: Ints, time: Ints) -> Array:
    """Residuals of two-way means. One round is exact for a full panel; gaps and late launches take more."""
    rest: Array = values - values.mean()
    for _ in range(MOST_ROUNDS):
        before = rest
        for key in (group, time):
            means = sum_by(key, rest, int(key.max()) + 1) / np.maximum(np.bincount(key), 1)
            rest = rest - means[key]
        if np.abs(rest - before).max() <= SMALL * values.std():
            break
    return rest if rest.std() > SMALL * 100 * values.std() else np.zeros_like(rest)


def _coefficient(name: str, x: Array, y: Array, group: Ints) -> Coefficient:
    """Pearson r with a cluster-robust interval on Fisher's z = artanh r.

    One cell moves r by (u·v − r(u² + v²)/2)/n with u, v standardised; the variance of r is the sum over series of the
    squared sums of these (delta method; Liang & Zeger 1986).
    """
    if x.std() == 0 or y.std() == 0:
        return Coefficient(name=name, value=None, low=None, high=None)
    u, v = ((a - a.mean()) / a.std() for a in (x, y))
    r = float(np.clip((u * v).mean(), -1, 1))
    moves = sum_by(group, u * v - r * (u * u + v * v) / 2, int(group.max()) + 1) / len(x)
    if abs(r) > 0.9999:
        return Coefficient(name=name, value=round(r, 3), low=round(r, 3), high=round(r, 3))
    half = Z95 * float(np.sqrt((moves**2).sum())) / (1 - r * r)
    low, high = np.tanh([np.arctanh(r) - half, np.arctanh(r) + half])
    return Coefficient(name=name, value=round(r, 3), low=round(float(low), 3), high=round(float(high), 3))


def _bin_means(x: Array, y: Array) -> tuple[list[float], list[float]]:
    edges = np.unique(np.quantile(x, np.linspace(0, 1, BINS + 1)))
    which = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, max(len(edges) - 2, 0))
    count = np.bincount(which)
    filled = count > 0
    means = [np.bincount(which, v)[filled] / count[filled] for v in (x, y)]
    return [round(float(v), 3) for v in means[0]], [round(float(v), 3) for v in means[1]]
