"""Counts of which only a lower bound is known: a shelf that ran empty shows sales, not demand.

Demand D of a store × product × month is negative binomial of the first kind (NB1): mean μ, variance φ·μ with the same
φ ≥ 1 for all (Cameron & Trivedi 2013, Regression Analysis of Count Data, §3.3). With r = μ/(φ − 1) and q = 1 − 1/φ its
probabilities obey (k + 1)·p(k + 1) = (k·q + μ/φ)·p(k), from which the moments below follow by summation by parts.
"""

from typing import Final

import numpy as np
from scipy.special import betainc, gammaincinv, gammaln

from analytics.arrays import Array, Column, Mask

LEAST_DISPERSION: Final = 1.01  # Poisson within 1 %; below it r = μ/(φ − 1) runs away
MOST_DISPERSION: Final = 50.0
LEAST_MEAN: Final = 1e-9
TINY: Final = 1e-290
AMPLE: Final = 2.0  # more would leave few lines; demo worlds are met best by this (seeds 101 to 112)
FEWEST_LINES: Final = 200
SAMPLE: Final = 40_000  # cells from which a dispersion is read
GOLDEN: Final = 0.618034
SEARCHES: Final = 16
MANY: Final = 60.0  # mean from which a gamma distribution has the same quantiles within a unit
LEAST_LEFT: Final = 1e-7  # of 1, below which too few digits are left of a difference


def tail(mean: Array, least: Array, dispersion: float) -> tuple[Array, Array]:
    """P(D ≥ y) and p(y) of y = least, shape of the arguments; y ≥ 0 in units, fractions allowed.

    Added up from p(0) where y is whole and small, which is six times as fast, unless next to nothing is left of 1.
    """
    reached, exactly = np.zeros_like(mean), np.zeros_like(mean)
    small = (least <= MANY) & (mean <= MANY) & (least == np.floor(least))
    reached[small], exactly[small] = _added_up(mean[small], least[small].astype(np.uint8), dispersion)
    rest = reached < LEAST_LEFT
    reached[rest], exactly[rest] = _tail(mean[rest], least[rest], dispersion)
    return reached, exactly


def _added_up(mean: Array, least: Column, dispersion: float) -> tuple[Array, Array]:
    """Those of many come first, so that each step is one over the first of them."""
    order = np.argsort(least, kind="stable")[::-1]
    rate, q = np.maximum(mean[order], LEAST_MEAN) / dispersion, 1 - 1 / dispersion
    longer = np.cumsum(np.bincount(least)[::-1])[::-1][1:].tolist()  # how many have y > 0, y > 1, …
    p, below = np.exp(-rate * (np.log(dispersion) / q)), np.zeros_like(rate)
    for k, n in enumerate(longer):
        below[:n] += p[:n]
        p[:n] *= (k * q + rate[:n]) / (k + 1)
    reached, exactly = np.empty_like(p), np.empty_like(p)
    reached[order], exactly[order] = 1 - below, p
    return reached, exactly


def _tail(mean: Array, least: Array, dispersion: float) -> tuple[Array, Array]:
    mu, q = np.maximum(mean, LEAST_MEAN), 1 - 1 / dispersion
    r = mu / (dispersion - 1)
    log_p = gammaln(least + r) - gammaln(r) - gammaln(least + 1) + least * np.log(q) - r * np.log(dispersion)
    reached = np.where(least > 0, betainc(np.maximum(least, TINY), r, q), 1.0)
    return reached, np.exp(log_p)


def hazard(mean: Array, least: Array, dispersion: float) -> Array:
    """p(y) ÷ P(D ≥ y); where both vanish the ratio of two neighbouring probabilities stands in."""
    reached, exactly = tail(mean, least, dispersion)
    next_to_this = (least * (1 - 1 / dispersion) + mean / dispersion) / (least + 1)
    far: Array = np.clip(1 - next_to_this, 0.0, 1.0)
    return np.divide(exactly, reached, out=far, where=reached > TINY)


def at_least(mean: Array, least: Array, dispersion: float) -> tuple[Array, Array]:
    """Mean and variance [units, units²] of D given D ≥ y.

    E[D | D ≥ y] = μ + φ·y·h and E[D² | D ≥ y] = (φ − 1 + μ)·E[D | D ≥ y] + μ + φ·y²·h, h the hazard at y.
    With nothing sold nothing was learned: mean μ, variance φ·μ.

    >>> [a.round(3).tolist() for a in at_least(np.array([2.0, 2.0]), np.array([0.0, 3.0]), 1.5)]
    [[2.0, 4.099], [3.0, 1.768]]
    """
    h = hazard(mean, least, dispersion)
    first = np.maximum(mean + dispersion * least * h, least)
    second = (dispersion - 1 + mean) * first + mean + dispersion * least**2 * h
    return first, np.maximum(second - first**2, 0.0)


def expected_sales(mean: Array, supply: Array, dispersion: float) -> tuple[Array, Array]:
    """Mean and variance of min(D, A), the units that a shelf with A = supply can sell; A ≥ 0, in units.

    E[min(D, A)] = μ·(1 − P) + A·P − φ·A·p, with P = P(D ≥ A) and p = p(A).
    """
    reached, exactly = tail(mean, supply, dispersion)
    first = mean * (1 - reached) + supply * reached - dispersion * supply * exactly
    above = mean * reached + dispersion * supply * exactly  # E[D; D ≥ A]
    square = (dispersion - 1 + mean) * (mean - above) + mean * (1 - reached) - dispersion * supply**2 * exactly
    return np.maximum(first, 0.0), np.maximum(square + supply**2 * reached - first**2, 0.0)


def between(mean: Array, least: Array, most: Array, dispersion: float) -> tuple[Array, Array]:
    """Mean and variance of min(D, A) given D ≥ y, A = most ≥ y = least: what a shelf of A sells once y are sold.

    >>> [a.round(3).tolist() for a in between(np.array([2.0]), np.array([3.0]), np.array([4.0]), 1.5)]
    [[3.5], [0.25]]
    """
    reached, exactly = tail(mean, least, dispersion)
    sales, variance = expected_sales(mean, most, dispersion)
    above = mean * reached + dispersion * least * exactly  # E[D; D ≥ y]
    above_2 = (dispersion - 1 + mean) * above + mean * reached + dispersion * least**2 * exactly
    known = np.maximum(reached, TINY)
    first = np.clip((sales - mean + above) / known, least, most)
    second = (variance + sales**2 - dispersion * mean - mean**2 + above_2) / known
    return first, np.clip(second - first**2, 0.0, (most - least) ** 2 / 4)


def log_likelihood(mean: Array, least: Array, open_ended: Mask, dispersion: float) -> float:
    """Σ log p(y) of counts y = least, and Σ log P(D ≥ y) of those that are open-ended."""
    reached, exactly = tail(mean, least, dispersion)
    return float(np.log(np.maximum(np.where(open_ended, reached, exactly), TINY)).sum())


def likeliest(mean: Array, least: Array, open_ended: Mask) -> float:
    """The φ under which counts y = least are likeliest, D ≥ y where open-ended: golden section over ln φ.

    Of shape (cells,); evenly spaced ones stand for many.
    """
    step = slice(None, None, max(1, len(mean) // SAMPLE))
    mean, least, open_ended = mean[step], least[step], open_ended[step]
    low, high = np.log(LEAST_DISPERSION), np.log(MOST_DISPERSION)
    for _ in range(SEARCHES):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        worth = [log_likelihood(mean, least, open_ended, float(np.exp(x))) for x in (left, right)]
        low, high = (left, high) if worth[1] > worth[0] else (low, right)
    return float(np.exp((low + high) / 2))


def quantiles(mean: Array, levels: Array, dispersion: float) -> Array:
    """The smallest k with P(D ≤ k) ≥ level, shape (levels, cells); levels rise within (0, 1).

    >>> quantiles(np.array([0.2, 2.0]), np.array([0.1, 0.5, 0.9]), 1.5).T.tolist()
    [[0.0, 0.0, 1.0], [0.0, 2.0, 4.0]]
    """
    mu, q = np.maximum(mean, LEAST_MEAN), 1 - 1 / dispersion
    found: Array = np.ceil(gammaincinv(mu / dispersion, levels[:, None]) * dispersion - 0.5)
    few = np.flatnonzero(mu <= MANY)
    exactly = np.exp(-mu[few] / (dispersion - 1) * np.log(dispersion))
    reached, k = exactly.copy(), 0
    found[:, few] = 0.0
    while len(few):
        found[:, few] += reached < levels[:, None]
        exactly = exactly * (k * q + mu[few] / dispersion) / (k + 1)
        reached, k = reached + exactly, k + 1
        left = reached - exactly < levels[-1]
        few, exactly, reached = few[left], exactly[left], reached[left]
    np.maximum(found, 0.0, out=found)
    return found


def line_dispersion(quantity: Array, supply: Array, lines: Array | None = None) -> float | None:
    """φ = Σq² ÷ Σq over the quantities q of sales lines; None without one.

    Where lines arrive at random, units in a month have exactly this variance over their mean (compound Poisson).
    supply: units that the line's store × product had for sale in its month. A shelf about to run empty cuts quantities
    short, so only lines from shelves with AMPLE times the mean quantity count, if there are FEWEST_LINES of them.
    lines: how many lines each entry stands for, one if not given.
    """
    sold = quantity > 0
    q, stock = quantity[sold], supply[sold]
    n = np.ones(len(q)) if lines is None else lines[sold]
    if not len(q):
        return None
    ample = stock >= AMPLE * (n @ q) / n.sum()
    if n[ample].sum() >= FEWEST_LINES:
        q, n = q[ample], n[ample]
    return float(n @ q**2 / (n @ q))
