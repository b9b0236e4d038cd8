"""Ratios are believed as far as they rest on something."""

import numpy as np
import pytest

from analytics.models.shrinkage import LEAST_SPREAD, Evidence, shrunk, spread


def evidence(units: list[float], expected: list[float]) -> Evidence:
    """Counts that vary like Poisson counts."""
    return Evidence(np.array(units, dtype=float), np.array(expected, dtype=float), np.array(expected, dtype=float))


def test_spread_is_what_chance_does_not_explain() -> None:
    """Half or half as much again of 100 ± 10: 0.5² − 0.1²."""
    assert spread(evidence([50, 150, 50, 150], [100] * 4)) == pytest.approx(0.24)


@pytest.mark.parametrize("units", [[100, 100, 100], [95, 105, 100]])
def test_less_spread_than_chance_is_no_spread(units: list[float]) -> None:
    assert spread(evidence(units, [100] * 3)) == LEAST_SPREAD


def test_nothing_expected_tells_nothing() -> None:
    assert spread(evidence([0, 0], [0, 0])) == LEAST_SPREAD


def test_a_large_count_is_believed_and_a_small_one_is_not() -> None:
    """Twice what was expected, of 1,000 and of 1; and nothing of nothing is 1."""
    ratio, strength = shrunk(evidence([2000, 500, 2, 0], [1000, 1000, 1, 0]), 1.0)
    assert ratio[0] == pytest.approx(2, abs=0.01)
    assert 1 < ratio[2] < 1.5
    assert ratio[3] == 1
    assert 1 < strength < 10


def test_evidence_counts_by_dispersion() -> None:
    """(20/2 + τ) ÷ (10/2 + τ)."""
    ratio, strength = shrunk(evidence([20, 5, 10], [10, 10, 10]), 2.0)
    assert ratio[0] == pytest.approx((10 + strength) / (5 + strength))
