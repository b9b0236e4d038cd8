"""Ratios of counts to what was expected of them, drawn towards 1 as far as their evidence is thin."""

from typing import Final, NamedTuple

from analytics.arrays import Array

ROUNDS: Final = 8
LEAST_SPREAD: Final = 1e-6  # variance of a ratio around 1
MOST_SPREAD: Final = 4.0


class Evidence(NamedTuple):
    """Units, what was expected of each count, and the variance that chance alone gives it [units²]; of one shape."""

    units: Array
    expected: Array
    variance: Array


def spread(evidence: Evidence) -> float:
    """Variance of the true ratios around 1 beyond what chance explains: a weighted moment (Morris 1983, JASA 78, 47).

    Four counts of 50 or 150 where 100 ± 10 were expected: 0.5² less 0.1² of chance.

    >>> import numpy as np
    >>> round(spread(Evidence(np.array([50.0, 150.0, 50, 150]), np.full(4, 100.0), np.full(4, 100.0))), 3)
    0.24
    """
    some = evidence.expected > 0
    units, expected, variance = (a[some] for a in evidence)
    if not len(units):
        return LEAST_SPREAD
    excess = (units - expected) ** 2 - variance
    found = 0.1
    for _ in range(ROUNDS):
        weight = 1 / (variance + found * expected**2) ** 2
        found = float((weight * excess).sum() / (weight * expected**2).sum())
        found = min(max(found, LEAST_SPREAD), MOST_SPREAD)
    return found


def shrunk(evidence: Evidence, dispersion: float) -> tuple[Array, float]:
    """Posterior mean (units/φ + τ) ÷ (expected/φ + τ) of each ratio, and τ.

    The prior is a gamma distribution of mean 1 and variance 1/τ, read from the evidence itself (empirical Bayes).
    """
    strength = 1 / spread(evidence)
    ratio: Array = (evidence.units / dispersion + strength) / (evidence.expected / dispersion + strength)
    return ratio, strength
