"""What a count was, when all that is known is that it was so much or more."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import nbinom

from analytics.models.censored import (
    at_least,
    between,
    expected_sales,
    hazard,
    line_dispersion,
    log_likelihood,
    quantiles,
    tail,
)

COUNTS = np.arange(600)


def one(found: tuple[Any, Any]) -> tuple[float, float]:
    return float(found[0][0]), float(found[1][0])


def arrays(*values: float) -> list[Any]:
    return [np.array([float(value)]) for value in values]


def probabilities(mean: float, dispersion: float) -> Any:
    """NB1 by scipy: variance = dispersion · mean."""
    return nbinom.pmf(COUNTS, mean / (dispersion - 1), 1 / dispersion)


def moments(values: Any, weights: Any) -> tuple[float, float]:
    mean = float((values * weights).sum() / weights.sum())
    return mean, float((values**2 * weights).sum() / weights.sum() - mean**2)


CASES = pytest.mark.parametrize(
    ("mean", "least", "dispersion"), [(2, 3, 1.5), (0.1, 1, 1.8), (8, 2, 3.0), (40, 60, 2.0), (0.5, 12, 1.2), (5, 5, 9)]
)


@CASES
def test_moments_are_those_of_the_tail_summed_up(mean: float, least: float, dispersion: float) -> None:
    reached = probabilities(mean, dispersion) * (least <= COUNTS)
    assert one(at_least(*arrays(mean, least), dispersion)) == pytest.approx(moments(COUNTS, reached), rel=1e-7)


def test_tails_of_many_counts_at_once_are_those_of_each() -> None:
    """Small and whole ones are added up in another order than they come; large ones and far tails are not."""
    mean, least = np.array([2, 0.1, 80, 5, 3, 0.2, 1, 30]), np.array([3.0, 0, 70, 40, 3, 12, 1, 25])
    for dispersion in (1.05, 2.0, 6.0):
        reached, exactly = tail(mean, least, dispersion)
        shape, chance = mean / (dispersion - 1), 1 / dispersion
        assert reached == pytest.approx(nbinom.sf(least - 1, shape, chance), rel=1e-8)
        assert exactly == pytest.approx(nbinom.pmf(least, shape, chance), rel=1e-8)


@CASES
def test_sales_of_a_shelf_are_demand_cut_at_its_supply(mean: float, least: float, dispersion: float) -> None:
    sold = np.minimum(COUNTS, least)
    expected = moments(sold, probabilities(mean, dispersion))
    assert one(expected_sales(*arrays(mean, least), dispersion)) == pytest.approx(expected, rel=1e-7, abs=1e-12)


@CASES
def test_further_sales_of_a_shelf_of_which_some_are_sold(mean: float, least: float, dispersion: float) -> None:
    most = least + 3
    tail = probabilities(mean, dispersion) * (least <= COUNTS)
    expected = moments(np.minimum(COUNTS, most), tail)
    assert one(between(*arrays(mean, least, most), dispersion)) == pytest.approx(expected, rel=1e-4)


def test_an_empty_shelf_that_sold_nothing_teaches_nothing() -> None:
    assert one(at_least(*arrays(4, 0), 1.5)) == (4, 6)


def test_one_of_a_poisson_mean_of_one() -> None:
    """E[D | D ≥ 1] = 1 ÷ (1 − 1/e) = 1.582: with φ close to 1 the count is Poisson."""
    assert one(at_least(*arrays(1, 1), 1.01))[0] == pytest.approx(1.582, abs=0.005)


def test_endless_supply_sells_demand_and_none_sells_nothing() -> None:
    assert one(expected_sales(*arrays(3, 10_000), 2.0)) == pytest.approx((3, 6))
    assert one(expected_sales(*arrays(3, 0), 2.0)) == (0, 0)


def test_a_shelf_that_sold_all_it_had_sells_no_more() -> None:
    assert one(between(*arrays(3, 5, 5), 2.0)) == pytest.approx((5, 0), abs=1e-9)


def test_more_wanted_units_were_sold_more_are_missed() -> None:
    means = np.array([0.5, 1, 2, 4])
    missed = at_least(means, np.full(4, 2.0), 1.8)[0] - 2
    assert (np.diff(missed) > 0).all()
    wilder = [float(at_least(*arrays(1, 2), phi)[0][0]) for phi in (1.1, 1.5, 2, 4)]
    assert wilder == sorted(wilder)


@pytest.mark.parametrize(("mean", "least"), [(1e-9, 5000), (0, 3), (1e5, 0), (1e5, 2e5), (1e-6, 0.5)])
def test_the_unheard_of_still_has_a_number(mean: float, least: float) -> None:
    demand, variance = one(at_least(*arrays(mean, least), 1.65))
    assert np.isfinite([demand, variance]).all()
    assert demand >= least
    assert 0 <= float(hazard(*arrays(mean, least), 1.65)[0]) <= 1


def test_likelihood_of_a_stockout_is_that_of_so_much_or_more() -> None:
    weights = probabilities(2, 1.5)
    seen = log_likelihood(*arrays(2, 3), np.array([False]), 1.5)
    open_ended = log_likelihood(*arrays(2, 3), np.array([True]), 1.5)
    assert np.exp([seen, open_ended]) == pytest.approx([weights[3], weights[3:].sum()])


def test_dispersion_of_lines() -> None:
    """Lines of 1, 1 and 2: (1 + 1 + 4) ÷ 4. Returns are no lines of demand."""
    full = np.full(4, 100.0)
    assert line_dispersion(np.array([1.0, 1, 2, -1]), full) == 1.5
    assert line_dispersion(np.ones(4), full) == 1
    assert line_dispersion(np.array([-1.0]), full[:1]) is None


def test_a_shelf_about_to_run_empty_does_not_tell_what_a_shopper_would_take() -> None:
    """300 shoppers take 3 from full shelves; 900 find a single one left, and take it."""
    quantity = np.repeat([3.0, 1.0], [300, 900])
    assert line_dispersion(quantity, np.repeat([50.0, 1.0], [300, 900])) == 3
    assert line_dispersion(quantity[200:], np.repeat([50.0, 1.0], [100, 900])) == pytest.approx(1800 / 1200)  # too few


@pytest.mark.parametrize("dispersion", [1.01, 1.5, 6.0])
def test_quantiles_are_those_of_scipy(dispersion: float) -> None:
    """Exactly for means up to 60; beyond, a gamma distribution is within a unit."""
    mean, levels = np.array([1e-9, 0.1, 0.7, 3.0, 20.0, 59.0, 61.0, 300.0]), np.arange(1, 10) / 10
    exact = nbinom.ppf(levels[:, None], mean / (dispersion - 1), 1 / dispersion)
    off = np.abs(quantiles(mean, levels, dispersion) - exact)
    assert off[:, mean <= 60].max() == 0
    assert off.max() <= 1
