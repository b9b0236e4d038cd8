"""Levels to recommend, where a reader can look them up in a table of the Poisson distribution."""

import numpy as np
import pytest

from analytics.models.inventory_theory import demand_cdf, demand_quantile
from analytics.models.order_levels import economic_service_level, recommended_level, recommended_order, smooth_level
from analytics.models.stocked_items import MONTH_DAYS
from tests.analytics.models.shelves import grocery, items


def test_the_level_for_a_service_level_is_that_of_the_table() -> None:
    """Poisson with mean 6: P(≤ 9) = 0.916, P(≤ 10) = 0.957. Half the demand, but twice as long to last: the same."""
    level = recommended_level(items([6, 3], [1, 1], 1.0, lead_time_days=[0, MONTH_DAYS]), np.array([0.95, 0.91]))
    assert level.shape == (12, 2)
    assert level[0].tolist() == [10, 9]


def test_a_unit_worth_four_and_costing_a_tenth_a_month_is_stocked_for_forty_months_in_forty_one() -> None:
    """Margin 4; 6 × 0.20 a year is 0.10 a month. Where half take something else, a lost unit loses 2: 20 in 21."""
    found = economic_service_level(items([1, 1, 1], [1, 1, 1], substitution=[0, 0.5, 1]))
    assert found == pytest.approx([40 / 41, 20 / 21, 0], rel=1e-3)


def test_what_is_under_way_is_not_ordered_again() -> None:
    ordered = recommended_order(np.array([10.0, 10, 2.5]), np.array([3.0, 8, 1]), np.array([2.0, 4, 0]))
    assert ordered.tolist() == [5, 0, 2]


def test_smooth_levels_lie_where_their_share_lies_between_whole_levels() -> None:
    """Poisson, mean 1: P(≤ 1) = 2/e = 0.736, P(≤ 2) = 2.5/e = 0.920. A share of 0.828 is half-way: 1.5 units."""
    halfway = (2 + 2.5) / 2 / np.e
    level = smooth_level(halfway, np.full((12, 1), 1.0), np.array([1.0]))
    assert level == pytest.approx(np.full((12, 1), 1.5), abs=0.01)
    assert smooth_level(0.9, np.zeros((12, 2)), np.ones(2)).tolist() == [[0, 0]] * 12


def test_smooth_levels_rise_with_the_slider_and_stay_close_to_the_exact_ones() -> None:
    some = grocery(500)
    levels = [smooth_level(share, some.mean, some.dispersion) for share in np.linspace(0.5, 0.999, 40)]
    assert (np.diff(levels, axis=0) >= -0.02).all()
    exact = demand_quantile(0.95, some.mean, some.dispersion)
    below = demand_cdf(exact - 1, some.mean, some.dispersion)
    reached = demand_cdf(exact, some.mean, some.dispersion)
    broken = np.maximum(exact - (reached - 0.95) / (reached - below), 0)
    off = np.abs(smooth_level(0.95, some.mean, some.dispersion) - broken)
    assert (off / np.sqrt(some.dispersion * some.mean)).max() < 0.05
    assert off.mean() < 0.01
