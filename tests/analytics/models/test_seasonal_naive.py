"""Next March sells what last March sold, and the past errors of that rule say how sure it is."""

from typing import Any

import numpy as np
import pytest

from analytics.models.seasonal_naive import back_test, forecast

YEAR = np.array([10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120])


def grown(by: float, years: int = 2) -> Any:
    """Years that are each `by` above the one before, so every error of the rule is `by`."""
    return np.concatenate([YEAR + by * year for year in range(years)])


# --- the forecast ----------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [1, 3, 12, 15])
def test_the_last_year_is_repeated(horizon: int) -> None:
    found = forecast(np.concatenate([YEAR * 9, YEAR]), horizon)
    assert found is not None
    assert found["mean"] == [*YEAR, *YEAR[:3]][:horizon]
    assert found["total"] == sum(found["mean"])


def test_the_month_after_april_is_may() -> None:
    """Sixteen months end with an April: the forecast starts with last May."""
    found = forecast(np.concatenate([YEAR, [11.0, 21, 31, 41]]), 10)
    assert found is not None
    assert found["mean"] == [50, 60, 70, 80, 90, 100, 110, 120, 11, 21]


@pytest.mark.parametrize("months", [0, 1, 11])
def test_less_than_a_year_gives_no_forecast(months: int) -> None:
    assert forecast(YEAR[:months], 3) is None
    assert back_test(YEAR[:months])["n"] == 0


@pytest.mark.parametrize("months", [12, 13, 21])
def test_less_than_ten_errors_give_no_interval(months: int) -> None:
    found = forecast(grown(5)[:months], 3)
    assert found is not None
    assert (found["low"], found["high"], found["total_low"], found["total_high"]) == (None, None, None, None)
    assert len(found["mean"]) == 3


def test_ten_errors_give_an_interval() -> None:
    """From 22 months on; for the sum of three months from 24 on, which is when ten sums of three errors are known."""
    found = {months: forecast(grown(5)[:months], 3) for months in (22, 23, 24)}
    for months, interval in found.items():
        assert interval is not None
        assert interval["low"] is not None
        assert (interval["total_low"] is not None) == (months == 24)


def test_an_interval_is_the_forecast_and_the_usual_error_on_either_side() -> None:
    """Sales rise by 5 a year, so every error is 5: 10 ± 5, and over three months 75 ± 15."""
    found = forecast(grown(5), 3)
    assert found is not None
    assert (found["mean"], found["low"], found["high"]) == ([15, 25, 35], [10, 20, 30], [20, 30, 40])
    assert (found["total"], found["total_low"], found["total_high"]) == (75, 60, 90)


def test_the_width_is_the_rank_of_eighty_percent_of_one_more() -> None:
    """Errors of 1 … 12 in some order and either sign: rank ⌈0.8 × 13⌉ = 11 of 12, so ± 11."""
    errors = np.array([3.0, -7, 12, -1, 5, -9, 2, 11, -4, 8, -10, 6])
    found = forecast(np.concatenate([YEAR + 100, YEAR + 100 + errors]), 1)
    assert found is not None
    assert found["mean"] == [113]
    assert (found["low"], found["high"]) == ([102], [124])


def test_the_width_of_ten_errors() -> None:
    """Errors of 1 … 10: rank ⌈0.8 × 11⌉ = 9, so ± 9."""
    found = forecast(np.concatenate([YEAR + 100, YEAR[:10] + 100 + np.arange(1, 11)]), 1)
    assert found is not None
    assert found["mean"] == [210]  # the eleventh month
    assert (found["low"], found["high"]) == ([201], [219])


def test_errors_of_a_sum_may_cancel() -> None:
    """One month 4 too high, the next 4 too low: the sum of two months is known exactly."""
    swing = np.tile([4.0, -4.0], 6)
    found = forecast(np.concatenate([YEAR + 100, YEAR + 100 + swing]), 2)
    assert found is not None
    assert (found["low"], found["high"]) == ([110, 112], [118, 120])
    assert found["total_low"] == found["total"] == found["total_high"] == 230


def test_units_are_never_forecast_below_zero() -> None:
    """Errors of 15 around a forecast of 10."""
    history = np.concatenate([np.tile([25.0, 10], 6), np.tile([10.0, 25], 6)])
    found = forecast(history, 1)
    assert found is not None
    assert (found["mean"], found["low"], found["high"]) == ([10], [0], [25])
    assert found["total_low"] == 0


def test_what_was_negative_may_be_negative_again() -> None:
    """Returns: one month of the past was below zero, so the band is not cut there."""
    history = np.concatenate([np.tile([25.0, -10], 6), np.tile([-10.0, 25], 6)])
    found = forecast(history, 2)
    assert found is not None
    assert (found["mean"], found["low"], found["high"]) == ([-10, 25], [-45, -10], [25, 60])


def test_nothing_sold_is_forecast_as_nothing() -> None:
    found, tested = forecast(np.zeros(36), 3), back_test(np.zeros(36))
    assert found is not None
    assert (found["mean"], found["low"], found["high"], found["total"]) == ([0] * 3, [0] * 3, [0] * 3, 0)
    assert (tested["wape"], tested["bias"], tested["coverage"], tested["n"]) == (None, None, 100, 24)


# --- the back-test ---------------------------------------------------------------------


def test_back_test_by_hand() -> None:
    """A year of 100 a month, then 110 in six months and 90 in six: errors ± 10 of 1,200 sold, which cancel."""
    tested = back_test(np.concatenate([np.full(12, 100.0), np.tile([110.0, 90.0], 6)]))
    assert (tested["wape"], tested["bias"], tested["n"], tested["tested_from"]) == (10, 0, 12, 12)
    assert (tested["coverage"], tested["covered_n"]) == (100, 2)


def test_bias_is_positive_where_the_forecast_is_too_low() -> None:
    """100 a month became 125: 25 of 125 missed. And the other way round: 25 too much of 75."""
    rising = back_test(np.concatenate([np.full(12, 100.0), np.full(12, 125.0)]))
    falling = back_test(np.concatenate([np.full(12, 100.0), np.full(12, 75.0)]))
    assert (rising["wape"], rising["bias"]) == (20, 20)
    assert (falling["wape"], falling["bias"]) == (33.3, -33.3)


@pytest.mark.parametrize(("last_two", "inside"), [((100, 5), 50), ((100, 100), 0), ((5, 5), 100)])
def test_coverage_looks_at_earlier_errors_only(last_two: tuple[int, int], inside: int) -> None:
    """After ten errors of 5 an error of 100 comes unannounced, and the second one still does: one in eleven is rare."""
    errors = np.array([5.0] * 10 + [*last_two])
    tested = back_test(np.concatenate([YEAR, YEAR + errors]))
    assert (tested["coverage"], tested["covered_n"]) == (inside, 2)


@pytest.mark.parametrize("months", [12, 13, 22])
def test_a_short_history_is_tested_as_far_as_it_goes(months: int) -> None:
    tested = back_test(grown(5)[:months])
    assert (tested["n"], tested["coverage"], tested["covered_n"]) == (months - 12, None, 0)


def test_wape_is_of_the_size_of_sales_even_where_returns_prevail() -> None:
    """Actual sales 10 and −10 in turn after a year of 10: errors 0 and −20, so 120 of 120; their sum has no share."""
    tested = back_test(np.concatenate([np.full(12, 10.0), np.tile([10.0, -10.0], 6)]))
    assert (tested["wape"], tested["bias"]) == (100, None)


# --- coverage --------------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [1, 6])
def test_four_fifths_of_future_months_fall_inside(horizon: int) -> None:
    """400 stores with a season, five years known and noise of their own: 80 % inside, months and sums alike."""
    rng = np.random.default_rng(6)
    months = totals = 0
    for _ in range(400):
        season = 100 + 30 * np.sin(np.arange(60 + horizon) * np.pi / 6)
        truth = season + rng.normal(scale=8, size=60 + horizon)
        found = forecast(truth[:60], horizon)
        assert found is not None
        assert found["low"] is not None
        assert found["high"] is not None
        assert found["total_low"] is not None
        assert found["total_high"] is not None
        future = truth[60:]
        months += ((np.array(found["low"]) <= future) & (future <= np.array(found["high"]))).mean()
        totals += found["total_low"] <= future.sum() <= found["total_high"]
    assert 0.76 <= months / 400 <= 0.90
    assert 0.74 <= totals / 400 <= 0.90
