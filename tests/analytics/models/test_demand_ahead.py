"""Means of the months ahead, from ledgers small enough to say what they should be."""

import numpy as np
import pytest

from analytics.models.demand import estimate
from analytics.models.demand_ahead import before, carried, months_ahead, multiplicative, seasonal_naive
from tests.analytics.models.ledgers import poisson_world, steady, with_cells


def test_what_sells_four_a_month_goes_on_selling_four() -> None:
    found = estimate(steady(months=24, sold=4.0))
    assert multiplicative(found, 3) == pytest.approx(np.full((3, 6), 4.0), rel=0.01)
    assert seasonal_naive(found, 3).tolist() == np.full((3, 6), 4.0).tolist()


def test_the_baseline_repeats_the_same_month_of_the_last_year() -> None:
    """40 every January, 4 otherwise; 24 months from January on, so the first month ahead is a January."""
    found = estimate(with_cells(steady(months=24), np.s_[[0, 12]], sold=40.0, opening=90.0, closing=90.0))
    assert seasonal_naive(found, 3)[:, 0].tolist() == [40.0, 4.0, 4.0]
    january, february, _ = multiplicative(found, 3)[:, 0]
    assert january / february == pytest.approx(10, rel=0.05)


def test_where_last_years_month_is_unknown_the_usual_month_stands_in() -> None:
    """February of last year is missing; the other eleven months of that year sold 4."""
    ledger = with_cells(steady(months=24), np.s_[13, 0, 0], sold=np.nan, closing=np.nan)
    assert seasonal_naive(estimate(ledger), 3)[1, 0] == 4.0


def test_a_new_level_is_followed_and_a_trend_goes_on_in_no_direction() -> None:
    """From 4 to 8 a year ago, where the mean of all is 5.3: the forecast moves most of the way, and stays there."""
    ledger = with_cells(steady(months=36), np.s_[24:], sold=8.0)
    ahead = multiplicative(estimate(ledger), 3).mean(axis=1)
    assert np.all((ahead > 7) & (ahead < 8.2))
    assert ahead == pytest.approx(np.full(3, ahead[0]), rel=0.02)


def test_nothing_is_said_of_what_the_store_no_longer_carries() -> None:
    ledger = with_cells(steady(months=24), np.s_[20:, 1, 2], ranged=False)
    found = estimate(ledger)
    gone = np.isnan(multiplicative(found, 3)).all(axis=0)
    assert gone.tolist() == (~carried(found)).tolist() == [*[False] * 5, True]
    assert np.isnan(seasonal_naive(found, 3)[:, 5]).all()


def test_the_future_is_not_looked_at() -> None:
    ledger, _ = poisson_world(seed=3, months=30)
    wild = with_cells(ledger, np.s_[24:], sold=500.0, closing=500.0)
    for method in (multiplicative, seasonal_naive):
        calm, loud = (method(estimate(before(world, 24)), 3) for world in (ledger, wild))
        assert np.array_equal(calm, loud, equal_nan=True)


def test_the_months_ahead_follow_the_last_one() -> None:
    assert months_ahead(before(steady(months=26), 14), 3).tolist() == [2, 3, 4]  # March to May
